"""A backward pass taken apart: the gradient of each node, and what every use of it adds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from autograd import Contribution, Node, contributions, toposort


class BackwardPass:
    """The sweep of `root.backward(gradient)` with all that it adds up, in its order.

    Stores nothing in the graph; the sums of the contributions agree with it bit for bit. Raises
    ValueError as `backward` does.
    """

    def __init__(self, root: Node, gradient: Any = None) -> None:
        self.root = root
        self.order = toposort(root)[::-1]
        """The nodes as the sweep goes through them, the root first."""
        self.gradients, log = contributions(root, gradient)
        self.contributions: dict[Node, list[Contribution]] = {}
        for each in log:
            self.contributions.setdefault(each.arg, []).append(each)

    @property
    def seed(self) -> Any:
        """The gradient that starts the pass."""
        return self.gradients[self.root]

    def to(self, node: Node) -> list[Contribution]:
        """What the uses of a node add to its gradient."""
        return self.contributions.get(node, [])

    @cached_property
    def by_use(self) -> dict[tuple[Node, int], Contribution]:
        """The contributions by consumer and slot."""
        return {(c.consumer, c.slot): c for found in self.contributions.values() for c in found}

    def leading_to(self, targets: Iterable[Node]) -> set[Node]:
        """The nodes on the paths from the targets to the root."""
        found = set(targets)
        for node in reversed(self.order):
            if any(isinstance(arg, Node) and arg in found for arg in node.args):
                found.add(node)
        return found


def pass_that_stored(root: Node) -> BackwardPass | None:
    """The backward pass that filled the gradients, taken apart; None if there was none."""
    if root.grad is None or not root.requires_grad:
        return None
    return BackwardPass(root, plain(root.grad))


def flows(node: Node, slot: int) -> bool:
    """Whether the gradient of a node flows on to an argument."""
    arg = node.args[slot]
    wanted = isinstance(arg, Node) and arg.requires_grad and node.requires_grad
    return wanted and node.op.rule(slot) is not None


def local_derivative(node: Node, slot: int) -> float | None:
    """The derivative of a single number by a single number that it is computed from; else None."""
    operands, y = node.operands, output(node)
    if not node.op.elementwise or any(np.size(x) != 1 for x in (*operands, y)):
        return None
    if node.op.rule(slot) is None:
        return 0.0
    one = np.ones_like(y) if isinstance(y, np.ndarray) else 1.0
    return float(np.sum(node.op.pull(slot, one, y, operands, node.params or {})))


def changed(order: Iterable[Node]) -> dict[Node, tuple[Any, Node]]:
    """The leaves that hold other numbers than were computed with: those numbers, and in what."""
    found: dict[Node, tuple[Any, Node]] = {}
    for node in order:
        for arg, raw in zip(node.args, node.operands, strict=True):
            if isinstance(arg, Node) and arg.op is None and not arg.same(raw):
                found.setdefault(arg, (raw, node))
    return found


def output(node: Node) -> Any:
    """The plain number or array of a node; of a leaf a copy, so that it stays the leaf's own."""
    return node.data if node.op is not None else node.numpy()


def plain(gradient: Any) -> Any:
    """A stored gradient without its graph (it is a node after create_graph)."""
    return output(gradient) if isinstance(gradient, Node) else gradient


def summed_over(contribution: Contribution) -> tuple[int, ...]:
    """The axes over which the sweep adds up a contribution, to undo broadcasting."""
    operand = contribution.consumer.operands[contribution.slot]
    return summed_axes(np.shape(contribution.part), np.shape(operand))


def summed_axes(got: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The axes that an array has beyond what it was broadcast from, or where that has 1."""
    extra = len(got) - len(wanted)
    if extra < 0:
        return ()
    stretched = (
        extra + axis for axis, size in enumerate(wanted) if size == 1 and got[extra + axis] != 1
    )
    return (*range(extra), *stretched)
