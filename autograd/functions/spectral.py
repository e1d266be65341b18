"""Eigenvalues and singular values, with their vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import shape_of
from autograd.functions.arguments import array_of
from autograd.rules import spectral as cards

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
