"""Gradient descent with a memory, over nested lists, tuples and dicts of arrays.

`grad(x, i)` is the gradient at `x` in step `i`; `callback(x, i, g)` sees every step before it is
taken. All return the last `x`, in the form of `x0`, and can be differentiated themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.misc.flatten import flatten

Gradient = Callable[[Any, int], Any]
Callback = Callable[[Any, int, Any], Any]


def sgd(
    grad: Gradient,
    x0: Any,
    callback: Callback | None = None,
    num_iters: int = 200,
    step_size: float = 0.1,
    mass: float = 0.9,
) -> Any:
    """Descend along a running mean of the gradients, in which the past weighs `mass`."""
    x, gradient, unflatten = _on_rows(grad, x0, callback)
    velocity = np.zeros(x.size)
    for i in range(num_iters):
        velocity = mass * velocity - (1 - mass) * gradient(x, i)
        x = x + step_size * velocity
    return unflatten(x)


def rmsprop(
    grad: Gradient,
    x0: Any,
    callback: Callback | None = None,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """Divide steps by the root of a running mean of squared gradients (Tieleman, Hinton 2012)."""
    x, gradient, unflatten = _on_rows(grad, x0, callback)
    square = np.ones(x.size)
    for i in range(num_iters):
        g = gradient(x, i)
        square = gamma * square + (1 - gamma) * g**2
        x = x - step_size * g / (np.sqrt(square) + eps)
    return unflatten(x)


def adam(
    grad: Gradient,
    x0: Any,
    callback: Callback | None = None,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """Running means of gradient and squared gradient, their bias undone (Kingma, Ba 2015)."""
    x, gradient, unflatten = _on_rows(grad, x0, callback)
    mean, square = np.zeros(x.size), np.zeros(x.size)
    for i in range(num_iters):
        g = gradient(x, i)
        mean = b1 * mean + (1 - b1) * g
        square = b2 * square + (1 - b2) * g**2
        direction = mean / (1 - b1 ** (i + 1))
        scale = np.sqrt(square / (1 - b2 ** (i + 1)))
        x = x - step_size * direction / (scale + eps)
    return unflatten(x)


def _on_rows(grad: Gradient, x0: Any, callback: Callback | None) -> tuple[Any, Any, Any]:
    """The start as one row of numbers, the gradient from row to row, and the way back to trees."""
    start, unflatten = flatten(x0)

    def gradient(row: Any, i: int) -> Any:
        x = unflatten(row)
        g = grad(x, i)
        if callback is not None:
            callback(x, i, g)
        return flatten(g)[0]

    return start, gradient, unflatten
