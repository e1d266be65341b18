"""Operations that fold axes away. The axes reach a card as a sorted tuple, never None."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, PRODUCT, SIGN, Op, is_symbol, ndim_of, op, shape_of
from autograd.rules.comparison import equal
from autograd.rules.select import where
from autograd.rules.shape import reshape, spread, transpose

Axes = tuple[int, ...]


def _mean(x: Any, *, axis: Axes, keepdims: bool) -> Any:
    count = count_of(x, axis)
    # NumPy adds half precision up in float32, and warns of the mean of nothing.
    if not count or is_half(x):
        array: Any = np.asarray(x)
        return array.mean(axis=axis, keepdims=keepdims)
    total: Any = np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]
    return total / count


def _share(x: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    top = x == (y if keepdims else np.expand_dims(y, axis))
    return (top / np.add.reduce(top, axis=axis, keepdims=True)).astype(np.asarray(x).dtype)


def _no_entry(operands: Sequence[Any], names: Sequence[str]) -> str | None:
    return "along an axis of size 0 there is no entry to take" if 0 in operands[0].shape else None


# Which entries reached the extreme, each with its part: how max and min split a gradient.
share: Op = op(
    "share",
    _share,
    None,
    None,
    tex=(r"[%s = %s]", ATOM),
    text=("[%s = %s]", ATOM),
    cases=(case((2, 3), (2,), axis=(1,), keepdims=False),),
    public=False,
)

CASES = (
    case((2, 3), axis=(0, 1), keepdims=False),
    case((2, 3), axis=(0,), keepdims=True),
    case((2, 3), axis=(1,), keepdims=False),
    case((2, 3, 4), axis=(0, 2), keepdims=False),
    case((), axis=(), keepdims=False),
)


def _reduced(
    x: tuple[int, ...], *, axis: tuple[int, ...] | None, keepdims: bool
) -> tuple[int, ...]:
    """The shape of x without the axes, or with 1 in their place."""
    gone = range(len(x)) if axis is None else axis
    return tuple(1 if i in gone else n for i, n in enumerate(x) if keepdims or i not in gone)


reduce_sum: Op = op(
    "sum",
    lambda x, *, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, y, x, *, axis, keepdims: spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims),
    symbol="Σ",
    tex=(r"\sum %s", SIGN, (PRODUCT,)),
    text=("Σ %s", SIGN, (PRODUCT,)),
    cases=(*CASES, case((0, 2), axis=(0,), keepdims=False)),
    linear=(0,),
    shape=_reduced,
    public=False,
)
mean: Op = op(
    "mean",
    _mean,
    lambda g, y, x, *, axis, keepdims: spread(
        g / wide(x, count_of(x, axis)), shape=shape_of(x), axis=axis, keepdims=keepdims
    ),
    tex=(r"\operatorname{mean} %s", SIGN, (ATOM,)),
    text=("mean %s", SIGN, (ATOM,)),
    cases=CASES,
    linear=(0,),
    shape=_reduced,
)


def _extreme(name: str, fold: Callable[..., Any]) -> Op:
    return op(
        name,
        lambda x, *, axis, keepdims: fold(x, axis=axis, keepdims=keepdims),
        lambda g, y, x, *, axis, keepdims: (
            spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims)
            * share(x, y, axis=axis, keepdims=keepdims)
        ),
        tex=(rf"\{name} %s", SIGN, (ATOM,)),
        text=(f"{name} %s", SIGN, (ATOM,)),
        cases=CASES,
        selects=True,
        kink="ties share the gradient equally",
        hint=_no_entry,
        public=False,
    )


reduce_max = _extreme("max", np.max)
reduce_min = _extreme("min", np.min)


def count_of(x: Any, axis: Axes) -> int:
    """How many entries lie along the axes."""
    shape = shape_of(x)
    return math.prod(shape[each] for each in axis)


def wide(x: Any, number: float) -> Any:
    """A number that entries of `x` are divided by, such that float16 need not hold it."""
    return np.float32(number) if is_half(x) else number


def is_half(x: Any) -> bool:
    """Whether it has half precision, in which counts and sums of squares soon overflow."""
    return bool(getattr(x, "dtype", None) == np.float16)


def as_rows(x: Any, axis: Axes) -> Any:
    """`x` with the axes of `axis` last and flattened into one."""
    kept = tuple(each for each in range(ndim_of(x)) if each not in axis)
    moved = transpose(x, axes=kept + axis)
    return reshape(moved, shape=(*(shape_of(x)[each] for each in kept), count_of(x, axis)))


def from_rows(rows: Any, like: Any, axis: Axes) -> Any:
    """The inverse of `as_rows`, for something of the shape of `like`."""
    order = (*(each for each in range(ndim_of(like)) if each not in axis), *axis)
    moved = reshape(rows, shape=tuple(shape_of(like)[each] for each in order))
    return transpose(moved, axes=tuple(int(i) for i in np.argsort(order)))


def _deviation(x: Any, axis: Axes) -> Any:
    return x - mean(x, axis=axis, keepdims=True)


def _freedom(x: Any, axis: Axes, ddof: float) -> Any:
    return wide(x, max(count_of(x, axis) - ddof, 0))


def _widely(spread_of: Callable[..., Any]) -> Callable[..., Any]:
    """A forward map of NumPy's which adds up half precision in float32, as NumPy's mean does."""

    def forward(x: Any, **options: Any) -> Any:
        if not is_half(x):
            return spread_of(x, **options)
        with np.errstate(over="ignore"):
            return np.asarray(spread_of(x, dtype=np.float32, **options)).astype(np.float16)

    return forward


def _over(g: Any, y: Any) -> Any:
    """g / y, and 0 where y is 0."""
    if is_symbol(y):
        return g / y
    zero = equal(y, 0)
    return where(0.0, g / where(1.0, y, cond=zero), cond=zero)


SPREAD_CASES = (
    *(case(*each.shapes, **each.params, ddof=0) for each in CASES),
    case((2, 3), axis=(1,), keepdims=True, ddof=1),
)

var: Op = op(
    "var",
    _widely(np.var),
    lambda g, y, x, *, axis, ddof, keepdims: (
        spread(2 * g / _freedom(x, axis, ddof), shape=shape_of(x), axis=axis, keepdims=keepdims)
        * _deviation(x, axis)
    ),
    tex=(r"\operatorname{var} %s", SIGN, (ATOM,)),
    text=("var %s", SIGN, (ATOM,)),
    cases=SPREAD_CASES,
)
std: Op = op(
    "std",
    _widely(np.std),
    lambda g, y, x, *, axis, ddof, keepdims: (
        spread(
            _over(g, y) / _freedom(x, axis, ddof),
            shape=shape_of(x),
            axis=axis,
            keepdims=keepdims,
        )
        * _deviation(x, axis)
    ),
    tex=(r"\operatorname{std} %s", SIGN, (ATOM,)),
    text=("std %s", SIGN, (ATOM,)),
    cases=SPREAD_CASES,
    kink="the gradient is 0 where all entries are equal",
)
