"""Which nodes of a graph a picture shows, and what they are to each other. Knows no boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from autograd import Node, toposort
from viz.flow import Flow, backward_flow, plain

_ACROSS = 8  # operations one after the other that are legible across a page


def direction_of(order: Sequence[Node]) -> str:
    """Left to right for a few single numbers; down the page for long chains and for wide arrays."""
    arrays = any(np.size(operand) > 1 for node in order for operand in node.operands)
    depth: dict[Node, int] = {}
    for node in order:
        args = [depth[arg] for arg in node.args if isinstance(arg, Node) and arg in depth]
        depth[node] = 1 + max(args, default=-1)
    return "TB" if arrays or max(depth.values(), default=0) > _ACROSS else "LR"


def unused_by(order: Sequence[Node], leaves: Iterable[Node]) -> list[Node]:
    """Those of the leaves, wanting a gradient, on which nothing in a graph depends."""
    kept = set(order)
    fresh = dict.fromkeys(leaf for leaf in leaves if leaf not in kept)
    return [leaf for leaf in fresh if leaf.op is None and leaf.requires_grad]


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
