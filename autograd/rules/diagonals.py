"""Diagonals and triangles of matrices, and matrices made of them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.op import ATOM, SIGN, Op, case, implements, ndim_of, op, shape_of
from autograd.rules.reductions import reduce_sum
from autograd.rules.shape import Shape, array_of, axis_of, ravel


def _embed(x: Any, *, shape: Shape, offset: int, axes: tuple[int, int]) -> Any:
    out = np.zeros(shape, np.asarray(x).dtype)
    i = np.arange(x.shape[-1])
    moved = np.moveaxis(out, axes, (-2, -1))
    moved[..., i + max(-offset, 0), i + max(offset, 0)] = x
    return out


_diagonal: Op = op(
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
    lambda g, y, x, *, shape, offset, axes: _diagonal(g, offset=offset, axes=axes),
    tex=(r"\operatorname{Diag} %s", SIGN, (ATOM,)),
    text=("Diag %s", SIGN, (ATOM,)),
    cases=(
        case((3,), shape=(3, 3), offset=0, axes=(0, 1)),
        case((3, 2), shape=(3, 2, 3), offset=1, axes=(1, 2)),
        case((4, 1), shape=(2, 4, 3), offset=-1, axes=(0, 2)),
    ),
)
_tril: Op = op(
    "tril",
    lambda m, *, k: np.tril(m, k),
    lambda g, y, m, *, k: _tril(g, k=k),
    cases=(case((3, 3), k=0), case((2, 2, 4), k=1), case((3,), k=-1)),
)
_triu: Op = op(
    "triu",
    lambda m, *, k: np.triu(m, k),
    lambda g, y, m, *, k: _triu(g, k=k),
    cases=(case((3, 3), k=0), case((2, 2, 4), k=1), case((3,), k=-1)),
)


@implements(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    """The lower triangle of `m` (..., m, n): zero above the diagonal `k`."""
    return _tril(array_of(m), k=operator.index(k))


@implements(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    """The upper triangle of `m` (..., m, n): zero below the diagonal `k`."""
    return _triu(array_of(m), k=operator.index(k))


@implements(np.diagonal, method="diagonal")
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal over two axes, as a new last axis in their place."""
    a = array_of(a)
    if ndim_of(a) < 2:
        raise ValueError(f"diagonal needs at least two axes, not shape {shape_of(a)}")
    axes = axis_of("diagonal", a, axis1), axis_of("diagonal", a, axis2)
    if axes[0] == axes[1]:
        raise ValueError(f"diagonal of shape {shape_of(a)}: axis1 and axis2 are the same axis")
    return _diagonal(a, offset=operator.index(offset), axes=axes)


@implements(np.trace, method="trace")
def trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Any:
    """The sum of the diagonal over two axes."""
    return reduce_sum(diagonal(a, offset, axis1, axis2), -1, dtype, out)


@implements(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """The diagonal `k` of a matrix, or the matrix that has the vector `v` there."""
    v = array_of(v)
    if ndim_of(v) == 2:
        return diagonal(v, k)
    if ndim_of(v) != 1:
        raise ValueError(f"diag takes a vector or a matrix, not shape {shape_of(v)}")
    size = shape_of(v)[0] + abs(k)
    return embed(v, shape=(size, size), offset=operator.index(k), axes=(0, 1))


@implements(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """The matrix with all entries of `v` on its diagonal `k`."""
    return diag(ravel(v), k)


@implements(np.linalg.diagonal)
def matrix_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonals of the matrices in the last two axes."""
    return diagonal(x, offset, -2, -1)


@implements(np.linalg.trace)
def matrix_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The traces of the matrices in the last two axes."""
    return trace(x, offset, -2, -1, dtype)
