"""Reductions that pass over NaN: the same functions, of the entries that are numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows
from autograd.functions.arguments import Axis, axes_of, numbers_in, operand
from autograd.functions.reductions import (
    cumprod,
    cumsum,
    mean,
    prod,
    reduce_max,
    reduce_min,
    reduce_sum,
)
from autograd.functions.select import where as select
from autograd.functions.statistics import std, var

Function = Callable[..., Any]


def _of_numbers(theirs: Function, fold: Function, doc: str) -> Function:
    def of_numbers(a: Any, where: Any = True, **options: Any) -> Any:
        a = operand(theirs.__name__, a)
        return fold(a, where=numbers_in(a, where), **options)

    return borrows(theirs, doc=doc)(of_numbers)


nansum = _of_numbers(np.nansum, reduce_sum, "The sum over `axis` of what is not NaN; 0 of nothing.")
nanprod = _of_numbers(np.nanprod, prod, "The product over `axis` of what is not NaN; 1 of nothing.")
nanmean = _of_numbers(
    np.nanmean, mean, "The mean over `axis` of what is not NaN; NaN of nothing, with a warning."
)
nanvar = _of_numbers(np.nanvar, var, "The variance over `axis` of what is not NaN.")
nanstd = _of_numbers(
    np.nanstd, std, "The standard deviation of what is not NaN; gradient 0 where that is all equal."
)


def _extreme_number(theirs: Function, extreme: Function, outside: float, which: str) -> Function:
    def of_numbers(a: Any, axis: Axis = None, **options: Any) -> Any:
        a = operand(theirs.__name__, a)
        there = numbers_in(a)
        found = extreme(select(there, a, outside), axis, **options)
        keepdims = options.get("keepdims", False)
        some = there.any(axis=axes_of(theirs.__name__, a, axis), keepdims=keepdims)
        if "initial" in options or np.all(some):
            return found
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=4)
        return select(some, found, np.nan)

    doc = f"The {which} entry along `axis` that is not NaN; ties share the gradient equally."
    return borrows(theirs, doc=doc)(of_numbers)


nanmax = _extreme_number(np.nanmax, reduce_max, -np.inf, "largest")
nanmin = _extreme_number(np.nanmin, reduce_min, np.inf, "smallest")


def _run_of_numbers(theirs: Function, run: Function, stand_in: float) -> Function:
    def of_numbers(a: Any, axis: Any = None, **options: Any) -> Any:
        a = operand(theirs.__name__, a)
        return run(select(numbers_in(a), a, stand_in), axis, **options)

    doc = f"`{run.__name__}` with NaN taken as {stand_in:.0f}."
    return borrows(theirs, doc=doc)(of_numbers)


nancumsum = _run_of_numbers(np.nancumsum, cumsum, 0.0)
nancumprod = _run_of_numbers(np.nancumprod, cumprod, 1.0)
