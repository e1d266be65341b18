"""Spread, weighted means and correlation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, SIGN, Op, is_symbol, op, shape_of
from autograd.rules.comparison import equal
from autograd.rules.reductions import CASES, Axes, count_of, is_half, mean, wide
from autograd.rules.select import where
from autograd.rules.shape import spread


def _deviation(x: Any, axis: Axes) -> Any:
    return x - mean(x, axis=axis, keepdims=True)


def _freedom(x: Any, axis: Axes, ddof: float) -> Any:
    return wide(x, max(count_of(x, axis) - ddof, 0))


def _widely(spread_of: Callable[..., Any]) -> Callable[..., Any]:
    """A forward map of NumPy's which adds up half precision in float32, as NumPy's mean does."""

    def forward(x: Any, **options: Any) -> Any:
        if not is_half(x):
            return spread_of(x, **options)
        with np.errstate(over="ignore"):
            return np.asarray(spread_of(x, dtype=np.float32, **options)).astype(np.float16)

    return forward


def _over(g: Any, y: Any) -> Any:
    """g / y, and 0 where y is 0."""
    if is_symbol(y):
        return g / y
    zero = equal(y, 0)
    return where(0.0, g / where(1.0, y, cond=zero), cond=zero)


_CASES = (
    *(case(*each.shapes, **each.params, ddof=0) for each in CASES),
    case((2, 3), axis=(1,), keepdims=True, ddof=1),
)

var: Op = op(
    "var",
    _widely(np.var),
    lambda g, y, x, *, axis, ddof, keepdims: (
        spread(2 * g / _freedom(x, axis, ddof), shape=shape_of(x), axis=axis, keepdims=keepdims)
        * _deviation(x, axis)
    ),
    tex=(r"\operatorname{var} %s", SIGN, (ATOM,)),
    text=("var %s", SIGN, (ATOM,)),
    cases=_CASES,
)
std: Op = op(
    "std",
    _widely(np.std),
    lambda g, y, x, *, axis, ddof, keepdims: (
        spread(
            _over(g, y) / _freedom(x, axis, ddof),
            shape=shape_of(x),
            axis=axis,
            keepdims=keepdims,
        )
        * _deviation(x, axis)
    ),
    tex=(r"\operatorname{std} %s", SIGN, (ATOM,)),
    text=("std %s", SIGN, (ATOM,)),
    cases=_CASES,
    kink="the gradient is 0 where all entries are equal",
)
