"""Triangular factors of matrices: Cholesky and QR.

An operation has one result, so a factorisation gives its parts in one array, and functions take it
apart: a matrix is factorised once, and each part has its gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import Domain, case
from autograd.card.op import ATOM, SIGN, Op, op, shape_of
from autograd.rules.diagonals import tril, triu
from autograd.rules.inverses import in_lapack, inv, solve, square_hint


def half(g: Any, lower: bool) -> Any:
    """The gradient of a symmetric matrix, for a function that reads one triangle of it."""
    return tril(g) + triu(g, k=1).mT if lower else triu(g) + tril(g, k=-1).mT


class _PositiveDefinite(Domain):
    """Symmetric matrices of positive eigenvalues, far from zero."""

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        """A random matrix times its transpose, and twice the identity."""
        x = super().sample(rng, shape)
        return x @ x.mT + 2 * np.eye(shape[-1])


POSITIVE_DEFINITE = _PositiveDefinite("positive definite", -1.0, 1.0)


def _cholesky_rule(g: Any, y: Any, a: Any) -> Any:
    """Murray, "Differentiation of the Cholesky decomposition" (2016), (9)."""
    p = tril(y.mT @ g) * (1 - np.eye(shape_of(a)[-1], dtype=a.dtype) / 2)
    back = inv(y)
    return half(back.mT @ p @ back, lower=True)


cholesky: Op = op(
    "cholesky",
    in_lapack(np.linalg.cholesky),
    _cholesky_rule,
    tex=(r"\operatorname{chol} %s", SIGN, (ATOM,)),
    text=("chol %s", SIGN, (ATOM,)),
    domain=(POSITIVE_DEFINITE,),
    cases=(case((3, 3)), case((1, 1)), case((2, 2, 2)), case((0, 0))),
    kink="reads the lower triangle only: the gradient by the upper one is 0",
    hint=lambda operands, names: _not_definite(operands[0]),
)


def _not_definite(a: Any) -> str:
    advice = "a multiple of the identity, added to it, may help"
    return square_hint([a]) or f"the matrix is not positive definite; {advice}"


def qr_parts(qr: Any, rows: int) -> tuple[Any, Any]:
    return qr[..., :rows].mT, qr[..., rows:]


def _qr_rule(g: Any, y: Any, a: Any) -> Any:
    """Roberts and Roberts, "QR and LQ decomposition matrix backpropagation" (2020), (5)."""
    rows = shape_of(a)[-2]
    (q, r), (gq, gr) = qr_parts(y, rows), qr_parts(g, rows)
    m = r @ gr.mT - gq.mT @ q
    return solve(r, (gq + q @ (tril(m) + tril(m, k=-1).mT)).mT).mT


def _qr_forward(a: Any) -> Any:
    q, r = np.linalg.qr(a)
    return np.concatenate([q.mT, r], axis=-1)


# Qᵀ beside R, of matrices with as many rows as columns or more.
qr: Op = op(
    "qr",
    in_lapack(_qr_forward),
    _qr_rule,
    cases=(case((3, 3)), case((4, 2)), case((2, 3, 2)), case((2, 0))),
    kink="the columns must be independent",
    hint=lambda operands, names: "a matrix is needed" if operands[0].ndim < 2 else None,
)
