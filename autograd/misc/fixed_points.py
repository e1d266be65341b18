"""Where an iteration ends up, differentiated without keeping its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.extend import defvjp, primitive
from autograd.transforms import make_vjp, trees

Step = Callable[[Any], Any]


@primitive
def fixed_point(
    f: Callable[[Any], Step], a: Any, x0: Any, distance: Callable[[Any, Any], Any], tol: float
) -> Any:
    """The x with f(a)(x) = x that the iteration from `x0` reaches, to a `distance` of `tol`.

    Gradients flow to `a`: at the fixed point the adjoint is the fixed point of an iteration too
    (Christianson 1994).
    """
    step = f(a)
    x, before = step(x0), x0
    while distance(x, before) > tol:
        x, before = step(x), x
    return x


def _by_a(ans: Any, f: Any, a: Any, x0: Any, distance: Any, tol: Any) -> Callable[[Any], Any]:
    def adjoint_step(inputs: Any) -> Step:
        a, x, g = inputs
        pull, _ = make_vjp(f(a))(x)
        return lambda w: _sum(pull(w), g)

    pull, _ = make_vjp(lambda a, x: f(a)(x))(a, ans)
    return lambda g: pull(fixed_point(adjoint_step, (a, ans, g), g, distance, tol))


def _sum(x: Any, y: Any) -> Any:
    leaves, rebuild = trees.flatten(x)
    return rebuild([a + b for a, b in zip(leaves, trees.flatten(y)[0], strict=True)])


defvjp(fixed_point, None, _by_a, None)
