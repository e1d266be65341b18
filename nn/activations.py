"""Activations: modules without parameters, `a = g(z)`, entry by entry or along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from nn.module import Module
from nn.nodes import log_softmax


class Identity(Module):
    """`a = z`."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """The input."""
        return x


class Sigmoid(Module):
    """`a = 1/(1 + e^−z)` (N2.1)."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.sigmoid(x)


class Tanh(Module):
    """`a = tanh z` (N2.2)."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.tanh(x)


class ReLU(Module):
    """`a = max(0, z)` (N2.3)."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.relu(x)


class LeakyReLU(Module):
    """`a = max(0, z) + negative_slope · min(0, z)` (N2.4)."""

    pure = True

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.leaky_relu(x, slope=self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """`a = z` for `z > 0`, `alpha · (e^z − 1)` below (Clevert 2015)."""

    pure = True

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.elu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        """The limit below."""
        return f"alpha={self.alpha}"


class GELU(Module):
    """`a = z · Φ(z)`, with Φ the normal distribution function (Hendrycks 2016)."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.gelu(x)


class SiLU(Module):
    """`a = z · σ(z)`."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.silu(x)


class Softplus(Module):
    """`a = log(1 + e^z)`, a smooth ReLU."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Entry by entry."""
        return autograd.softplus(x)


class Softmax(Module):
    """`a = e^z / Σ e^z` along the axis `dim`: probabilities of classes.

    CrossEntropyLoss takes the logits instead: there the softmax belongs to the loss.
    """

    pure = True

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> autograd.Tensor:
        """Along the axis."""
        if isinstance(x, np.ndarray) and x.dtype == object:  # of Values, and so is the result
            return np.exp(log_softmax(x, axis=self.dim))
        return autograd.softmax(x, axis=self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """`a = z − log Σ e^z` along the axis `dim`: logarithms of probabilities."""

    pure = True

    def forward(self, x: Any) -> autograd.Tensor:
        """Along the axis."""
        return log_softmax(x, axis=self.dim)
