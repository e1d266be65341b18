"""N3.8: with W zero all units stay the same for ever; with W random they do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograd import Tensor, log, sigmoid, tanh, zero_grad
from demos.console import Written, heading
from demos.figures import save_losses

STEPS, ALPHA, HIDDEN = 300, 1.0, 4


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Two classes that no line separates; samples are columns."""
    X = np.random.default_rng(0).normal(size=(2, 200))
    return X, (X[:1] * X[1:] > 0) * 1.0


def train(W1: np.ndarray, W2: np.ndarray) -> tuple[list[float], list[float], Tensor]:
    """The loss and the largest difference of two rows of W1, step by step, and W1 at the end."""
    X, Y = samples()
    parameters = [
        Tensor(W1, name="W1"),
        Tensor(np.zeros((len(W1), 1)), name="b1"),
        Tensor(W2, name="W2"),
        Tensor(np.zeros((1, 1)), name="b2"),
    ]
    losses, apart = [], []
    for _ in range(STEPS):
        zero_grad(parameters)
        w1, b1, w2, b2 = parameters
        A2 = sigmoid(w2 @ tanh(w1 @ X + b1) + b2)
        J = (-(Y * log(A2) + (1 - Y) * log(1 - A2))).mean()
        J.backward()
        losses.append(J.item())
        apart.append(float(np.ptp(w1.numpy(), axis=0).max()))
        for parameter in parameters:
            parameter.data -= ALPHA * parameter.grad
    return losses, apart, parameters[0]


def run(out: Path) -> list[Written]:
    """Train from zero, from equal rows and from random rows, and compare."""
    rng = np.random.default_rng(1)
    random = rng.normal(size=(HIDDEN, 2)), rng.normal(size=(1, HIDDEN))
    starts = {
        "W zero": (np.zeros((HIDDEN, 2)), np.zeros((1, HIDDEN))),
        "rows equal": (np.tile(random[0][:1], (HIDDEN, 1)), np.full((1, HIDDEN), 0.5)),
        "W random": random,
    }
    found = {name: train(*start) for name, start in starts.items()}
    heading(f"After {STEPS} steps")
    for name, (losses, apart, W1) in found.items():
        rows = "  ".join(f"[{a:+.3f} {b:+.3f}]" for a, b in W1.numpy())
        print(f"{name:11} loss {losses[-1]:.4f}   rows differ by {apart[-1]:.3g}   W1 = {rows}")
    print(
        "\nEqual rows get equal gradients, so they stay equal: four units do the work of one, and "
        "from zero none.\nOnly random rows become different units, and the loss goes down."
    )
    curves = {name: losses for name, (losses, _, _) in found.items()}
    options = {"title": "Zero, equal and random W", "xlabel": "step"}
    path = save_losses(out / "initialisation.svg", curves, **options)
    return [Written(path, "the loss from three starts")]
