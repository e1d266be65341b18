"""Second order: a Hessian, and a product with one."""

from __future__ import annotations

from typing import Any

from benchmarks.work import Step, Work
from benchmarks.work.arrays import network, problem


def rosenbrock_hessian() -> Step:
    """The Hessian of Rosenbrock's function of 50 variables; the same code for us and for HIPS."""
    import autograd.numpy as anp
    from autograd import hessian

    def f(x: Any) -> Any:
        return anp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    at = anp.linspace(-1.0, 1.0, 50)
    full = hessian(f)
    return lambda: full(at)


def network_hvp() -> Step:
    """The Hessian of a network's loss times a vector; the same code for us and for HIPS."""
    import autograd.numpy as anp
    from autograd import hessian_vector_product

    x, y, ws, bs = problem([64, 64, 10], 128, "float32")
    product = hessian_vector_product(lambda w: anp.mean((network(anp, x, [w, ws[1]], bs) - y) ** 2))
    return lambda: product(ws[0], ws[0])


WORK = [
    Work(
        "Hessian of Rosenbrock's function of 50 variables",
        {"chainrule": rosenbrock_hessian, "HIPS autograd": rosenbrock_hessian},
        10,
    ),
    Work(
        "Hessian-vector product, MLP 64-64-10",
        {"chainrule": network_hvp, "HIPS autograd": network_hvp},
        50,
    ),
]
