"""A graph as its operations saw it, and how far its numbers are from those of another precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Node, Tensor, gradients
from autograd.nodes.rerun import rerun


def as_seen(order: Sequence[Node]) -> dict[Node, Any]:
    """The number of every node as the operations saw it, whatever became of it since."""
    seen: dict[Node, Any] = {}
    for node in order:
        for arg, raw in zip(node.args, node.operands, strict=True):
            if isinstance(arg, Node):
                seen.setdefault(arg, raw)
    seen.setdefault(order[-1], order[-1].numpy())
    return seen


def narrowest(order: Sequence[Node]) -> np.dtype:
    """The floating-point dtype of a graph with the fewest digits."""
    kinds = {node.dtype for node in order if isinstance(node, Tensor) and node.dtype.kind == "f"}
    return max(kinds, key=lambda kind: np.finfo(kind).eps, default=np.dtype(np.float64))


def rounding(
    order: Sequence[Node], seen: Mapping[Node, Any], exact: Mapping[Node, np.ndarray]
) -> dict[Node, float]:
    """How far rounding alone moves each gradient: the same graph in float32, scaled down.

    A gradient that is zero in theory comes out as such noise, and so does the learner's.
    """
    with np.errstate(all="ignore"):
        twins = rerun(order, seen, np.float32)
        wanted = [node for node in exact if twins[node].requires_grad]
        found = gradients(twins[order[-1]], [twins[node] for node in wanted])
        gaps = {
            node: float(np.max(np.abs(exact[node] - rough), initial=0.0))
            for node, rough in zip(wanted, found, strict=True)
        }
    scale = np.finfo(np.float64).eps / np.finfo(np.float32).eps
    return {node: float(gap * scale) for node, gap in gaps.items() if np.isfinite(gap)}
