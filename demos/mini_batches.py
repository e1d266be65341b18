"""Mini-batches: SGD against momentum, RMSprop and Adam on handwritten digits."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nn
from demos import console
from demos.console import Written, heading
from demos.data import digits
from demos.figures import save_losses
from nn import optim
from nn.data import Split

BATCH = 32


class Method(NamedTuple):
    """A way of training: how it steps, and on how many samples at a time (None: on all)."""

    optimizer: Callable[[Any], optim.Optimizer]
    batch_size: int | None = BATCH


METHODS = {
    "all samples": Method(lambda w: optim.SGD(w, lr=0.5), None),
    "SGD": Method(lambda w: optim.SGD(w, lr=0.1)),
    "momentum": Method(lambda w: optim.SGD(w, lr=0.1, momentum=0.9)),
    "RMSprop": Method(lambda w: optim.RMSprop(w, lr=2e-3, alpha=0.9)),
    "Adam": Method(lambda w: optim.Adam(w, lr=5e-3)),
}


def run(out: Path, *, epochs: int = 30, progress: bool = True) -> list[Written]:
    """Train the same network in each way, compare, draw; the files that were written to `out`."""
    data = digits()
    heading("The same network, the same start, the same data")
    print(f"64 → 48 → 10 units, {len(data.y_train)} samples, {epochs} epochs\n")
    histories, rows = {}, []
    for name, method in METHODS.items():
        start = time.perf_counter()
        histories[name] = train(data, method, epochs, progress)
        rows.append(row(name, method, histories[name], data, time.perf_counter() - start))
    heading("What an epoch is worth")
    print(f"{'':13}{'steps':>6}{'loss':>10}{'test accuracy':>15}{'time':>8}")
    print("\n".join(rows))
    curves = {name: history.loss for name, history in histories.items()}
    path = save_losses(
        out / "mini_batches.svg", curves, title="Five ways down: the loss by epochs", log=True
    )
    return [Written(path, "the loss of each way by epochs, logarithmic")]


def train(data: Split, method: Method, epochs: int, progress: bool) -> nn.History:
    """Train a new network, the same one every time."""
    model = nn.MLP([64, 48, 10], init=nn.init.he_normal, rng=0)
    return console.train(
        model,
        data,
        loss=nn.CrossEntropyLoss(),
        optimizer=method.optimizer(model.parameters()),
        epochs=epochs,
        batch_size=method.batch_size,
        rng=0,
        progress=progress,
    )


def row(name: str, method: Method, history: nn.History, data: Split, seconds: float) -> str:
    """A line of the table."""
    steps = len(history) * -(-len(data.y_train) // (method.batch_size or len(data.y_train)))
    accuracy = history.validation_accuracy[-1]
    return f"{name:13}{steps:6}{history.loss[-1]:10.4f}{accuracy:15.1%}{seconds:6.1f} s"
