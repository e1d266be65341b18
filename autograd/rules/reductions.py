"""Operations that fold axes away. The axes reach a card as a sorted tuple, never None."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.op import ATOM, PRODUCT, SIGN, Op, case, implements, ndim_of, op, shape_of
from autograd.rules.shape import spread

Axis = int | Sequence[int] | None


def _mean(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    count = _count(x, axis)
    if x.dtype == np.float16 or not count:  # NumPy adds these in float32, and warns of an empty one
        return np.mean(x, axis=axis, keepdims=keepdims)
    total: Any = np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]
    return total / count


def _count(x: Any, axis: tuple[int, ...]) -> int:
    shape = shape_of(x)
    count = 1
    for each in axis:
        count *= shape[each]
    return count


def _share(x: Any, y: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    top = x == (y if keepdims else np.expand_dims(y, axis))
    return (top / np.add.reduce(top, axis=axis, keepdims=True)).astype(np.asarray(x).dtype)


# Which entries reached the extreme, each with its part: how max and min split a gradient.
share: Op = op(
    "share",
    _share,
    None,
    None,
    tex=(r"[%s = %s]", ATOM),
    text=("[%s = %s]", ATOM),
    cases=(case((2, 3), (2,), axis=(1,), keepdims=False),),
)

_CASES = (
    case((2, 3), axis=(0, 1), keepdims=False),
    case((2, 3), axis=(0,), keepdims=True),
    case((2, 3), axis=(1,), keepdims=False),
    case((2, 3, 4), axis=(0, 2), keepdims=False),
    case((), axis=(), keepdims=False),
)

_sum: Op = op(
    "sum",
    lambda x, *, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, y, x, *, axis, keepdims: spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims),
    symbol="Σ",
    tex=(r"\sum %s", SIGN, (PRODUCT,)),
    text=("Σ %s", SIGN, (PRODUCT,)),
    cases=_CASES,
)
_average: Op = op(
    "mean",
    _mean,
    lambda g, y, x, *, axis, keepdims: spread(
        g / _count(x, axis), shape=shape_of(x), axis=axis, keepdims=keepdims
    ),
    tex=(r"\operatorname{mean} %s", SIGN, (ATOM,)),
    text=("mean %s", SIGN, (ATOM,)),
    cases=_CASES,
)
_max: Op = op(
    "max",
    lambda x, *, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
    lambda g, y, x, *, axis, keepdims: (
        spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims)
        * share(x, y, axis=axis, keepdims=keepdims)
    ),
    tex=(r"\max %s", SIGN, (ATOM,)),
    text=("max %s", SIGN, (ATOM,)),
    cases=_CASES,
    selects=True,
    kink="ties share the gradient equally",
)
_min: Op = op(
    "min",
    lambda x, *, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims),
    lambda g, y, x, *, axis, keepdims: (
        spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims)
        * share(x, y, axis=axis, keepdims=keepdims)
    ),
    tex=(r"\min %s", SIGN, (ATOM,)),
    text=("min %s", SIGN, (ATOM,)),
    cases=_CASES,
    selects=True,
    kink="ties share the gradient equally",
)


def axes_of(name: str, a: Any, axis: Axis) -> tuple[int, ...]:
    """`axis` as a sorted tuple of distinct, non-negative axes of `a`."""
    ndim = ndim_of(a)
    if axis is None:
        return tuple(range(ndim))
    wanted = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    for each in wanted:
        if not -ndim <= each < ndim:
            raise ValueError(
                f"{name}: axis {each} is out of bounds for an array of shape {shape_of(a)}"
            )
    axes = sorted({int(each) % ndim for each in wanted})
    if len(axes) != len(wanted):
        raise ValueError(f"{name}: axis={axis} names an axis twice")
    return tuple(axes)


@implements(np.sum, method="sum")
def reduce_sum(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The sum over `axis` (None: over all)."""
    return _sum(a, axis=axes_of("sum", a, axis), keepdims=bool(keepdims))


@implements(np.mean, method="mean")
def mean(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The mean over `axis` (None: over all)."""
    return _average(a, axis=axes_of("mean", a, axis), keepdims=bool(keepdims))


@implements(np.max, np.amax, method="max")
def reduce_max(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The largest entry along `axis`; ties share the gradient equally."""
    return _max(a, axis=axes_of("max", a, axis), keepdims=bool(keepdims))


@implements(np.min, np.amin, method="min")
def reduce_min(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The smallest entry along `axis`; ties share the gradient equally."""
    return _min(a, axis=axes_of("min", a, axis), keepdims=bool(keepdims))
