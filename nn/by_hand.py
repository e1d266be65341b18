"""Backpropagation as the notes derive it (N3.3-N3.7), in plain NumPy: no graph, no autograd.

A twin for every layer and every loss of `nn`, with its derivative written out. Samples are rows
here, columns in the notes: `dW = dzᵀ a` for their `dW = dz aᵀ`, and `db` sums over the rows.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nn.module import Module
from nn.nodes import numbers

Array = np.ndarray


def backpropagation(model: Module, loss: Module, X: Any, y: Any) -> tuple[Any, dict[str, Array]]:
    """The loss, and its derivative by each parameter of the model, named as in `state_dict`."""
    layer = twin(model)
    output = layer.forward(np.asarray(X, dtype=float))
    J, dz = LOSSES[type(loss).__name__](loss, output, np.asarray(y))
    layer.backward(dz)
    return J, layer.gradients


# ------------------------------------------ functions that NumPy lacks, without overflow


def sigmoid(z: Array) -> Array:
    """N2.1, without overflow: `e^−|z|` is at most 1."""
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1, e) / (1 + e))


def softplus(z: Array) -> Array:
    """`log(1 + e^z)`, without overflow."""
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))


def softmax(z: Array, axis: int = -1) -> Array:
    """Shifted by the largest `z`, so that no power overflows."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def log_softmax(z: Array, axis: int = -1) -> Array:
    """The logarithm of `softmax`, exact where that is 0."""
    below = z - z.max(axis=axis, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=axis, keepdims=True)))


# ----------------------------------------------------------------------------- layers


def twin(module: Module) -> Layer:
    """The hand-derived layer that does what `module` does, with its parameters as they are."""
    for kind in type(module).__mro__:
        if kind.__name__ in LAYERS:
            return LAYERS[kind.__name__](module)
        if kind.__name__ in ACTIVATIONS:
            return Activation(module, *ACTIVATIONS[kind.__name__])
    raise TypeError(f"{type(module).__name__} has not been derived by hand")


