"""Diagonals and triangles of matrices, and matrices made of them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import ndim_of, shape_of
from autograd.functions.arguments import array_of, axis_of
from autograd.functions.reductions import reduce_sum
from autograd.functions.shape import ravel
from autograd.rules import indexing as cards
from autograd.rules.indexing import embed


@implements(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    """The lower triangle of `m` (..., m, n): zero above the diagonal `k`."""
    return cards.tril(array_of(m), k=operator.index(k))


@implements(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    """The upper triangle of `m` (..., m, n): zero below the diagonal `k`."""
    return cards.triu(array_of(m), k=operator.index(k))


@implements(np.diagonal, method="diagonal")
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal over two axes, as a new last axis in their place."""
    a = array_of(a)
    if ndim_of(a) < 2:
        raise ValueError(f"diagonal needs at least two axes, not shape {shape_of(a)}")
    axes = axis_of("diagonal", a, axis1), axis_of("diagonal", a, axis2)
    if axes[0] == axes[1]:
        raise ValueError(f"diagonal of shape {shape_of(a)}: axis1 and axis2 are the same axis")
    return cards.diagonal(a, offset=operator.index(offset), axes=axes)


@borrows(np.trace, method="trace")
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """The sum of the diagonal over two axes."""
    return reduce_sum(diagonal(a, offset, axis1, axis2), -1, dtype)


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
def _matrix_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonals of the matrices in the last two axes."""
    return diagonal(x, offset, -2, -1)


@implements(np.linalg.trace)
def _matrix_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The traces of the matrices in the last two axes."""
    return trace(x, offset, -2, -1, dtype)
