"""Which nodes of a graph a picture shows, and what they are to each other. Knows no boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd import Node, toposort
from viz.flow import Flow, backward_flow, plain


def direction_of(order: Sequence[Node]) -> str:
    """Left to right for single numbers; top to bottom for arrays, whose boxes are wide."""
    return (
        "TB" if any(np.size(operand) > 1 for node in order for operand in node.operands) else "LR"
    )


def flow_of(root: Node) -> Flow | None:
    """The backward pass that filled the gradients, taken apart; None if there was none."""
    if root.grad is None or not root.requires_grad:
        return None
    return backward_flow(root, plain(root.grad))


def selected(
    order: Sequence[Node], root: Node, depth: int | None, focus: Node | None
) -> list[Node]:
    """The nodes to be drawn, in topological order."""
    kept = set(order)
    if focus is not None:
        if focus not in kept:
            raise ValueError("draw: focus= is not part of the graph of the root")
        kept &= {*toposort(focus), *_results_of(focus, order)}
    if depth is not None:
        kept &= _near(root, depth)
    return [node for node in order if node in kept]


def _results_of(node: Node, order: Sequence[Node]) -> set[Node]:
    """What depends on a node."""
    found = {node}
    for each in order:
        if any(isinstance(arg, Node) and arg in found for arg in each.args):
            found.add(each)
    return found


def _near(root: Node, depth: int) -> set[Node]:
    """The nodes that are at most `depth` steps back from the root."""
    near, last = {root}, [root]
    for _ in range(depth):
        last = [arg for node in last for arg in node.args if isinstance(arg, Node)]
        last = [arg for arg in dict.fromkeys(last) if arg not in near]
        near.update(last)
    return near


def pairs_of(order: Sequence[Node]) -> dict[Node, Node]:
    """The gradients that `create_graph` recorded and that are in this graph: whose they are."""
    kept = set(order)
    found: dict[Node, Node] = {}
    for node in order:
        if isinstance(node.grad, Node) and node.grad in kept:
            found.setdefault(node.grad, node)
    return found


def backward_part(order: Sequence[Node]) -> set[Node]:
    """The nodes that a recorded backward pass made; empty if none was recorded.

    The forward pass is what has a recorded gradient, and what that was computed from.
    """
    if not pairs_of(order):
        return set()
    kept = set(order)
    forward: set[Node] = set()
    for node in reversed(order):
        if isinstance(node.grad, Node) or node in forward:
            forward.add(node)
            forward.update(arg for arg in node.args if isinstance(arg, Node))
    made = {node for node in kept - forward if node.op is not None}
    return made | {gradient for gradient in pairs_of(order) if gradient not in forward}
