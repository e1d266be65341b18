"""The work that is measured, the same for each side. Imports a side only when it runs."""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple


class Work(NamedTuple):
    """Something to measure: its name, the peer, and what makes each side's step."""

    name: str
    peer: str
    sides: dict[str, Callable[[], Callable[[], Any]]]
    repeats: int


def scalar_network(value: Any, samples: int) -> Callable[[], Any]:
    """micrograd's demonstration: an MLP 2-16-16-1, hinge loss, built and differentiated eagerly."""
    rng = random.Random(0)
    sizes = [2, 16, 16, 1]
    layers = [
        [([value(rng.uniform(-1, 1)) for _ in range(n_in)], value(0.0)) for _ in range(n_out)]
        for n_in, n_out in pairwise(sizes)
    ]
    data = [([rng.uniform(-1, 1), rng.uniform(-1, 1)], rng.choice([-1, 1])) for _ in range(samples)]

    def step() -> Any:
        losses = []
        for x, y in data:
            a: list[Any] = list(x)
            for depth, layer in enumerate(layers):
                z = [sum((w * v for w, v in zip(ws, a, strict=True)), b) for ws, b in layer]
                a = z if depth == 2 else [each.relu() for each in z]
            losses.append((1 + -y * a[0]).relu())
        total = sum(losses) * (1.0 / samples)
        total.backward()
        return total

    return step


def our_value() -> Any:
    from autograd import Value

    return Value


def their_value() -> Any:
    from micrograd.engine import Value

    return Value


def mlp(sizes: list[int], samples: int, dtype: str) -> tuple[Any, Any, list[Any], list[Any]]:
    """Data and parameters of an MLP: inputs, targets, weights, biases."""
    import numpy as np

    rng = np.random.default_rng(0)
    pairs = list(pairwise(sizes))
    weights = [(rng.normal(size=pair) / pair[0] ** 0.5).astype(dtype) for pair in pairs]
    biases = [np.zeros(n_out, dtype) for _, n_out in pairs]
    x = rng.normal(size=(samples, sizes[0])).astype(dtype)
    y = rng.normal(size=(samples, sizes[-1])).astype(dtype)
    return x, y, weights, biases


def our_mlp(sizes: list[int], samples: int, dtype: str) -> Callable[[], Any]:
    """Forward and backward of a tanh network with squared error, on Tensors."""
    from autograd import Tensor, tanh, zero_grad

    x, y, weights, biases = mlp(sizes, samples, dtype)
    ws, bs = [Tensor(w) for w in weights], [Tensor(b) for b in biases]
    inputs, targets = Tensor(x, requires_grad=False), Tensor(y, requires_grad=False)

    def step() -> Any:
        a: Any = inputs
        for depth, (w, b) in enumerate(zip(ws, bs, strict=True)):
            z = a @ w + b
            a = tanh(z) if depth < len(ws) - 1 else z
        d = a - targets
        loss = (d * d).mean()
        zero_grad([*ws, *bs])
        loss.backward(retain_grads=False)
        return loss

    return step


def numpy_mlp(sizes: list[int], samples: int, dtype: str) -> Callable[[], Any]:
    """The same by hand: the fewest NumPy calls that compute loss and gradients."""
    import numpy as np

    x, y, ws, bs = mlp(sizes, samples, dtype)

    def step() -> Any:
        a, inputs = x, []
        for depth, (w, b) in enumerate(zip(ws, bs, strict=True)):
            inputs.append(a)
            z = a @ w + b
            a = np.tanh(z) if depth < len(ws) - 1 else z
        d = a - y
        loss = (d * d).mean()
        g = d * (2 / d.size)
        grads = []
        for depth in reversed(range(len(ws))):
            grads.append((inputs[depth].T @ g, g.sum(axis=0)))
            if depth:
                a = inputs[depth]
                g = (g @ ws[depth].T) * (1 - a * a)
        return loss, grads

    return step


def scalars(samples: int, repeats: int, nodes: str) -> Work:
    """A scalar network against micrograd."""
    sides = {
        "chainrule": lambda: scalar_network(our_value(), samples),
        "micrograd": lambda: scalar_network(their_value(), samples),
    }
    return Work(f"scalar graph, {nodes} nodes", "micrograd", sides, repeats)


def tensors(sizes: list[int], samples: int, dtype: str, repeats: int) -> Work:
    """A training step of an MLP against NumPy by hand."""
    sides = {
        "chainrule": lambda: our_mlp(sizes, samples, dtype),
        "NumPy by hand": lambda: numpy_mlp(sizes, samples, dtype),
    }
    name = f"MLP step {'-'.join(map(str, sizes))}, {samples} samples, {dtype}"
    return Work(name, "NumPy by hand", sides, repeats)


WORK = [
    scalars(8, 20, "5,000"),
    scalars(100, 3, "65,000"),
    tensors([2, 16, 16, 1], 100, "float64", 300),
    tensors([30, 1], 569, "float64", 300),
    tensors([64, 64, 10], 128, "float32", 300),
    tensors([784, 128, 10], 64, "float32", 100),
    tensors([784, 512, 256, 10], 256, "float32", 15),
]


def main(name: str, side: str) -> None:
    """Time one side: the median of some steps after a warm-up, as JSON."""
    work = next(work for work in WORK if work.name == name)
    step = work.sides[side]()
    step()
    times = []
    gc.collect()
    for _ in range(work.repeats):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(times)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
