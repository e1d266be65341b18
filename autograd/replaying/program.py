"""A trace as a straight-line function of NumPy calls, whose results lie in arrays made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

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
        places = trace.places
        self._calls = calls = _leading_to(trace, results)
        used = {each.number for call in calls for each in _registers(call.args)}
        used |= {each.number for each in _registers(results)}
        self.takes = [i for i, register in enumerate(given) if register.number in used]
        self._given = [given[i].number for i in self.takes]
        self._results = results
        self._fresh = _fresh(calls, results) - places.keys()
        self._places = {view.number: number for number, view in places.items()}
        self._memories = trace.memories
        self._blocks = _in_blocks(calls, results, self._fresh | places.keys())
        self._static = {*self._blocks, *places, *(each.number for each in self._memories)}
        self._constants: dict[str, Any] = {"copy": np.array}
        self._names: dict[Any, str] = {}
        self._views: list[Call] = []
        self.source = self._written()
        self._code = compile(self.source, "<replay>", "exec")
        self._free: list[Run] = []

    def __call__(self, arrays: Sequence[Any]) -> tuple[Any, ...]:
        """The results for arrays of the registers that `takes` tells."""
        try:
            run = self._free.pop()
        except IndexError:
            run = self._bound()
        try:
            with np.errstate(all="ignore"):
                return run(*arrays)
        finally:
            self._free.append(run)

    def __len__(self) -> int:
        return self.source.count("\n") - 1

    def _written(self) -> str:
        lines = []
        for call in self._calls:
            static = all(each.number in self._static for each in _registers(call.args))
            if call.kind == "view" and static:
                self._static.add(call.out.number)
                self._views.append(call)
                continue
            function, args = self._name(call.function), list(map(self._name, call.args))
            options = {key: self._name(each) for key, each in call.options.items()}
            out = self._name(call.out)
            if call.kind == "effect":
                out = ""
            elif call.out.number in self._static:
                options["out"], out = out, ""
            args += [f"{key}={each}" for key, each in options.items()]
            lines.append(f"{out}{' = ' if out else ''}{function}({', '.join(args)})")
        shown = [
            name if isinstance(each, Register) and each.number in self._fresh else f"copy({name})"
            for each in self._results
            for name in [self._name(each)]
        ]
        lines.append(f"return {', '.join(shown)},")
        return f"def run({', '.join(f't{n}' for n in self._given)}):\n    " + "\n    ".join(lines)

    def _name(self, thing: Any) -> str:
        """How a register, a function, or a constant is called in the text."""
        if isinstance(thing, Register):
            return f"t{thing.number}"
        if thing is None or type(thing) in (bool, int):
            return repr(thing)
        if type(thing) is float and np.isfinite(thing):
            return repr(thing)
        if type(thing) is tuple and all(type(each) is int for each in thing):
            return repr(thing)
        if id(thing) not in self._names:
            name = _word(thing)
            if name in self._constants:
                name = next(f"{name}{i}" for i in count(2) if f"{name}{i}" not in self._constants)
            self._names[id(thing)], self._constants[name] = name, thing
        return self._names[id(thing)]

    def _bound(self) -> Run:
        """The function with arrays of its own."""
        sizes: dict[int, int] = {}
        for call in self._calls:
            if call.out.number in self._blocks:
                sizes[self._blocks[call.out.number]] = call.out.like.nbytes
        memory = {block: _aligned(size) for block, size in sizes.items()}
        space = dict(self._constants)
        for call in self._calls:
            if call.out.number in self._blocks:
                block, like = memory[self._blocks[call.out.number]], call.out.like
                array = np.ndarray(like.shape, like.dtype, block, strides=like.strides)
                space[f"t{call.out.number}"] = array
        for memory_of in self._memories:
            space[f"t{memory_of.number}"] = np.empty(memory_of.shape, memory_of.dtype)
        for call in self._views:
            args = [space[self._name(a)] if isinstance(a, Register) else a for a in call.args]
            view = space[f"t{call.out.number}"] = call.function(*args, **call.options)
            if call.out.number in self._places:
                space[f"t{self._places[call.out.number]}"] = view
        exec(self._code, space)
        return space["run"]


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


def _in_blocks(
    calls: Sequence[Call], results: Sequence[Any], elsewhere: set[int]
) -> dict[int, int]:
    """A block of memory for each result of a call that takes `out`, free again after its last use.

    An operation entry by entry may write over an argument that is used no more.
    """
    lies_in: dict[int, set[int]] = {}
    last: dict[int, int] = {}
    for i, call in enumerate(calls):
        behind: set[int] = set()
        for arg in call.args:
            if isinstance(arg, Register):
                behind |= lies_in.get(arg.number, behind)
        if call.kind == "into":
            own = call.out.number
            if own not in elsewhere:
                lies_in[own], last[own] = {own}, i
        elif behind:
            lies_in[call.out.number] = behind
        for number in behind:
            last[number] = i
    for each in _registers(results):
        last.update(dict.fromkeys(lies_in.get(each.number, ()), _END))
    ends: dict[int, list[int]] = {}
    for number, i in last.items():
        ends.setdefault(i, []).append(number)
    block: dict[int, int] = {}
    free: dict[int, list[int]] = {}
    new = count()
    sizes = {call.out.number: call.out.like for call in calls if call.kind == "into"}

    def release(numbers: Sequence[int]) -> None:
        for number in numbers:
            if number in block:
                free.setdefault(sizes[number].nbytes, []).append(block[number])

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
    """A function's name, as a word."""
    owner = getattr(thing, "__self__", None)
    name = getattr(thing, "__name__", "c" if not callable(thing) else "f")
    if isinstance(owner, np.ufunc):
        name = f"{owner.__name__}_{name}"
    return name.lstrip("_") if name.isidentifier() else "rule"
