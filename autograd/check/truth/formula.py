"""What autograd did, in the learner's letters: dW2 = dZ2 · A1ᵀ. Read from the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Node
from autograd.check.truth.graph import Truth
from autograd.symbols import Symbol, pullback_of

_LONGEST = 90  # characters; a longer formula explains nothing


def gradient_formula(truth: Truth, node: Node | None) -> str:
    """The gradient of a node out of the nearest named gradients; empty if there is no short one."""
    if node is None or node not in truth.gradient:
        return ""
    return _readable(lambda: truth.account.nearest(node))


def local_formula(truth: Truth, node: Node) -> str:
    """The derivative of an operation of one argument as a formula: 1 − A1²."""
    return _readable(lambda: pullback_of(node, 0, truth.letters.symbol, 1))


def result_formula(truth: Truth, node: Node) -> str:
    """A result as the formula that made it: log A2."""
    return _readable(lambda: truth.letters.written_out(node))


def _readable(formula: Callable[[], Any]) -> str:
    try:
        found = formula()
    except Exception:  # a rule that can't be read as a formula: an explanation less, not a failure
        return ""
    text = str(found) if isinstance(found, Symbol | int | float) else ""
    return text if len(text) <= _LONGEST else ""
