"""Graphs of single numbers: micrograd's demonstration network and chains, eager and replayed."""

from __future__ import annotations

import random
import sys
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

        def step() -> None:
            network.loss(network.data).backward()

        return step

    return make


def kind(side: str) -> tuple[Any, Callable[[Any], Any]]:
    """What makes a number of this side, and its relu."""
    if side == "chainrule":
        from autograd import Value

        return Value, Value.relu
    if side == "micrograd":
        from micrograd.engine import Value as Theirs

        sys.setrecursionlimit(10**7)  # its sort recurses once for each node of a chain
        return Theirs, Theirs.relu
    import torch

    return lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True), torch.relu


def recorded(samples: int) -> tuple[Any, dict[Any, float]]:
    """The compiled graph of our Values, and numbers for its inputs."""
    from autograd import Value, replay

    network = Network(Value, samples, Value.relu)
    data = [([Value(x) for x in xs], Value(y)) for xs, y in network.data]
    inputs = [node for xs, y in data for node in (*xs, y)]
    step = replay(network.loss(data), inputs=inputs, wrt=network.parameters)
    return step, {node: node.item() for node in inputs}


def recording(samples: int) -> Step:
    """Record, compile, and run for the first time."""

    def once() -> None:
        step, numbers = recorded(samples)
        step(numbers)

    return once


def replayed(samples: int) -> Step:
    """The recorded graph run again: new inputs, all gradients."""
    step, numbers = recorded(samples)
    return lambda: step(numbers)


def function(samples: int) -> Any:
    """CasADi's function of inputs and parameters, giving loss and gradient."""
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
    return casadi.Function("f", [x, p], [loss, casadi.gradient(loss, p)])


def compiled(samples: int) -> Step:
    """CasADi's function on numbers."""
    import casadi

    compiled = function(samples)
    rng = random.Random(1)
    xs, ps = (
        casadi.DM([rng.uniform(-1, 1) for _ in range(compiled.numel_in(i))]) for i in range(2)
    )
    return lambda: compiled(xs, ps)


def chain(length: int, side: str) -> Callable[[], Step]:
    """y = x + 1 + 1 + …, built and differentiated."""

    def make() -> Step:
        value, _ = kind(side)

        def step() -> None:
            y = value(1.0)
            for _ in range(length):
                y = y + 1.0
            y.backward()

        return step

    return make


SCALARS = ("chainrule", "micrograd", "PyTorch")


def _network(samples: int, nodes: int) -> Work:
    """The same loss and gradients by graphs that are built each time, and by recorded ones."""
    sides = {side: eager(samples, side) for side in SCALARS}
    sides |= {
        "chainrule, replayed": lambda: replayed(samples),
        "CasADi": lambda: compiled(samples),
    }
    return Work(f"scalar MLP 2-16-16-1, {samples} samples, {nodes:,} nodes", sides, nodes)


def _compiling(samples: int) -> Work:
    """Recording and compiling once, beside an eager pass."""
    sides: dict[str, Callable[[], Step]] = {
        "chainrule": eager(samples, "chainrule"),
        "chainrule, replay compiled": lambda: recording(samples),
        "CasADi": lambda: lambda: function(samples) and None,
    }
    return Work(f"compiling the scalar MLP of {samples} samples; chainrule: one eager pass", sides)


def _chain(length: int) -> Work:
    sides = {side: chain(length, side) for side in SCALARS}
    return Work(f"scalar chain of {length:,} nodes", sides, length)


WORK = [
    _network(8, 5_490),
    _network(100, 64_738),
    _compiling(100),
    *(_chain(length) for length in (1_000, 100_000, 1_000_000)),
]
