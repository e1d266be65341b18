"""The normal distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np
from autograd.scipy import special
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density."""
    z = (x - loc) / scale
    return -z * z / 2 - np.log(scale) - math.log(2 * math.pi) / 2


pdf = exponential(logpdf, "The density.")


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of less than x."""
    return special.ndtr((x - loc) / scale)


def logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of `cdf`, also far to the left."""
    return special.log_ndtr((x - loc) / scale)


def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of more than x."""
    return special.ndtr((loc - x) / scale)


def logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of `sf`, also far to the right."""
    return special.log_ndtr((loc - x) / scale)


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x below which the probability is `q`."""
    return loc + scale * math.sqrt(2) * special.erfinv(2 * q - 1)


__getattr__ = distribution("norm")
