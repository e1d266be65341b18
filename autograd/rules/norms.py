"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import NONZERO, case
from autograd.card.op import ATOM, Op, is_symbol, op, plain, shape_of
from autograd.rules.comparison import sign
from autograd.rules.reductions import is_half
from autograd.rules.select import absolute, where
from autograd.rules.shape import Shape, spread


def _forward(x: Any, *, p: float, axis: Shape, keepdims: bool) -> Any:
    if is_half(x):
        found = _forward(x.astype(np.float32), p=p, axis=axis, keepdims=keepdims)
        return found.astype(np.float16)
    if p == 2:
        return np.sqrt((x * x).sum(axis=axis, keepdims=keepdims))
    with np.errstate(divide="ignore"):  # a negative power of 0 makes the norm 0
        powers: Any = np.abs(x) ** p
        total = powers.sum(axis=axis, keepdims=keepdims)
    return total ** np.reciprocal(p, dtype=total.dtype)


def _rule(g: Any, y: Any, x: Any, *, p: float, axis: Shape, keepdims: bool) -> Any:
    """g · x |x|^(p-2) / y^(p-1)."""
    part = g / y if p == 2 and _is_regular(y) else g * _power(y, 1 - p)
    return spread(part, shape=shape_of(x), axis=axis, keepdims=keepdims) * _inner(x, p)


def _inner(x: Any, p: float) -> Any:
    """x |x|^(p-2), smooth for even p."""
    if p == 2:
        return x
    return x ** (p - 1) if p > 0 and p % 2 == 0 else sign(x) * _power(absolute(x), p - 1)


def _power(x: Any, p: float) -> Any:
    """x^p; where x is 0 it is 0, with all derivatives."""
    if _is_regular(x):
        return x**p
    zero = plain(x) == 0
    return where(0.0, where(1.0, x, cond=zero) ** p, cond=zero)


def _is_regular(x: Any) -> bool:
    return is_symbol(x) or bool(np.all(plain(x)))


norm: Op = op(
    "norm",
    _forward,
    _rule,
    symbol="‖·‖",
    tex=(r"\lVert %s \rVert", ATOM),
    text=("‖%s‖", ATOM),
    domain=(NONZERO,),
    cases=(
        case((3,), p=2, axis=(0,), keepdims=False),
        case((2, 3), p=2, axis=(0, 1), keepdims=False),
        case((2, 3), p=3, axis=(1,), keepdims=True),
        case((2, 3), p=4, axis=(0,), keepdims=False),
        case((4,), p=1.5, axis=(0,), keepdims=False),
        case((4,), p=-1, axis=(0,), keepdims=False),
        case((2, 0), p=2, axis=(1,), keepdims=False),
        case((), p=2, axis=(), keepdims=False),
    ),
    kink="the gradient is 0 where the norm is, and for p < 2 by an entry that is 0",
)
