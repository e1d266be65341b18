"""What a thread may switch: recording, and watching for NaN. Knows no node and no operation."""

from __future__ import annotations

from contextlib import ContextDecorator
from contextvars import ContextVar
from typing import Any, ClassVar, Self

Comparison = tuple[Any, tuple[Any, ...], dict[str, Any], Any]  # operation, arguments, …, outcome

_recording: ContextVar[bool] = ContextVar("recording", default=True)
_detecting: ContextVar[bool] = ContextVar("detecting", default=False)
_watching: ContextVar[tuple[list[Comparison], ...]] = ContextVar("watching", default=())

# Not empty while any thread is inside a mode. Operations look at this list first, because asking
# a context variable at every addition would cost more than the addition.
MODES: list[str] = []


class _Mode(ContextDecorator):
    """Sets a context variable for this thread and context, as `with` block or decorator."""

    variable: ClassVar[ContextVar[Any]]
    value: ClassVar[Any]

    def __init__(self) -> None:
        self._before: list[Any] = []

    def _recreate_cm(self) -> Self:  # a decorated function may run in several threads at once
        return type(self)()

    def __enter__(self) -> Self:
        self._before.append(self.variable.get())
        MODES.append(type(self).__name__)
        self.variable.set(self.value)
        return self

    def __exit__(self, *error: object) -> None:
        self.variable.set(self._before.pop())
        MODES.pop()


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
        super().__init__()
        self.seen: list[Comparison] = []

    @property
    def value(self) -> tuple[list[Comparison], ...]:
        """What the context variable is set to."""
        return (*self.variable.get(), self.seen)

    def __repr__(self) -> str:
        return f"<{len(self.seen)} comparisons of nodes>"


def recording() -> bool:
    """Whether operations of this thread record the graph."""
    return _recording.get()


def detecting() -> bool:
    """Whether operations of this thread watch for NaN and infinity."""
    return bool(MODES) and _detecting.get()


def watch(op: Any, args: tuple[Any, ...], params: dict[str, Any], outcome: Any) -> None:
    """Keep what a flat operation gave on nodes, for everybody in this thread who watches."""
    for seen in _watching.get():
        seen.append((op, args, params, outcome))
