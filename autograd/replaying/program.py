"""A trace as a straight-line function of NumPy calls, whose results lie in arrays made once.

Throughout this file we have:
    number   of a register: 7 for the one that the text calls t7
    kind     of a call: how its result comes about, see `tracing`
    static   what is one and the same array at every call: it is bound once, not made by a line
    view     a call whose result lies in the memory of its argument; no line, if that is static
    fresh    a result that the caller gets as the new array it is; others are copied
    block    memory for the results of calls, used again after the last call that reads them
    place    a view in which a result lies because something else looks there, see `Trace.place`
    space    the globals of the function: constants, memory and views by their names

docs/replay.md builds it up step by step (7 and 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from keyword import iskeyword
from typing import Any, Self

import numpy as np

from autograd.replaying.register import Register
from autograd.replaying.tracing import Call, Trace

Run = Callable[..., tuple[Any, ...]]
_END = 2**62


class Program:
    """The calls that lead to some results, as a function of the registers in `given`.

    `source` is its text. What it returns shares no memory with anything. Every call running at the
    same time has arrays of its own, so threads may share a program.
    """

    def __init__(self, trace: Trace, given: Sequence[Register], results: Sequence[Any]) -> None:
        calls, places = _leading_to(trace, results), trace.places
        used = {each.number for call in calls for each in _registers(call.args)}
        used |= {each.number for each in _registers(results)}
        self.takes = [i for i, register in enumerate(given) if register.number in used]
        fresh = _fresh(calls, results) - places.keys()
        blocks = _in_blocks(calls, results, fresh | places.keys())
        self._static = {*blocks, *places, *(each.number for each in trace.memories)}
        self._constants: dict[str, Any] = {"copy": np.array}
        self._names: dict[Any, str] = {}
        self._said: dict[str, int] = {}
        self._memories = [(_Name(each), each.shape) for each in trace.memories]
        self._arrays = [
            (_Name(call.out), blocks[call.out.number], call.out.like.nbytes, _form(call.out.like))
            for call in calls
            if call.out.number in blocks
        ]
        self._places = {_Name(view): f"t{number}" for number, view in places.items()}
        self._views: list[tuple[_Name, Callable[..., Any], list[Any], dict[str, Any]]] = []
        lines = [*self._lines(calls), self._return(results, fresh)]
        names = (str(_Name(given[i])) for i in self.takes)
        self.source = "\n    ".join([f"def run({', '.join(names)}):", *lines])
        self._code = compile(self.source, "<replay>", "exec")
        self._free: list[Run] = []

    def __call__(self, arrays: Sequence[Any]) -> tuple[Any, ...]:
        """The results for arrays of the registers that `takes` tells."""
        try:
            run = self._free.pop()
        except IndexError:
            run = self._bound()
        try:
            return run(*arrays)
        finally:
            self._free.append(run)

    def __len__(self) -> int:
        return self.source.count("\n") - 1

    def _lines(self, calls: Sequence[Call]) -> Iterator[str]:
        """A line for each call, except for views of arrays that are always the same."""
        for call in calls:
            static = all(each.number in self._static for each in _registers(call.args))
            if call.kind == "view" and static:
                self._static.add(call.out.number)
                args = [_Name(each) if isinstance(each, Register) else each for each in call.args]
                self._views.append((_Name(call.out), call.function, args, call.options))
                continue
            function, shown = self._name(call.function), list(map(self._name, call.args))
            shown += [f"{key}={self._name(each)}" for key, each in call.options.items()]
            if call.out.number in self._static:
                shown.append(f"out={_Name(call.out)}")
            line = f"{function}({', '.join(shown)})"
            kept = call.kind != "effect" and call.out.number not in self._static
            yield f"{_Name(call.out)} = {line}" if kept else line

    def _return(self, results: Sequence[Any], fresh: set[int]) -> str:
        shown = []
        for each in results:
            is_fresh = isinstance(each, Register) and each.number in fresh
            shown.append(self._name(each) if is_fresh else f"copy({self._name(each)})")
        return f"return {', '.join(shown)},"

    def _name(self, thing: Any) -> str:
        """How a register, a function, or a constant is called in the text."""
        if isinstance(thing, Register):
            return _Name(thing)
        if thing is None or type(thing) in (bool, int):
            return repr(thing)
        if type(thing) is float and np.isfinite(thing):
            return repr(thing)
        if type(thing) is tuple and all(type(each) is int for each in thing):
            return repr(thing)
        if id(thing) not in self._names:
            self._names[id(thing)] = name = self._unused(_word(thing))
            self._constants[name] = thing
        return self._names[id(thing)]

    def _unused(self, word: str) -> str:
        name = word
        while name in self._constants:
            self._said[word] = self._said.get(word, 1) + 1
            name = f"{word}_{self._said[word]}"
        return name

    def _bound(self) -> Run:
        """The function with arrays of its own."""
        space = dict(self._constants)
        memory: dict[int, Any] = {}
        for name, block, size, (shape, dtype, strides) in self._arrays:
            if block not in memory:
                memory[block] = _aligned(size)
            space[name] = np.ndarray(shape, dtype, memory[block], strides=strides)
        for name, shape in self._memories:
            space[name] = np.empty(shape)
        for name, function, args, options in self._views:
            view = function(*(space[a] if type(a) is _Name else a for a in args), **options)
            space[name] = view
            if name in self._places:
                space[self._places[name]] = view
        exec(self._code, space)
        return space["run"]


class _Name(str):
    """How a register is called in the text."""

    __slots__ = ()

    def __new__(cls, register: Register) -> Self:
        return super().__new__(cls, f"t{register.number}")


def _form(like: np.ndarray) -> tuple[Any, ...]:
    """Shape, dtype and order in memory of an array like this one."""
    return like.shape, like.dtype, like.strides if min(like.strides, default=0) >= 0 else None


def _registers(things: Sequence[Any]) -> list[Register]:
    return [each for each in things if isinstance(each, Register)]


def _leading_to(trace: Trace, results: Sequence[Any]) -> list[Call]:
    """The calls that are needed: for a result, or to fill a memory."""
    wanted = {each.number for each in _registers(results)}
    wanted |= {*trace.places, *(view.number for view in trace.places.values())}
    found = []
    for call in reversed(trace.calls):
        if call.kind == "effect" or call.out.number in wanted:
            wanted.update(each.number for each in _registers(call.args))
            found.append(call)
    return found[::-1]


def _fresh(calls: Sequence[Call], results: Sequence[Any]) -> set[int]:
    """The results that are new arrays, and need neither a place of their own nor a copy."""
    numbers = [each.number for each in _registers(results)]
    made = {call.out.number for call in calls if call.kind == "into"}
    return {number for number in numbers if number in made and numbers.count(number) == 1}


def _last_reads(
    calls: Sequence[Call], results: Sequence[Any], elsewhere: set[int]
) -> dict[int, int]:
    """The last call that reads each result of a call that takes `out`, itself or through a view."""
    lies_in: dict[int, set[int]] = {}
    last: dict[int, int] = {}
    for i, call in enumerate(calls):
        behind: set[int] = set()
        for arg in _registers(call.args):
            behind |= lies_in.get(arg.number, set())
        if call.kind == "into":
            own = call.out.number
            if own not in elsewhere:
                lies_in[own], last[own] = {own}, i
        elif behind:
            lies_in[call.out.number] = behind
        last.update(dict.fromkeys(behind, i))
    for each in _registers(results):
        last.update(dict.fromkeys(lies_in.get(each.number, ()), _END))
    return last


def _in_blocks(
    calls: Sequence[Call], results: Sequence[Any], elsewhere: set[int]
) -> dict[int, int]:
    """A block of memory for each result of a call that takes `out`, free again after its last use.

    An operation entry by entry may write over an argument that is used no more.
    """
    ends: dict[int, list[int]] = {}
    for number, i in _last_reads(calls, results, elsewhere).items():
        ends.setdefault(i, []).append(number)
    block: dict[int, int] = {}
    free: dict[int, list[int]] = {}
    new = count()
    sizes = {call.out.number: call.out.like.nbytes for call in calls if call.kind == "into"}

    def release(numbers: Sequence[int]) -> None:
        for number in numbers:
            if number in block:
                free.setdefault(sizes[number], []).append(block[number])

    for i, call in enumerate(calls):
        over = isinstance(call.function, np.ufunc) and call.function.signature is None
        dying = [number for number in ends.get(i, ()) if number != call.out.number]
        if over:
            release(dying)
        if call.kind == "into" and call.out.number not in elsewhere:
            places = free.get(call.out.like.nbytes)
            block[call.out.number] = places.pop() if places else next(new)
        if not over:
            release(dying)
    return block


def _aligned(size: int) -> Any:
    """Memory that begins at a line of the cache."""
    memory = np.empty(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].data if size else memory[:0].data


def _word(thing: Any) -> str:
    """A function's name, or what stands for it, as a word that no register and no keyword is."""
    if not callable(thing):
        return "c"
    owner, name = getattr(thing, "__self__", None), getattr(thing, "__name__", "")
    if isinstance(owner, np.ufunc):
        name = f"{owner.__name__}_{name}"
    name = name.lstrip("_")
    taken = name == "run" or iskeyword(name) or (name[:1] == "t" and name[1:].isdigit())
    return name if name.isidentifier() and not taken else "rule"
