"""Sums, means and extremes over axes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.functions.arguments import Axis, axes_of, dtype_of, in_single, mask_of, operand
from autograd.functions.select import where as select
from autograd.rules import reductions as cards
from autograd.rules.reductions import count_of
from autograd.rules.select import maximum, minimum


@implements(np.sum, method="sum", folds=[(np.add, "reduce")])
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
    total = cards.reduce_sum(a, axis=axes_of("sum", a, axis), keepdims=bool(keepdims))
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
        return cards.mean(a, axis=axes, keepdims=bool(keepdims))
    mask = mask_of("mean", a, where)
    count = mask.sum(axes, keepdims=keepdims)
    if not np.all(count):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=2)

    def admitted(a: Any) -> Any:
        total = cards.reduce_sum(select(mask, a, 0), axis=axes, keepdims=bool(keepdims))
        return total / np.asarray(count, dtype_of(a))

    with np.errstate(invalid="ignore"):
        return in_single(admitted, a)


@implements(np.max, np.amax, method="max", folds=[(np.maximum, "reduce")])
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
        return cards.reduce_max(a, axis=axes, keepdims=bool(keepdims))
    fold = cards.reduce_max if count_of(a, axes) else _filled(-np.inf)
    return maximum(fold(a, axis=axes, keepdims=bool(keepdims)), initial)


@implements(np.min, np.amin, method="min", folds=[(np.minimum, "reduce")])
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
        return cards.reduce_min(a, axis=axes, keepdims=bool(keepdims))
    fold = cards.reduce_min if count_of(a, axes) else _filled(np.inf)
    return minimum(fold(a, axis=axes, keepdims=bool(keepdims)), initial)


def _filled(number: float) -> Callable[..., Any]:
    """What stands for the extreme of no entries."""
    return lambda a, *, axis, keepdims: cards.reduce_sum(a, axis=axis, keepdims=keepdims) + number


def _admitted(name: str, a: Any, initial: Any, where: Any, outside: float) -> Any:
    if where is True:
        return a
    if initial is None:
        raise ValueError(f"{name}: where= needs initial=, the result where no entry is admitted")
    return select(mask_of(name, a, where), a, outside)
