"""Two moons apart: a network as Values and as Tensors, one decision boundary."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

import nn
import viz
from autograd import Tensor, Value
from demos.console import Written, finished, heading
from demos.data import moons
from demos.figures import save, save_losses, subplots

SIZES = [2, 8, 1]
"""n[0] … n[L]: two coordinates, tanh units, one logit."""
KINDS = {"Values": Value, "Tensors": Tensor}


def run(
    out: Path, *, samples: int = 100, epochs: int = 100, progress: bool = True
) -> list[Written]:
    """Train both from the same start, compare, draw; the files that were written to `out`."""
    X, y = moons(samples)
    held_out = moons(500, seed=1)
    models, histories = {}, {}
    for name, kind in KINDS.items():
        models[name], histories[name] = train(name, kind, X, y, epochs, progress)
    compare(models, histories, held_out)
    boundary = draw_boundaries(models, X, y, held_out, out / "moons.png")
    curves = {name: history.loss for name, history in histories.items()}
    losses = save_losses(out / "moons_loss.svg", curves, title="Two moons", log=True)
    return [
        Written(boundary, "the decision boundary, learned as Values and as Tensors"),
        Written(losses, "both losses by epochs, one upon the other"),
    ]


def train(
    name: str, kind: Any, X: np.ndarray, y: np.ndarray, epochs: int, progress: bool
) -> tuple[nn.MLP, nn.History]:
    """Gradient descent with momentum; the same seed makes the same network of either kind."""
    model = nn.MLP(SIZES, nn.Tanh, init=nn.init.xavier_normal, rng=3, node=kind)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    count = len(optimizer.parameters)
    heading(f"As {name}: {count} {name if count > 4 else 'arrays'} to learn")
    start = time.perf_counter()
    history = nn.fit(model, X, y, optimizer=optimizer, epochs=epochs, progress=progress)
    seconds = time.perf_counter() - start
    finished(history)
    print(
        f"loss     {history.loss[0]:.4f} → {history.loss[-1]:.4f}\n"
        f"accuracy {history.accuracy[-1]:.1%} of {len(y)}\n"
        f"time     {1e3 * seconds / epochs:.2g} ms for an epoch"
    )
    return model, history


def compare(models: dict[str, nn.MLP], histories: dict[str, nn.History], held_out: Any) -> float:
    """Print how far the two are apart; the largest difference of their parameters."""
    heading("One network, two zoom levels")
    one, two = (history.loss for history in histories.values())
    states = [model.state_dict() for model in models.values()]
    apart = max(float(np.abs(states[0][name] - states[1][name]).max()) for name in states[0])
    print(f"The losses differ by at most {np.abs(np.subtract(one, two)).max():.0e} in all epochs,")
    print(f"the learned parameters by at most {apart:.0e}.")
    X, y = held_out
    right = np.mean(models["Tensors"].predict(X) == y)
    print(f"test accuracy {right:.1%} of {len(y)} other points")
    return apart


def draw_boundaries(
    models: dict[str, nn.MLP], X: np.ndarray, y: np.ndarray, held_out: Any, path: Path
) -> Path:
    """Where the probability of the second moon is 1/2, for either network."""
    figure, panels = subplots(1, 2, size=(10, 4.3), sharex=True, sharey=True)
    for ax, (name, model) in zip(panels, models.items(), strict=True):
        steps = 50 if name == "Values" else 200
        options = {"title": f"as {name}", "resolution": steps}
        viz.plots.decision_boundary(model.predict_proba, X, y, ax, **options)
    right = np.mean(models["Tensors"].predict(held_out[0]) == held_out[1])
    figure.suptitle(f"Two moons, {right:.1%} of {len(held_out[1])} other points right")
    return save(figure, path)
