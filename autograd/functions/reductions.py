"""Sums, products, means and extremes over axes, and running sums and products."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import Op, ndim_of, shape_of
from autograd.functions.arguments import Axis, axes_of, dtype_of, in_single, mask_of, operand
from autograd.functions.select import where as select
from autograd.functions.shape import concatenate, ravel
from autograd.rules import cumulative as running
from autograd.rules import reductions as cards
from autograd.rules.arithmetic import add, multiply
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
    return _fold(cards.reduce_sum, add, 0, a, axis, dtype, out, keepdims, initial, where)


@borrows(np.prod, method="prod", folds=[(np.multiply, "reduce")])
def prod(a: Any, axis: Axis = None, **options: Any) -> Any:
    """The product over `axis` (None: over all) of the entries `where` admits, times `initial`."""
    return _fold(running.prod, multiply, 1, a, axis, **options)


@borrows(np.max, np.amax, method="max", folds=[(np.maximum, "reduce")])
def reduce_max(a: Any, axis: Axis = None, **options: Any) -> Any:
    """The largest entry along `axis`; ties share the gradient equally."""
    return _fold(cards.reduce_max, maximum, -np.inf, a, axis, **options)


@borrows(np.min, np.amin, method="min", folds=[(np.minimum, "reduce")])
def reduce_min(a: Any, axis: Axis = None, **options: Any) -> Any:
    """The smallest entry along `axis`; ties share the gradient equally."""
    return _fold(cards.reduce_min, minimum, np.inf, a, axis, **options)


def _fold(
    card: Op,
    join: Callable[[Any, Any], Any],
    nothing: float,
    a: Any,
    axis: Axis,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Fold axes away by a card; `nothing` is what an entry that is not admitted counts as."""
    a = operand(card.name, a, dtype=dtype, out=out)
    if where is not True:
        if initial is None and card.selects:
            raise ValueError(
                f"{card.name}: where= needs initial=, the result where no entry is admitted"
            )
        a = select(mask_of(card.name, a, where), a, nothing)
    axes = axes_of(card.name, a, axis)
    if initial is None:
        return card(a, axis=axes, keepdims=bool(keepdims))
    if card.selects and not count_of(a, axes):
        card, initial = cards.reduce_sum, join(nothing, initial)
    folded = card(a, axis=axes, keepdims=bool(keepdims))
    return folded + initial if card is cards.reduce_sum else join(folded, initial)


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


@borrows(np.cumsum, method="cumsum", folds=[(np.add, "accumulate")])
def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The sums of the first entries along `axis` (None: of all entries in one row)."""
    return _along("cumsum", running.cumsum, operand("cumsum", a, dtype=dtype), axis)


@borrows(np.cumprod, method="cumprod", folds=[(np.multiply, "accumulate")])
def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The products of the first entries along `axis` (None: of all entries in one row)."""
    return _along("cumprod", running.cumprod, operand("cumprod", a, dtype=dtype), axis)


def _along(name: str, card: Op, a: Any, axis: int | None) -> Any:
    if axis is None or not ndim_of(a):
        axes_of(name, a, axis)
        return card(ravel(a), axis=0, reverse=False)
    return card(a, axis=axes_of(name, a, axis)[0], reverse=False)


# NumPy has these two since 2.1.
@implements(*filter(None, [getattr(np, "cumulative_sum", None)]))
def cumulative_sum(x: Any, /, *, include_initial: bool = False, **options: Any) -> Any:
    """`cumsum` of the array standard: 1-D or with an axis, if wished after a first 0."""
    first = 0.0 if include_initial else None
    return _cumulative("cumulative_sum", running.cumsum, x, first, **options)


@implements(*filter(None, [getattr(np, "cumulative_prod", None)]))
def cumulative_prod(x: Any, /, *, include_initial: bool = False, **options: Any) -> Any:
    """`cumprod` of the array standard: 1-D or with an axis, if wished after a first 1."""
    first = 1.0 if include_initial else None
    return _cumulative("cumulative_prod", running.cumprod, x, first, **options)


def _cumulative(
    name: str,
    card: Op,
    x: Any,
    first: float | None,
    axis: int | None = None,
    dtype: Any = None,
    out: Any = None,
) -> Any:
    x = operand(name, x, dtype=dtype, out=out)
    if axis is None and ndim_of(x) != 1:
        raise ValueError(f"{name}: an array of shape {shape_of(x)} needs axis=; only 1-D has one")
    where = axes_of(name, x, axis)[0]
    run = card(x, axis=where, reverse=False)
    if first is None:
        return run
    shape = list(shape_of(x))
    shape[where] = 1
    return concatenate([np.full(shape, first, dtype_of(x)), run], axis=where)
