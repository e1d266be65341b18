"""Activation functions, right and finite at any argument."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.card.op import ATOM, Op, op


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
    method="sigmoid",
    activation=True,
    doc="1/(1 + e^-x), stable at any x (N2.1)",
)


relu: Op = op(
    "relu",
    lambda x: np.maximum(x, 0),
    lambda g, y, x: g * (x > 0),
    scalar=lambda x: x if x > 0 or x != x else 0.0,
    tex=(r"\operatorname{relu}(%s)", ATOM),
    method="relu",
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
    method="leaky_relu",
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
    method="softplus",
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
