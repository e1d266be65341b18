"""Rules and forward maps read as lists of NumPy calls. Knows cards, no node and no kind of node.

Throughout this file we have:
    register   an array that will be there when the program runs (see `register`)
    like       of a register: an array of its shape and dtype, whose numbers mean nothing
    call       a NumPy function with registers and constants: one line of the program
    memory     an array of the program's own that is filled part by part
    place      of a result: the part of a memory in which it lies

docs/replay.md builds it up step by step (6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd.replaying.register import Register, Untraceable, like_of

# Where the result of a call lies: in an array given as `out`, in the memory of an argument, or
# where the function decides, which may be the memory of any argument too; or there is none.
Kind = Literal["into", "view", "made", "effect"]

# What is known to give the same for the same arguments, so that it may be read.
_OURS = ("autograd.rules.", "autograd.functions.", "autograd.nodes.arrays", "autograd.replaying.")


class Call(NamedTuple):
    """One NumPy call of the program."""

    function: Callable[..., Any]
    args: Sequence[Any]
    options: dict[str, Any]
    kind: Kind
    out: Any


class Trace:
    """The calls in order, each written down once."""

    def __init__(self) -> None:
        self.count = 0
        self.calls: list[Call] = []
        self.memories: list[Register] = []
        self.places: dict[int, Register] = {}  # where the results of some calls lie
        self._free: set[int] = set()  # the results that may lie anywhere
        self._known: dict[Any, Register] = {}

    def read(self, function: Callable[..., Any], args: Sequence[Any], params: Any) -> Any:
        """The result of a rule or a forward map: its calls, or one call of itself.

        What others wrote is called, since it may read more than its arguments.
        """
        if isinstance(function, np.ufunc):
            return self.call(function, args, params, "into")
        if is_ours(function):
            try:
                found = function(*args, **params)
            except Exception:  # said again by the call, if it is not for want of numbers
                found = NotImplemented
            if isinstance(found, Register | np.ndarray | np.generic | float | int):
                return found
        return self.call(function, args, params, "made")

    def call(
        self, function: Callable[..., Any], args: Sequence[Any], options: dict[str, Any], kind: Kind
    ) -> Any:
        """Write down a call; done at once if its arguments are constants."""
        if any(isinstance(each, Register) for each in options.values()):
            raise Untraceable
        if not any(isinstance(arg, Register) for arg in args):
            return function(*args, **options)
        if function is np.multiply:
            for one, other in (args, args[::-1]):
                if _is_one(one, other):
                    return other
        if function is np.matmul and all(_is_matrix(arg) for arg in args):
            function = np.dot  # which is the same product with less ado
        # The arrays among the arguments live as long as the calls, so their ids are their own.
        key = (function, tuple(map(_key, args)), repr(options) if options else "")
        if kind != "made" and "array" not in key[2] and key in self._known:
            return self._known[key]
        like = function(*map(like_of, args), **options)
        if kind == "into":
            like = np.asarray(like)
        if not isinstance(like, np.ndarray | np.generic | float | int) or _is_object(like):
            raise Untraceable
        if kind == "view" and not np.may_share_memory(like, like_of(args[0])):
            kind = "made"
        if kind == "made" and not is_ours(function):
            function = _steady(function, like)
        out = self._known[key] = self._written(Call(function, tuple(args), options, kind, like))
        if kind == "into":
            self._free.add(out.number)
        return out

    def _written(self, call: Call) -> Register:
        out = Register(self, call.out)
        self.calls.append(call._replace(out=out))
        return out

    def memory(self, shape: tuple[int, ...]) -> Register:
        """An array of the program's own, whose parts are filled by `store` and `place`."""
        self.memories.append(Register(self, np.zeros(shape)))
        return self.memories[-1]

    def store(self, value: Any, view: Register) -> None:
        """Copy numbers into a part of a memory."""
        np.copyto(view.like, like_of(value))
        self._written(Call(np.copyto, (view, value), {}, "effect", None))

    def place(self, value: Any, view: Register) -> None:
        """Let a result lie in a part of a memory: there from the start, or copied there."""
        free = isinstance(value, Register) and value.number in self._free
        if free and value.shape == view.shape and value.dtype == view.dtype:
            self._free.remove(value.number)
            self.places[value.number] = view
            np.copyto(view.like, value.like)
        else:
            self.store(value, view)


def is_ours(function: Callable[..., Any]) -> bool:
    """Whether it is known what the function does, whatever it is called with."""
    module = getattr(function, "__module__", None) or ""
    return module in ("_operator", "numpy") or module.startswith(_OURS)


def _steady(function: Callable[..., Any], like: Any) -> Callable[..., Any]:
    """The function, whose results must keep the form that all that follows was made for."""
    recorded = np.asarray(like)

    def steady(*args: Any, **options: Any) -> Any:
        found = np.asarray(function(*args, **options))
        for what in ("shape", "dtype"):
            before, now = getattr(recorded, what), getattr(found, what)
            if now != before:
                raise ValueError(
                    f"replay: {getattr(function, '__name__', function)} gave an array of {what} "
                    f"{before} when the graph was recorded and one of {now} now: record it again"
                )
        return found

    return steady


def _is_object(like: Any) -> bool:
    return isinstance(like, np.ndarray) and like.dtype.kind not in "biuf"


def _is_matrix(arg: Any) -> bool:
    like = like_of(arg)
    # With a single entry, np.dot scales, and leaves out a factor 0 even where it meets infinity.
    floats = isinstance(like, np.ndarray) and like.dtype.char in "fd"
    return bool(floats and like.ndim == 2 and like.size != 1)


def _is_one(constant: Any, other: Any) -> bool:
    """Whether a product with the constant is the other factor, in its shape and dtype."""
    if not isinstance(constant, np.ndarray) or not isinstance(other, Register):
        return False
    fits = constant.dtype == other.dtype and isinstance(other.like, np.ndarray)
    fits = fits and np.broadcast_shapes(constant.shape, other.shape) == other.shape
    return fits and bool((constant == 1).all())


def _key(arg: Any) -> Any:
    if isinstance(arg, Register):
        return arg.number
    return (type(arg), repr(arg)) if isinstance(arg, int | float) else (None, id(arg))
