"""The normal distribution in several dimensions on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np
from autograd.card.op import plain
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False) -> Any:
    """The logarithm of the density at the rows of `x`.

    `cov` is a matrix, the variances in a row, or one variance for all. With `allow_singular` the
    density is that on the plane of the nonzero variances.
    """
    x = np.asarray(x)
    mean = 0.0 if mean is None else np.asarray(mean)
    deviation = np.atleast_1d(x - mean)
    cov = _matrix(cov, deviation.shape[-1])
    if allow_singular:
        log_det, rank = _log_pseudo_det(cov)
        solved = deviation @ np.linalg.pinv(cov, hermitian=True)
    else:
        log_det, rank = np.linalg.slogdet(cov)[1], cov.shape[-1]
        solved = np.swapaxes(np.linalg.solve(cov, deviation.reshape(-1, rank).T), 0, 1)
    distance = np.sum(deviation * solved.reshape(deviation.shape), axis=-1)
    return -(distance + log_det + rank * math.log(2 * math.pi)) / 2


pdf = exponential(logpdf, "The density at the rows of `x`.")


def entropy(mean: Any = None, cov: Any = 1.0) -> Any:
    """The expectation of −logpdf."""
    cov = _matrix(cov, 1 if mean is None else np.size(mean))
    return (np.linalg.slogdet(cov)[1] + cov.shape[-1] * (1 + math.log(2 * math.pi))) / 2


def _matrix(cov: Any, size: int) -> Any:
    cov = np.asarray(cov)
    if cov.ndim == 2:
        return cov
    return np.diag(cov) if cov.ndim else cov * np.eye(size)


def _log_pseudo_det(cov: Any) -> tuple[Any, int]:
    """The logarithm of the product of the eigenvalues that are not zero, and their number."""
    values = np.linalg.eigvalsh(cov)
    raw = plain(values)
    kept = raw > 1e6 * np.finfo(raw.dtype).eps * np.max(np.abs(raw))
    return np.sum(np.log(values[kept])), int(np.sum(kept))


__getattr__ = distribution("multivariate_normal")
