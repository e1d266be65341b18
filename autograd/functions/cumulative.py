"""Running sums and products, with NumPy's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import Op, ndim_of, shape_of
from autograd.functions.arguments import axes_of, dtype_of, operand
from autograd.functions.shape import concatenate, ravel
from autograd.rules import cumulative as cards


@borrows(np.cumsum, method="cumsum", folds=[(np.add, "accumulate")])
def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The sums of the first entries along `axis` (None: of all entries in one row)."""
    return _along("cumsum", cards.cumsum, operand("cumsum", a, dtype=dtype), axis)


@borrows(np.cumprod, method="cumprod", folds=[(np.multiply, "accumulate")])
def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The products of the first entries along `axis` (None: of all entries in one row)."""
    return _along("cumprod", cards.cumprod, operand("cumprod", a, dtype=dtype), axis)


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
    return _cumulative("cumulative_sum", cards.cumsum, x, first, **options)


@implements(*filter(None, [getattr(np, "cumulative_prod", None)]))
def cumulative_prod(x: Any, /, *, include_initial: bool = False, **options: Any) -> Any:
    """`cumprod` of the array standard: 1-D or with an axis, if wished after a first 1."""
    first = 1.0 if include_initial else None
    return _cumulative("cumulative_prod", cards.cumprod, x, first, **options)


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
