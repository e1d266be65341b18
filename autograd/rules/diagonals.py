"""Diagonals and triangles of matrices, and matrices made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, SIGN, Op, op, shape_of
from autograd.rules.shape import Shape


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
