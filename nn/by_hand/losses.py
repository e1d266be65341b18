"""A twin for every loss of `nn`: `(loss, output, target)` to J and dJ/d(output)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nn.by_hand.functions import Array, log_softmax, sigmoid, softmax, softplus


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
