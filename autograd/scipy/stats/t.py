"""Student's t distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np
from autograd.scipy import special
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density with `df` degrees of freedom."""
    z = (x - loc) / scale
    factor = special.gammaln((df + 1) / 2) - special.gammaln(df / 2)
    return factor - np.log(df * math.pi) / 2 - np.log(scale) - (df + 1) / 2 * np.log1p(z * z / df)


pdf = exponential(logpdf, "The density.")


def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of less than x. No gradient by `df`."""
    return special.stdtr(df, (x - loc) / scale)


def logcdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of `cdf`."""
    return np.log(cdf(x, df, loc, scale))


__getattr__ = distribution("t")
