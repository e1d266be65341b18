"""Models for classes: the output is the logit `z`, one for each sample, or one for each class."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, no_grad
from nn import init as initializers
from nn.activations import KINDS, ReLU
from nn.arguments import by_name
from nn.init import Initializer
from nn.layers import Linear, Sequential
from nn.module import Module
from nn.nodes import Kind, Rng, numbers, rename


class Classifier(Module):
    """What they share: `forward` gives logits, `(m, 1)` for two classes, `(m, K)` for more."""

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of class 1 for each row of `X`, `(m,)`: `ŷ = σ(z)` (N1.2).

        With K outputs those of all classes, `(m, K)`.
        """
        with no_grad():
            z = numbers(self(X))
        if z.ndim != 2:
            raise ValueError(
                f"predict_proba takes (m, n) samples to (m, K) logits, and the output of this "
                f"{type(self).__name__} has shape {z.shape}"
            )
        if z.shape[1] > 1:
            return np.asarray(autograd.softmax(z, axis=1))
        return np.asarray(autograd.sigmoid(z[:, 0]))

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest class, counted from 0, for each row of `X`, `(m,)`."""
        p = self.predict_proba(X)
        return p.argmax(axis=1) if p.ndim > 1 else (p > 0.5).astype(int)


class LogisticRegression(Classifier):
    """`z = wᵀx + b` (N1.2), with `linear.weight` of shape `(1, n_features)`.

    Starts at zero unless `init` says otherwise: with a single unit nothing is symmetric.
    """

    def __init__(
        self,
        n_features: int,
        *,
        init: Initializer = initializers.zeros,
        rng: Rng = None,
        dtype: Any = None,
        node: Kind = Tensor,
    ) -> None:
        self.linear = Linear(n_features, 1, init=init, rng=rng, dtype=dtype, node=node)
        rename(self.linear.weight, "w")
        rename(self.linear.bias, "b")

    def forward(self, x: Any) -> Tensor:
        return self.linear(x)


class MLP(Sequential, Classifier):
    """`sizes = [n[0], …, n[L]]`: Linear layers with activations between them (N3.1, N4.1).

    The output is that of the last Linear layer. `activation` is the module between two layers, or
    makes it: `nn.Tanh`, `"tanh"`, `nn.LeakyReLU(0.1)`. The parameters are named `W1`, `b1`, `W2`, …
    """

    def __init__(
        self,
        sizes: Sequence[int] | int,
        activation: Callable[[], Module] | Module | str = ReLU,
        *more: int,
        init: Initializer | None = None,
        rng: Rng = None,
        dtype: Any = None,
        node: Kind = Tensor,
    ) -> None:
        if isinstance(sizes, int):
            raise TypeError(f"MLP({sizes!r}, …): give the sizes in a list, as MLP([2, 8, 1])")
        if len(sizes) < 2:
            raise ValueError(f"MLP({list(sizes)}): give the number of features and of outputs")
        make = by_name("activation", activation, KINDS)
        rng = np.random.default_rng(rng)
        layers: list[Module] = []
        for depth, (n_in, n_out) in enumerate(itertools.pairwise(sizes), 1):
            if layers:
                layers.append(copy.deepcopy(make) if isinstance(make, Module) else make())
            linear = Linear(n_in, n_out, init=init, rng=rng, dtype=dtype, node=node)
            rename(linear.weight, f"W{depth}")
            rename(linear.bias, f"b{depth}")
            layers.append(linear)
        super().__init__(*layers)
