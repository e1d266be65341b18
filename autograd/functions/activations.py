"""Activation functions made of others, the smooth maximum and its kin over axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.functions.arguments import Axis, axes_of, operand
from autograd.rules import activations as cards
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


@implements(folds=[(np.logaddexp, "reduce")])
def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """log Σ e^x over `axis` (None: over all), where e^x may overflow."""
    x = operand("logsumexp", x)
    return cards.logsumexp(x, axis=axes_of("logsumexp", x, axis), keepdims=bool(keepdims))


def softmax(x: Any, axis: Axis = -1) -> Any:
    """e^x / Σ e^x: positive, and 1 in sum over `axis`."""
    x = operand("softmax", x)
    return cards.softmax(x, axis=axes_of("softmax", x, axis))


def log_softmax(x: Any, axis: Axis = -1) -> Any:
    """The logarithm of `softmax`, also where that is too small for a float."""
    x = operand("log_softmax", x)
    return cards.log_softmax(x, axis=axes_of("log_softmax", x, axis))
