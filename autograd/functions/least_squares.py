"""The pseudo-inverse, and least squares by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, plain, shape_of
from autograd.functions.arguments import array_of
from autograd.functions.diagonals import tril
from autograd.functions.products import matmul
from autograd.functions.reductions import reduce_sum
from autograd.functions.spectral import svdvals
from autograd.rules import least_squares as cards
from autograd.rules.shape import reshape


@implements(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = ...) -> Any:
    """The Moore-Penrose inverse; singular values below `rcond` times the largest count as zero.

    That is 1e-15 by default, and the precision times the larger size with `rtol=None`. With
    `hermitian` only the lower triangle is read.
    """
    if rcond is not None and rtol is not ...:
        raise ValueError("pinv: rcond= and rtol= are the same thing; give one")
    a = array_of(a)
    if rcond is None:
        rcond = 1e-15 if rtol is ... else rtol
    if rcond is None:
        rcond = _eps(a) * max(shape_of(a)[-2:])
    return cards.pinv(tril(a) + tril(a, -1).mT if hermitian else a, rcond=rcond)


def _eps(*arrays: Any) -> float:
    return float(np.finfo(np.result_type(*map(plain, arrays), np.float32)).eps)


@implements(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, int, Any]:
    """The `x` of least squares of `b - a @ x`, their sums, the rank, and the singular values.

    The sums are empty unless `a` has full rank and more rows than columns. The gradient is that
    among matrices of the same rank.
    """
    a, b = array_of(a), array_of(b)
    if ndim_of(a) != 2 or ndim_of(b) not in (1, 2) or shape_of(a)[0] != shape_of(b)[0]:
        raise np.linalg.LinAlgError(
            f"lstsq takes (m, n) and (m,) or (m, k), not {shape_of(a)} and {shape_of(b)}"
        )
    rows, columns = shape_of(a)
    if rcond is None:
        rcond = _eps(a, b) * max(rows, columns)
    elif rcond < 0:  # LAPACK's way to ask for the precision itself
        rcond = _eps(a, b)
    right = reshape(b, shape=(rows, 1)) if ndim_of(b) == 1 else b
    x = matmul(cards.pinv(a, rcond=rcond), right)
    values = svdvals(a)
    rank = int(np.sum(plain(values) > rcond * np.max(plain(values), initial=0)))
    full = rank == columns < rows
    left = right - matmul(a, x)
    sums: Any = reduce_sum(left * left, axis=0) if full else np.array([], plain(x).dtype)
    return reshape(x, shape=(columns, *shape_of(b)[1:])), sums, rank, values
