"""Why a gradient is zero, in a few words that are true of the numbers. Knows no layout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd import Node
from viz.flow import Flow, Part, output
from viz.names import Names

_PRODUCTS = ("multiply", "divide", "matmul", "power", "einsum")


def why_zero(uses: Sequence[Part], flow: Flow | None, names: Names) -> str:
    """Why nothing comes through these uses, told from the first; empty where there is none."""
    if any(np.any(part.value) for part in uses):
        return "its parts cancel"
    return _why_nothing(uses[0], flow, names) if uses and flow is not None else ""


def _why_nothing(part: Part, flow: Flow, names: Names) -> str:
    consumer, upstream = part.consumer, flow.gradients[part.consumer]
    op, name = consumer.op, names[consumer]
    if not np.any(upstream):
        return f"{names.gradient(consumer)} is zero"
    if part.cancels:
        return f"its entries cancel in the sum that undoes broadcasting to {name}"
    where = "" if np.all(upstream) else f" where {names.gradient(consumer)} is not zero"
    if op.name == "where":
        return f"masked: {name} takes the other branch{where}"
    if op.name == "relu" or (op.selects and op.arity > 1):
        return f"{op.name} is off in {name}{where}"
    if op.arity == 1 and op.elementwise:
        return f"{op.name} is flat here{where}{': saturated' * _saturated(consumer)}"
    others = (x for i, x in enumerate(consumer.operands) if i != part.slot)
    if op.name in _PRODUCTS and any(not np.any(x) for x in others):
        return f"times zero in {name}"
    if op.elementwise:
        return f"the local derivative in {name} is 0{where}"
    return f"{op.name} lets nothing of {names.gradient(consumer)} through"


def _saturated(node: Node) -> bool:
    """Whether steps of a tenth to either side change nothing, which tells tanh 20 from cos 0."""
    (x,) = node.operands
    step = 0.1 * np.maximum(np.abs(x), 1.0)
    with np.errstate(all="ignore"):
        beside = [node.op.forward(moved, **(node.params or {})) for moved in (x - step, x + step)]
    return all(np.array_equal(each, output(node), equal_nan=True) for each in beside)
