"""Operands in the wrong order: the formula is run with some product or difference turned round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.mistakes.table import ARGUMENT, mistake

_MOST = 12  # operations of one kind in one formula


@mistake("operands swapped", ARGUMENT, 1.05)
def _factors_swapped(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for number, changes in _turned(step, attempt, np.matmul):
        where = f" in product number {number + 1}" if number else ""
        words = f"the factors of the matrix product are in the wrong order{where}"
        yield attempt.found(words, "swap them: A @ B is not B @ A", **changes)


@mistake("difference reversed", ARGUMENT, 1.5)
def _difference_reversed(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """Where the formula can be taken apart, a card for its inside says which one."""
    if step.formula is not None:
        return
    for number, changes in _turned(step, attempt, np.subtract):
        where = f" (subtraction number {number + 1})" if number else ""
        words = f"a difference is the wrong way round{where}"
        yield attempt.found(words, "write a - b for b - a", **changes)


def _turned(
    step: ExaminedStep, attempt: Attempt, ufunc: np.ufunc
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The formula with each use of a ufunc turned round, one at a time."""
    if step.written.formula is None or any(type(x) is _Probe for x in attempt.values.values()):
        return
    for number in range(_MOST):
        turn = _Turn(ufunc, number)
        values = {name: turn.wrap(value) for name, value in attempt.values.items()}
        yours = step.call(values)
        if turn.count <= number:
            return
        yield number, {"values": values, "yours": None if yours is None else yours.view(np.ndarray)}


class _Turn:
    """One run of the formula: which use to turn round, and how many were met."""

    def __init__(self, ufunc: np.ufunc, number: int) -> None:
        self.ufunc, self.number, self.count = ufunc, number, 0

    def wrap(self, value: Any) -> Any:
        """An array whose operations come by here."""
        if not (isinstance(value, np.ndarray) or type(value) is float):
            return value
        probe = np.array(value).view(_Probe)
        probe.turn = self
        return probe

    def operands(self, ufunc: np.ufunc, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The operands, turned round if it is this use's turn."""
        if ufunc is not self.ufunc:
            return inputs
        self.count += 1
        return inputs[::-1] if self.count == self.number + 1 else inputs


class _Probe(np.ndarray):
    """An array that lets a run of the formula see and turn its operations."""

    turn: Any = None
    __array_priority__: ClassVar[float] = 100.0

    def __array_finalize__(self, source: Any) -> None:
        self.turn = getattr(source, "turn", None)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        turn = next((each.turn for each in inputs if isinstance(each, _Probe)), self.turn)
        if method == "__call__" and turn is not None:
            inputs = turn.operands(ufunc, inputs)
        plain = [_bare(each) for each in inputs]
        if "out" in options:
            options["out"] = tuple(map(_bare, options["out"]))
        result = getattr(ufunc, method)(*plain, **options)
        return result if turn is None or isinstance(result, tuple) else turn.wrap(result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.dot and len(args) == 2 and all(np.ndim(each) == 2 for each in args):
            return np.matmul(*args)
        return super().__array_function__(function, types, args, kwargs)

    def dot(self, other: Any, out: Any = None) -> Any:
        """As np.dot, which is np.matmul for matrices."""
        return np.dot(self, other)


def _bare(each: Any) -> Any:
    return each.view(np.ndarray) if isinstance(each, _Probe) else each
