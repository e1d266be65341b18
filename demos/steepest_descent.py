"""N1.1: of all directions of one length, minus the gradient leads down fastest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import viz
from autograd import grad, log, sigmoid
from demos.console import Written, heading
from demos.figures import save, subplots

X = np.array([[0.5, -1.2, 1.4, -0.3, 2.0], [1.0, 0.4, -0.7, -1.5, 0.2]])
Y = np.array([[1.0, 0.0, 1.0, 0.0, 0.0]])
START, LENGTH = np.array([-1.0, 1.5]), 1e-4


def loss(w: Any) -> Any:
    """J of logistic regression with two weights and no bias; samples are columns."""
    A = sigmoid(w @ X)
    return (-(Y[0] * log(A) + (1 - Y[0]) * log(1 - A))).mean()


def changes(count: int = 72) -> tuple[np.ndarray, np.ndarray]:
    """The angle to the gradient in degrees, and the change of J per length in that direction."""
    slope = grad(loss)(START)
    towards = np.arctan2(slope[1], slope[0])
    angles = np.arange(count) * (360 / count)
    steps = [LENGTH * np.array([np.cos(t), np.sin(t)]) for t in towards + np.radians(angles)]
    # central, so that the curvature cancels
    found = [float(loss(START + step) - loss(START - step)) / (2 * LENGTH) for step in steps]
    return angles, np.array(found)


def run(out: Path) -> list[Written]:
    """Try all directions, then draw the best one on the surface of the loss."""
    angles, found = changes()
    size = float(np.linalg.norm(grad(loss)(START)))
    heading("J changes by this much per step of length 1, at an angle to the gradient")
    for angle in (0, 45, 90, 135, 180):
        change = found[list(angles).index(angle)]
        expected = size * np.cos(np.radians(angle))
        print(f"  {angle:3}°  {change:+.6f}   |dJ/dw| · cos = {expected:+.6f}")
    print(
        "\nJ grows fastest along the gradient (0°) and falls fastest against it (180°), by "
        f"|dJ/dw| = {size:.6f}.\n"
        "So w := w − α · dJ/dw takes the steepest way down, and α sets how far."
    )
    figure, ax = subplots(1, 1, size=(6, 5.4))
    viz.plots.loss_surface(loss, START, ax, span=2, title="The loss, and the steepest way down")
    shows = (
        "J around a point; the arrow, minus the gradient, crosses the level lines at right angles"
    )
    return [Written(save(figure, out / "steepest_descent.svg"), shows)]
