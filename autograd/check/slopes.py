"""The derivative of an activation in the graph, and what people write for it by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import TABLE, Node
from autograd.check.facts import Facts
from autograd.check.formula import local_derivative

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus")


@dataclass(frozen=True, eq=False)
class Slope:
    """tanh'(Z1): its value, its formula, and wrong values with the words that tell them."""

    name: str
    right: np.ndarray
    shown: str
    wrong: list[tuple[str, np.ndarray]]

    @property
    def whole(self) -> str:
        """Name and formula."""
        return f"{self.name} = {self.shown}" if self.shown else self.name


def slope_of(facts: Facts, node: Node, word: Callable[[Any], str]) -> Slope:
    """The derivative of an operation of one argument, at the place where the graph has it."""
    name = f"{node.op.name}'({word(node.args[0])})"
    return Slope(
        name, facts.local(node), local_derivative(facts, node), list(_wrong(facts, node, word))
    )


def _wrong(
    facts: Facts, node: Node, word: Callable[[Any], str]
) -> Iterator[tuple[str, np.ndarray]]:
    x, y = np.asarray(node.operands[0], dtype=float), np.asarray(facts.seen[node], dtype=float)
    inner, outer = word(node.args[0]), word(node)
    op, params = node.op, node.params or {}
    one = np.ones(x.shape)
    with np.errstate(all="ignore"):
        at_y = op.pull(0, one, op(y, **params), (y,), params)
        yield f"evaluated at {outer} instead of {inner}", np.asarray(at_y, dtype=float)
        of_x = op.pull(0, one, x, (x,), params)
        yield f"evaluated at {inner} instead of {outer}", np.asarray(of_x, dtype=float)
        for other in ACTIVATIONS:
            if other == op.name:
                continue
            words = f"the derivative of {other} stands where that of {op.name} belongs"
            for result, at in ((TABLE[other](x), x), (TABLE[other](y), y), (y, x)):
                part = TABLE[other].pull(0, one, result, (at,), {})
                yield words, np.asarray(part, dtype=float)
