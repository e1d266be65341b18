"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, plain, shape_of
from autograd.functions.arguments import Axis, array_of, axes_of, axis_of
from autograd.functions.decompositions import svdvals
from autograd.functions.reductions import reduce_max, reduce_min, reduce_sum
from autograd.functions.select import where
from autograd.functions.shape import moveaxis
from autograd.rules import norms as cards
from autograd.rules.inverses import inv, square_hint
from autograd.rules.select import absolute
from autograd.rules.shape import Shape, reshape

Order = float | str | None


@implements(np.linalg.norm)
def norm(x: Any, ord: Order = None, axis: Axis = None, keepdims: bool = False) -> Any:  # noqa: A002
    """The norm of a vector along one `axis`, or of a matrix along two; None takes all entries.

    Orders of a vector: None or 2, inf, -inf, 0 (how many entries are not zero, a constant), any
    other number p. Of a matrix: None or "fro", "nuc", inf, -inf, 1, -1, 2, -2. The gradient at zero
    is zero; equal largest entries, sums or singular values share it.
    """
    x = _as_floats(x)
    if axis is None:
        axes = tuple(range(ndim_of(x)))
        if ord is None:
            return cards.norm(x, p=2, axis=axes, keepdims=bool(keepdims))
    else:
        axes = tuple(axis) if isinstance(axis, tuple | list) else (axis,)  # type: ignore[assignment]
    if len(axes) == 1:
        return _of_vector(x, ord, axes_of("norm", x, axes), bool(keepdims))
    if len(axes) == 2:
        rows, columns = (axis_of("norm", x, each) for each in axes)
        if rows == columns:
            raise ValueError(f"norm of shape {shape_of(x)}: axis={axis} names an axis twice")
        return _of_matrix(x, ord, rows, columns, bool(keepdims))
    raise ValueError(
        f"norm of shape {shape_of(x)}: ord={ord} with {len(axes)} axes; give axis= as one axis "
        "for vectors, two for matrices"
    )


@implements(np.linalg.vector_norm)
def vector_norm(
    x: Any,
    /,
    *,
    axis: Axis = None,
    keepdims: bool = False,
    ord: Order = 2,  # noqa: A002
) -> Any:
    """The norm of the entries along `axis` (one, several, or None: all) taken as one vector."""
    x = _as_floats(x)
    return _of_vector(x, ord, axes_of("vector_norm", x, axis), bool(keepdims))


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Order = "fro") -> Any:  # noqa: A002
    """The norm of the matrices in the last two axes."""
    return norm(x, ord, (-2, -1), keepdims)


def _as_floats(x: Any) -> Any:
    x = array_of(x)
    if plain(x) is not x:
        return x
    x = np.asarray(x)
    return x.astype(np.float64) if x.dtype.kind in "biu" else x


def _of_vector(x: Any, p: Order, axis: Shape, keepdims: bool) -> Any:
    if isinstance(p, str):
        raise ValueError(f"norm: ord={p!r} is not an order of vectors, but of matrices")
    if p is None or p not in (0, 1, np.inf, -np.inf):
        return cards.norm(x, p=2 if p is None else p, axis=axis, keepdims=keepdims)
    if p == 0:  # a constant, but still in the graph of `x`
        entries = where(False, x, (plain(x) != 0).astype(plain(x).dtype))
        return reduce_sum(entries, axis=axis, keepdims=keepdims)
    fold = {1: reduce_sum, np.inf: _largest, -np.inf: reduce_min}[p]
    return fold(absolute(x), axis=axis, keepdims=keepdims)


def _largest(x: Any, *, axis: Any, keepdims: bool) -> Any:
    """The maximum of what is not negative; 0 if there is nothing."""
    fold = reduce_max if all(shape_of(x)[each] for each in axis) else reduce_sum
    return fold(x, axis=axis, keepdims=keepdims)


def _of_matrix(x: Any, order: Order, rows: int, columns: int, keepdims: bool) -> Any:
    axis = tuple(sorted((rows, columns)))
    kept = tuple(1 if i in axis else size for i, size in enumerate(shape_of(x)))
    if order in (None, "fro", "f"):
        return cards.norm(x, p=2, axis=axis, keepdims=keepdims)
    if order in ("nuc", 2, -2):
        values = svdvals(moveaxis(x, (rows, columns), (-2, -1)))
        fold = {"nuc": reduce_sum, 2: _largest, -2: reduce_min}[order]
        found = fold(values, axis=(ndim_of(values) - 1,), keepdims=False)
    elif order in (1, -1, np.inf, -np.inf):
        along, other = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = reduce_sum(absolute(x), axis=along, keepdims=True)
        fold = _largest if order > 0 else reduce_min
        found = fold(sums, axis=(other,), keepdims=True)
    else:
        raise ValueError(
            f"norm: ord={order!r} is not an order of matrices: None, 'fro', 'nuc', inf, -inf, 1, "
            "-1, 2, -2; for another p flatten them, or see vector_norm"
        )
    shape = kept if keepdims else tuple(s for i, s in enumerate(shape_of(x)) if i not in axis)
    return reshape(found, shape=shape)


@implements(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """The condition number: the norm of `x` times that of its inverse; inf for a singular matrix.

    None is order 2, from the singular values, of matrices of any shape.
    """
    x = array_of(x)
    if 0 in shape_of(x)[-2:]:
        raise np.linalg.LinAlgError(f"cond of shape {shape_of(x)}: the matrix is empty")
    by_values = p is None or p in (2, -2)
    wrong = None if by_values else square_hint([x])
    if wrong is not None:
        raise np.linalg.LinAlgError(f"cond of shape {shape_of(x)}: {wrong}")
    with np.errstate(all="ignore"):
        if by_values:
            s = svdvals(x)
            ratio = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
            zero = np.isnan(plain(ratio)) & ~np.isnan(plain(x)).any(axis=(-2, -1))
            return where(zero, np.inf, ratio) if np.any(zero) else ratio
        try:
            return _norm_product(x, p)
        except np.linalg.LinAlgError:  # at least one of the matrices is singular
            wide = plain(x).astype(np.result_type(plain(x), np.float32))
            singular = np.isinf(np.linalg.cond(wide, p))
            regular = where(singular[..., None, None], np.eye(shape_of(x)[-1]), x)
            return where(singular, np.inf, _norm_product(regular, p))


def _norm_product(x: Any, p: Any) -> Any:
    return matrix_norm(x, ord=p) * matrix_norm(inv(x), ord=p)
