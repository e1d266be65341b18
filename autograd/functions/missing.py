"""Reductions that pass over NaN: the same functions, of the entries that are numbers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.arguments import Axis, axes_of, numbers_in, operand
from autograd.dispatch import implements
from autograd.functions.cumulative import cumprod, cumsum, prod
from autograd.functions.reductions import mean, reduce_max, reduce_min, reduce_sum
from autograd.functions.select import where as select
from autograd.functions.statistics import std, var


@implements(np.nansum)
def nansum(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The sum over `axis` of what is not NaN; 0 of nothing."""
    a = operand("nansum", a)
    return reduce_sum(a, axis, dtype, out, keepdims, initial, numbers_in(a, where))


@implements(np.nanprod)
def nanprod(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The product over `axis` of what is not NaN; 1 of nothing."""
    a = operand("nanprod", a)
    return prod(a, axis, dtype, out, keepdims, initial, numbers_in(a, where))


@implements(np.nanmean)
def nanmean(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Any:
    """The mean over `axis` of what is not NaN; NaN of nothing, with NumPy's warning."""
    a = operand("nanmean", a)
    return mean(a, axis, dtype, out, keepdims, where=numbers_in(a, where))


@implements(np.nanvar)
def nanvar(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """The variance over `axis` of what is not NaN."""
    a = operand("nanvar", a)
    there = numbers_in(a, where)
    return var(a, axis, dtype, out, ddof, keepdims, where=there, mean=mean, correction=correction)


@implements(np.nanstd)
def nanstd(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """The standard deviation over `axis` of what is not NaN; gradient 0 where that is all equal."""
    a = operand("nanstd", a)
    there = numbers_in(a, where)
    return std(a, axis, dtype, out, ddof, keepdims, where=there, mean=mean, correction=correction)


@implements(np.nanmax)
def nanmax(
    a: Any,
    axis: Axis = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The largest entry along `axis` that is not NaN; ties share the gradient equally."""
    return _extreme("nanmax", reduce_max, -np.inf, a, axis, out, keepdims, initial, where)


@implements(np.nanmin)
def nanmin(
    a: Any,
    axis: Axis = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """The smallest entry along `axis` that is not NaN; ties share the gradient equally."""
    return _extreme("nanmin", reduce_min, np.inf, a, axis, out, keepdims, initial, where)


def _extreme(
    name: str,
    extreme: Any,
    outside: float,
    a: Any,
    axis: Axis,
    out: Any,
    keepdims: bool,
    initial: Any,
    where: Any,
) -> Any:
    a = operand(name, a, out=out)
    there = numbers_in(a)
    found = extreme(select(there, a, outside), axis, None, keepdims, initial, where)
    nothing = np.logical_not(there.any(axis=axes_of(name, a, axis), keepdims=keepdims))
    if initial is not None or not np.any(nothing):
        return found
    warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
    return select(nothing, np.nan, found)


@implements(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """`cumsum` with NaN taken as 0."""
    a = operand("nancumsum", a)
    return cumsum(select(numbers_in(a), a, 0.0), axis, dtype, out)


@implements(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """`cumprod` with NaN taken as 1."""
    a = operand("nancumprod", a)
    return cumprod(select(numbers_in(a), a, 1.0), axis, dtype, out)
