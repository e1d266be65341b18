"""Median, quantiles and percentiles: weighted means of one or two of the sorted entries.

The gradient goes to the entries that were taken; among equal entries, to one of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows
from autograd.card.op import Op, op, plain, shape_of
from autograd.functions.arguments import Axis, axes_of, dtype_of, numbers_in, operand
from autograd.functions.missing import nanmean
from autograd.functions.reductions import mean
from autograd.rules.reductions import as_rows, count_of
from autograd.rules.shape import reshape


def _positions(counts: Any, q: Any, method: Any) -> Any:
    """Where quantile `q` lies in a sorted row, for rows of these lengths: 2.5 is between 2 and 3.

    Every method of NumPy is linear in the sorted entries, so of 0, 1, 2, … it gives the place.
    """
    sizes, which = np.unique(np.maximum(counts, 1), return_inverse=True)
    places = [np.quantile(np.arange(size, dtype=np.float64), q, method=method) for size in sizes]
    return np.stack(places, -1)[..., which]


def _find(rows: Any, *, below: Any, above: Any, places: Any) -> Any:
    """Which entries of the rows have these places in order."""
    order, row = np.argpartition(rows, places, axis=1), np.arange(len(rows))
    return np.stack([order[row, below], order[row, above]])


# A flat operation, as all decisions on numbers are, so that a replay can watch what it gives.
_taken: Op = op("quantile_entries", _find, None, elementwise=False, table=None)


def _pick(a: Any, axes: Any, q: Any, method: str, keepdims: bool, *, missing: bool) -> Any:
    """The quantiles `q` along `axes`, of what is not NaN if it may be `missing`."""
    rows = as_rows(a, axes)
    *batch, size = shape_of(rows)
    rows = reshape(rows, shape=(int(np.prod(batch)), size))
    numbers = plain(rows)
    counts = np.sum(numbers_in(numbers), axis=1)
    at = _positions(counts if missing else np.array([size]), q, method)
    unknown = counts == 0 if missing else counts < size
    at = np.where(unknown, size - 1.0, at)  # NaN sorts to the end
    below, above = np.floor(at).astype(np.intp), np.ceil(at).astype(np.intp)
    places = np.unique(np.concatenate([below, above, np.full_like(below, size - 1)], axis=None))
    low, high = _taken(rows, below=below, above=above, places=places)
    row = np.arange(len(numbers))
    found = rows[row, low]
    if np.any(below != above):
        part = (at - below).astype(_part_dtype(a, q))
        found = found * (1 - part) + rows[row, high] * part
    kept = tuple(
        1 if axis in axes else length
        for axis, length in enumerate(shape_of(a))
        if keepdims or axis not in axes
    )
    return reshape(found, shape=np.shape(q) + kept)


def _part_dtype(a: Any, q: Any) -> Any:
    """A quantile that is a plain number takes the dtype of the data, an array has its own."""
    dtype = dtype_of(a)
    return np.result_type(dtype if type(q) in (int, float) else np.asarray(q).dtype, np.float16)


def _quantile(theirs: Callable[..., Any], top: int, doc: str, missing: bool = False) -> Any:
    """NumPy's quantile, percentile (with the `top` 100), and those that pass over NaN."""
    name = theirs.__name__

    def quantile(
        a: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
    ) -> Any:
        a = operand(name, a)
        if getattr(q, "requires_grad", False):
            raise TypeError(f"{name}: q has no gradient here; write q.detach()")
        q = plain(q) if np.ndim(plain(q)) == 0 else np.asarray(plain(q))
        if not np.all((np.asarray(q) >= 0) & (np.asarray(q) <= top)):
            raise ValueError(f"{name}: q={q} must lie between 0 and {top}")
        axes = axes_of(name, a, axis)
        if not count_of(a, axes):
            raise IndexError(
                f"{name}: along an axis of size 0 of shape {shape_of(a)} nothing is sorted"
            )
        found = _pick(a, axes, q / top if top != 1 else q, method, keepdims, missing=missing)
        if missing:
            _warn_of_nothing(a, axes)
        return found

    return borrows(theirs, ignores=["overwrite_input"], doc=doc)(quantile)


def _median(theirs: Callable[..., Any], mean: Callable[..., Any], doc: str, missing: bool) -> Any:
    def median(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        a = operand(theirs.__name__, a)
        axes = axes_of(theirs.__name__, a, axis)
        if not count_of(a, axes):
            return mean(a, axes, keepdims=keepdims)
        if missing:
            _warn_of_nothing(a, axes)
        return _pick(a, axes, 0.5, "linear", keepdims, missing=missing)

    return borrows(theirs, ignores=["overwrite_input"], doc=doc)(median)


def _warn_of_nothing(a: Any, axes: Any) -> None:
    if np.any(np.all(np.isnan(plain(a)), axis=axes)):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=5)


_LOWER = "The entry of which the fraction `q` (one or an array) lies below, by NumPy's methods."
median = _median(
    np.median, mean, "The middle entry along `axis`, or the mean of the two in the middle.", False
)
nanmedian = _median(np.nanmedian, nanmean, "The `median` of what is not NaN.", True)
quantile = _quantile(np.quantile, 1, _LOWER)
percentile = _quantile(np.percentile, 100, "`quantile` with `q` in percent.")
nanquantile = _quantile(np.nanquantile, 1, "The `quantile` of what is not NaN.", True)
nanpercentile = _quantile(np.nanpercentile, 100, "The `percentile` of what is not NaN.", True)
