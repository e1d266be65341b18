"""Products of vectors, matrices and arrays, all of them made of a few cards."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import ndim_of, shape_of
from autograd.functions.arguments import array_of, axis_of, refuse
from autograd.functions.einsum import einsum
from autograd.functions.shape import concatenate, matrix_transpose, moveaxis, ravel
from autograd.rules import linalg as cards
from autograd.rules.arithmetic import multiply
from autograd.rules.shape import reshape, transpose


@implements(np.matmul)
def matmul(a: Any, b: Any) -> Any:
    """The matrix product by NumPy's rules: 1-D operands are a row before and a column behind."""
    rows, columns = ndim_of(a) == 1, ndim_of(b) == 1
    if not (rows or columns):
        return cards.matmul(a, b)
    left = reshape(a, shape=(1, -1)) if rows else a
    right = reshape(b, shape=(-1, 1)) if columns else b
    product = cards.matmul(left, right)
    shape = shape_of(product)
    shape = shape[:-1] if columns else shape
    if rows:
        shape = shape[:-1] if columns else (*shape[:-2], shape[-1])
    return reshape(product, shape=shape)


@borrows(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of two or more matrices, multiplied in the order of the fewest operations.

    The first and the last may be 1-D. The order is that of Cormen et al., "Introduction to
    Algorithms", chapter 14.2.
    """
    chain = [array_of(each) for each in arrays]
    shapes = [shape_of(each) for each in chain]
    ends = [len(shape) in (1, 2) for shape in (*shapes[:1], *shapes[-1:])]
    if len(chain) < 2 or not all(ends) or any(len(shape) != 2 for shape in shapes[1:-1]):
        raise ValueError(f"multi_dot takes two or more matrices, not the shapes {shapes}")
    first = shapes[0][0] if len(shapes[0]) == 2 else 1
    sizes = [first, *(shape[-1] if len(shape) == 2 else 1 for shape in shapes)]
    sizes[1:-1] = [shape[0] for shape in shapes[1:]]
    # cost[i, j] and product[i, j] are of the matrices i to j
    cost = {(i, i): 0 for i in range(len(chain))}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, len(chain)):
        for i in range(len(chain) - length):
            j = i + length
            price = {
                k: cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                for k in range(i, j)
            }
            split[i, j] = min(price, key=price.__getitem__)
            cost[i, j] = price[split[i, j]]

    def product(i: int, j: int) -> Any:
        if i == j:
            return chain[i]
        return matmul(product(i, split[i, j]), product(split[i, j] + 1, j))

    return product(0, len(chain) - 1)


@implements(np.cross)
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The vector product over an axis of size 3, or of size 2 with a third entry of zero.

    Of vectors that both have two entries it is the third entry alone.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(array_of(a), axisa, -1), moveaxis(array_of(b), axisb, -1)
    flat = shape_of(a)[-1] == shape_of(b)[-1] == 2
    product = cards.cross(_spatial(a), _spatial(b))
    return product[..., 2] if flat else moveaxis(product, -1, axisc)


def _spatial(v: Any) -> Any:
    """Vectors with three entries."""
    *batch, size = shape_of(v)
    if size == 3:
        return v
    if size != 2:
        raise ValueError(f"cross: vectors have 2 or 3 entries along their axis, not {size}")
    return concatenate([v, np.zeros((*batch, 1), v.dtype)], axis=-1)


@implements(np.dot, method="dot")
def dot(a: Any, b: Any, out: Any = None) -> Any:
    """The sum product over the last axis of `a` and the last but one, or only, axis of `b`."""
    refuse("dot", {"out": out})
    a, b = array_of(a), array_of(b)
    if not ndim_of(a) or not ndim_of(b):
        return multiply(a, b)
    if ndim_of(b) <= 2:
        return matmul(a, b)
    return tensordot(a, b, (-1, -2))


@implements(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    """The sum of the products of all entries, whatever the shapes."""
    return matmul(ravel(a), ravel(b))


@implements(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """The sum product over the last axes of both."""
    a, b = array_of(a), array_of(b)
    if not ndim_of(a) or not ndim_of(b):
        return multiply(a, b)
    return tensordot(a, b, (-1, -1))


@borrows(np.outer)
def outer(a: Any, b: Any) -> Any:
    """The matrix of the products of every entry of `a` with every entry of `b`."""
    return matmul(reshape(array_of(a), shape=(-1, 1)), reshape(array_of(b), shape=(1, -1)))


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The sum product over `axes`: how many (last of `a`, first of `b`), or a pair of lists."""
    a, b = array_of(a), array_of(b)
    mine, theirs = _paired(a, b, axes)
    sizes = [shape_of(a)[axis] for axis in mine]
    if sizes != [shape_of(b)[axis] for axis in theirs]:
        raise ValueError(
            f"tensordot: axes {tuple(mine)} of {shape_of(a)} and {tuple(theirs)} of {shape_of(b)} "
            "differ in size"
        )
    rows = [axis for axis in range(ndim_of(a)) if axis not in mine]
    columns = [axis for axis in range(ndim_of(b)) if axis not in theirs]
    shape = [shape_of(a)[axis] for axis in rows] + [shape_of(b)[axis] for axis in columns]
    product = matmul(_as_matrix(a, rows, mine), _as_matrix(b, theirs, columns))
    return reshape(product, shape=tuple(shape))


def _paired(a: Any, b: Any, axes: Any) -> tuple[list[int], list[int]]:
    """The axes of `a` and of `b` that are summed over, counted from the front."""
    if isinstance(axes, Sequence | np.ndarray):
        mine, theirs = (np.atleast_1d(each).tolist() for each in axes)
    else:
        count = operator.index(axes)
        if not 0 <= count <= min(ndim_of(a), ndim_of(b)):
            raise ValueError(
                f"tensordot: axes={count}, and the shapes are {shape_of(a)} and {shape_of(b)}"
            )
        mine, theirs = list(range(-count, 0)), list(range(count))
    if len(mine) != len(theirs):
        raise ValueError(f"tensordot: axes={axes} names {len(mine)} axes and {len(theirs)}")
    return (
        [axis_of("tensordot", a, axis) for axis in mine],
        [axis_of("tensordot", b, axis) for axis in theirs],
    )


def _as_matrix(x: Any, rows: list[int], columns: list[int]) -> Any:
    order = (*rows, *columns)
    moved = x if order == tuple(range(ndim_of(x))) else transpose(x, axes=order)
    sizes = [math.prod(shape_of(x)[axis] for axis in axes) for axes in (rows, columns)]
    return reshape(moved, shape=tuple(sizes))


@implements(np.kron)
def kron(a: Any, b: Any) -> Any:
    """The Kronecker product: a block `a[i, j] * b` for every entry of `a`."""
    a, b = array_of(a), array_of(b)
    ndim = max(ndim_of(a), ndim_of(b))
    left, right = ((1,) * (ndim - ndim_of(x)) + shape_of(x) for x in (a, b))
    mine = tuple(size for each in left for size in (each, 1))
    theirs = tuple(size for each in right for size in (1, each))
    blocks = multiply(reshape(a, shape=mine), reshape(b, shape=theirs))
    return reshape(blocks, shape=tuple(map(operator.mul, left, right)))


@implements(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The sum product over one axis of both, the others broadcast."""
    x1, x2 = moveaxis(array_of(x1), axis, -1), moveaxis(array_of(x2), axis, -1)
    return einsum("...i,...i->...", x1, x2)


def matvec(x1: Any, x2: Any, /) -> Any:
    """Matrices (..., m, n) times vectors (..., n)."""
    x1, x2 = array_of(x1), array_of(x2)
    if ndim_of(x1) < 2 or not ndim_of(x2):
        raise ValueError(f"matvec takes (..., m, n) and (..., n), not {_shapes(x1, x2)}")
    product = matmul(x1, reshape(x2, shape=(*shape_of(x2), 1)))
    return reshape(product, shape=shape_of(product)[:-1])


def vecmat(x1: Any, x2: Any, /) -> Any:
    """Vectors (..., m) times matrices (..., m, n)."""
    x1, x2 = array_of(x1), array_of(x2)
    if not ndim_of(x1) or ndim_of(x2) < 2:
        raise ValueError(f"vecmat takes (..., m) and (..., m, n), not {_shapes(x1, x2)}")
    return matvec(matrix_transpose(x2), x1)


if hasattr(np, "matvec"):  # NumPy 2.2
    implements(np.matvec)(matvec)
    implements(np.vecmat)(vecmat)


def _shapes(a: Any, b: Any) -> str:
    return f"{shape_of(a)} and {shape_of(b)}"


# ------------------------------------------------------- the same under the names of numpy.linalg


@implements(np.linalg.cross)
def _vector_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The vector product over an axis of size 3."""
    x1, x2 = array_of(x1), array_of(x2)
    if shape_of(x1)[axis] != 3 or shape_of(x2)[axis] != 3:
        raise ValueError(f"linalg.cross: both need 3 entries along the axis, not {_shapes(x1, x2)}")
    return cross(x1, x2, axis=axis)


@implements(np.linalg.outer)
def _vector_outer(x1: Any, x2: Any, /) -> Any:
    """The matrix of the products of the entries of two vectors."""
    x1, x2 = array_of(x1), array_of(x2)
    if ndim_of(x1) != 1 or ndim_of(x2) != 1:
        raise ValueError(
            f"linalg.outer takes two 1-D arrays, not {_shapes(x1, x2)}; np.outer ravels"
        )
    return outer(x1, x2)


implements(np.linalg.matmul)(matmul)
implements(np.linalg.matrix_transpose)(matrix_transpose)
