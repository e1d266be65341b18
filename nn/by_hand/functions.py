"""The functions of the derivations that NumPy lacks, without overflow."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


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
