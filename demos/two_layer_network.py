"""The two-layer network of N3: train it, proof-read its derivation, draw it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import nn
import viz
from autograd import Tensor, Value, check, sigmoid, zero_grad
from autograd.account import text
from demos import derivation
from demos.console import Written, heading
from demos.data import Data, breast_cancer
from demos.derivation import FOR_MANY_SAMPLES, READINGS, SUMMARY, asked
from demos.descent import accuracies, columns, cost, descend
from demos.figures import save_losses

HIDDEN = 4
"""n[1], the units of the hidden layer."""
ALPHA = 0.3
"""The learning rate of N1.1."""


def run(out: Path, *, epochs: int = 600, progress: bool = True) -> list[Written]:
    """Train, proof-read, draw; the files that were written to `out`."""
    data = breast_cancer()
    parameters, losses = train(data, epochs, progress)
    reports = proofread(data, *parameters)
    in_short(reports, m=len(data.y_train))
    return [
        *draw_network(out, data, *parameters),
        *draw_losses(out, losses),
        *draw_unit(out, data),
    ]


# --------------------------------------------------------------------------------------- training


def forward(X: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> tuple[Any, Any, Any, Any]:
    """N3.1: z[l] = W[l] a[l-1] + b[l], a[l] = g[l](z[l]), with a[0] = X; samples are columns."""
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = sigmoid(Z2)
    return Z1, A1, Z2, A2


def initial(n0: int, n1: int, n2: int, rng: np.random.Generator) -> tuple[Tensor, ...]:
    """N3.8: W random, or the hidden units would stay the same for ever; b zero."""
    W1 = Tensor(rng.normal(size=(n1, n0)) / np.sqrt(n0), name="W1")
    b1 = Tensor(np.zeros((n1, 1)), name="b1")
    W2 = Tensor(rng.normal(size=(n2, n1)) / np.sqrt(n1), name="W2")
    b2 = Tensor(np.zeros((n2, 1)), name="b2")
    return W1, b1, W2, b2


def train(data: Data, epochs: int, progress: bool) -> tuple[tuple[Tensor, ...], list[float]]:
    """Gradient descent (N1.1) on all samples; the parameters, and the loss before each step."""
    X, Y = columns(data)
    n0, m = X.shape
    heading("Training")
    print(
        f"{m} training samples; {n0} features, {HIDDEN} hidden units (tanh), 1 output (sigmoid)\n"
        f"{epochs} steps of gradient descent with α = {ALPHA:g}"
    )
    parameters = initial(n0, HIDDEN, 1, np.random.default_rng(0))
    losses = descend(
        lambda: cost(forward(X, *parameters)[-1], Y),
        parameters,
        alpha=ALPHA,
        steps=epochs,
        progress=progress,
    )
    trained = [parameter.numpy() for parameter in parameters]
    accuracies(data, lambda X: forward(X, *trained)[-1])
    return parameters, losses


# ----------------------------------------------------------------------------------- proof-reading


def proofread(data: Data, W1: Any, b1: Any, W2: Any, b2: Any) -> list[check.Report]:
    """Compare every formula of N3.3-N3.7 with the gradients of the trained network."""
    reports = []
    for reading in READINGS:
        X, Y = columns(data)
        if reading.one_sample:
            X, Y = X[:, :1], Tensor([[0.8]], requires_grad=False)
        m = X.shape[1]
        Z1, A1, Z2, A2 = forward(X, W1, b1, W2, b2)
        J = cost(A2, Y)
        reports.append(derivation.proofread(reading, J, locals()))
    return reports


def in_short(reports: list[check.Report], m: int) -> None:
    """The verdict on every numbered formula for m samples, a line each."""
    heading("The notes in short, a formula a line")
    for reading, report in zip(READINGS, reports, strict=True):
        if reading.steps in (FOR_MANY_SAMPLES, SUMMARY):
            for step in asked(reading.steps):
                print(f"  {step.number}  {step.name}  {in_words(report[step.name], m)}")


def in_words(step: check.Step, m: int) -> str:
    """A verdict in one line, with the number that shows it."""
    if step.verdict != "wrong":
        return f"{step.mark}  {step.verdict}"
    if step.worst is None:
        return f"{step.mark}  {step.diagnosis}"
    _, yours, true = step.worst
    mistake = f"too small by the factor m = {m}" if np.isclose(true, m * yours) else step.diagnosis
    return f"{step.mark}  {mistake} ({text.number(yours, 3)} for {text.number(true, 3)})"


# --------------------------------------------------------------------------------------- pictures


def draw_network(out: Path, data: Data, W1: Any, b1: Any, W2: Any, b2: Any) -> list[Written]:
    """The graph of one loss, with values, shapes and gradients."""
    X, Y = columns(data)
    Z1, A1, Z2, A2 = forward(X, W1, b1, W2, b2)
    J = cost(A2, Y).named("J")
    zero_grad([W1, b1, W2, b2])
    J.backward()
    picture = viz.draw(
        J,
        title="The two-layer network after training: values, shapes, gradients of J",
        names={"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2},
        inputs=(X, Y),
    )
    return [
        Written(picture.save(out / "network.svg"), "the graph of J: values, shapes and gradients"),
        Written(picture.save(out / "network.png"), "the same, for slides"),
    ]


def draw_losses(out: Path, losses: list[float]) -> list[Written]:
    """The loss before each step of gradient descent."""
    path = save_losses(out / "loss.svg", losses, title="The two-layer network", xlabel="step")
    return [Written(path, "the loss J before each step of gradient descent")]


def draw_unit(out: Path, data: Data) -> list[Written]:
    """A logistic unit of two features on the test sample it is least sure of."""
    places = [data.features.index(name) for name in ("worst radius", "worst texture")]
    unit = nn.LogisticRegression(2)
    nn.fit(unit, data.X_train[:, places], data.y_train, lr=0.5, epochs=200, progress=False)
    X = data.X_test[:, places]
    doubtful = int(np.argmin(np.abs(unit.predict_proba(X) - 0.5)))

    x1, x2 = (Value(x).detach().named(f"x{j}") for j, x in enumerate(X[doubtful], 1))
    w1, w2 = (Value(w, name=f"w{j}") for j, w in enumerate(unit.linear.weight.numpy()[0], 1))
    b = Value(unit.linear.bias.item(), name="b")
    y = Value(data.y_test[doubtful]).detach().named("y")

    z = (w1 * x1 + w2 * x2 + b).named("z")  # N1.2
    a = sigmoid(z).named("a")
    L = (-(y * np.log(a) + (1 - y).named("(1 − y)") * np.log(1 - a))).named("L")
    L.backward()
    picture = viz.draw(L, title="A logistic unit on one sample", inputs=(x1, x2, y), direction="TB")
    steps = out / "unit.md"
    title, rest = viz.chain_rule(L, [w1, w2, b]).markdown().split("\n", 1)
    about = (
        f"A logistic unit (N1.2) on test sample {doubtful}, the one it is least sure of: x1 is the "
        "worst radius of the tumour, x2 its worst texture, both standardised."
    )
    steps.write_text(f"{title}\n\n{about}\n{rest}", encoding="utf-8")
    shows = "the graph of a logistic unit on one sample: local derivative × upstream = contribution"
    return [
        Written(picture.save(out / "unit.svg"), shows),
        Written(picture.save(out / "unit.png"), "the same, for slides"),
        Written(steps, "the chain rule of that unit step by step, as Markdown with LaTeX"),
    ]
