"""Logistic loss and gradient descent as the notes have them; samples are columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Node, Tensor, zero_grad
from demos.data import Data


def columns(data: Data) -> tuple[Tensor, Tensor]:
    """The training samples in the notes' layout: X is n[0] × m, Y is 1 × m."""
    X = Tensor(data.X_train.T, requires_grad=False, name="X")
    Y = Tensor(data.y_train[np.newaxis], requires_grad=False, name="Y")
    return X, Y


def log_loss(a: Any, y: Any) -> Any:
    """N1.2: L(a, y) = −(y log a + (1 − y) log(1 − a))."""
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


def cost(A: Any, Y: Any) -> Any:
    """N1.3, N3.2: J = (1/m) Σ L."""
    return np.sum(log_loss(A, Y)) / Y.shape[1]


def descend(
    loss: Callable[[], Node],
    parameters: Iterable[Tensor],
    *,
    alpha: float,
    steps: int,
    progress: bool,
) -> list[float]:
    """N1.1: w := w − α dJ/dw, for all parameters at once; the loss before each step."""
    from tqdm.auto import trange

    losses = []
    bar = trange(steps, unit="step", disable=not progress)
    for _ in bar:
        J = loss()
        J.backward()
        for parameter in parameters:
            parameter.data -= alpha * parameter.grad
        zero_grad(parameters)
        losses.append(J.item())
        bar.set_postfix_str(f"loss {losses[-1]:.4f}", refresh=False)
    print(f"loss            {losses[0]:.4f} → {losses[-1]:.4f}")
    return losses


def accuracies(data: Data, forward: Callable[[np.ndarray], np.ndarray]) -> None:
    """Print which share of the samples is on the right side of 1/2."""
    for name, X, y in [
        ("training", data.X_train, data.y_train),
        ("test", data.X_test, data.y_test),
    ]:
        right = np.mean((forward(X.T)[0] > 0.5) == y)
        print(f"{name + ' accuracy':15} {right:.1%} of {len(y)}")
