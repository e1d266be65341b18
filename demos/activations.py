"""N2: activations, their derivatives, and gradients vanishing through 20 layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import viz
from autograd import Tensor, leaky_relu, relu, sigmoid, tanh
from demos.console import Written, heading
from demos.figures import save, save_losses, subplots
from nn import init

LAYERS, WIDTH, SAMPLES = 20, 64, 128
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "ReLU": relu,
    "leaky ReLU": partial(leaky_relu, slope=0.1),
}


def run(out: Path) -> list[Written]:
    """Draw the four functions and measure their gradients in a deep network."""
    figure, axes = subplots(2, 2, size=(9, 6.4))
    for (name, function), ax in zip(ACTIVATIONS.items(), axes.flat, strict=True):
        viz.plots.activation(function, ax, label="g", title=name, low=-5, high=5)
    sizes = {name: gradient_sizes(function) for name, function in ACTIVATIONS.items()}
    heading(f"The size of dJ/dW through {LAYERS} layers of {WIDTH} units")
    print(f"{'':12}{'layer 1':>12}{'layer ' + str(LAYERS):>12}{'ratio':>12}")
    for name, found in sizes.items():
        print(f"{name:12}{found[0]:12.1e}{found[-1]:12.1e}{found[0] / found[-1]:12.1e}")
    print(
        "\nThe derivative of the sigmoid is at most 1/4, so each layer back takes most of the "
        "gradient away.\nReLU passes the gradient of an active unit on whole: it does not vanish."
    )
    options = {"title": f"The gradient through {LAYERS} layers", "log": True}
    labels = {"xlabel": "layer", "ylabel": "root mean square of dJ/dW"}
    curves = save_losses(out / "vanishing.svg", sizes, **options, **labels)
    return [
        Written(save(figure, out / "activations.svg"), "sigmoid, tanh, ReLU, leaky ReLU; slopes"),
        Written(curves, "the size of dJ/dW in each of 20 layers"),
    ]


def gradient_sizes(function: Callable[[Any], Any]) -> list[float]:
    """The root mean square of dJ/dW[l] for each layer l, from the first to the last."""
    rng = np.random.default_rng(0)
    A: Any = rng.normal(size=(WIDTH, SAMPLES))
    start = init.xavier_normal if function in (sigmoid, tanh) else init.he_normal
    weights = [Tensor(start((WIDTH, WIDTH), rng)) for _ in range(LAYERS)]
    for W in weights:
        A = function(W @ A)
    (A**2).mean().backward()
    return [float(np.sqrt(np.mean(np.square(W.grad)))) for W in weights]
