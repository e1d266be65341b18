"""Second order: a Hessian, and a product with one."""

from __future__ import annotations

from typing import Any

from benchmarks.work import Step, Work
from benchmarks.work.arrays import network, problem


def rosenbrock(np: Any, x: Any) -> Any:
    """Rosenbrock's function."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def hessian() -> Step:
    """The Hessian; the same code for us and for HIPS."""
    import autograd.numpy as anp
    from autograd import hessian as transform

    at = anp.linspace(-1.0, 1.0, 50)
    full = transform(lambda x: rosenbrock(anp, x))
    return lambda: full(at)


def hessian_pytorch() -> Step:
    """PyTorch's function transform."""
    import torch

    at = torch.linspace(-1.0, 1.0, 50, dtype=torch.float64)
    full = torch.func.hessian(lambda x: rosenbrock(torch, x))
    return lambda: full(at)


def hessian_jax() -> Step:
    """JAX's, compiled."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    at = jnp.linspace(-1.0, 1.0, 50)
    full = jax.jit(jax.hessian(lambda x: rosenbrock(jnp, x)))
    jax.block_until_ready(full(at))
    return lambda: jax.block_until_ready(full(at))


def product() -> Step:
    """The Hessian of a network's loss times a vector; the same code for us and for HIPS."""
    import autograd.numpy as anp
    from autograd import hessian_vector_product

    x, y, ws, bs = problem([64, 64, 10], 128, "float32")
    step = hessian_vector_product(lambda w: anp.mean((network(anp, x, [w, ws[1]], bs) - y) ** 2))
    return lambda: step(ws[0], ws[0])


def product_pytorch() -> Step:
    """PyTorch: forward over reverse, its quickest way."""
    import torch

    given = problem([64, 64, 10], 128, "float32")
    x, y = map(torch.tensor, given[:2])
    ws, bs = ([torch.tensor(each) for each in arrays] for arrays in given[2:])
    gradient = torch.func.grad(lambda w: torch.mean((network(torch, x, [w, ws[1]], bs) - y) ** 2))
    return lambda: torch.func.jvp(gradient, (ws[0],), (ws[0],))[1]


def product_jax() -> Step:
    """JAX: forward over reverse, compiled."""
    import jax
    import jax.numpy as jnp

    x, y, ws, bs = jax.tree.map(jnp.asarray, problem([64, 64, 10], 128, "float32"))
    gradient = jax.grad(lambda w: jnp.mean((network(jnp, x, [w, ws[1]], bs) - y) ** 2))
    step = jax.jit(lambda w, v: jax.jvp(gradient, (w,), (v,))[1])
    jax.block_until_ready(step(ws[0], ws[0]))
    return lambda: jax.block_until_ready(step(ws[0], ws[0]))


WORK = [
    Work(
        "Hessian of Rosenbrock's function of 50 variables",
        {
            "chainrule": hessian,
            "HIPS autograd": hessian,
            "PyTorch": hessian_pytorch,
            "JAX": hessian_jax,
        },
    ),
    Work(
        "Hessian-vector product, MLP 64-64-10, 128 samples",
        {
            "chainrule": product,
            "HIPS autograd": product,
            "PyTorch": product_pytorch,
            "JAX": product_jax,
        },
    ),
]
