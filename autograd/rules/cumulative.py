"""Running sums and products, and the whole product, whose rule needs the running ones.

The derivative of a product by one factor is the product of all others. None of the rules divides,
so zeros among the factors do no harm, at any order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.op import ATOM, PRODUCT, SIGN, Op, case, implements, ndim_of, op, shape_of
from autograd.rules.reductions import (
    CASES,
    Axes,
    Axis,
    as_rows,
    axes_of,
    dtype_of,
    from_rows,
    mask_of,
    operand,
)
from autograd.rules.select import where as select
from autograd.rules.shape import concatenate, ravel, spread

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
    before = _cumprod(x, axis=axis[0], reverse=False)
    after = _cumprod(x, axis=axis[0], reverse=True)
    return shift(before, axis=axis[0], by=1, fill=1.0) * shift(after, axis=axis[0], by=-1, fill=1.0)


_cumsum: Op = op(
    "cumsum",
    _run(np.add),
    lambda g, y, x, *, axis, reverse: _cumsum(g, axis=axis, reverse=not reverse),
    cases=_RUNS,
)
_cumprod: Op = op(
    "cumprod",
    _run(np.multiply),
    lambda g, y, x, *, axis, reverse: (
        shift(y, axis=axis, by=_toward(reverse), fill=1.0) * _carry(g, x, axis, reverse)
    ),
    cases=_RUNS,
)
_prod: Op = op(
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


@implements(np.prod, method="prod")
def prod(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The product over `axis` (None: over all) of the entries `where` admits, times `initial`."""
    a = operand("prod", a, dtype=dtype, out=out)
    if where is not True:
        a = select(mask_of("prod", a, where), a, 1)
    product = _prod(a, axis=axes_of("prod", a, axis), keepdims=bool(keepdims))
    return product if initial is None else product * initial


@implements(np.cumsum, method="cumsum")
def cumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """The sums of the first entries along `axis` (None: of all entries in one row)."""
    return _along("cumsum", _cumsum, operand("cumsum", a, dtype=dtype, out=out), axis)


@implements(np.cumprod, method="cumprod")
def cumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """The products of the first entries along `axis` (None: of all entries in one row)."""
    return _along("cumprod", _cumprod, operand("cumprod", a, dtype=dtype, out=out), axis)


def _along(name: str, card: Op, a: Any, axis: int | None) -> Any:
    if axis is None or not ndim_of(a):
        axes_of(name, a, axis)
        return card(ravel(a), axis=0, reverse=False)
    return card(a, axis=axes_of(name, a, axis)[0], reverse=False)


# NumPy has these two since 2.1.
@implements(*filter(None, [getattr(np, "cumulative_sum", None)]))
def cumulative_sum(
    x: Any,
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    out: Any = None,
    include_initial: bool = False,
) -> Any:
    """`cumsum` of the array standard: 1-D or with an axis, if wished after a first 0."""
    x = operand("cumulative_sum", x, dtype=dtype, out=out)
    return _cumulative("cumulative_sum", _cumsum, x, axis, 0.0 if include_initial else None)


@implements(*filter(None, [getattr(np, "cumulative_prod", None)]))
def cumulative_prod(
    x: Any,
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    out: Any = None,
    include_initial: bool = False,
) -> Any:
    """`cumprod` of the array standard: 1-D or with an axis, if wished after a first 1."""
    x = operand("cumulative_prod", x, dtype=dtype, out=out)
    return _cumulative("cumulative_prod", _cumprod, x, axis, 1.0 if include_initial else None)


def _cumulative(name: str, card: Op, x: Any, axis: int | None, first: float | None) -> Any:
    if axis is None and ndim_of(x) != 1:
        raise ValueError(f"{name}: an array of shape {shape_of(x)} needs axis=; only 1-D has one")
    where = axes_of(name, x, axis)[0]
    run = card(x, axis=where, reverse=False)
    if first is None:
        return run
    shape = list(shape_of(x))
    shape[where] = 1
    return concatenate([np.full(shape, first, dtype_of(x)), run], axis=where)
