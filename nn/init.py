"""Starting values for weights. An initialiser maps a shape and an `rng` to an array.

`W` must be random, or all units of a layer stay the same for ever; `b` may be zero (N3.8). A weight
has the shape `(n_out, n_in)`. Settings are bound with `functools.partial(init.normal, std=0.01)`.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from nn.nodes import Rng

Shape = tuple[int, ...]


class Initializer(Protocol):
    """What layers take as `init=`."""

    def __call__(self, shape: Shape, rng: Rng = None) -> np.ndarray:
        """An array of this shape."""


def zeros(shape: Shape, rng: Rng = None) -> np.ndarray:
    """Zeros: right for biases and for models without hidden units."""
    return np.zeros(shape)


def uniform(shape: Shape, rng: Rng = None, *, a: float = 0.0, b: float = 1.0) -> np.ndarray:
    """Uniform on [a, b)."""
    return np.random.default_rng(rng).uniform(a, b, shape)


def normal(shape: Shape, rng: Rng = None, *, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
    """Normal with this mean and standard deviation."""
    return np.random.default_rng(rng).normal(mean, std, shape)


def xavier_uniform(shape: Shape, rng: Rng = None, *, gain: float = 1.0) -> np.ndarray:
    """Uniform with variance 2 gain² / (n_in + n_out), for tanh and sigmoid (Glorot 2010)."""
    n_out, n_in = _fans(shape)
    bound = gain * math.sqrt(6 / (n_in + n_out))
    return uniform(shape, rng, a=-bound, b=bound)


def xavier_normal(shape: Shape, rng: Rng = None, *, gain: float = 1.0) -> np.ndarray:
    """Normal with variance 2 gain² / (n_in + n_out), for tanh and sigmoid (Glorot 2010)."""
    n_out, n_in = _fans(shape)
    return normal(shape, rng, std=gain * math.sqrt(2 / (n_in + n_out)))


def he_uniform(shape: Shape, rng: Rng = None, *, a: float = 0.0) -> np.ndarray:
    """Uniform with variance 2 / (n_in (1 + a²)), for ReLU with the slope `a` below 0 (He 2015)."""
    bound = math.sqrt(6 / (_fans(shape)[1] * (1 + a * a)))
    return uniform(shape, rng, a=-bound, b=bound)


def he_normal(shape: Shape, rng: Rng = None, *, a: float = 0.0) -> np.ndarray:
    """Normal with variance 2 / (n_in (1 + a²)), for ReLU with the slope `a` below 0 (He 2015)."""
    return normal(shape, rng, std=math.sqrt(2 / (_fans(shape)[1] * (1 + a * a))))


def _fans(shape: Shape) -> tuple[int, int]:
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"this initialiser needs the shape (n_out, n_in) of a weight, not {shape}")
    return shape[0], shape[1]
