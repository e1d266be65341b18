"""The gamma distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd.scipy import special
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, a: Any) -> Any:
    """The logarithm of the density with shape `a`."""
    return (a - 1) * np.log(x) - x - special.gammaln(a)


pdf = exponential(logpdf, "The density.")


def cdf(x: Any, a: Any) -> Any:
    """The probability of less than x. No gradient by `a`."""
    return special.gammainc(a, x)


__getattr__ = distribution("gamma")
