"""Nested lists, tuples and dicts of arrays as one row of numbers, and back. Differentiable."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.functions.shape import concatenate, ravel
from autograd.graph.node import Node
from autograd.rules.shape import reshape
from autograd.transforms import trees

Unflatten = Callable[[Any], Any]


def flatten(value: Any) -> tuple[Any, Unflatten]:
    """All entries of the tree `value` in one row, and the function that makes the tree of a row.

    The keys of a dict are taken in sorted order. Nodes among the leaves give a node, and a row
    that is a node gives a tree of nodes.
    """
    leaves, rebuild = trees.flatten(_sorted(value))
    shapes = [np.shape(leaf) for leaf in leaves]
    size = sum(map(math.prod, shapes))

    def unflatten(row: Any) -> Any:
        if np.shape(row) != (size,):
            raise ValueError(f"unflatten: a row of {size} entries is needed, not {np.shape(row)}")
        return rebuild(_cut(row, shapes))

    return _row(leaves), unflatten


def flatten_func(
    func: Callable[..., Any], example: Any
) -> tuple[Callable[..., Any], Unflatten, Any]:
    """`func` from rows to rows, where it maps trees like `example` to trees.

    Returned with the function that makes a tree of a row, and the row of `example`.
    """
    row, unflatten = flatten(example)

    def of_rows(x: Any, *args: Any) -> Any:
        return flatten(func(unflatten(x), *args))[0]

    return of_rows, unflatten, row


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if not isinstance(value, list | tuple):
        return value
    inner = [_sorted(each) for each in value]
    return type(value)(*inner) if hasattr(value, "_fields") else type(value)(inner)


def _row(leaves: Sequence[Any]) -> Any:
    if any(isinstance(leaf, Node) for leaf in leaves):
        return concatenate([ravel(leaf) for leaf in leaves])
    return np.concatenate([np.ravel(leaf) for leaf in leaves]) if leaves else np.zeros(0)


def _cut(row: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    pieces, start = [], 0
    for shape in shapes:
        stop = start + math.prod(shape)
        pieces.append(reshape(row[start:stop], shape=shape) if shape else row[start])
        start = stop
    return pieces
