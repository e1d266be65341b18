"""`minimize`: Newton's method and L-BFGS for convex models, by SciPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd import Tensor, Value, gradients

Node = Tensor | Value


class Minimum(NamedTuple):
    """What `minimize` found; the parameters are there already."""

    loss: float
    n_iter: int
    converged: bool
    message: str


def minimize(
    parameters: Iterable[Node],
    objective: Callable[[], Any],
    *,
    method: Literal["lbfgs", "newton"] = "lbfgs",
    tol: float = 1e-8,
    max_iter: int = 1000,
) -> Minimum:
    """Move the parameters to where `objective()`, a node of one number, is smallest.

    Stops when no entry of the gradient is larger than `tol`. `newton` takes the products of the
    Hessian with vectors from the graph of the gradient; so do the last steps of either method,
    where the losses no longer differ and only the gradient tells what is better. Needs SciPy, which
    comes with the extra `sklearn`. An error or Ctrl-C leaves the parameters as they were.
    """
    try:
        from scipy.optimize import minimize as scipy_minimize
    except ImportError as error:
        raise ModuleNotFoundError(
            "nn.optim.minimize needs SciPy: pip install 'chainrule[sklearn]', or take an optimiser"
        ) from error
    if method not in ("lbfgs", "newton"):
        raise ValueError(f"method={method!r}: give 'lbfgs' or 'newton'")
    problem = _Problem(list(parameters), objective)
    start = problem.w
    # Nearer to the minimum losses differ by rounding errors only, and `_polish` is faster.
    options: dict[str, Any] = {"maxiter": max_iter, "gtol": max(tol, 1e-7)}
    arguments: dict[str, Any] = {"method": "trust-ncg", "hessp": problem.product}
    if method == "lbfgs":
        options |= {"ftol": 0.0, "maxfun": 100 * max_iter, "maxcor": 30}
        arguments = {"method": "L-BFGS-B"}
    done = False
    try:
        found = scipy_minimize(
            problem.value_and_gradient, start, jac=True, options=options, **arguments
        )
        w, g = found.x, np.asarray(found.jac)
        if np.abs(g).max() > tol and found.nit < max_iter:
            w, g = _polish(problem, w, g, tol)
        loss, _ = problem.value_and_gradient(w)
        done = True
    finally:
        if not done:
            problem.move_to(start)
    return Minimum(loss, int(found.nit), bool(np.abs(g).max() <= tol), str(found.message))


class _Problem:
    """Loss, gradient, and Hessian times vector as functions of all parameters in one array."""

    def __init__(self, nodes: list[Node], objective: Callable[[], Any]) -> None:
        self.nodes, self.objective = nodes, objective
        self.w = _flat([node.data for node in nodes])
        self.slope: Any = None

    def move_to(self, w: np.ndarray) -> None:
        """Set the parameters."""
        if not np.array_equal(w, self.w):
            for node, data in zip(self.nodes, _pieces(self.nodes, w), strict=True):
                node.data = data
            self.w, self.slope = w.copy(), None

    def value_and_gradient(self, w: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss and all its derivatives."""
        self.move_to(w)
        loss = self.objective()
        return loss.item(), _flat(gradients(loss, self.nodes))

    def product(self, w: np.ndarray, v: np.ndarray) -> np.ndarray:
        """`H v`: the gradient of the slope along `v`."""
        self.move_to(w)
        if self.slope is None:
            self.slope = gradients(self.objective(), self.nodes, create_graph=True)
        along: Any = 0.0
        for g, each in zip(self.slope, _pieces(self.nodes, v), strict=True):
            along = along + (g * each).sum() if isinstance(g, Tensor) else along + g * float(each)
        return _flat(gradients(along, self.nodes))


def _polish(
    problem: _Problem, w: np.ndarray, g: np.ndarray, tol: float
) -> tuple[np.ndarray, np.ndarray]:
    """Newton steps, each taken only if the gradient becomes smaller."""
    for _ in range(20):
        if np.abs(g).max() <= tol:
            break
        further = w + _solve(problem, w, -g)
        then = problem.value_and_gradient(further)[1]
        if not np.abs(then).max() < np.abs(g).max():
            break
        w, g = further, then
    return w, g


def _solve(problem: _Problem, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """`H x = b` by conjugate gradients, as far as H is positive."""
    x, r = np.zeros_like(b), b
    p, size = r, float(r @ r)
    for _ in range(min(2 * len(b), 500)):
        Hp = problem.product(w, p)
        bend = float(p @ Hp)
        if not bend > 0 or size <= 1e-16 * float(b @ b):
            break
        x = x + size / bend * p
        r = r - size / bend * Hp
        size, before = float(r @ r), size
        p = r + size / before * p
    return x


def _flat(arrays: Iterable[Any]) -> np.ndarray:
    return np.concatenate([np.ravel(array).astype(float) for array in arrays])


def _pieces(nodes: list[Node], flat: np.ndarray) -> list[Any]:
    ends = np.cumsum([node.size for node in nodes])
    parts = np.split(flat, ends[:-1])
    return [part.reshape(node.shape) for part, node in zip(parts, nodes, strict=True)]
