"""The beta distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd.scipy import special
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, a: Any, b: Any) -> Any:
    """The logarithm of the density."""
    return (a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - special.betaln(a, b)


pdf = exponential(logpdf, "The density.")


def cdf(x: Any, a: Any, b: Any) -> Any:
    """The probability of less than x. No gradient by `a` and `b`."""
    return special.betainc(a, b, x)


__getattr__ = distribution("beta")
