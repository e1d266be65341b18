"""Picking entries by NumPy's indexing, and putting gradients back where they were picked."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.op import ATOM, Op, case, op, shape_of


def _scatter(x: Any, *, shape: tuple[int, ...], index: Any) -> Any:
    out = np.zeros(shape, np.asarray(x).dtype)
    if _is_basic(index):
        out[index] = x
    else:
        np.add.at(out, index, x)  # an index that repeats adds up
    return out


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, int | slice | np.integer) and not isinstance(part, bool))
        for part in parts
    )


getitem: Op = op(
    "getitem",
    lambda x, *, index: x[index],
    lambda g, y, x, *, index: scatter(g, shape=shape_of(x), index=index),
    symbol="[ ]",
    tex=(r"%s_{[\,]}", ATOM, (ATOM,)),
    text=("%s[…]", ATOM, (ATOM,)),
    cases=(
        case((3, 4), index=1),
        case((3, 4), index=(slice(None), slice(1, 3))),
        case((3, 4), index=([0, 2, 0], [1, 1, 1])),
        case((3, 4), index=(..., None, 2)),
        case((3,), index=np.array([True, False, True])),
    ),
)
scatter: Op = op(
    "scatter",
    _scatter,
    lambda g, y, x, *, shape, index: g[index],
    cases=(
        case((4,), shape=(3, 4), index=1),
        case((3,), shape=(3, 4), index=([0, 2, 0], [1, 1, 1])),
    ),
)
