"""Picking entries by NumPy's indexing, and putting gradients back where they were picked."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, Op, op, shape_of


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