class Layer:
    """A layer of a network, with its step of backpropagation (N3.7)."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.gradients: dict[str, Array] = {}

    def forward(self, x: Array) -> Array:
        """The output of the layer for the samples `x`; keeps what `backward` needs."""
        raise NotImplementedError

    def backward(self, da: Array) -> Array:
        """From dJ/d(output) to dJ/d(input); leaves those by the parameters in `gradients`."""
        raise NotImplementedError


class Linear(Layer):
    """`z = a Wᵀ + b` (N3.1); `dW = dzᵀ a`, `db = Σ dz`, `da = dz W` (N3.4-N3.7).

    A 1/m is in `dz` already, if there is one.
    """

    def forward(self, x: Array) -> Array:
        self.a, self.W = x, numbers(self.module.weight)
        z = x @ self.W.T
        return z if self.module.bias is None else z + numbers(self.module.bias)

    def backward(self, da: Array) -> Array:
        self.gradients = {"weight": da.T @ self.a}
        if self.module.bias is not None:
            self.gradients["bias"] = da.sum(axis=0)
        return da @ self.W


class Chain(Layer):
    """Layers one after the other, and backwards (N4.1)."""

    def __init__(self, module: Any) -> None:
        super().__init__(module)
        self.layers = {name: twin(each) for name, each in module.named_children()}

    def forward(self, x: Array) -> Array:
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def backward(self, da: Array) -> Array:
        for layer in reversed(self.layers.values()):
            da = layer.backward(da)
        self.gradients = {
            f"{place}.{name}": gradient
            for place, layer in self.layers.items()
            for name, gradient in layer.gradients.items()
        }
        return da


class Activation(Layer):
    """`a = g(z)`, `dz = da ⊙ g'(z)`, where `g'` is a function of `z` and of `a`."""

    def __init__(self, module: Any, g: Callable[..., Any], derivative: Callable[..., Any]) -> None:
        super().__init__(module)
        self.g, self.derivative = g, derivative

    def forward(self, x: Array) -> Array:
        self.z, self.a = x, self.g(x, self.module)
        return self.a

    def backward(self, da: Array) -> Array:
        return np.asarray(da * self.derivative(self.z, self.a, self.module))


class Softmax(Layer):
    """`a = e^z / Σ e^z`; `dz = a ⊙ (da − Σ a da)`: all `a` of a sample hang on all its `z`."""

    def forward(self, x: Array) -> Array:
        self.axis = self.module.dim
        self.a = softmax(x, self.axis)
        return self.a

    def backward(self, da: Array) -> Array:
        return self.a * (da - (self.a * da).sum(axis=self.axis, keepdims=True))


class LogSoftmax(Softmax):
    """`a = z − log Σ e^z`; `dz = da − e^a Σ da`."""

    def forward(self, x: Array) -> Array:
        super().forward(x)
        return log_softmax(x, self.axis)

    def backward(self, da: Array) -> Array:
        return da - self.a * da.sum(axis=self.axis, keepdims=True)


class Dropout(Layer):
    """`a = z ⊙ mask / (1 − p)`, and the same for the gradient."""

    def forward(self, x: Array) -> Array:
        self.mask = np.ones(x.shape)
        p = self.module.p
        if self.module.training and p:
            # What the module would draw next; it does not notice.
            kept = copy.deepcopy(self.module.rng).random(x.shape) >= p
            self.mask = kept / (1 - p) if p < 1 else np.zeros(x.shape)
        return x * self.mask

    def backward(self, da: Array) -> Array:
        return da * self.mask


class BatchNorm1d(Layer):
    """`n = (z − μ)/σ`, `a = γ n + β`, with `σ² = var + eps` (Ioffe 2015, with their derivation).

    In training μ and var are those of the batch, else the running ones, constants in `backward`.
    """

    def forward(self, x: Array) -> Array:
        m = self.module
        self.training = m.training
        mean = x.mean(axis=0) if m.training else m.running_mean
        var = x.var(axis=0) if m.training else m.running_var
        self.sigma = np.sqrt(var + m.eps)
        self.n = (x - mean) / self.sigma
        self.gamma = 1.0 if m.weight is None else numbers(m.weight)
        return self.n * self.gamma + (0.0 if m.bias is None else numbers(m.bias))

    def backward(self, da: Array) -> Array:
        """`dz = (dn − mean dn − n · mean(dn n)) / σ`, without the means in use."""
        if self.module.weight is not None:
            self.gradients = {"weight": (da * self.n).sum(axis=0), "bias": da.sum(axis=0)}
        dn = da * self.gamma
        if self.training:
            dn = dn - dn.mean(axis=0) - self.n * (dn * self.n).mean(axis=0)
        return np.asarray(dn / self.sigma)


def _normal(z: Array) -> Array:
    """The normal distribution function Φ."""
    return np.asarray(np.vectorize(math.erf, otypes=[float])(z / math.sqrt(2)) + 1) / 2


def _leak(z: Array, m: Any) -> Array:
    return np.where(z > 0, 1.0, m.negative_slope)


# name -> (a = g(z), g' as a function of z and a); `m` holds the settings
ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "Identity": (lambda z, m: z, lambda z, a, m: 1.0),
    "Sigmoid": (lambda z, m: sigmoid(z), lambda z, a, m: a * (1 - a)),  # N2.1
    "Tanh": (lambda z, m: np.tanh(z), lambda z, a, m: 1 - a**2),  # N2.2
    "ReLU": (lambda z, m: np.maximum(z, 0), lambda z, a, m: 1.0 * (z > 0)),  # N2.3
    "LeakyReLU": (lambda z, m: z * _leak(z, m), lambda z, a, m: _leak(z, m)),  # N2.4
    "ELU": (
        lambda z, m: np.where(z > 0, z, m.alpha * np.expm1(np.minimum(z, 0))),
        lambda z, a, m: np.where(z > 0, 1, a + m.alpha),
    ),
    "GELU": (
        lambda z, m: z * _normal(z),
        lambda z, a, m: _normal(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
    ),
    "SiLU": (
        lambda z, m: z * sigmoid(z),
        lambda z, a, m: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    ),
    "Softplus": (lambda z, m: softplus(z), lambda z, a, m: sigmoid(z)),
}

LAYERS: dict[str, Callable[[Any], Layer]] = {
    **{"Sequential": Chain, "LogisticRegression": Chain, "Linear": Linear, "Softmax": Softmax},
    **{"LogSoftmax": LogSoftmax, "Dropout": Dropout, "BatchNorm1d": BatchNorm1d},
}


# ------------------------------------- losses: (loss, output, target) to J and dJ/d(output)


def _reduced(loss: Any, L: Array, dL: Array, total: float) -> tuple[Any, Array]:
    """N1.3: `J = (1/m) Σ L`, so `1/m` goes into `dz`, and nowhere after (N3.3)."""
    if loss.reduction == "none":
        return L, dL
    share = 1 / total if loss.reduction == "mean" else 1.0
    return share * L.sum(), share * dL


def _entries(L: Callable[..., Any], dL: Callable[..., Any]) -> Callable[..., tuple[Any, Array]]:
    def both(loss: Any, x: Array, y: Array) -> tuple[Any, Array]:
        y = y.reshape(x.shape)
        return _reduced(loss, L(x, y, loss), dL(x, y, loss), x.size)

    return both


def _w(weight: Any) -> Any:
    return 1.0 if weight is None else weight


def _log(a: Array) -> Array:
    return np.log(np.maximum(a, math.exp(-100)))


def _cross_entropy(loss: Any, z: Array, y: Array) -> tuple[Any, Array]:
    """`L = −Σ w y log a`; `dL/dz = a Σ w y − w y`, which is `a − y` without weights."""
    K = z.shape[-1]
    Y = y if y.shape == z.shape else np.eye(K)[y.astype(int)]
    w = np.broadcast_to(_w(loss.weight), (K,))
    total = len(z) if y.shape == z.shape else (Y @ w).sum()
    wY = w * ((1 - loss.label_smoothing) * Y + loss.label_smoothing / K)
    L = -(wY * log_softmax(z)).sum(axis=-1)
    return _reduced(loss, L, softmax(z) * wY.sum(axis=-1, keepdims=True) - wY, total)


LOSSES: dict[str, Callable[..., tuple[Any, Array]]] = {
    "MSELoss": _entries(lambda x, y, loss: (x - y) ** 2, lambda x, y, loss: 2 * (x - y)),
    "L1Loss": _entries(lambda x, y, loss: np.abs(x - y), lambda x, y, loss: np.sign(x - y)),
    "BCELoss": _entries(  # N1.2; N3.3
        lambda a, y, loss: -_w(loss.weight) * (y * _log(a) + (1 - y) * _log(1 - a)),
        lambda a, y, loss: _w(loss.weight) * (-y / a + (1 - y) / (1 - a)),
    ),
    "BCEWithLogitsLoss": _entries(  # dL/dz = a − y (N1.2) without weights
        lambda z, y, loss: (
            _w(loss.weight) * (_w(loss.pos_weight) * y * softplus(-z) + (1 - y) * softplus(z))
        ),
        lambda z, y, loss: (
            _w(loss.weight) * ((1 - y) * sigmoid(z) - _w(loss.pos_weight) * y * sigmoid(-z))
        ),
    ),
    "CrossEntropyLoss": _cross_entropy,
}
