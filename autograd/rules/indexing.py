"""Entries picked by NumPy's indexing, put back where they were picked, and sorted; diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, SIGN, Op, is_symbol, op, plain, shape_of
from autograd.rules.shape import Shape


def _scatter(x: Any, *, shape: tuple[int, ...], index: Any) -> Any:
    dtype = np.asarray(x).dtype
    if _picks_once(index):
        out = np.zeros(shape, dtype)
        out[index] = x
        return out
    # An entry that was picked often adds up what it gets, which half precision would round away.
    wide = np.zeros(shape, np.result_type(dtype, np.float32))
    np.add.at(wide, index, x)
    return wide.astype(dtype, copy=False)


def _picks_once(index: Any) -> bool:
    """Whether no entry is picked twice; True only where that is plain without comparing entries."""
    for part in index if type(index) is tuple else (index,):
        if type(part) not in _BASIC and part is not None and part is not Ellipsis:
            picked = np.asarray(part)
            if picked.dtype != bool and picked.size > 1:
                return False
    return True


_BASIC = (int, slice)


# Selects: what was not picked gets no gradient, also where its own derivative is infinite or NaN.
getitem: Op = op(
    "getitem",
    lambda x, *, index: np.asarray(x)[index],
    lambda g, y, x, *, index: scatter(g, shape=shape_of(x), index=index),
    symbol="[ ]",
    tex=(r"%s_{[\,]}", ATOM, (ATOM,)),
    text=("%s[…]", ATOM, (ATOM,)),
    selects=True,
    cases=(
        case((3, 4), index=1),
        case((3, 4), index=(slice(None), slice(1, 3))),
        case((3, 4), index=(slice(None, None, -2), -1)),
        case((3, 4), index=([0, 2, 0], [1, 1, 1])),
        case((3, 4), index=(..., None, 2)),
        case((3,), index=np.array([True, False, True])),
        case((3, 4), index=np.arange(12).reshape(3, 4) % 5 > 1),
        case((2, 3, 4), index=(np.array([[0, 1], [1, 1]], np.uint8), slice(None), 2)),
        case((2, 3), index=(True, 1)),
        case((3, 4), index=(slice(0, 0), [])),
        case((), index=(..., None)),
    ),
    public=False,
)
# The adjoint: a sum over all places that picked an entry, zero where none did.
scatter: Op = op(
    "scatter",
    _scatter,
    lambda g, y, x, *, shape, index: g[index],
    cases=(
        case((4,), shape=(3, 4), index=1),
        case((3,), shape=(3, 4), index=([0, 2, 0], [1, 1, 1])),
        case((2,), shape=(3,), index=np.array([True, False, True])),
    ),
    public=False,
)


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


def _embed(x: Any, *, shape: Shape, offset: int, axes: tuple[int, int]) -> Any:
    out = np.zeros(shape, np.asarray(x).dtype)
    i = np.arange(x.shape[-1])
    moved = np.moveaxis(out, axes, (-2, -1))
    moved[..., i + max(-offset, 0), i + max(offset, 0)] = x
    return out


diagonal: Op = op(
    "diagonal",
    lambda x, *, offset, axes: np.diagonal(x, offset, *axes),
    lambda g, y, x, *, offset, axes: embed(g, shape=shape_of(x), offset=offset, axes=axes),
    tex=(r"\operatorname{diag} %s", SIGN, (ATOM,)),
    text=("diag %s", SIGN, (ATOM,)),
    cases=(
        case((3, 3), offset=0, axes=(0, 1)),
        case((2, 4), offset=1, axes=(1, 0)),
        case((3, 2, 4), offset=-1, axes=(0, 2)),
        case((2, 3), offset=5, axes=(0, 1)),
    ),
)
# The adjoint of taking a diagonal: zeros but for that diagonal.
embed: Op = op(
    "embed",
    _embed,
    lambda g, y, x, *, shape, offset, axes: diagonal(g, offset=offset, axes=axes),
    tex=(r"\operatorname{Diag} %s", SIGN, (ATOM,)),
    text=("Diag %s", SIGN, (ATOM,)),
    cases=(
        case((3,), shape=(3, 3), offset=0, axes=(0, 1)),
        case((3, 2), shape=(3, 2, 3), offset=1, axes=(1, 2)),
        case((4, 1), shape=(2, 4, 3), offset=-1, axes=(0, 2)),
    ),
    public=False,
)
tril: Op = op(
    "tril",
    lambda m, *, k=0: np.tril(m, k),
    lambda g, y, m, *, k=0: tril(g, k=k),
    cases=(case((3, 3), k=0), case((2, 2, 4), k=1), case((3,), k=-1)),
)
triu: Op = op(
    "triu",
    lambda m, *, k=0: np.triu(m, k),
    lambda g, y, m, *, k=0: triu(g, k=k),
    cases=(case((3, 3), k=0), case((2, 2, 4), k=1), case((3,), k=-1)),
)
