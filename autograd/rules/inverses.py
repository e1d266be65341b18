"""Inverses and pseudo-inverses, linear equations and determinants, batched where NumPy is.

The rules are those of Giles, "An extended collection of matrix derivative results" (2008), where
no other source is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.card.domain import REAL, Domain, case
from autograd.card.op import ATOM, POWER, SIGN, Op, op, shape_of


class _Invertible(Domain):
    """Square matrices far from singular; entries of other shapes as in any domain."""

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Random entries, with a heavy diagonal that alternates in sign."""
        return super().sample(rng, shape) + np.diag(3.0 * (-1.0) ** np.arange(shape[-1]))


INVERTIBLE = _Invertible("invertible", -1.0, 1.0)


def in_lapack(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A forward map that float16 reaches as float32, since LAPACK has no half precision."""

    @wraps(forward)
    def run(*arrays: Any, **params: Any) -> Any:
        wide = [np.asarray(array) for array in arrays]
        if all(array.dtype != np.float16 for array in wide):
            return forward(*wide, **params)
        half = np.result_type(*wide) == np.float16
        out = forward(*(a.astype(np.promote_types(a.dtype, np.float32)) for a in wide), **params)
        return out.astype(np.float16) if half else out

    return run


def square_hint(operands: Sequence[Any], names: Sequence[str] = ()) -> str | None:
    """What is wrong with an operand that should be a square matrix, or a stack of them."""
    shape = shape_of(operands[0])
    if len(shape) < 2:
        return "a matrix is needed, or a stack of matrices (..., n, n)"
    if shape[-1] != shape[-2]:
        return f"the matrix is not square ({shape[-2]} × {shape[-1]})"
    return None


def _solve_hint(operands: Sequence[Any], names: Sequence[str]) -> str | None:
    a, b = map(shape_of, operands)
    if len(a) >= 2 and a[-1] == a[-2] and len(b) >= 2 and a[-1] != b[-2]:
        return f"{a[-1]} equations, but right-hand sides of {b[-2]} entries"
    return square_hint(operands, names)


_SQUARE = (case((3, 3)), case((1, 1)), case((2, 2, 2)), case((0, 0)))

inv: Op = op(
    "inv",
    in_lapack(np.linalg.inv),
    lambda g, y, a: -(y.mT @ g @ y.mT),
    tex=("{%s}^{-1}", POWER, (ATOM,)),
    text=("%s⁻¹", POWER, (ATOM,)),
    domain=(INVERTIBLE,),
    cases=_SQUARE,
    hint=square_hint,
    numpy=(np.linalg.inv,),
)

solve: Op = op(
    "solve",
    in_lapack(np.linalg.solve),
    lambda g, y, a, b: -(solve(a.mT, g) @ y.mT),
    lambda g, y, a, b: solve(a.mT, g),
    domain=(INVERTIBLE, REAL),
    cases=(
        case((3, 3), (3, 2)),
        case((2, 3, 3), (3, 1)),
        case((3, 3), (2, 3, 2)),
        case((4, 1, 2, 2), (3, 2, 2)),
        case((3, 3), (3, 0)),
    ),
    hint=_solve_hint,
)


# ------------------------------------------------------------------------------- determinants

det: Op = op(
    "det",
    in_lapack(np.linalg.det),
    lambda g, y, a: (g * y)[..., None, None] * inv(a).mT,
    tex=(r"\det %s", SIGN, (ATOM,)),
    text=("det %s", SIGN, (ATOM,)),
    domain=(INVERTIBLE,),
    cases=_SQUARE,
    hint=square_hint,
)
# Sign and logarithm in one array, so that a matrix is factorised once.
slogdet: Op = op(
    "slogdet",
    in_lapack(lambda a: np.stack(np.linalg.slogdet(a))),
    lambda g, y, a: g[1][..., None, None] * inv(a).mT,
    domain=(INVERTIBLE,),
    cases=_SQUARE,
    hint=square_hint,
    kink="the sign has the gradient 0; at a singular matrix the logarithm has none (LinAlgError)",
)


# Golub and Pereyra, "The differentiation of pseudo-inverses" (1973), (4.12).
pinv: Op = op(
    "pinv",
    in_lapack(lambda a, *, rcond: np.linalg.pinv(a, rcond)),
    lambda g, y, a, *, rcond: (
        (g.mT - a @ (y @ g.mT)) @ (y @ y.mT)
        + (y.mT @ y) @ (g.mT - (g.mT @ y) @ a)
        - y.mT @ g @ y.mT
    ),
    tex=("{%s}^{+}", POWER, (ATOM,)),
    text=("%s⁺", POWER, (ATOM,)),
    cases=(
        case((3, 3), rcond=1e-15),
        case((4, 2), rcond=1e-15),
        case((2, 2, 3), rcond=1e-15),
        case((0, 2), rcond=1e-15),
    ),
    kink="the derivative is that among matrices of the same rank",
    hint=lambda operands, names: "a matrix is needed" if operands[0].ndim < 2 else None,
)
