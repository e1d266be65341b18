"""The Poisson distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd.card.op import plain
from autograd.scipy import special
from autograd.scipy.theirs import distribution, exponential


def logpmf(k: Any, mu: Any) -> Any:
    """The logarithm of the probability of `k`, a whole number, where `mu` are expected."""
    return special.xlogy(plain(k), mu) - mu - special.gammaln(plain(k) + 1.0)


pmf = exponential(logpmf, "The probability of `k`.")


def cdf(k: Any, mu: Any) -> Any:
    """The probability of at most `k`."""
    return special.gammaincc(np.floor(plain(k)) + 1.0, mu)


__getattr__ = distribution("poisson")
