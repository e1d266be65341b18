"""Spread, weighted means and correlation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import Op, ndim_of, plain, shape_of
from autograd.functions.arguments import Axis, axes_of, dtype_of, in_single, mask_of, operand
from autograd.functions.reductions import mean, reduce_max, reduce_min, reduce_sum
from autograd.functions.select import where as select
from autograd.functions.shape import broadcast_to, concatenate, expand_dims
from autograd.rules import reductions as cards
from autograd.rules.comparison import equal
from autograd.rules.reductions import Axes, count_of
from autograd.rules.shape import cast, reshape
from autograd.rules.transcendental import sqrt


@borrows(np.var, method="var")
def var(a: Any, **options: Any) -> Any:
    """The variance: the squared deviation from the mean, summed, over the count less `ddof`.

    `mean` is the mean with its axes kept, if it is known already; it may be a node.
    """
    return _spread(cards.var, a, **options)


@borrows(np.std, method="std")
def std(a: Any, **options: Any) -> Any:
    """The square root of `var`; its gradient is 0 where all entries are equal."""
    return _spread(cards.std, a, **options)


def _spread(
    card: Op,
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    name = card.name
    a = operand(name, a, dtype=dtype, out=out)
    axes, ddof = axes_of(name, a, axis), _one_of(name, ddof, correction)
    if where is True and mean is None:
        return card(a, axis=axes, ddof=ddof, keepdims=bool(keepdims))

    def of_admitted(a: Any) -> Any:
        variance = _variance(a, axes, ddof, keepdims, mask_of(name, a, where), mean)
        if card is cards.var:
            return variance
        flat = equal(variance, 0)
        return select(flat, plain(variance), sqrt(select(flat, 1.0, variance)))

    return in_single(of_admitted, a)


def _one_of(name: str, ddof: float, correction: float | None) -> float:
    if correction is not None and ddof != 0:
        raise ValueError(f"{name}: ddof= and correction= mean the same; give one of them")
    return ddof if correction is None else correction


def _variance(a: Any, axes: Axes, ddof: float, keepdims: bool, mask: Any, centre: Any) -> Any:
    count = mask.sum(axes, dtype=dtype_of(a), keepdims=keepdims) - ddof
    if centre is None:
        with warnings.catch_warnings():  # of an empty slice: the one below says it again
            warnings.simplefilter("ignore", RuntimeWarning)
            centre = mean(a, axes, keepdims=True, where=mask)
    if np.any(count <= 0):
        warnings.warn("Degrees of freedom <= 0 for slice.", RuntimeWarning, stacklevel=6)
    away = select(mask, a - centre, 0)
    with np.errstate(invalid="ignore"):
        return reduce_sum(away * away, axes, keepdims=keepdims) / np.where(count > 0, count, np.nan)


@borrows(np.ptp)
def ptp(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """From the smallest to the largest entry along `axis`: their difference."""
    a = operand("ptp", a)
    return reduce_max(a, axis, keepdims=keepdims) - reduce_min(a, axis, keepdims=keepdims)


@implements(np.average)
def average(
    a: Any,
    axis: Axis = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """The mean over `axis`, weighted by `weights` of the shape of `a` or of the axes.

    With `returned` also the sum of the weights. Raises ZeroDivisionError if that is zero.
    """
    a = operand("average", a)
    if weights is None:
        found = mean(a, axis, keepdims=keepdims)
        total: Any = np.asarray(count_of(a, axes_of("average", a, axis)), dtype_of(found))
    else:
        weights = _weights_for(a, axis, operand("average", weights))
        found = in_single(_weighted, a, weights, axis=axis, keepdims=keepdims)
        total = reduce_sum(weights, axis, keepdims=keepdims) if returned else None
    return (found, broadcast_to(total, shape_of(found))) if returned else found


def _weighted(a: Any, weights: Any, **where: Any) -> Any:
    total = reduce_sum(weights, **where)
    if np.any(plain(total) == 0):
        raise ZeroDivisionError("average: the weights sum to zero, so nothing is their mean")
    return reduce_sum(a * weights, **where) / total


def _weights_for(a: Any, axis: Axis, weights: Any) -> Any:
    """Weights given along some axes in the shape of the array they weigh."""
    if shape_of(weights) == shape_of(a):
        return weights
    if axis is None:
        raise TypeError(
            f"average: weights of shape {shape_of(weights)} for an array of shape {shape_of(a)}: "
            "say along which axis= they lie"
        )
    given = [int(each) % ndim_of(a) for each in ([axis] if isinstance(axis, int) else axis)]
    axes = axes_of("average", a, axis)
    if shape_of(weights) != tuple(shape_of(a)[each] for each in given):
        raise ValueError(
            f"average: weights of shape {shape_of(weights)} along axis={axis} of an array of shape "
            f"{shape_of(a)}: the sizes differ"
        )
    sorted_weights = weights.transpose([given.index(each) for each in axes])
    others = tuple(each for each in range(ndim_of(a)) if each not in axes)
    return broadcast_to(expand_dims(sorted_weights, others), shape_of(a))


@implements(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """The covariances of the rows of `m` (and of `y`), a column being an observation.

    `fweights` counts an observation several times, `aweights` gives it importance. As in NumPy the
    result has at least float64 unless `dtype` says otherwise.
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof={ddof} is not an integer")
    parts = [operand("cov", each) for each in (m, y) if each is not None]
    given = np.result_type(np.float64, *map(dtype_of, parts)) if dtype is None else np.dtype(dtype)
    wide = np.result_type(given, np.float32)
    x = concatenate([_variables(each, rowvar, i, wide) for i, each in enumerate(parts)], axis=0)
    rows, count = shape_of(x)
    if not rows:
        return cast(reshape(x, shape=(0, 0)), dtype=given)
    weights = _observation_weights(count, fweights, aweights)
    centre, total = average(x, axis=1, weights=weights, returned=True)
    freedom = _freedom(weights, total[0], aweights, int(not bias) if ddof is None else ddof)
    away = x - expand_dims(centre, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (away if weights is None else away * weights) @ away.T / freedom
    found = found[0, 0] if rows == 1 else found
    return found if given == wide else cast(found, dtype=given)


def _freedom(weights: Any, total: Any, aweights: Any, ddof: int) -> Any:
    """What the sum of squares is divided by: the weight of all observations, less `ddof` of it."""
    lost: Any = ddof
    if aweights is not None and ddof:
        lost = ddof * reduce_sum(weights * operand("cov", aweights)) / total
    if plain(total - lost) > 0:
        return total - lost
    warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
    return np.float64(0)


def _variables(x: Any, rowvar: bool, place: int, dtype: Any) -> Any:
    """One argument of `cov` as a matrix with a row for each variable."""
    if ndim_of(x) > 2:
        raise ValueError(f"cov: an operand of shape {shape_of(x)} has more than 2 dimensions")
    matrix = reshape(x, shape=(1, -1)) if ndim_of(x) < 2 else x
    one_variable = ndim_of(x) == 1 if place == 0 else shape_of(matrix)[0] == 1
    matrix = matrix if rowvar or one_variable else matrix.T
    return matrix if dtype_of(x) == dtype else cast(matrix, dtype=dtype)


def _observation_weights(count: int, fweights: Any, aweights: Any) -> Any:
    """The product of what was given, checked as NumPy does; None if nothing was."""
    found = None
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        if weights is None:
            continue
        weights = operand("cov", weights)
        numbers = plain(weights)
        if numbers.ndim > 1 or numbers.shape[0] != count:
            raise RuntimeError(
                f"cov: {name} of shape {numbers.shape} for {count} observations: one weight each"
            )
        if np.any(numbers < 0):
            raise ValueError(f"cov: {name} cannot be negative")
        if name == "fweights" and np.any(numbers != np.rint(numbers)):
            raise TypeError("cov: fweights must be integers, since they count observations")
        found = weights if found is None else found * weights
    return found


@implements(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The correlations of the rows of `x` (and of `y`): covariances over standard deviations."""
    c = cov(x, y, rowvar, dtype=dtype)
    if not ndim_of(c):
        return c / c
    at = np.arange(shape_of(c)[0])
    scale = sqrt(c[at, at])
    r = c / expand_dims(scale, 1) / scale
    # Beyond 1 there is only rounding; taking it off keeps the derivative, which a clip would cut.
    return r + (np.clip(plain(r), -1, 1) - plain(r))
