"""Entries sorted, and entries chosen by place or by condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import Op, is_symbol, op, plain

Index = tuple[Any, ...]


def index_along(shape: tuple[int, ...], places: np.ndarray, axis: int) -> Index:
    """The index that reads `places` of one axis at each place of the others."""
    index: list[Any] = list(np.ogrid[tuple(map(slice, shape))])
    index[axis] = places
    return tuple(index)


def _whereabouts(x: Any, y: Any, axis: int) -> Index:
    """Where each entry of `x` lies in `y`, which is `x` reordered along an axis.

    Entries that tie keep their order, so the derivative is that of one of the permutations.
    """
    if is_symbol(x):
        return ()
    there = np.argsort(plain(x), axis=axis, kind="stable")
    here = np.argsort(plain(y), axis=axis, kind="stable")
    places = np.empty_like(there)
    np.put_along_axis(places, there, here, axis)
    return index_along(places.shape, places, axis)


sort: Op = op(
    "sort",
    lambda x, *, axis: np.sort(x, axis),
    lambda g, y, x, *, axis: g[_whereabouts(x, y, axis)],
    kink="entries that tie keep their order",
    cases=(case((5,), axis=0), case((3, 4), axis=0), case((2, 3, 2), axis=1), case((0,), axis=0)),
)
partition: Op = op(
    "partition",
    lambda x, *, kth, axis: np.partition(x, kth, axis),
    lambda g, y, x, *, kth, axis: g[_whereabouts(x, y, axis)],
    kink="entries that tie keep their order",
    cases=(case((5,), kth=2, axis=0), case((4, 3), kth=(0, -1), axis=0)),
)
