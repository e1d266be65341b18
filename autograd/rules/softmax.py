"""The smooth maximum and its kin, right and finite at any argument.

Where infinities tie they share as equal entries do: softmax of a row of -inf is uniform, and its
logsumexp is -inf.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, Op, op, shape_of
from autograd.rules.reductions import CASES, Axes
from autograd.rules.shape import spread

_ROWS = (
    case((3,), axis=(0,)),
    case((2, 3), axis=(1,)),
    case((2, 3, 2), axis=(0, 2)),
    case((0, 3), axis=(1,)),
)


def _top(x: Any, axis: Axes) -> tuple[Any, Any]:
    """The largest entries, and how far every entry is from them; that keeps exp below 1."""
    x = np.asarray(x)
    x = x.astype(np.float64) if x.dtype.kind in "biu" else x
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    if x.dtype == object or np.isfinite(top).all():
        return top, x - top
    with np.errstate(invalid="ignore"):
        return top, np.where(x == top, 0, x - top)


def _logsumexp(x: Any, *, axis: Axes, keepdims: bool) -> Any:
    top, below = _top(x, axis)
    with np.errstate(divide="ignore"):  # the logarithm of an empty sum is -inf
        y = top + np.log(np.sum(np.exp(below), axis=axis, keepdims=True))
    return y if keepdims else np.squeeze(y, axis)[()]


def _softmax(x: Any, *, axis: Axes) -> Any:
    e = np.exp(_top(x, axis)[1])
    return e / np.sum(e, axis=axis, keepdims=True)


def _log_softmax(x: Any, *, axis: Axes) -> Any:
    below = _top(x, axis)[1]
    return below - np.log(np.sum(np.exp(below), axis=axis, keepdims=True))


logsumexp: Op = op(
    "logsumexp",
    _logsumexp,
    lambda g, y, x, *, axis, keepdims: (
        spread(g, shape=shape_of(x), axis=axis, keepdims=keepdims) * softmax(x, axis=axis)
    ),
    tex=(r"\operatorname{logsumexp}(%s)", ATOM),
    cases=CASES,
    kink="a row of -inf shares the gradient equally",
    doc="log Σ e^x, stable at any x",
)
softmax: Op = op(
    "softmax",
    _softmax,
    lambda g, y, x, *, axis: y * (g - (g * y).sum(axis=axis, keepdims=True)),
    tex=(r"\operatorname{softmax}(%s)", ATOM),
    cases=_ROWS,
    shape=lambda x, *, axis: x,
    kink="a row of -inf shares equally",
    doc="e^x / Σ e^x, stable at any x",
)
log_softmax: Op = op(
    "log_softmax",
    _log_softmax,
    lambda g, y, x, *, axis: g - softmax(x, axis=axis) * g.sum(axis=axis, keepdims=True),
    tex=(r"\operatorname{log\,softmax}(%s)", ATOM),
    cases=_ROWS,
    shape=lambda x, *, axis: x,
    kink="a row of -inf shares equally",
    doc="x − log Σ e^x, stable at any x",
)
