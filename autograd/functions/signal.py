"""Sampled functions: convolution, interpolation, polynomials, differences, derivative, integral."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import Op, ndim_of, op, shape_of
from autograd.functions.arguments import Axis, array_of, axes_of, dtype_of, operand
from autograd.functions.joining import atleast_1d
from autograd.functions.reductions import reduce_sum
from autograd.functions.select import where
from autograd.functions.shape import broadcast_to, concatenate, ravel
from autograd.rules import linalg as cards
from autograd.rules.shape import cast, reshape


@implements(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The discrete convolution of two rows: all overlaps, the middle ones, or complete ones."""
    one, other = _row("convolve", a), _row("convolve", v)
    if mode == "full":
        return cards.convolve(one, other)
    short, long = sorted((one, other), key=lambda row: shape_of(row)[0])
    if mode == "valid":
        return cards.convolve_valid(long, short)
    if mode != "same":
        raise ValueError(f"convolve: mode={mode!r}: write 'full', 'same' or 'valid'")
    return _middle(cards.convolve(one, other), (shape_of(short)[0] - 1) // 2, shape_of(long)[0])


@implements(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The cross-correlation of two rows: the convolution of `a` with `v` reversed."""
    one, other = _row("correlate", a), _row("correlate", v)[::-1]
    n, m = shape_of(one)[0], shape_of(other)[0]
    if mode == "same" and m > n:  # NumPy's middle of an even number is that of the rows swapped
        return _middle(cards.convolve(one, other), n // 2, m)
    return convolve(one, other, mode)


def _row(name: str, x: Any) -> Any:
    row = atleast_1d(x)
    if ndim_of(row) != 1 or not shape_of(row)[0]:
        raise ValueError(f"{name} needs two rows of one or more entries, not shape {shape_of(x)}")
    return row


def _middle(full: Any, start: int, size: int) -> Any:
    return full[start : start + size]


def _find_piece(t: Any, knots: Any) -> Any:
    return np.clip(np.searchsorted(knots, t, side="right") - 1, 0, len(knots) - 2)


def _count_turns(p: Any, *, discont: float | None, axis: int, period: float) -> Any:
    return np.rint((np.unwrap(p, discont, axis, period=period) - p) / period)


# Flat operations, as all decisions on numbers are, so that a replay can watch what they give.
_piece: Op = op("interp_piece", _find_piece, None, None, elementwise=False, table=None)
_order: Op = op("argsort", np.argsort, None, elementwise=False, table=None)
_turns: Op = op("unwrap_turns", _count_turns, None, elementwise=False, table=None)


@implements(np.interp)
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """The broken line through the points (xp, fp), which must ascend in `xp`, at `x`.

    Beyond the points it is `left` and `right`, by default the outermost of `fp`; with `period` it
    repeats. At a point, the derivative is that of the piece to its right.
    """
    t, knots, heights = array_of(x), array_of(xp), array_of(fp)
    count = shape_of(knots)[0] if ndim_of(knots) == 1 else 0
    if not count or shape_of(heights) != (count,):
        raise ValueError(
            f"interp: xp of shape {shape_of(knots)} and fp of shape {shape_of(heights)} must be "
            "rows of one length, not empty"
        )
    if period is not None:
        if not period:
            raise ValueError("interp: period must not be 0")
        t, knots, heights = _one_period(t, knots, heights, abs(period))
        left = right = None
    below = heights[0] if left is None else left
    above = heights[-1] if right is None else right
    if shape_of(knots)[0] == 1:
        inside = broadcast_to(heights[0], shape_of(t))
    else:
        i = _piece(t, knots)
        start, low = knots[i], heights[i]
        inside = low + (t - start) * ((heights[i + 1] - low) / (knots[i + 1] - start))
    return where(np.less(t, knots[0]), below, where(np.greater(t, knots[-1]), above, inside))


def _one_period(t: Any, knots: Any, heights: Any, period: float) -> tuple[Any, Any, Any]:
    """Everything brought into one period, with the neighbouring points of the next ones."""
    t, knots = np.remainder(t, period), np.remainder(knots, period)
    order = _order(knots)
    knots, heights = knots[order], heights[order]
    return (
        t,
        concatenate([knots[-1:] - period, knots, knots[:1] + period]),
        concatenate([heights[-1:], heights, heights[:1]]),
    )


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """The polynomial with the coefficients `p`, highest power first, at `x` (Horner's scheme)."""
    coefficients, t = array_of(p), array_of(x)
    if not len(coefficients):
        return np.zeros(shape_of(t))
    out = coefficients[0]
    out = broadcast_to(out, np.broadcast_shapes(shape_of(out), shape_of(t)))
    for i in range(1, len(coefficients)):
        out = out * t + coefficients[i]
    return out


@implements(np.unwrap)
def unwrap(
    p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * np.pi
) -> Any:
    """Phases without jumps: whole periods added where neighbours are further apart than half one.

    What is added is piecewise constant, so the derivative is that of `p`.
    """
    phases = array_of(p)
    return phases + _turns(phases, discont=discont, axis=axis, period=period) * period


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
