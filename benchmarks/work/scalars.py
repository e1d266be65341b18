"""Graphs of single numbers: micrograd's demonstration network, chains, and their replay."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.work import Step, Work

SIZES = [2, 16, 16, 1]


class Network:
    """An MLP 2-16-16-1 with hinge loss over some samples, of any kind of number."""

    def __init__(self, value: Any, samples: int, relu: Callable[[Any], Any]) -> None:
        rng = random.Random(0)
        self.relu = relu
        self.layers = [
            [([value(rng.uniform(-1, 1)) for _ in range(n_in)], value(0.0)) for _ in range(n_out)]
            for n_in, n_out in pairwise(SIZES)
        ]
        self.data = [
            ([rng.uniform(-1, 1), rng.uniform(-1, 1)], rng.choice([-1.0, 1.0]))
            for _ in range(samples)
        ]

    @property
    def parameters(self) -> list[Any]:
        return [p for layer in self.layers for ws, b in layer for p in (*ws, b)]

    def loss(self, data: Any) -> Any:
        losses = []
        for x, y in data:
            a: list[Any] = list(x)
            for depth, layer in enumerate(self.layers):
                z = [sum((w * v for w, v in zip(ws, a, strict=True)), b) for ws, b in layer]
                a = z if depth == 2 else [self.relu(each) for each in z]
            losses.append(self.relu(1 + -y * a[0]))
        return sum(losses) * (1.0 / len(losses))


def eager(samples: int, side: str) -> Callable[[], Step]:
    """Build the graph and differentiate it."""

    def make() -> Step:
        value, relu = kind(side)
        network = Network(value, samples, relu)

        def step() -> Any:
            total = network.loss(network.data)
            total.backward()
            return total

        return step

    return make


def kind(side: str) -> tuple[Any, Callable[[Any], Any]]:
    """What makes a number of this side, and its relu."""
    if side == "chainrule":
        from autograd import Value

        return Value, Value.relu
    if side == "micrograd":
        from micrograd.engine import Value as Theirs

        return Theirs, Theirs.relu
    import torch

    torch.set_num_threads(1)
    return lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True), torch.relu


def replayed(samples: int) -> Step:
    """The recorded graph run again: new inputs, all gradients."""
    from autograd import Value, replay

    network = Network(Value, samples, Value.relu)
    data = [([Value(x) for x in xs], Value(y)) for xs, y in network.data]
    inputs = [node for xs, y in data for node in (*xs, y)]
    step = replay(network.loss(data), inputs=inputs, wrt=network.parameters)
    numbers = {node: node.item() for node in inputs}
    return lambda: step(numbers)


def compiled(samples: int) -> Step:
    """CasADi's function of loss and gradient, compiled from the same expressions."""
    import casadi

    count = iter(range(10**6))
    network = Network(
        lambda _: casadi.SX.sym(f"p{next(count)}"), samples, lambda z: casadi.fmax(z, 0)
    )
    data = [
        ([casadi.SX.sym(f"x{i}_{j}") for j in range(2)], casadi.SX.sym(f"y{i}"))
        for i in range(samples)
    ]
    loss = network.loss(data)
    p = casadi.vertcat(*network.parameters)
    x = casadi.vertcat(*(node for xs, y in data for node in (*xs, y)))
    function = casadi.Function("f", [x, p], [loss, casadi.gradient(loss, p)])
    rng = random.Random(1)
    xs = [rng.uniform(-1, 1) for _ in range(x.numel())]
    ps = [rng.uniform(-1, 1) for _ in range(p.numel())]
    return lambda: function(xs, ps)


def chain(length: int, side: str) -> Callable[[], Step]:
    """y = x + 1 + 1 + …, built and differentiated."""

    def make() -> Step:
        value, _ = kind(side)

        def step() -> Any:
            y = value(1.0)
            for _ in range(length):
                y = y + 1.0
            y.backward()
            return y

        return step

    return make


def _eager(samples: int, nodes: str, repeats: int) -> Work:
    sides = {side: eager(samples, side) for side in ("chainrule", "micrograd", "PyTorch")}
    return Work(f"scalar graph of {nodes} nodes, eager", sides, repeats)


def _replay(samples: int, nodes: str, repeats: int) -> Work:
    sides: dict[str, Callable[[], Step]] = {
        "chainrule": lambda: replayed(samples),
        "CasADi": lambda: compiled(samples),
    }
    return Work(f"scalar graph of {nodes} nodes, replayed", sides, repeats)


WORK = [
    _eager(8, "5,000", 20),
    _eager(100, "65,000", 3),
    _replay(8, "5,000", 100),
    _replay(100, "65,000", 50),
    *(
        Work(f"chain of {length:,} nodes", {"chainrule": chain(length, "chainrule")}, repeats)
        for length, repeats in ((1_000, 50), (100_000, 3), (1_000_000, 1))
    ),
]
