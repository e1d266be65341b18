"""The local derivative of an activation, and what people write for it by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node
from autograd.check.algebra import activation_cards
from autograd.check.truth.formula import local_formula
from autograd.check.truth.graph import Truth


@dataclass(frozen=True, eq=False)
class LocalDerivative:
    """tanh'(Z1): its value, its formula, and wrong values with the words that tell them."""

    name: str
    right: np.ndarray
    formula: str
    wrong: list[tuple[str, np.ndarray]]

    @property
    def whole(self) -> str:
        """Name and formula."""
        return f"{self.name} = {self.formula}" if self.formula else self.name


def local_derivative_of(truth: Truth, node: Node, word: Callable[[Any], str]) -> LocalDerivative:
    """The derivative of an operation of one argument, at the place where the graph has it."""
    wrong = list(_wrong(truth, node, word))
    formula = local_formula(truth, node)
    return LocalDerivative(derivative_name(node, word), truth.local(node), formula, wrong)


def derivative_name(node: Node, word: Callable[[Any], str]) -> str:
    """A local derivative as it is written in short: tanh'(Z1)."""
    return f"{node.op.name}'({word(node.args[0])})"


def _wrong(truth: Truth, node: Node, word: Callable[[Any], str]) -> Iterator[tuple[str, Any]]:
    x, y = np.asarray(node.operands[0], dtype=float), np.asarray(truth.seen[node], dtype=float)
    inner, outer = word(node.args[0]), word(node)
    op, params = node.op, node.params or {}
    one = np.ones(x.shape)
    with np.errstate(all="ignore"):
        at_y = op.pull(0, one, op(y, **params), (y,), params)
        yield f"evaluated at {outer} instead of {inner}", np.asarray(at_y, dtype=float)
        of_x = op.pull(0, one, x, (x,), params)
        yield f"evaluated at {inner} instead of {outer}", np.asarray(of_x, dtype=float)
        for other in activation_cards():
            if other is op:
                continue
            words = f"the derivative of {other.name} stands where that of {op.name} belongs"
            for result, at in ((other(x), x), (other(y), y), (y, x)):
                part = other.pull(0, one, result, (at,), {})
                yield words, np.asarray(part, dtype=float)
