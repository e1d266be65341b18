"""Triangular factors of matrices: Cholesky and QR.

An operation has one result, so a factorisation gives its parts in one array, and functions take it
apart: a matrix is factorised once, and each part has its gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.op import (
    ATOM,
    SIGN,
    Domain,
    Op,
    case,
    implements,
    op,
    shape_of,
)
from autograd.rules.diagonals import tril, triu
from autograd.rules.inverses import in_lapack, inv, solve, square_hint
from autograd.rules.linalg import matmul
from autograd.rules.shape import array_of, concatenate


def half(g: Any, lower: bool) -> Any:
    """The gradient of a symmetric matrix, for a function that reads one triangle of it."""
    return tril(g) + triu(g, 1).mT if lower else triu(g) + tril(g, -1).mT


# -------------------------------------------------------------------------------- cholesky, qr


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


_cholesky: Op = op(
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


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular L with a = L Lᵀ; of the upper triangle, the upper U with a = Uᵀ U."""
    a = array_of(a)
    return _cholesky(a.mT).mT if upper else _cholesky(a)


def _qr_parts(qr: Any, rows: int) -> tuple[Any, Any]:
    return qr[..., :rows].mT, qr[..., rows:]


def _qr_rule(g: Any, y: Any, a: Any) -> Any:
    """Roberts and Roberts, "QR and LQ decomposition matrix backpropagation" (2020), (5)."""
    rows = shape_of(a)[-2]
    (q, r), (gq, gr) = _qr_parts(y, rows), _qr_parts(g, rows)
    m = r @ gr.mT - gq.mT @ q
    return solve(r, (gq + q @ (tril(m) + tril(m, -1).mT)).mT).mT


def _qr_forward(a: Any) -> Any:
    q, r = np.linalg.qr(a)
    return np.concatenate([q.mT, r], axis=-1)


# Qᵀ beside R, of matrices with as many rows as columns or more.
_qr: Op = op(
    "qr",
    in_lapack(_qr_forward),
    _qr_rule,
    cases=(case((3, 3)), case((4, 2)), case((2, 3, 2)), case((2, 0))),
    kink="the columns must be independent",
    hint=lambda operands, names: "a matrix is needed" if operands[0].ndim < 2 else None,
)
_QR: Any = type(np.linalg.qr(np.eye(1)))


@implements(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """The orthogonal Q and the upper triangular R of a = Q R, as a named tuple; R for mode "r".

    Raises ValueError for mode "raw", and for "complete" of more rows than columns, where the last
    columns of Q are not determined.
    """
    a = array_of(a)
    rows, columns = shape_of(a)[-2:] if len(shape_of(a)) > 1 else (0, 0)
    if mode not in ("reduced", "r") and (mode != "complete" or rows > columns):
        raise ValueError(
            f"qr of {shape_of(a)}: mode={mode!r} has no gradient here; write 'reduced' or 'r'"
        )
    if columns > rows:  # the first columns decide about Q
        q, first = _qr_parts(_qr(a[..., :rows]), rows)
        r = concatenate([first, matmul(q.mT, a[..., rows:])], axis=-1)
    else:
        q, r = _qr_parts(_qr(a), rows)
    return r if mode == "r" else _QR(q, r)
