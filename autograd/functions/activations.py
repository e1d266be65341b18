"""Activation functions made of others."""

from __future__ import annotations

import math
from typing import Any

from autograd.rules.activations import elu, sigmoid, softplus
from autograd.rules.transcendental import erf

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772


def selu(x: Any) -> Any:
    """scale · elu(x, alpha) with the constants that keep mean and variance (Klambauer 2017)."""
    return _SELU_SCALE * elu(x, alpha=_SELU_ALPHA)


def silu(x: Any) -> Any:
    """x · sigmoid(x), also called swish."""
    return x * sigmoid(x)


def gelu(x: Any) -> Any:
    """x · Φ(x), with Φ the normal distribution function (Hendrycks 2016); not the tanh form."""
    return 0.5 * x * (1 + erf(x * (1 / math.sqrt(2))))


def logsigmoid(x: Any) -> Any:
    """log(sigmoid(x)), stable at any x."""
    return -softplus(-x)
