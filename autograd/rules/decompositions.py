"""Matrices taken apart: triangular factors, eigenvalues, singular values.

An operation has one result, so a factorisation gives its parts in one array, and functions take it
apart: a matrix is factorised once, and each part has its gradient.

Values and vectors are two operations, since values have derivatives where vectors have none. The
values take the vectors as operands, for their rule; by these their derivative is zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.domain import NONZERO, REAL, Domain, case
from autograd.card.op import ATOM, PRODUCT, SIGN, Op, is_symbol, op, plain, shape_of
from autograd.rules.indexing import tril, triu
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


_EQUAL = (
    "no derivative where {0} are equal: NaN or infinite; where they are equal but for rounding, "
    "NaN if their vectors are used"
)


class _Diagonal(Domain):
    """Diagonal matrices, from the low end to the high one; their vectors are the axes."""

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Nothing random: what is sampled beside it must belong to it."""
        entries = np.linspace(self.low, self.high, shape[-1])
        return np.zeros(shape) + np.eye(shape[-2], shape[-1]) * entries


_ASCENDING = _Diagonal("symmetric", 1.0, 2.0)
_DESCENDING = _Diagonal("any matrix", 2.0, 1.0)
_AXES = _Diagonal("its vectors", 1.0, 1.0)


def _over(x: Any, d: Any) -> Any:
    """x / d; where d is NaN, 0 for x = 0."""
    with np.errstate(all="ignore"):
        return np.where(np.isnan(d) & (x == 0), 0, x / d).astype(np.result_type(x, d))


# Quotients by the distances of values. NaN is a distance of nothing but rounding: no vector that
# is used can be divided by it, and vectors that are not used are no harm.
over: Op = op(
    "over",
    _over,
    lambda g, y, x, d: over(g, d),
    lambda g, y, x, d: -over(g * y, d),
    symbol="/",
    tex=(r"\frac{%s}{%s}", ATOM),
    text=("%s / %s", PRODUCT, (PRODUCT, SIGN)),
    domain=(REAL, NONZERO),
    cases=(case((2, 2), (2, 2)), case((2, 3, 2), (2, 1, 2))),
    public=False,
)


def _apart(d: Any, values: Any, scale: Any = 1) -> Any:
    """Distances `d` of `values`: NaN where they are rounding, infinite of a value from itself."""
    if is_symbol(d):
        return d
    raw = plain(d)
    close = (raw != 0) & (np.abs(raw) <= _rounding(plain(values))[..., None, None] * plain(scale))
    itself = np.eye(raw.shape[-1], dtype=bool)
    return d + np.where(itself, np.inf, np.where(close, np.nan, 0)).astype(raw.dtype)


def _rounding(values: Any) -> Any:
    """How far from equal or zero rounding may take eigenvalues or singular values."""
    largest = np.max(np.abs(values), axis=-1, initial=0)
    return np.finfo(values.dtype).eps * values.shape[-1] * largest


# -------------------------------------------------------------------------------- eigenvalues


def _eigenvectors_rule(g: Any, y: Any, a: Any, *, lower: bool) -> Any:
    """Giles, "An extended collection of matrix derivative results" (2008), 3.1."""
    w = eigenvalues(a, y, lower=lower)
    gaps = _apart(w[..., None, :] - w[..., :, None], w)
    return half(y @ over(y.mT @ g, gaps) @ y.mT, lower)


eigenvectors: Op = op(
    "eigenvectors",
    in_lapack(lambda a, *, lower: np.linalg.eigh(a, "L" if lower else "U")[1]),
    _eigenvectors_rule,
    cases=(
        case((3, 3), lower=True),
        case((2, 2, 2), lower=False),
        case((1, 1), lower=True),
        case((0, 0), lower=True),
    ),
    kink=f"reads one triangle only: the gradient by the other is 0; {_EQUAL.format('eigenvalues')}",
    hint=square_hint,
    public=False,
)
eigenvalues: Op = op(
    "eigenvalues",
    in_lapack(lambda a, v, *, lower: np.linalg.eigvalsh(a, "L" if lower else "U")),
    lambda g, y, a, v, *, lower: half((v * g[..., None, :]) @ v.mT, lower),
    None,
    domain=(_ASCENDING, _AXES),
    cases=(
        case((3, 3), (3, 3), lower=True),
        case((2, 2, 2), (2, 2, 2), lower=False),
        case((0, 0), (0, 0), lower=True),
    ),
    kink="reads one triangle only: the gradient by the other is 0",
    public=False,
)


# ---------------------------------------------------------------------------- singular values


def svd_parts(uv: Any, rows: int) -> tuple[Any, Any]:
    return uv[..., :rows, :], uv[..., rows:, :]


def _singular_vectors(a: Any) -> Any:
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([u, vh.mT], axis=-2)


def _singular_vectors_rule(g: Any, y: Any, a: Any) -> Any:
    """Townsend, "Differentiating the singular value decomposition" (2016), (30)."""
    rows, columns = shape_of(a)[-2:]
    (u, v), (gu, gv) = svd_parts(y, rows), svd_parts(g, rows)
    s = singular_values(a, u, v)
    across, down = s[..., None, :], s[..., :, None]
    gaps = _apart((across - down) * (across + down), s, across + down)
    inner_u, inner_v = u.mT @ gu, v.mT @ gv
    turn_u, turn_v = over(inner_u, gaps), over(inner_v, gaps)
    middle = (turn_u + turn_u.mT) * across + down * (turn_v + turn_v.mT)
    out = u @ middle @ v.mT
    if rows > columns:
        out = out + over(gu - u @ inner_u, _from_zero(s)) @ v.mT
    if columns > rows:
        out = out + u @ over(gv - v @ inner_v, _from_zero(s)).mT
    return out


def _from_zero(s: Any) -> Any:
    """The distances of singular values from zero, NaN where they are rounding."""
    if is_symbol(s):
        return s
    close = (plain(s) != 0) & ~_is_positive(s)
    return (s + np.where(close, np.nan, 0).astype(s.dtype))[..., None, :]


def _is_positive(s: Any) -> Any:
    """Which singular values are more than rounding."""
    return plain(s) > _rounding(plain(s))[..., None]


# U above V: both have as many columns as there are singular values.
singular_vectors: Op = op(
    "singular_vectors",
    in_lapack(_singular_vectors),
    _singular_vectors_rule,
    cases=(case((3, 3)), case((4, 2)), case((2, 3)), case((2, 3, 2)), case((0, 2))),
    kink=_EQUAL.format("singular values"),
    hint=lambda operands, names: "a matrix is needed" if operands[0].ndim < 2 else None,
    public=False,
)
singular_values: Op = op(
    "singular_values",
    in_lapack(lambda a, u, v: np.linalg.svd(a, compute_uv=False)),
    lambda g, y, a, u, v: (u * (g if is_symbol(y) else g * _is_positive(y))[..., None, :]) @ v.mT,
    None,
    None,
    domain=(_DESCENDING, _AXES, _AXES),
    cases=(
        case((3, 3), (3, 3), (3, 3)),
        case((2, 3, 2), (2, 3, 2), (2, 2, 2)),
        case((2, 3), (2, 2), (3, 2)),
        case((0, 2), (0, 0), (2, 0)),
    ),
    kink="a singular value of 0 has the derivative 0",
    public=False,
)
