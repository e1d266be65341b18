"""The local derivative of an activation, and what people write for it by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd import Node, Op
from autograd.check.algebra import activation_cards
from autograd.check.truth.formula import local_formula
from autograd.check.truth.graph import Truth


class WrongDerivative(NamedTuple):
    """A wrong value, the words that tell it, and what belongs there, as briefly as can be."""

    value: np.ndarray
    words: str
    instead: str
    of_another: bool  # activation

    def is_like(self, other: WrongDerivative) -> bool:
        """Whether both are the same: some rules read the argument alone, some the result."""
        return self.words == other.words and np.array_equal(self.value, other.value)


@dataclass(frozen=True, eq=False)
class LocalDerivative:
    """That of one activation in the graph; `word` gives the learner's names."""

    truth: Truth
    node: Node
    word: Callable[[Any], str]

    @cached_property
    def name(self) -> str:
        """As it is written in short: tanh'(Z1)."""
        return f"{self.node.op.name}'({self.word(self.node.args[0])})"

    @cached_property
    def formula(self) -> str:
        """As it is written out: 1 − A1²; empty if it is long."""
        return local_formula(self.truth, self.node)

    @cached_property
    def whole(self) -> str:
        """Name and formula."""
        return f"{self.name} = {self.formula}" if self.formula else self.name

    @cached_property
    def right(self) -> np.ndarray:
        """Its value."""
        return self._of(self.node.op, self.truth.seen[self.node], self.node.operands[0])

    @cached_property
    def wrong(self) -> list[WrongDerivative]:
        """What may stand there by mistake."""
        found: list[WrongDerivative] = []
        with np.errstate(all="ignore"):
            for new in (*self._at_wrong_end(), *self._of_others()):
                if not any(new.is_like(each) for each in found):
                    found.append(new)
        return found

    def _at_wrong_end(self) -> Iterator[WrongDerivative]:
        """The derivative evaluated at the result for the argument, or the reverse."""
        op, x, y = self.node.op, self.node.operands[0], self.truth.seen[self.node]
        inner, outer = self.word(self.node.args[0]), self.word(self.node)
        words = f"evaluated at {inner} instead of {outer}"
        yield WrongDerivative(self._of(op, x, x), words, outer, False)
        words = f"evaluated at {outer} instead of {inner}"
        of_y = self._of(op, op(y, **self.node.params or {}), y)
        yield WrongDerivative(of_y, words, self.name, False)

    def _of_others(self) -> Iterator[WrongDerivative]:
        """The derivatives of other activations, at either end."""
        mine = self.node.op
        for op in activation_cards():
            if op is not mine:
                words = f"the derivative of {op.name} stands where that of {mine.name} belongs"
                for at in (self.node.operands[0], self.truth.seen[self.node]):
                    for result in (op(at), at):
                        yield WrongDerivative(self._of(op, result, at), words, self.whole, True)

    def _of(self, op: Op, y: Any, x: Any) -> np.ndarray:
        """The rule of an activation for a result and an argument."""
        params = (self.node.params or {}) if op is self.node.op else {}
        return np.asarray(op.pull(0, np.ones(np.shape(x)), y, (x,), params), dtype=float)
