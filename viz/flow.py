"""What flows along every edge of a graph in the backward pass, part by part. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Node, contributions, toposort
from viz.names import Names, word
from viz.text import axes


@dataclass(frozen=True, eq=False)
class Part:
    """What one use of a node adds to its gradient: that of argument `slot` of `consumer`."""

    consumer: Node
    slot: int
    value: Any
    summed: tuple[int, ...] = ()  # axes over which the sweep adds up, to undo broadcasting
    whole: Any = None  # what there was before they were added up

    @property
    def cancels(self) -> bool:
        """Whether nothing is left after that sum, though there was something."""
        return bool(self.summed) and not np.any(self.value) and bool(np.any(self.whole))


@dataclass
class Flow:
    """A backward pass taken apart: the gradient of each node and, in order, the parts of it."""

    root: Node
    order: list[Node]  # as the sweep goes, the root first
    gradients: dict[Node, Any] = field(default_factory=dict)
    parts: dict[Node, list[Part]] = field(default_factory=dict)

    @property
    def seed(self) -> Any:
        """The gradient that starts the pass."""
        return self.gradients[self.root]


def backward_flow(root: Node, gradient: Any = None) -> Flow:
    """Run the sweep of `root.backward(gradient)` and keep its parts; the sums agree bit for bit.

    Raises ValueError as `backward` does.
    """
    found, log = contributions(root, gradient)
    flow = Flow(root, toposort(root)[::-1], found)
    for consumer, slot, arg, part, fitted in log:
        summed = summed_axes(np.shape(part), np.shape(consumer.operands[slot]))
        flow.parts.setdefault(arg, []).append(Part(consumer, slot, fitted, summed, part))
    return flow


def edges_of(node: Node) -> Iterable[tuple[int, Node]]:
    """The arguments of a node that its gradient flows to, with their places."""
    return [
        (slot, arg)
        for slot, arg in enumerate(node.args)
        if isinstance(arg, Node) and arg.requires_grad and node.op.rule(slot) is not None
    ]


def local_derivative(node: Node, slot: int) -> float | None:
    """The derivative of a single number by a single number that it is computed from; else None."""
    operands = node.operands
    if not node.op.elementwise or any(np.size(x) != 1 for x in (*operands, output(node))):
        return None
    if node.op.rule(slot) is None:
        return 0.0
    with node.quiet():
        y = output(node)
        one = np.ones_like(y) if isinstance(y, np.ndarray) else 1.0
        return float(np.sum(node.op.pull(slot, one, y, operands, node.params or {})))


def output(node: Node) -> Any:
    """The plain number or array of a node; of a leaf a copy, so that it stays the leaf's own."""
    return node.data if node.op is not None else node.numpy()


def plain(gradient: Any) -> Any:
    """A stored gradient without its graph (it is a node after create_graph)."""
    return output(gradient) if isinstance(gradient, Node) else gradient


@dataclass(frozen=True)
class Formula:
    """A chain-rule step in symbols, and in words what the shapes ask for besides."""

    body: Any
    note: str = ""


def formula(node: Node, slot: int, names: Names, g: Any) -> Formula:
    """What argument `slot` gets of the gradient `g` of `node`, read from the operation's rule."""
    args = [names.operand(node, i) for i in range(len(node.args))]
    made = _read(node, slot, g, names.symbol(node), args)
    return Formula(names.with_sizes(made.body), made.note)


def in_numbers(node: Node, slot: int, names: Names, g: Any) -> Formula:
    """The same with the numbers put in: entries for numbers, shapes for arrays."""
    held: dict[Any, Any] = {}  # an argument used twice is one letter here too, as in a²
    args = [
        held.setdefault(arg, names.literal(raw))
        if isinstance(arg, Node)
        else names.literal(raw)
        if np.ndim(raw)
        else names.symbol(raw)
        for arg, raw in zip(node.args, node.operands, strict=True)
    ]
    return _read(node, slot, g, names.literal(output(node)), args)


def _read(node: Node, slot: int, g: Any, y: Any, args: list[Any]) -> Formula:
    rule = node.op.rule(slot)
    if rule is None:
        return Formula(0)
    if not node.op.elementwise and not np.ndim(g) and not hasattr(g, "op"):
        g = word(str(g))  # a rule that changes shapes would compute with a bare number
    try:
        body = rule(g, y, *args, **(node.params or {}))
    except Exception:  # a rule of one's own may use what formulas can't do
        return Formula(word(f"(rule {slot} of {node.op.name})"))
    if getattr(body, "op", None) is not None and body.op.name == "spread":
        return Formula(body.args[0], "for every entry")
    return Formula(body, _which(body))


def _which(body: Any) -> str:
    """What the notation of an operation leaves out and the reader must know."""
    params = body.params if getattr(body, "op", None) is not None else {}
    if params.get("reverse"):
        return "from the last entry on"
    return "({} to {})".format(*params["subscripts"].split("->")) if "subscripts" in params else ""


def undo_broadcast(summed: tuple[int, ...], ndim: int) -> str:
    """How the sum that undoes a broadcast is called; empty if there is none."""
    if not summed:
        return ""
    return "sum over all entries" if len(summed) == ndim else f"sum over {axes(summed)}"


def summed_axes(got: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The axes that a part has beyond its operand, or where the operand has 1."""
    extra = len(got) - len(wanted)
    if extra < 0:
        return ()
    stretched = (
        extra + axis for axis, size in enumerate(wanted) if size == 1 and got[extra + axis] != 1
    )
    return (*range(extra), *stretched)
