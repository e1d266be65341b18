"""Matrices taken apart: triangular factors, eigenvalues and singular values with their vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import shape_of
from autograd.functions.arguments import array_of
from autograd.functions.products import matmul
from autograd.functions.shape import concatenate
from autograd.rules import decompositions as cards


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular L with a = L Lᵀ; of the upper triangle, the upper U with a = Uᵀ U."""
    a = array_of(a)
    return cards.cholesky(a.mT).mT if upper else cards.cholesky(a)


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
        q, first = cards.qr_parts(cards.qr(a[..., :rows]), rows)
        r = concatenate([first, matmul(q.mT, a[..., rows:])], axis=-1)
    else:
        q, r = cards.qr_parts(cards.qr(a), rows)
    return r if mode == "r" else _QR(q, r)


_Eigen: Any = type(np.linalg.eigh(np.eye(1)))


@implements(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues, ascending, and eigenvectors of a symmetric matrix, as a named tuple."""
    if UPLO.upper() not in ("L", "U"):
        raise ValueError(f"eigh: UPLO={UPLO!r}: write 'L' or 'U', the triangle that is read")
    a, lower = array_of(a), UPLO.upper() == "L"
    vectors = cards.eigenvectors(a, lower=lower)
    return _Eigen(cards.eigenvalues(a, vectors, lower=lower), vectors)


@implements(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """The eigenvalues of a symmetric matrix, ascending."""
    return eigh(a, UPLO).eigenvalues


_SVD: Any = type(np.linalg.svd(np.eye(1)))


@implements(np.linalg.svd)
def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """U, the singular values S, descending, and Vᵀ of a = U S Vᵀ, as a named tuple; or S alone.

    Raises ValueError for `hermitian`, and for `full_matrices` of a matrix that is not square, where
    the last columns are not determined.
    """
    a = array_of(a)
    if hermitian:
        raise ValueError("svd: hermitian=True is not supported; write np.linalg.eigh")
    both = cards.singular_vectors(a)
    rows, columns = shape_of(a)[-2:]
    u, v = cards.svd_parts(both, rows)
    s = cards.singular_values(a, u, v)
    if not compute_uv:
        return s
    if full_matrices and rows != columns:
        raise ValueError(
            f"svd of {shape_of(a)}: full_matrices=True has no gradient here; write "
            "full_matrices=False"
        )
    return _SVD(u, s, v.mT)


@implements(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    """The singular values, descending."""
    return svd(x, compute_uv=False)
