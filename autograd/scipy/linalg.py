"""Linear algebra on nodes that SciPy has and NumPy has not."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd.card.domain import case
from autograd.card.op import Op, op
from autograd.scipy.theirs import function

__all__ = ["solve_banded", "solve_sylvester", "solve_triangular", "sqrtm"]


def _sylvester_rule(g: Any, y: Any, a: Any, b: Any, q: Any) -> Any:
    return solve_sylvester(a.T, b.T, g)


solve_sylvester: Op = op(
    "solve_sylvester",  # the y of a y + y b = q
    function("linalg", "solve_sylvester"),
    lambda g, y, a, b, q: -_sylvester_rule(g, y, a, b, q) @ y.T,
    lambda g, y, a, b, q: -y.T @ _sylvester_rule(g, y, a, b, q),
    _sylvester_rule,
    cases=(case((2, 2), (3, 3), (2, 3)),),
    table=None,
)


def _real_root(a: Any) -> Any:
    root = function("linalg", "sqrtm")(a)
    if root.dtype.kind == "c":
        raise ValueError("the root is complex, and only real numbers are supported")
    return root


sqrtm: Op = op(
    "sqrtm",
    _real_root,
    lambda g, y, a: solve_sylvester(y.T, y.T, g),
    cases=(case((2, 2)),),
    table=None,
)


def solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False, **options: Any
) -> Any:
    """Solve a x = b, or aᵀ x = b with `trans`, reading one triangle of `a`.

    `options` are SciPy's for speed, and without effect.
    """
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a - np.diag(np.diag(a)) + np.eye(a.shape[-1])
    return np.linalg.solve(a if trans in (0, "N") else a.T, b)


def solve_banded(l_and_u: tuple[int, int], ab: Any, b: Any, **options: Any) -> Any:
    """Solve a x = b for a matrix of few diagonals, the rows of `ab` from the uppermost down.

    `options` are SciPy's for speed, and without effect.
    """
    lower, upper = l_and_u
    size = ab.shape[-1]
    bands = (
        np.diag(ab[upper - k, max(k, 0) : size + min(k, 0)], k) for k in range(-lower, upper + 1)
    )
    return np.linalg.solve(sum(bands), b)
