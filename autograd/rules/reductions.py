"""Operations that fold axes away. The axes reach a card as a sorted tuple, never None."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.op import (
    ATOM,
    PRODUCT,
    SIGN,
    Op,
    case,
    implements,
    is_node,
    ndim_of,
    op,
    plain,
    shape_of,
)
from autograd.rules.select import maximum, minimum
from autograd.rules.select import where as select
from autograd.rules.shape import array_of, cast, refuse, reshape, spread, transpose

Axis = int | Sequence[int] | None
Axes = tuple[int, ...]


def _mean(x: Any, *, axis: Axes, keepdims: bool) -> Any:
    count = count_of(x, axis)
    # NumPy adds half precision up in float32, and warns of the mean of nothing.
    if not count or getattr(x, "dtype", None) == np.float16:
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


_sum: Op = op(
    "sum",
    lambda x, *, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, y, x, *, axis, keepdims: spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims),
    symbol="Σ",
    tex=(r"\sum %s", SIGN, (PRODUCT,)),
    text=("Σ %s", SIGN, (PRODUCT,)),
    cases=(*CASES, case((0, 2), axis=(0,), keepdims=False)),
    linear=(0,),
    shape=_reduced,
)
average_over: Op = op(
    "mean",
    _mean,
    lambda g, y, x, *, axis, keepdims: spread(
        g / count_of(x, axis), shape=shape_of(x), axis=axis, keepdims=keepdims
    ),
    tex=(r"\operatorname{mean} %s", SIGN, (ATOM,)),
    text=("mean %s", SIGN, (ATOM,)),
    cases=CASES,
    linear=(0,),
    shape=_reduced,
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
    cases=CASES,
    selects=True,
    kink="ties share the gradient equally",
    hint=_no_entry,
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
    cases=CASES,
    selects=True,
    kink="ties share the gradient equally",
    hint=_no_entry,
)


# ------------------------------------------------------------------- what reductions have in common


def axes_of(name: str, a: Any, axis: Axis) -> Axes:
    """`axis` as a sorted tuple of distinct, non-negative axes of `a`."""
    ndim = ndim_of(a)
    if axis is None or (not ndim and axis in (0, -1)):  # NumPy lets a single number have an axis
        return tuple(range(ndim))
    wanted = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    for each in wanted:
        if not -ndim <= each < ndim:
            raise np.exceptions.AxisError(
                f"{name}: axis {each} is out of bounds for an array of shape {shape_of(a)}"
            )
    axes = sorted({int(each) % ndim for each in wanted})
    if len(axes) != len(wanted):
        raise ValueError(f"{name}: axis={axis} names an axis twice")
    return tuple(axes)


def count_of(x: Any, axis: Axes) -> int:
    """How many entries lie along the axes."""
    shape = shape_of(x)
    count = 1
    for each in axis:
        count *= shape[each]
    return count


def operand(name: str, a: Any, *, dtype: Any = None, out: Any = None) -> Any:
    """`a` as a node or array of the dtype asked for; lists of nodes are stacked."""
    if out is not None:
        refuse(name, {"out": out})
    a = a if is_node(a) else np.asarray(a) if isinstance(a, int | float) else array_of(a)
    if dtype is None:
        return a
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"{name}: dtype={dtype} carries no gradient; use a floating-point dtype")
    return cast(a, dtype=np.dtype(dtype))


def mask_of(name: str, a: Any, where: Any) -> Any:
    """`where` as an array of the shape of `a`."""
    try:
        return np.broadcast_to(np.asarray(plain(where), dtype=bool), shape_of(a))
    except ValueError:
        raise ValueError(
            f"{name}: where= of shape {np.shape(plain(where))} for an array of shape {shape_of(a)}"
        ) from None


def dtype_of(a: Any) -> np.dtype[Any]:
    """The dtype of anything."""
    return np.asarray(plain(a)).dtype


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


# ---------------------------------------------------------------------------- NumPy's functions


@implements(np.sum, method="sum")
def reduce_sum(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The sum over `axis` (None: over all) of the entries that `where` admits, plus `initial`."""
    a = operand("sum", a, dtype=dtype, out=out)
    if where is not True:
        a = select(mask_of("sum", a, where), a, 0)
    total = _sum(a, axis=axes_of("sum", a, axis), keepdims=bool(keepdims))
    return total if initial is None else total + initial


@implements(np.mean, method="mean")
def mean(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Any:
    """The mean over `axis` (None: over all) of the entries that `where` admits."""
    a = operand("mean", a, dtype=dtype, out=out)
    axes = axes_of("mean", a, axis)
    if where is True:
        return average_over(a, axis=axes, keepdims=bool(keepdims))
    mask = mask_of("mean", a, where)
    count = mask.sum(axes, dtype=dtype_of(a), keepdims=keepdims)
    if not np.all(count):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=2)
    with np.errstate(invalid="ignore"):
        return _sum(select(mask, a, 0), axis=axes, keepdims=bool(keepdims)) / count


@implements(np.max, np.amax, method="max")
def reduce_max(
    a: Any,
    axis: Axis = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The largest entry along `axis`; ties share the gradient equally."""
    a = _admitted("max", operand("max", a, out=out), initial, where, -np.inf)
    axes = axes_of("max", a, axis)
    if initial is None:
        return _max(a, axis=axes, keepdims=bool(keepdims))
    fold = _max if count_of(a, axes) else _filled(-np.inf)
    return maximum(fold(a, axis=axes, keepdims=bool(keepdims)), initial)


@implements(np.min, np.amin, method="min")
def reduce_min(
    a: Any,
    axis: Axis = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The smallest entry along `axis`; ties share the gradient equally."""
    a = _admitted("min", operand("min", a, out=out), initial, where, np.inf)
    axes = axes_of("min", a, axis)
    if initial is None:
        return _min(a, axis=axes, keepdims=bool(keepdims))
    fold = _min if count_of(a, axes) else _filled(np.inf)
    return minimum(fold(a, axis=axes, keepdims=bool(keepdims)), initial)


def _filled(number: float) -> Callable[..., Any]:
    """What stands for the extreme of no entries."""
    return lambda a, *, axis, keepdims: _sum(a, axis=axis, keepdims=keepdims) + number


def _admitted(name: str, a: Any, initial: Any, where: Any, outside: float) -> Any:
    if where is True:
        return a
    if initial is None:
        raise ValueError(f"{name}: where= needs initial=, the result where no entry is admitted")
    return select(mask_of(name, a, where), a, outside)
