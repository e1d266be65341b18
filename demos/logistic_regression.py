"""Logistic regression by formulas (N1.1-N1.3), by loops (N1.4) and with nn."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Tensor, check, sigmoid, zero_grad
from demos.console import Written, heading, save_losses
from demos.data import Data, breast_cancer

ALPHA = 0.5
"""The learning rate of N1.1."""


def run(out: Path, *, epochs: int = 300, progress: bool = True) -> list[Written]:
    """One sample, gradient descent, loops against vectors, nn; the files written to `out`."""
    data = breast_cancer()
    one_sample(data)
    w, b = descend(data, epochs, progress)
    loops_against_vectors(data, w, b)
    history = compare_with_nn(data, w, b, epochs, progress)
    return draw_losses(out, history)


def forward(X: Any, w: Any, b: Any) -> tuple[Any, Any]:
    """N1.2 and N1.3: z = wᵀx + b, a = σ(z), for the samples in the columns of X."""
    z = w.T @ X + b
    a = sigmoid(z)
    return z, a


def cost(a: Any, y: Any) -> Any:
    """N1.2 and N1.3: J = (1/m) Σ L, with L = −(y log a + (1 − y) log(1 − a))."""
    L = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    return np.sum(L) / y.shape[1]


# N1.2, for one sample.
ONE_SAMPLE: dict[str, Callable[..., Any]] = {
    "da": lambda a, y: -y / a + (1 - y) / (1 - a),
    "dz": lambda a, y: a - y,
    "dw": lambda x, dz: x * dz,
    "db": lambda dz: dz,
}


def one_sample(data: Data) -> check.Report:
    """Proof-read N1.2 on the first training sample."""
    heading("N1.2: one sample")
    rng = np.random.default_rng(1)
    x = Tensor(data.X_train[:1].T, requires_grad=False, name="x")
    y = Tensor([[0.8]], requires_grad=False, name="y")
    w = Tensor(rng.normal(size=x.shape) * 0.1, name="w")
    b = Tensor(rng.normal(size=(1, 1)) * 0.1, name="b")
    z, a = forward(x, w, b)
    L = cost(a, y)
    print("Are da = −y/a + (1 − y)/(1 − a), dz = a − y, dw = x dz, db = dz the derivatives of L?")
    print(
        "Tried with the first training sample, and with y = 0.8, so that both terms of L count.\n"
    )
    report = check.derivation(L, ONE_SAMPLE, names=locals())
    report.show()
    return report


def descend(data: Data, epochs: int, progress: bool) -> tuple[Tensor, Tensor]:
    """N1.1: w := w − α dJ/dw, from zero."""
    from tqdm.auto import trange

    heading("N1.1, N1.3: gradient descent on all samples")
    X = Tensor(data.X_train.T, requires_grad=False, name="X")
    y = Tensor(data.y_train[np.newaxis], requires_grad=False, name="y")
    w, b = Tensor(np.zeros((X.shape[0], 1)), name="w"), Tensor(np.zeros((1, 1)), name="b")
    losses = []
    bar = trange(epochs, unit="step", disable=not progress)
    for _ in bar:
        _, a = forward(X, w, b)
        J = cost(a, y)
        J.backward()
        w.data -= ALPHA * w.grad
        b.data -= ALPHA * b.grad
        zero_grad([w, b])
        losses.append(J.item())
        bar.set_postfix_str(f"loss {losses[-1]:.4f}", refresh=False)
    print(f"loss            {losses[0]:.4f} → {losses[-1]:.4f}")
    for name, X_, y_ in [
        ("training", data.X_train, data.y_train),
        ("test", data.X_test, data.y_test),
    ]:
        right = np.mean((forward(X_.T, w.numpy(), b.numpy())[1][0] > 0.5) == y_)
        print(f"{name + ' accuracy':15} {right:.1%} of {len(y_)}")
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
    history = nn.fit(
        model,
        data.X_train,
        data.y_train,
        lr=ALPHA,
        epochs=epochs,
        validation=(data.X_test, data.y_test),
        progress=progress,
    )
    print(model)
    print(history)
    off = np.abs(model.linear.weight.numpy() - w.numpy().T).max()
    print(f"Its w differs from the one found above by at most {off:.0e}.")
    heaviest = np.argsort(-np.abs(w.numpy()[:, 0]))[:5]
    print("The features that weigh most (positive: speaks for benign):")
    for place in heaviest:
        print(f"  {data.features[place]:25}{w.numpy()[place, 0]:+.3f}")
    return history


def draw_losses(out: Path, history: nn.History) -> list[Written]:
    """The loss on training and test samples."""
    curves = {"training": history.loss, "test": history.validation_loss}
    path = save_losses(out / "logistic_loss.svg", curves, title="Logistic regression")
    return [Written(path, "the loss on training and test samples, by epoch")]
