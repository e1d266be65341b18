"""What autograd did, in the learner's letters: dW2 = dZ2 · A1ᵀ. Knows the graph and its symbols."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import TABLE, Node
from autograd.check.truth.graph import Truth
from autograd.symbols import Symbol, pullback_of

_LONGEST = 90  # characters; a longer formula explains nothing
_MOST = 40  # operations on the way


class _TooLongError(Exception):
    pass


def gradient_formula(truth: Truth, node: Node | None) -> str:
    """The gradient of a node out of the nearest named gradients; empty if there is no short one."""
    if node is None or node not in truth.gradient:
        return ""
    try:
        return _readable(_Writer(truth, node).gradient(node))
    except Exception:  # a rule that can't be read as a formula: an explanation less, not a failure
        return ""


def local_formula(truth: Truth, node: Node) -> str:
    """The derivative of an operation of one argument as a formula: 1 − A1²."""
    writer = _Writer(truth, node)
    try:
        return _readable(pullback_of(node, 0, writer.letter, 1))
    except Exception:
        return ""


def result_formula(truth: Truth, node: Node) -> str:
    """A result as the formula that made it: log A2."""
    writer = _Writer(truth, node)
    try:
        return _readable(node.op(*map(writer.letter, node.args), **(node.params or {})))
    except Exception:
        return ""


def _readable(formula: Any) -> str:
    text = str(formula) if isinstance(formula, Symbol | int | float) else ""
    return text if len(text) <= _LONGEST and "unnamed" not in text else ""


class _Writer:
    def __init__(self, truth: Truth, target: Node) -> None:
        self.truth, self.target, self.count = truth, target, 0

    def gradient(self, node: Node) -> Any:
        """The sum over the uses of a node, each pulled back from the next named gradient."""
        if node is self.truth.output:
            return 1
        if node is not self.target and self.truth.named(node):
            return Symbol(f"d{self.truth.label(node)}", like=self.truth.gradient[node])
        self.count += 1
        if self.count > _MOST:
            raise _TooLongError
        total: Any = 0
        for user, slot in self.truth.users[node]:
            if user in self.truth.gradient and user.op.rule(slot) is not None:
                total = total + self._part(user, slot, node)
        return total

    def _part(self, user: Node, slot: int, node: Node) -> Any:
        part = pullback_of(user, slot, self.letter, self.gradient(user))
        stretched = np.shape(self.truth.seen[user]) != np.shape(self.truth.seen[node])
        if stretched and user.op.elementwise and isinstance(part, Symbol):
            part = part.sum()
        if isinstance(part, np.ndarray) and part.size and np.all(part == part.flat[0]):
            return float(part.flat[0])
        return part

    def letter(self, arg: Any) -> Any:
        """A node by its name, a constant by its own; what has no name is written out."""
        if not isinstance(arg, Node):
            return self._constant(arg)
        if self.truth.named(arg):
            return Symbol(self.truth.label(arg), like=self.truth.seen[arg])
        if arg.op is None:
            return Symbol("unnamed", like=self.truth.seen[arg])
        self.count += 1
        if self.count > _MOST:
            raise _TooLongError
        return arg.op(*map(self.letter, arg.args), **(arg.params or {}))

    def _constant(self, raw: Any) -> Any:
        if np.ndim(raw) == 0:
            return self._number(raw)
        for name, each in self.truth.constants.items():
            if isinstance(each, np.ndarray) and each.shape == np.shape(raw):
                if np.array_equal(each, raw):
                    return Symbol(name, like=raw)
                if np.array_equal(1 - each, raw):
                    return TABLE["subtract"](1, Symbol(name, like=each))
        return Symbol("unnamed", like=raw)

    def _number(self, raw: Any) -> Any:
        """A number by the one name it has among the learner's, if it is no everyday number."""
        names = [
            name
            for name, each in self.truth.constants.items()
            if isinstance(each, int | float) and not isinstance(each, bool) and each == raw
        ]
        everyday = raw in (-1, -0.5, 0, 0.5, 1, 2)
        return Symbol(names[0], like=raw) if len(names) == 1 and not everyday else raw
