"""The scalar graph of one sample, run for many at once: the for loop vectorised by the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.work import Step, Work
from benchmarks.work.scalars import Network, compiled, function

PARAMETERS = 337
"""Of the network, as a vector for the peers."""


def samples(count: int) -> Any:
    """Two coordinates and a label for each sample, as three rows."""
    import numpy as np

    rng = np.random.default_rng(0)
    return np.stack([*rng.uniform(-1, 1, (2, count)), rng.choice([-1.0, 1.0], count)])


def replayed(count: int) -> Step:
    """Our graph of one sample, called with arrays."""
    from autograd import Value, replay

    network = Network(Value, 1, Value.relu)
    x1, x2, y = (Value(number) for number in samples(1)[:, 0])
    step = replay(network.loss([([x1, x2], y)]), inputs=[x1, x2, y], wrt=network.parameters)
    numbers = dict(zip((x1, x2, y), samples(count), strict=True))
    return lambda: step(numbers)


def mapped(count: int) -> Step:
    """CasADi's function of one sample, mapped over the samples, its results added up."""
    import casadi

    of_one = function(1)
    step = of_one.map("batch", "serial", count, [1], [0, 1])
    xs, ps = casadi.DM(samples(count)), casadi.DM([0.1] * PARAMETERS)

    def run() -> Any:
        loss, gradient = step(xs, ps)
        return loss / count, gradient / count

    return run


def vectorised(count: int) -> Step:
    """JAX: the program of one sample vectorised by `vmap`, differentiated and compiled."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def loss(parameters: Any, sample: Any) -> Any:
        one = iter(parameters)
        network = Network(lambda _: next(one), 1, lambda z: jnp.maximum(z, 0))
        return network.loss([([sample[0], sample[1]], sample[2])])

    def mean(parameters: Any, xs: Any) -> Any:
        return jax.vmap(loss, in_axes=(None, 1))(parameters, xs).mean()

    step = jax.jit(jax.value_and_grad(mean))
    parameters, xs = jnp.full(PARAMETERS, 0.1), jnp.asarray(samples(count))
    jax.block_until_ready(step(parameters, xs))
    return lambda: jax.block_until_ready(step(parameters, xs))


def _work(count: int, more: dict[str, Callable[[], Step]]) -> Work:
    sides = {
        "chainrule, replayed": lambda: replayed(count),
        "CasADi, mapped": lambda: mapped(count),
        "JAX, vmap and jit": lambda: vectorised(count),
    }
    return Work(f"scalar MLP of one sample, run for {count:,}", sides | more)


WORK = [
    _work(100, {"CasADi, graph of 100 samples": lambda: compiled(100)}),
    _work(10_000, {}),
]
