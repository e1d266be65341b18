"""Sampled functions: convolution, interpolation, polynomials, phases."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import Op, ndim_of, op, shape_of
from autograd.functions.arguments import array_of
from autograd.functions.joining import atleast_1d
from autograd.functions.select import where
from autograd.functions.shape import broadcast_to, concatenate
from autograd.rules import linalg as cards


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
