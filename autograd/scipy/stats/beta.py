"""The beta distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd.scipy import special
from autograd.scipy.theirs import load


def logpdf(x: Any, a: Any, b: Any) -> Any:
    """The logarithm of the density."""
    return (a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - special.betaln(a, b)


def pdf(x: Any, a: Any, b: Any) -> Any:
    """The density."""
    return np.exp(logpdf(x, a, b))


def cdf(x: Any, a: Any, b: Any) -> Any:
    """The probability of less than x. No gradient by `a` and `b`."""
    return special.betainc(a, b, x)


def __getattr__(name: str) -> Any:
    return getattr(load("stats", "beta").beta, name)
