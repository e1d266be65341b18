"""What a thread may switch: recording, and watching for NaN. Knows no node and no operation."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, cast, overload
from weakref import ref

Function = TypeVar("Function", bound=Callable[..., Any])
Comparison = tuple[Any, tuple[Any, ...], dict[str, Any], Any]  # operation, arguments, …, outcome


class _Entered(NamedTuple):
    """A mode that is on, and the one around it. It counts for as long as its block holds it: a
    Ctrl-C may come when the block is over and `__exit__` has not begun.
    """

    value: Any
    mode: ref[_Mode]
    before: _Entered | None


_recording: ContextVar[_Entered | None] = ContextVar("recording", default=None)
_detecting: ContextVar[_Entered | None] = ContextVar("detecting", default=None)
_watching: ContextVar[_Entered | None] = ContextVar("watching", default=None)

# Not empty while any thread is inside a mode. Operations look at this list first, because asking
# a context variable at every addition would cost more than the addition.
MODES: list[ref[_Mode]] = []


def _now(variable: ContextVar[_Entered | None], default: Any) -> Any:
    """What a variable is set to for this thread and context."""
    entered = variable.get()
    while entered is not None and entered.mode() is None:
        entered = entered.before
    return default if entered is None else entered.value


class _Mode:
    """Sets a context variable for this thread and context, as `with` block or decorator."""

    variable: ClassVar[ContextVar[_Entered | None]]
    value: ClassVar[Any]

    @overload
    def __new__(cls) -> Self: ...
    @overload
    def __new__(cls, function: Function) -> Function: ...  # type: ignore[misc]
    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """A mode, or with `@no_grad` the function decorated by one."""
        mode = super().__new__(cls)
        mode._before = []
        return mode if function is None else mode(function)

    _before: list[_Entered | None]

    def __enter__(self) -> Self:
        before = self.variable.get()
        try:
            self._before.append(before)
            MODES.append(ref(self, MODES.remove))
            self.variable.set(_Entered(self.value, ref(self), before))
        except BaseException:
            self.variable.set(before)
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.variable.set(self._before[-1])
        self._before.pop()
        MODES.remove(ref(self))

    def __call__(self, function: Function) -> Function:
        kinds = (inspect.isgeneratorfunction, inspect.isasyncgenfunction)
        if isinstance(function, type) or any(
            is_one(function) for is_one in (*kinds, inspect.iscoroutinefunction)
        ):
            what = "a class" if isinstance(function, type) else "a generator or coroutine"
            raise TypeError(
                f"@{type(self).__name__}() on {what} would end before its code runs: write "
                f"`with {type(self).__name__}():` inside, or decorate plain functions"
            )

        @functools.wraps(function)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            with type(self)():  # one for each call: several threads may be inside at once
                return function(*args, **kwargs)

        return cast(Function, decorated)


class no_grad(_Mode):
    """Inside, operations give plain results that need no gradient and record nothing."""

    variable, value = _recording, False


class enable_grad(_Mode):
    """Inside, operations record the graph again, also within `no_grad`."""

    variable, value = _recording, True


class detect_nan(_Mode):
    """Inside, the first operation to give NaN or infinity, forward or backward, raises an error."""

    variable, value = _detecting, True


class watch_comparisons(_Mode):
    """Inside, what comparisons and truth tests of nodes gave is kept, for `replay(…, guard=)`.

    So are the results of other flat operations, as `//`, which become constants of the graph.
    """

    variable = _watching

    def __init__(self) -> None:
        self.seen: list[Comparison] = []

    @property
    def value(self) -> tuple[list[Comparison], ...]:
        """What the context variable is set to."""
        return (*_now(_watching, ()), self.seen)

    def __repr__(self) -> str:
        return f"<{len(self.seen)} comparisons of nodes>"


def recording() -> bool:
    """Whether operations of this thread record the graph."""
    return not MODES or bool(_now(_recording, True))


def detecting() -> bool:
    """Whether operations of this thread watch for NaN and infinity."""
    return bool(MODES) and bool(_now(_detecting, False))


def watch(op: Any, args: tuple[Any, ...], params: dict[str, Any], outcome: Any) -> None:
    """Keep what a flat operation gave on nodes, for everybody in this thread who watches."""
    for seen in _now(_watching, ()):
        seen.append((op, args, params, outcome))
