"""`minimize`: the minimum of a convex objective, by SciPy's second-order methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd import Tensor, Value, gradients
from nn.extras import need


class Minimum(NamedTuple):
    """What `minimize` found; the parameters are there already."""

    loss: float
    n_iter: int
    converged: bool
    message: str


def minimize(
    parameters: Iterable[Tensor | Value],
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
    optimize = need("scipy.optimize", "minimize needs SciPy: pip install 'chainrule[sklearn]'")
    problem = Problem(list(parameters), objective)
    how = problem.method(method, tol, max_iter)
    start = problem.w
    try:
        found = optimize.minimize(problem.value_and_gradient, start, jac=True, **how)
        w = found.x
        if found.nit < max_iter:
            w = problem.newton_steps(w, np.asarray(found.jac), tol)
        loss, g = problem.value_and_gradient(w)
    except BaseException:
        problem.move_to(start)
        raise
    return Minimum(loss, int(found.nit), bool(np.abs(g).max() <= tol), str(found.message))


class Problem:
    """Loss, gradient, and Hessian times vector as functions of all parameters in one array."""

    def __init__(self, nodes: list[Any], objective: Callable[[], Any]) -> None:
        self.nodes, self.objective = nodes, objective
        self.w = _flat([node.data for node in nodes])
        self._gradient: Any = None

    def method(self, name: str, tol: float, max_iter: int) -> dict[str, Any]:
        """What SciPy's `minimize` takes for it; nearer than 1e-7 Newton's steps are faster."""
        options: dict[str, Any] = {"maxiter": max_iter, "gtol": max(tol, 1e-7)}
        if name == "newton":
            return {"method": "trust-ncg", "hessp": self.product, "options": options}
        if name == "lbfgs":
            options |= {"ftol": 0.0, "maxfun": 100 * max_iter, "maxcor": 30}
            return {"method": "L-BFGS-B", "options": options}
        raise ValueError(f"method={name!r}: give 'lbfgs' or 'newton'")

    def move_to(self, w: np.ndarray) -> None:
        """Set the parameters."""
        if not np.array_equal(w, self.w):
            for node, data in zip(self.nodes, self._pieces(w), strict=True):
                node.data = data
            self.w, self._gradient = w.copy(), None

    def value_and_gradient(self, w: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss and all its derivatives."""
        self.move_to(w)
        loss = self.objective()
        return loss.item(), _flat(gradients(loss, self.nodes))

    def product(self, w: np.ndarray, v: np.ndarray) -> np.ndarray:
        """`H v`: the derivatives of `g · v`."""
        self.move_to(w)
        if self._gradient is None:
            self._gradient = gradients(self.objective(), self.nodes, create_graph=True)
        along: Any = 0.0
        for g, each in zip(self._gradient, self._pieces(v), strict=True):
            along = along + (g * each).sum() if isinstance(g, Tensor) else along + g * float(each)
        return _flat(gradients(along, self.nodes))

    def newton_steps(self, w: np.ndarray, g: np.ndarray, tol: float) -> np.ndarray:
        """Where Newton's steps lead from `w`, each only taken if the gradient `g` gets smaller."""
        from scipy.sparse.linalg import LinearOperator, cg

        for _ in range(20):
            if np.abs(g).max() <= tol:
                break
            hessian = LinearOperator((len(w), len(w)), lambda v, w=w: self.product(w, v))
            step, _ = cg(hessian, -g, rtol=1e-8, maxiter=min(2 * len(w), 500))
            then = self.value_and_gradient(w + step)[1]
            if not np.abs(then).max() < np.abs(g).max():
                break
            w, g = w + step, then
        return w

    def _pieces(self, flat: np.ndarray) -> list[Any]:
        """An array for each node."""
        ends = np.cumsum([node.size for node in self.nodes])
        parts = np.split(flat, ends[:-1])
        return [part.reshape(node.shape) for part, node in zip(parts, self.nodes, strict=True)]


def _flat(arrays: Iterable[Any]) -> np.ndarray:
    return np.concatenate([np.ravel(array).astype(float) for array in arrays])
