"""Training steps of MLPs on arrays: forward and backward, no optimiser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.work import Step, Work


def problem(sizes: list[int], samples: int, dtype: str) -> tuple[Any, Any, list[Any], list[Any]]:
    """Inputs, targets, weights and biases as NumPy arrays."""
    import numpy as np

    rng = np.random.default_rng(0)
    weights = [
        (rng.normal(size=(n_in, n_out)) / n_in**0.5).astype(dtype)
        for n_in, n_out in pairwise(sizes)
    ]
    biases = [np.zeros(n_out, dtype) for n_out in sizes[1:]]
    x = rng.normal(size=(samples, sizes[0])).astype(dtype)
    y = rng.normal(size=(samples, sizes[-1])).astype(dtype)
    return x, y, weights, biases


def loss(tanh: Callable[[Any], Any], x: Any, y: Any, ws: list[Any], bs: list[Any]) -> Any:
    """The mean squared error of a tanh network."""
    a = x
    for depth, (w, b) in enumerate(zip(ws, bs, strict=True)):
        z = a @ w + b
        a = tanh(z) if depth < len(ws) - 1 else z
    d = a - y
    return (d * d).mean()


def by_hand(*given: Any) -> Step:
    """The fewest NumPy calls that compute loss and gradients."""
    import numpy as np

    x, y, ws, bs = problem(*given)

    def step() -> Any:
        a, inputs = x, []
        for depth, (w, b) in enumerate(zip(ws, bs, strict=True)):
            inputs.append(a)
            z = a @ w + b
            a = np.tanh(z) if depth < len(ws) - 1 else z
        d = a - y
        g = d * (2 / d.size)
        grads = []
        for depth in reversed(range(len(ws))):
            grads.append((inputs[depth].T @ g, g.sum(axis=0)))
            if depth:
                a = inputs[depth]
                g = (g @ ws[depth].T) * (1 - a * a)
        return (d * d).mean(), grads

    return step


def eager(*given: Any) -> Step:
    """Our Tensors."""
    from autograd import Tensor, tanh, zero_grad

    x, y, weights, biases = problem(*given)
    ws, bs = [Tensor(w) for w in weights], [Tensor(b) for b in biases]
    inputs, targets = Tensor(x, requires_grad=False), Tensor(y, requires_grad=False)

    def step() -> Any:
        zero_grad([*ws, *bs])
        out = loss(tanh, inputs, targets, ws, bs)
        out.backward(retain_grads=False)
        return out

    return step


def replayed(*given: Any) -> Step:
    """Our Tensors, recorded once."""
    from autograd import Tensor, replay, tanh

    x, y, weights, biases = problem(*given)
    ws, bs = [Tensor(w) for w in weights], [Tensor(b) for b in biases]
    inputs, targets = Tensor(x), Tensor(y)
    step = replay(loss(tanh, inputs, targets, ws, bs), inputs=[inputs, targets], wrt=[*ws, *bs])
    numbers = {inputs: x, targets: y}
    return lambda: step(numbers)


def pytorch(*given: Any) -> Step:
    """PyTorch, eager."""
    import torch

    x, y, weights, biases = problem(*given)
    ws = [torch.tensor(w, requires_grad=True) for w in weights]
    bs = [torch.tensor(b, requires_grad=True) for b in biases]
    inputs, targets = torch.tensor(x), torch.tensor(y)

    def step() -> Any:
        for p in (*ws, *bs):
            p.grad = None
        out = loss(torch.tanh, inputs, targets, ws, bs)
        out.backward()
        return out

    return step


def jax(*given: Any) -> Step:
    """JAX, compiled."""
    import jax as peer
    import jax.numpy as jnp

    peer.config.update("jax_enable_x64", given[2] == "float64")
    x, y, ws, bs = problem(*given)

    def f(parameters: Any, inputs: Any, targets: Any) -> Any:
        return loss(jnp.tanh, inputs, targets, *parameters)

    compiled = peer.jit(peer.value_and_grad(f))
    parameters = peer.tree.map(jnp.asarray, (ws, bs))
    inputs, targets = jnp.asarray(x), jnp.asarray(y)
    peer.block_until_ready(compiled(parameters, inputs, targets))
    return lambda: peer.block_until_ready(compiled(parameters, inputs, targets))


def mygrad(*given: Any) -> Step:
    """MyGrad."""
    import mygrad as peer

    x, y, weights, biases = problem(*given)
    ws, bs = [peer.tensor(w) for w in weights], [peer.tensor(b) for b in biases]

    def step() -> Any:
        for p in (*ws, *bs):
            p.null_grad()
        out = loss(peer.tanh, x, y, ws, bs)
        out.backward()
        return out

    return step


def hips(*given: Any) -> Step:
    """HIPS autograd, imported by the name it shares with us, in its own environment."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    x, y, ws, bs = problem(*given)
    step = value_and_grad(lambda p: anp.mean((network(anp, x, *p) - y) ** 2))
    return lambda: step((ws, bs))


def network(anp: Any, x: Any, ws: list[Any], bs: list[Any]) -> Any:
    """The network in functions, since HIPS's boxes lack methods for some of NumPy's."""
    a = x
    for depth, (w, b) in enumerate(zip(ws, bs, strict=True)):
        z = anp.matmul(a, w) + b
        a = anp.tanh(z) if depth < len(ws) - 1 else z
    return a


MAKERS = {
    "chainrule": eager,
    "chainrule, replayed": replayed,
    "NumPy by hand": by_hand,
    "PyTorch": pytorch,
    "JAX": jax,
    "MyGrad": mygrad,
    "HIPS autograd": hips,
}


def _work(sizes: list[int], samples: int, dtype: str) -> Work:
    sides = {
        side: lambda make=make: make(sizes, samples, dtype)  # type: ignore[misc]
        for side, make in MAKERS.items()
    }
    return Work(f"MLP step {'-'.join(map(str, sizes))}, {samples} samples, {dtype}", sides)


WORK = [
    _work([2, 16, 16, 1], 100, "float64"),
    _work([30, 1], 569, "float64"),
    _work([64, 64, 10], 128, "float32"),
    _work([784, 128, 10], 64, "float32"),
    _work([784, 512, 256, 10], 256, "float32"),
]
