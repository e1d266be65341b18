"""Running sums and products, and the whole product, whose rule needs the running ones.

The derivative of a product by one factor is the product of all others. None of the rules divides,
so zeros among the factors do no harm, at any order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, PRODUCT, SIGN, Op, ndim_of, op, shape_of
from autograd.rules.reductions import CASES, Axes, as_rows, from_rows
from autograd.rules.shape import spread

_RUNS = (
    case((4,), axis=0, reverse=False),
    case((3, 4), axis=0, reverse=True),
    case((2, 5), axis=1, reverse=False),
    case((0, 2), axis=0, reverse=False),
)


def _run(ufunc: np.ufunc) -> Callable[..., Any]:
    def forward(x: Any, *, axis: int, reverse: bool) -> Any:
        if reverse:
            return np.flip(ufunc.accumulate(np.flip(x, axis), axis), axis)
        return ufunc.accumulate(x, axis)

    return forward


def _shift(x: Any, *, axis: int, by: int, fill: float) -> Any:
    out = np.full_like(x, fill)
    ahead, behind = (slice(1, None), slice(None, -1))[::by]
    lead = (slice(None),) * axis
    out[(*lead, ahead)] = x[(*lead, behind)]
    return out


def _recur(b: Any, a: Any, *, axis: int, reverse: bool) -> Any:
    """By doubling (Hillis and Steele 1986): after each pass h covers twice as many terms."""
    back = slice(None, None, -1 if reverse else 1)
    h = np.moveaxis(np.array(b), axis, 0)
    a = np.moveaxis(np.array(a), axis, 0)
    h, a, step = h[back], a[back], 1
    while step < len(h):
        # Where h is 0 there is nothing to carry, even if the factors have overflowed.
        h[step:] += np.multiply(
            a[step:], h[:-step], where=h[:-step] != 0, out=np.zeros_like(h[step:])
        )
        a[step:] = a[step:] * a[:-step]
        step *= 2
    return np.moveaxis(h[back], 0, axis)


# Entries moved one place along an axis, `fill` where none comes from.
shift: Op = op(
    "shift",
    _shift,
    lambda g, y, x, *, axis, by, fill: shift(g, axis=axis, by=-by, fill=0.0),
    cases=(
        case((4,), axis=0, by=1, fill=1.0),
        case((3, 4), axis=1, by=-1, fill=0.0),
        case((0, 2), axis=0, by=1, fill=1.0),
    ),
    public=False,
)
# h[i] = b[i] + a[i] h[i-1] along an axis (h[i+1] in reverse): its adjoint is of the same kind.
recur: Op = op(
    "recur",
    _recur,
    lambda g, y, b, a, *, axis, reverse: _carry(g, a, axis, reverse),
    lambda g, y, b, a, *, axis, reverse: (
        _carry(g, a, axis, reverse) * shift(y, axis=axis, by=_toward(reverse), fill=0.0)
    ),
    cases=(
        case((4,), (4,), axis=0, reverse=False),
        case((3, 5), (3, 5), axis=1, reverse=True),
        case((7, 2), (7, 2), axis=0, reverse=False),
    ),
    doc="h[i] = b[i] + a[i] h[i-1]",
    public=False,
)


def _toward(reverse: bool) -> int:
    return -1 if reverse else 1


def _carry(g: Any, a: Any, axis: int, reverse: bool) -> Any:
    """What arrives at every entry of a recurrence: its own gradient, and a times the next one's."""
    factors = shift(a, axis=axis, by=-_toward(reverse), fill=0.0)
    return recur(g, factors, axis=axis, reverse=not reverse)


def _others(x: Any, axis: Axes) -> Any:
    """For every entry the product of all others along the axes."""
    if not axis:
        return 1.0
    if len(axis) > 1:
        rows = as_rows(x, axis)
        return from_rows(_others(rows, (ndim_of(rows) - 1,)), x, axis)
    before = cumprod(x, axis=axis[0], reverse=False)
    after = cumprod(x, axis=axis[0], reverse=True)
    return shift(before, axis=axis[0], by=1, fill=1.0) * shift(after, axis=axis[0], by=-1, fill=1.0)


cumsum: Op = op(
    "cumsum",
    _run(np.add),
    lambda g, y, x, *, axis, reverse: cumsum(g, axis=axis, reverse=not reverse),
    cases=_RUNS,
)
cumprod: Op = op(
    "cumprod",
    _run(np.multiply),
    lambda g, y, x, *, axis, reverse: (
        shift(y, axis=axis, by=_toward(reverse), fill=1.0) * _carry(g, x, axis, reverse)
    ),
    cases=_RUNS,
)
prod: Op = op(
    "prod",
    lambda x, *, axis, keepdims: np.multiply.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, y, x, *, axis, keepdims: (
        spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims) * _others(x, axis)
    ),
    symbol="Π",
    tex=(r"\prod %s", SIGN, (PRODUCT,)),
    text=("Π %s", SIGN, (ATOM,)),
    cases=(*CASES, case((0, 2), axis=(0,), keepdims=False)),
)
