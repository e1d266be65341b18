"""A recorded graph run again: with other numbers in its leaves, or in another precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from autograd.graph.node import Node
from autograd.nodes.tensor import Tensor


def rerun(order: Sequence[Node], seen: Mapping[Node, Any], dtype: Any = None) -> dict[Node, Node]:
    """The graph of `order` once more: for each of its nodes a twin, computed from twins.

    Leaves get the numbers that `seen` has for them, or else their own. With `dtype`, all numbers
    are in Tensors of that dtype.
    """
    twins: dict[Node, Node] = {}
    for node in order:
        if node.op is None:
            twins[node] = _leaf(node, seen.get(node, node.raw), dtype)
        else:
            args = [twins[arg] if isinstance(arg, Node) else _in(arg, dtype) for arg in node.args]
            twins[node] = node.op(*args, **_params(node, dtype))
        twins[node].name = node.name
    return twins


def _leaf(node: Node, number: Any, dtype: Any) -> Node:
    if dtype is not None:
        return Tensor(number, dtype=dtype, requires_grad=node.requires_grad)
    twin = copy(node)
    twin.raw, twin.grad = number, None
    return twin


def _in(constant: Any, dtype: Any) -> Any:
    if dtype is None:
        return constant
    if isinstance(constant, np.ndarray) and constant.dtype.kind == "f":
        return constant.astype(dtype)
    return constant.item() if isinstance(constant, np.generic) else constant


def _params(node: Node, dtype: Any) -> dict[str, Any]:
    params = dict(node.params or {})
    if dtype is not None and "dtype" in params:  # of a cast
        params["dtype"] = np.dtype(dtype)
    return params
