"""Differences of neighbours, and what is made of them: numerical derivative and integral."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, shape_of
from autograd.functions.arguments import Axis, axes_of, dtype_of, operand
from autograd.functions.reductions import reduce_sum
from autograd.functions.shape import broadcast_to, concatenate, ravel
from autograd.rules.shape import cast, reshape


def _at(a: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """The slice start:stop along one axis."""
    return a[(slice(None),) * axis + (slice(start, stop),)]


def _step(a: Any, axis: int) -> Any:
    return _at(a, axis, 1, None) - _at(a, axis, None, -1)


def _column(x: Any, axis: int, ndim: int) -> Any:
    """A 1-D array lying along one axis of many."""
    return reshape(x, shape=(*(1,) * axis, -1, *(1,) * (ndim - axis - 1)))


@implements(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The differences of neighbours along `axis`, `n` times over."""
    a = operand("diff", a)
    if n < 0:
        raise ValueError(f"diff: n={n} is negative")
    if not ndim_of(a):
        raise ValueError("diff needs at least 1 dimension, not a single number")
    if n == 0:
        return a
    (axis,) = axes_of("diff", a, axis)
    ends = [_end(end, shape_of(a), axis) for end in (prepend, append)]
    if any(end is not None for end in ends):
        parts = [part for part in (ends[0], a, ends[1]) if part is not None]
        a = concatenate(parts, axis=axis)
    for _ in range(n):
        a = _step(a, axis)
    return a


def _end(end: Any, shape: tuple[int, ...], axis: int) -> Any:
    """What `diff` puts before or behind: a number stands for a whole slice."""
    if end is None:
        return None
    end = operand("diff", end)
    if ndim_of(end):
        return end
    return broadcast_to(end, (*shape[:axis], 1, *shape[axis + 1 :]))


@implements(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of all entries in a row, between `to_begin` and `to_end`."""
    steps = _step(ravel(operand("ediff1d", ary)), 0)
    ends = (to_begin, steps, to_end)
    parts = [ravel(operand("ediff1d", part)) for part in ends if part is not None]
    return parts[0] if len(parts) == 1 else concatenate(parts)


@implements(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of `y` along `axis` by the trapezoidal rule, at the points `x` or `dx` apart."""
    y = operand("trapezoid", y)
    (axis,) = axes_of("trapezoid", y, axis)
    if x is not None:
        x = operand("trapezoid", x)
        one = ndim_of(x) == 1
        dx = _column(_step(x, 0), axis, ndim_of(y)) if one else _step(x, axis % ndim_of(x))
    return reduce_sum(dx * (_at(y, axis, 1, None) + _at(y, axis, None, -1)) / 2, axis)


@implements(np.gradient)
def _gradient(f: Any, *varargs: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """The numerical derivative of `f` along each axis: central inside, one-sided at the edges.

    `varargs` is the spacing: one number, or for each axis a number or the coordinates. Several
    axes give a tuple.
    """
    f = operand("gradient", f)
    if axis is None or isinstance(axis, int):
        axes = axes_of("gradient", f, axis)
    else:
        axes = tuple(axes_of("gradient", f, each)[0] for each in axis)  # in the order asked for
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order={edge_order} is neither 1 nor 2")
    if not varargs:
        varargs = (1.0,)
    if len(varargs) == 1 and not ndim_of(varargs[0]):
        varargs *= len(axes)
    if len(varargs) != len(axes):
        raise TypeError(f"gradient: {len(varargs)} spacings for {len(axes)} axes")
    found = tuple(
        _derivative(f, where, _spacing(spacing, shape_of(f)[where]), edge_order)
        for where, spacing in zip(axes, varargs, strict=True)
    )
    return found[0] if len(found) == 1 else found


def _spacing(spacing: Any, size: int) -> Any:
    """A number, or from the coordinates the distances of neighbours."""
    if not ndim_of(spacing):
        return spacing
    spacing = operand("gradient", spacing)
    if shape_of(spacing) != (size,):
        raise ValueError(
            f"gradient: coordinates of shape {shape_of(spacing)} along an axis of size {size}: one "
            "for each entry"
        )
    return _step(spacing * 1.0, 0)


def _derivative(f: Any, axis: int, h: Any, edge_order: int) -> Any:
    """The slope, in every point, of the parabola through it and its neighbours."""
    size = shape_of(f)[axis]
    if size < edge_order + 1:
        raise ValueError(
            f"gradient: axis {axis} of shape {shape_of(f)} is too short: edge_order={edge_order} "
            f"needs {edge_order + 1} entries"
        )
    uneven = ndim_of(h) > 0
    h = _column(h, axis, ndim_of(f)) if uneven else h
    slopes = _step(f, axis) / h
    s1, s2 = _at(slopes, axis, None, -1), _at(slopes, axis, 1, None)
    h1, h2 = (_at(h, axis, None, -1), _at(h, axis, 1, None)) if uneven else (1.0, 1.0)
    inside = (h2 * s1 + h1 * s2) / (h1 + h2) if uneven else (s1 + s2) / 2
    if edge_order == 1:
        first, last = slopes, slopes
    else:
        bend = (s2 - s1) / (h1 + h2)
        first, last = s1 - h1 * bend, s2 + h2 * bend
    found = concatenate([_at(first, axis, 0, 1), inside, _at(last, axis, -1, None)], axis=axis)
    dtype = dtype_of(f)
    return cast(found, dtype=dtype) if dtype.kind == "f" and dtype_of(found) != dtype else found
