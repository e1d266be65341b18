"""Activations: modules without parameters, `a = g(z)`, entry by entry or along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from nn.module import Module
from nn.nodes import log_softmax


class Identity(Module):
    """The identity, `a = z`."""

    def forward(self, x: Any) -> autograd.Tensor:
        return x


class Sigmoid(Module):
    """`a = 1/(1 + e^−z)` (N2.1)."""

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.sigmoid(x)


class Tanh(Module):
    """`a = tanh z` (N2.2)."""

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.tanh(x)


class ReLU(Module):
    """`a = max(0, z)` (N2.3)."""

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.relu(x)


class LeakyReLU(Module):
    """`a = max(0, z) + negative_slope · min(0, z)` (N2.4)."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.leaky_relu(x, slope=self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """`a = z` for `z > 0`, `alpha · (e^z − 1)` below (Clevert 2015)."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.elu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class GELU(Module):
    """`a = z · Φ(z)`, with Φ the normal distribution function (Hendrycks 2016)."""

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.gelu(x)


class SiLU(Module):
    """`a = z · σ(z)`."""

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.silu(x)


class Softplus(Module):
    """`a = log(1 + e^z)`, a smooth ReLU."""

    def forward(self, x: Any) -> autograd.Tensor:
        return autograd.softplus(x)


class Softmax(Module):
    """`a = e^z / Σ e^z` along the axis `dim`: probabilities of classes.

    CrossEntropyLoss takes the logits instead: there the softmax belongs to the loss.
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> autograd.Tensor:
        if isinstance(x, np.ndarray) and x.dtype == object:  # of Values, and so is the result
            return np.exp(log_softmax(x, axis=self.dim))
        return autograd.softmax(x, axis=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """`a = z − log Σ e^z` along the axis `dim`: logarithms of probabilities."""

    def forward(self, x: Any) -> autograd.Tensor:
        return log_softmax(x, axis=self.dim)


KINDS: list[type[Module]]
KINDS = [each for each in vars().values() if getattr(each, "__module__", "") == __name__]
"""All activations."""
