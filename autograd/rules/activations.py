"""Activation functions and the smooth maximum, right and finite at any argument.

Where infinities tie they share as equal entries do: softmax of a row of -inf is uniform, and its
logsumexp is -inf.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, Op, op, shape_of
from autograd.rules.reductions import CASES, Axes
from autograd.rules.shape import spread


def _sigmoid_array(x: Any) -> Any:
    with np.errstate(over="ignore"):  # e^1000 is infinite, and 1/(1 + infinity) is right
        return 1 / (1 + np.exp(-x))


def _sigmoid_float(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)


sigmoid: Op = op(
    "sigmoid",
    _sigmoid_array,
    lambda g, y, x: g * y * (1 - y),
    scalar=_sigmoid_float,
    symbol="σ",
    tex=(r"\sigma(%s)", ATOM),
    activation=True,
    doc="1/(1 + e^-x), stable at any x (N2.1)",
)


relu: Op = op(
    "relu",
    lambda x: np.maximum(x, 0),
    lambda g, y, x: g * (x > 0),
    scalar=lambda x: x if x > 0 or x != x else 0.0,
    tex=(r"\operatorname{relu}(%s)", ATOM),
    activation=True,
    selects=True,
    kink="relu'(0) = 0",
    doc="max(0, x) (N2.3)",
)


leaky_relu: Op = op(
    "leaky_relu",
    lambda x, *, slope=0.01: np.where(x > 0, x, slope * x),
    lambda g, y, x, *, slope=0.01: g * ((x > 0) * (1 - slope) + slope),
    scalar=lambda x, *, slope=0.01: x if x > 0 else slope * x,
    tex=(r"\operatorname{leaky}(%s)", ATOM),
    activation=True,
    selects=True,
    kink="leaky_relu'(0) = slope",
    doc="max(0, x) + slope · min(0, x) (N2.4)",
)


softplus: Op = op(
    "softplus",
    lambda x: np.logaddexp(x, 0),
    lambda g, y, x: g * sigmoid(x),
    scalar=lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    tex=(r"\operatorname{softplus}(%s)", ATOM),
    activation=True,
    doc="log(1 + e^x), stable at any x",
)
elu: Op = op(
    "elu",
    lambda x, *, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
    lambda g, y, x, *, alpha=1.0: g * ((x > 0) + (x <= 0) * (y + alpha)),
    scalar=lambda x, *, alpha=1.0: x if x > 0 else alpha * math.expm1(x),
    selects=True,
    kink="elu'(0) = alpha",
    doc="x for x > 0, alpha · (e^x − 1) below (Clevert 2015)",
)


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
