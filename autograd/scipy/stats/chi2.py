"""The χ² distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

import math
from typing import Any

from autograd.scipy import special
from autograd.scipy.stats import gamma
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, df: Any) -> Any:
    """The logarithm of the density with `df` degrees of freedom."""
    return gamma.logpdf(x / 2, df / 2) - math.log(2)


pdf = exponential(logpdf, "The density.")


def cdf(x: Any, df: Any) -> Any:
    """The probability of less than x. No gradient by `df`."""
    return special.gammainc(df / 2, x / 2)


__getattr__ = distribution("chi2")
