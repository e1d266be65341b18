"""Gradients as values, and a backward pass taken apart. Stores nothing in nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from autograd.graph.node import Node
from autograd.graph.sweep import Gradient, backward_order, pull_back


class Contribution(NamedTuple):
    """What one use of a node adds to its gradient: that of argument `slot` of `consumer`.

    `part` is what the rule gave, `fitted` the same with broadcasting undone.
    """

    consumer: Node
    slot: int
    arg: Node
    part: Gradient
    fitted: Gradient


def contributions(
    root: Node, gradient: Any = None
) -> tuple[dict[Node, Gradient], list[Contribution]]:
    """A backward pass taken apart: all gradients, and the contributions in the order they add up.

    Stores nothing. Raises as `backward` does.
    """
    log: list[Any] = []
    found = pull_back(root, gradient, log=log)
    return found, [Contribution(*use) for use in log]


def gradients(
    output: Node,
    wrt: Node | Sequence[Node],
    *,
    gradient: Any = None,
    create_graph: bool = False,
) -> Any:
    """The gradients of `output` by the nodes in `wrt`, as values in the same order; stores nothing.

    A single node gives a single gradient. A node that `output` does not depend on gives zeros.
    With `create_graph` the results are nodes. Raises as `backward` does.
    """
    nodes = [wrt] if isinstance(wrt, Node) else list(wrt)
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(f"gradients: wrt holds {node!r}, which is not a node of a graph")
        if not node.requires_grad:
            raise ValueError(f"gradients: {node!r} does not require a gradient")
    rows = gradient_rows(output, nodes, [gradient], create_graph=create_graph)
    return rows[0][0] if isinstance(wrt, Node) else rows[0]


def gradient_rows(
    output: Node, wrt: Sequence[Node], seeds: Iterable[Any], *, create_graph: bool = False
) -> list[list[Any]]:
    """`gradients` for each of several gradients arriving at the output; the order is found once."""
    order = backward_order(output, wrt)
    rows = []
    for seed in seeds:
        found = pull_back(output, seed, create_graph=create_graph, wrt=wrt, order=order)
        taken: set[int] = set()
        parts = []
        for node in wrt:
            part = found.get(node)
            if part is None:
                part = node.as_node(node.zero()) if create_graph else node.zero()
            parts.append(part if create_graph else node.own(part, taken))
        rows.append(parts)
    return rows


def zero_grad(nodes: Iterable[Node]) -> None:
    """Set `.grad` of every node back to None, which is what it is before the first backward()."""
    for node in [nodes] if isinstance(nodes, Node) else nodes:
        node.grad = None
