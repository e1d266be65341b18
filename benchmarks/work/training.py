"""Training to the end: the same network, start, batches, optimiser and epochs on each side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from benchmarks.work import Step, Work


class Problem(NamedTuple):
    """A data set of scikit-learn's, and the network that learns it."""

    data: str
    sizes: list[int]
    batch_size: int
    epochs: int
    lr: float


DIGITS = Problem("digits", [64, 64, 10], 64, 50, 1e-3)
CANCER = Problem("breast_cancer", [30, 16, 1], 32, 50, 1e-3)


def samples(problem: Problem) -> tuple[Any, ...]:
    """`X_train, X_test, y_train, y_test`, standardised by the training data."""
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    X, y = getattr(datasets, f"load_{problem.data}")(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
    mean, scale = X_train.mean(axis=0), X_train.std(axis=0)
    scale[scale == 0] = 1
    return (X_train - mean) / scale, (X_test - mean) / scale, y_train, y_test


def start(problem: Problem) -> list[tuple[Any, Any]]:
    """Weights `(n_out, n_in)` and biases."""
    import numpy as np

    rng = np.random.default_rng(0)
    return [
        (rng.normal(size=(n_out, n_in)) * (2 / n_in) ** 0.5, np.zeros(n_out))
        for n_in, n_out in pairwise(problem.sizes)
    ]


def ended(loss: float, accuracy: float) -> str:
    """What a training ended with, in words."""
    return f"loss {loss:.6f}, test accuracy {accuracy:.2%}"


def ours(problem: Problem) -> Step:
    """`nn.fit`."""
    import numpy as np

    import nn

    X, X_test, y, y_test = samples(problem)
    loss = nn.CrossEntropyLoss() if problem.sizes[-1] > 1 else nn.BCEWithLogitsLoss()

    def step() -> str:
        model = nn.MLP(problem.sizes)
        entries = [array for layer in start(problem) for array in layer]
        model.load_state_dict(dict(zip(model.state_dict(), entries, strict=True)))
        history = nn.fit(
            model,
            X,
            y,
            loss=loss,
            optimizer=nn.optim.Adam(model.parameters(), lr=problem.lr),
            epochs=problem.epochs,
            batch_size=problem.batch_size,
            rng=1,
            progress=False,
        )
        return ended(history.loss[-1], float(np.mean(model.predict(X_test) == y_test)))

    return step


def pytorch(problem: Problem) -> Step:
    """The same loop in PyTorch, which also counts loss and right answers of an epoch."""
    import numpy as np
    import torch
    from torch import nn

    X, X_test, y, y_test = map(torch.tensor, samples(problem))
    several = problem.sizes[-1] > 1
    loss = nn.CrossEntropyLoss() if several else nn.BCEWithLogitsLoss()
    target = y if several else y.double()[:, None]

    def answers(z: Any) -> Any:
        return z.argmax(dim=1) if several else (z[:, 0] > 0).long()

    def step() -> str:
        layers: list[Any] = []
        for weight, bias in start(problem):
            linear = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(weight))
                linear.bias.copy_(torch.tensor(bias))
            layers += [linear, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        optimizer = torch.optim.Adam(model.parameters(), lr=problem.lr)
        rng = np.random.default_rng(1)
        for _ in range(problem.epochs):
            order, total, right = torch.tensor(rng.permutation(len(X))), 0.0, 0
            for first in range(0, len(X), problem.batch_size):
                batch = order[first : first + problem.batch_size]
                z = model(X[batch])
                J = loss(z, target[batch])
                optimizer.zero_grad()
                J.backward()
                optimizer.step()
                total += J.item() * len(batch)
                right += int((answers(z) == y[batch]).sum())
        with torch.no_grad():
            share = (answers(model(X_test)) == y_test).double().mean().item()
        return ended(total / len(X), share)

    return step


def network(module: str) -> Callable[[], Step]:
    """scikit-learn's MLPClassifier or ours, on the digits, without stopping early."""

    def make() -> Step:
        import importlib
        import warnings

        MLPClassifier = importlib.import_module(module).MLPClassifier
        X, X_test, y, y_test = samples(DIGITS)
        warnings.simplefilter("ignore")  # that the last of the epochs came before convergence

        def step() -> str:
            model = MLPClassifier(
                (64,), batch_size=64, max_iter=50, tol=0.0, n_iter_no_change=1000, random_state=0
            ).fit(X, y)
            return ended(model.loss_, model.score(X_test, y_test))

        return step

    return make


def logistic(module: str) -> Callable[[], Step]:
    """scikit-learn's LogisticRegression or ours, on the breast-cancer data."""

    def make() -> Step:
        import importlib

        import numpy as np

        LogisticRegression = importlib.import_module(module).LogisticRegression
        X, X_test, y, y_test = samples(CANCER)

        def step() -> str:
            model = LogisticRegression(tol=1e-7, max_iter=1000).fit(X, y)
            p = model.predict_proba(X)[np.arange(len(y)), y]
            return ended(-np.log(p).mean(), model.score(X_test, y_test))

        return step

    return make


def moons(replay: bool) -> Step:
    """`nn.fit` of a network made of Values on 100 points of two moons, all at once."""
    import time

    import nn
    from autograd import Value
    from demos.data import moons as points

    X, y = points(100)

    def step() -> str:
        model = nn.MLP([2, 16, 16, 1], rng=0, node=Value)
        ends: list[float] = []
        history = nn.fit(
            model,
            X,
            y,
            lr=0.3,
            epochs=30,
            progress=False,
            replay=replay,
            callbacks=[lambda _: ends.append(time.perf_counter())],
        )
        speed = 20 / (ends[29] - ends[9])
        return f"loss {history.loss[-1]:.6f}, {speed:.3g} epochs a second from the 10th on"

    return step


def _training(problem: Problem) -> Work:
    sizes = "-".join(map(str, problem.sizes))
    return Work(
        f"training {problem.data}, MLP {sizes}, {problem.epochs} epochs of Adam",
        {"chainrule": lambda: ours(problem), "PyTorch": lambda: pytorch(problem)},
    )


WORK = [
    _training(DIGITS),
    _training(CANCER),
    Work(
        "training two moons, MLP 2-16-16-1 made of Values, 30 epochs",
        {"chainrule": lambda: moons(False), "chainrule, replayed": lambda: moons(True)},
    ),
    Work(
        "MLPClassifier, digits, 50 epochs",
        {"chainrule": network("nn.estimators"), "scikit-learn": network("sklearn.neural_network")},
    ),
    Work(
        "LogisticRegression, breast_cancer, to convergence",
        {"chainrule": logistic("nn.estimators"), "scikit-learn": logistic("sklearn.linear_model")},
    ),
]
