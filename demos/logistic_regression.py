"""Logistic regression by formulas (N1.1-N1.3), by loops (N1.4) and with nn."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Tensor, check, sigmoid
from demos import console
from demos.console import Written, heading
from demos.data import Data, breast_cancer
from demos.derivation import LOGISTIC, proofread
from demos.descent import accuracies, columns, cost, descend
from demos.figures import save_losses

ALPHA = 0.5
"""The learning rate of N1.1."""


def run(out: Path, *, epochs: int = 300, progress: bool = True) -> list[Written]:
    """One sample, gradient descent, loops against vectors, nn; the files written to `out`."""
    data = breast_cancer()
    one_sample(data)
    w, b = train(data, epochs, progress)
    loops_against_vectors(data, w, b)
    history = compare_with_nn(data, w, b, epochs, progress)
    curves = {"training": history.loss, "test": history.validation_loss}
    path = save_losses(out / "logistic_loss.svg", curves, title="Logistic regression")
    return [Written(path, "the loss on training and test samples, by epoch")]


def forward(X: Any, w: Any, b: Any) -> tuple[Any, Any]:
    """N1.2 and N1.3: z = wᵀx + b, a = σ(z), for the samples in the columns of X."""
    z = w.T @ X + b
    a = sigmoid(z)
    return z, a


def one_sample(data: Data) -> check.Report:
    """Proof-read N1.2 on the first training sample; with y = 0.8 both terms of L count."""
    rng = np.random.default_rng(1)
    x = Tensor(data.X_train[:1].T, requires_grad=False, name="x")
    y = Tensor([[0.8]], requires_grad=False, name="y")
    w = Tensor(rng.normal(size=x.shape) * 0.1, name="w")
    b = Tensor(rng.normal(size=(1, 1)) * 0.1, name="b")
    z, a = forward(x, w, b)
    L = cost(a, y)
    return proofread(LOGISTIC[0], L, locals())


def train(data: Data, epochs: int, progress: bool) -> tuple[Tensor, Tensor]:
    """Gradient descent (N1.1) on all samples, from zero."""
    heading("N1.1, N1.3: gradient descent on all samples")
    X, Y = columns(data)
    w, b = Tensor(np.zeros((X.shape[0], 1)), name="w"), Tensor(np.zeros((1, 1)), name="b")
    descend(
        lambda: cost(forward(X, w, b)[1], Y),
        [w, b],
        alpha=ALPHA,
        steps=epochs,
        progress=progress,
    )
    accuracies(data, lambda X: forward(X, w.numpy(), b.numpy())[1])
    return w, b


# ------------------------------------------------------------------------------------------ N1.4


def by_loops(X: Any, y: Any, w: Any, b: float) -> tuple[list[float], float]:
    """dJ/dw and dJ/db, a number at a time; plain lists, X[j][i] is feature j of sample i."""
    n, m = len(X), len(y)
    dw, db = [0.0] * n, 0.0
    for i in range(m):
        z = b
        for j in range(n):
            z += w[j] * X[j][i]
        dz = (1 / (1 + math.exp(-z)) - y[i]) / m
        for j in range(n):
            dw[j] += X[j][i] * dz
        db += dz
    return dw, db


def by_vectors(X: Any, y: Any, w: Any, b: Any) -> tuple[Any, Any]:
    """The same on whole arrays."""
    dz = (sigmoid(w.T @ X + b) - y) / y.shape[1]
    return X @ dz.T, dz.sum(axis=1, keepdims=True)


def by_engine(X: Any, y: Any, w: Any, b: Any) -> tuple[Any, Any]:
    """The same without a formula for the gradient."""
    w, b = Tensor(w), Tensor(b)
    cost(forward(X, w, b)[1], y).backward()
    return w.grad, b.grad


def loops_against_vectors(data: Data, w: Tensor, b: Tensor) -> None:
    """N1.4: what it brings to replace `for` loops by vectorised code."""
    heading("N1.4: loops against vectors")
    X, y = np.ascontiguousarray(data.X_train.T), data.y_train[np.newaxis].astype(float)
    arrays = X, y, w.numpy(), b.numpy()
    lists = X.tolist(), y[0].tolist(), w.numpy()[:, 0].tolist(), b.item()
    loops, dw = best_time(by_loops, *lists)
    vectors, dw_vectors = best_time(by_vectors, *arrays)
    engine, dw_engine = best_time(by_engine, *arrays)
    print(f"dJ/dw and dJ/db of {y.size} samples with {len(X)} features, the best of several runs:")
    for label, seconds in [
        ("for loops over samples and features", loops),
        ("vectorised: X @ dz.T", vectors),
        ("vectorised, gradient by backward()", engine),
    ]:
        print(f"  {label:37}{seconds * 1e3:8.3f} ms{loops / seconds:8.0f} ×")
    off = max(np.abs(dw_vectors[:, 0] - dw).max(), np.abs(dw_engine[:, 0] - dw).max())
    print(f"The three differ in dJ/dw by at most {off:.0e}.")


def best_time(function: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """The shortest of many runs in about 0.2 s, in seconds, and dJ/dw."""
    times: list[float] = []
    while len(times) < 3 or sum(times) < 0.2:
        start = time.perf_counter()
        dw, _ = function(*arguments)
        times.append(time.perf_counter() - start)
    return min(times), dw


# -------------------------------------------------------------------------------------------- nn


def compare_with_nn(data: Data, w: Tensor, b: Tensor, epochs: int, progress: bool) -> nn.History:
    """Train nn.LogisticRegression, which takes samples as rows, in the same way."""
    heading("The same with nn")
    model = nn.LogisticRegression(len(data.features))
    history = console.train(model, data, lr=ALPHA, epochs=epochs, progress=progress)
    print(model)
    print(history)
    off = np.abs(model.linear.weight.numpy() - w.numpy().T).max()
    print(f"Its w differs from the one found above by at most {off:.0e}.")
    heaviest = np.argsort(-np.abs(w.numpy()[:, 0]))[:5]
    print("The features that weigh most (positive: speaks for benign):")
    for place in heaviest:
        print(f"  {data.features[place]:25}{w.numpy()[place, 0]:+.3f}")
    return history
