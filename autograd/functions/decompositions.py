"""Triangular factors of matrices: Cholesky and QR."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import shape_of
from autograd.functions.arguments import array_of
from autograd.functions.products import matmul
from autograd.functions.shape import concatenate
from autograd.rules import decompositions as cards


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular L with a = L Lᵀ; of the upper triangle, the upper U with a = Uᵀ U."""
    a = array_of(a)
    return cards.cholesky(a.mT).mT if upper else cards.cholesky(a)


_QR: Any = type(np.linalg.qr(np.eye(1)))


@implements(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """The orthogonal Q and the upper triangular R of a = Q R, as a named tuple; R for mode "r".

    Raises ValueError for mode "raw", and for "complete" of more rows than columns, where the last
    columns of Q are not determined.
    """
    a = array_of(a)
    rows, columns = shape_of(a)[-2:] if len(shape_of(a)) > 1 else (0, 0)
    if mode not in ("reduced", "r") and (mode != "complete" or rows > columns):
        raise ValueError(
            f"qr of {shape_of(a)}: mode={mode!r} has no gradient here; write 'reduced' or 'r'"
        )
    if columns > rows:  # the first columns decide about Q
        q, first = cards.qr_parts(cards.qr(a[..., :rows]), rows)
        r = concatenate([first, matmul(q.mT, a[..., rows:])], axis=-1)
    else:
        q, r = cards.qr_parts(cards.qr(a), rows)
    return r if mode == "r" else _QR(q, r)
