"""Linear equations, least squares, determinants, powers and inverses of matrices."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, plain, shape_of
from autograd.functions.arguments import array_of
from autograd.functions.decompositions import svdvals
from autograd.functions.diagonals import diagonal, tril, triu
from autograd.functions.products import matmul
from autograd.functions.reductions import reduce_sum
from autograd.functions.select import where
from autograd.functions.shape import concatenate, moveaxis
from autograd.rules import inverses as cards
from autograd.rules.inverses import inv, square_hint
from autograd.rules.shape import reshape


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """The `x` of `a @ x = b`; a 1-D `b` is one right-hand side, else its columns are."""
    b = array_of(b)
    if ndim_of(b) != 1:
        return cards.solve(array_of(a), b)
    x = cards.solve(array_of(a), reshape(b, shape=(*shape_of(b), 1)))
    return reshape(x, shape=shape_of(x)[:-1])


_SignAndLog: Any = type(np.linalg.slogdet(np.eye(1)))


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """The sign of the determinant and the logarithm of its magnitude, as a named tuple."""
    both = cards.slogdet(array_of(a))
    return _SignAndLog(both[0], both[1])


@implements(np.linalg.det)
def det(a: Any) -> Any:
    """The determinant, with its derivatives of any order at singular matrices too."""
    a = array_of(a)
    y = cards.det(a)
    borders = None if plain(a) is a else _borders(plain(a), plain(y))
    return y if borders is None else _bordered_det(a, y, *borders)


def _borders(a: Any, y: Any) -> tuple[Any, Any] | None:
    """What makes the singular matrices of a stack regular; None if they all are.

    That is, singular vectors of the smallest singular values, as columns and as rows.
    """
    small = np.sqrt(np.finfo(y.dtype).eps)
    with np.errstate(all="ignore"):
        largest = np.prod(np.linalg.norm(a, axis=-1), axis=-1)  # Hadamard's bound
    if np.all(np.abs(y) > small * largest) or not np.all(np.isfinite(a)):
        return None
    wide = a.astype(np.result_type(a, np.float32))
    if np.all(np.linalg.cond(wide, "fro") < 1 / small):
        return None
    u, s, vh = np.linalg.svd(wide)
    top = s[..., :1]
    count = int(np.max(np.sum(s <= small * top, axis=-1)))
    if not count:
        return None
    scale = np.where(top == 0, 1, top)[..., None].astype(a.dtype)
    return u[..., -count:].astype(a.dtype) * scale, vh[..., -count:, :].astype(a.dtype) * scale


def _bordered_det(a: Any, y: Any, columns: Any, rows: Any) -> Any:
    """det a as det m · det c, where a is the corner of a regular m, and c that of its inverse.

    The identity (Jacobi's, of complementary minors) holds around `a` as well as at it, so that its
    derivatives are those of det a.
    """
    count = rows.shape[-2]
    corner = np.zeros((*rows.shape[:-1], count), rows.dtype)
    m = concatenate(
        [concatenate([a, columns], axis=-1), np.concatenate([rows, corner], axis=-1)], axis=-2
    )
    product = cards.det(m) * _small_det(inv(m)[..., -count:, -count:])
    return product + (plain(y) - plain(product))  # NumPy's number to the last digit


def _small_det(x: Any) -> Any:
    """The determinant without a division: Bird, "A simple division-free algorithm" (2011)."""
    size = shape_of(x)[-1]
    behind = np.tril(np.ones((size, size), plain(x).dtype), -1)
    f = x
    for _ in range(size - 1):
        tail = diagonal(f, 0, -2, -1) @ behind
        f = (triu(f, 1) - tail[..., None] * np.eye(size, dtype=plain(x).dtype)) @ x
    return (-1) ** (size - 1) * f[..., 0, 0]


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """The product of `n` times `a`; of its inverse for negative `n`."""
    n, a = operator.index(n), array_of(a)
    hint = square_hint([a])
    if hint is not None:
        raise np.linalg.LinAlgError(f"matrix_power of {shape_of(a)}: {hint}")
    if n == 0:  # a constant, but still in the graph of `a`
        return where(False, a, np.eye(shape_of(a)[-1], dtype=plain(a).dtype))
    square, out = (a if n > 0 else inv(a)), None
    n = abs(n)
    while True:
        if n % 2:
            out = square if out is None else matmul(out, square)
        n //= 2
        if not n:
            return out
        square = matmul(square, square)


@implements(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of the map that `tensordot(a, ·)` is, `a` having `ind` axes of results."""
    a = array_of(a)
    if ind <= 0:
        raise ValueError(f"tensorinv: ind={ind} must be positive")
    front, back = shape_of(a)[:ind], shape_of(a)[ind:]
    return reshape(inv(reshape(a, shape=(math.prod(front), math.prod(back)))), shape=back + front)


@implements(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    """The `x` of `tensordot(a, x, x.ndim) = b`; `axes` of `a` are moved to its end first."""
    a, b = array_of(a), array_of(b)
    if axes is not None:
        a = moveaxis(a, axes, range(-len(axes), 0))
    shape = shape_of(a)[ndim_of(b) :]
    matrix = reshape(a, shape=(math.prod(shape_of(b)), math.prod(shape)))
    return reshape(solve(matrix, reshape(b, shape=(-1,))), shape=shape)


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
