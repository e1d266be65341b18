"""Reductions that pass over NaN: the same functions, of the entries that are numbers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows
from autograd.functions.arguments import Axis, axes_of, numbers_in, operand
from autograd.functions.cumulative import cumprod, cumsum, prod
from autograd.functions.reductions import mean, reduce_max, reduce_min, reduce_sum
from autograd.functions.select import where as select
from autograd.functions.statistics import std, var


@borrows(np.nansum)
def nansum(a: Any, where: Any = True, **options: Any) -> Any:
    """The sum over `axis` of what is not NaN; 0 of nothing."""
    a = operand("nansum", a)
    return reduce_sum(a, where=numbers_in(a, where), **options)


@borrows(np.nanprod)
def nanprod(a: Any, where: Any = True, **options: Any) -> Any:
    """The product over `axis` of what is not NaN; 1 of nothing."""
    a = operand("nanprod", a)
    return prod(a, where=numbers_in(a, where), **options)


@borrows(np.nanmean)
def nanmean(a: Any, where: Any = True, **options: Any) -> Any:
    """The mean over `axis` of what is not NaN; NaN of nothing, with NumPy's warning."""
    a = operand("nanmean", a)
    return mean(a, where=numbers_in(a, where), **options)


@borrows(np.nanvar)
def nanvar(a: Any, where: Any = True, **options: Any) -> Any:
    """The variance over `axis` of what is not NaN."""
    a = operand("nanvar", a)
    return var(a, where=numbers_in(a, where), **options)


@borrows(np.nanstd)
def nanstd(a: Any, where: Any = True, **options: Any) -> Any:
    """The standard deviation over `axis` of what is not NaN; gradient 0 where that is all equal."""
    a = operand("nanstd", a)
    return std(a, where=numbers_in(a, where), **options)


@borrows(np.nanmax)
def nanmax(a: Any, **options: Any) -> Any:
    """The largest entry along `axis` that is not NaN; ties share the gradient equally."""
    return _extreme("nanmax", reduce_max, -np.inf, a, **options)


@borrows(np.nanmin)
def nanmin(a: Any, **options: Any) -> Any:
    """The smallest entry along `axis` that is not NaN; ties share the gradient equally."""
    return _extreme("nanmin", reduce_min, np.inf, a, **options)


def _extreme(
    name: str,
    extreme: Any,
    outside: float,
    a: Any,
    axis: Axis = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    a = operand(name, a, out=out)
    there = numbers_in(a)
    found = extreme(select(there, a, outside), axis, None, keepdims, initial, where)
    nothing = np.logical_not(there.any(axis=axes_of(name, a, axis), keepdims=keepdims))
    if initial is not None or not np.any(nothing):
        return found
    warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=4)
    return select(nothing, np.nan, found)


@borrows(np.nancumsum)
def nancumsum(a: Any, **options: Any) -> Any:
    """`cumsum` with NaN taken as 0."""
    a = operand("nancumsum", a)
    return cumsum(select(numbers_in(a), a, 0.0), **options)


@borrows(np.nancumprod)
def nancumprod(a: Any, **options: Any) -> Any:
    """`cumprod` with NaN taken as 1."""
    a = operand("nancumprod", a)
    return cumprod(select(numbers_in(a), a, 1.0), **options)
