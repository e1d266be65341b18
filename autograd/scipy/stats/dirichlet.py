"""The Dirichlet distribution on nodes; what has no gradient is SciPy's."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd.scipy import special
from autograd.scipy.theirs import distribution, exponential


def logpdf(x: Any, alpha: Any) -> Any:
    """The logarithm of the density at `x`, whose entries are positive and 1 in sum."""
    factor = special.gammaln(np.sum(alpha)) - np.sum(special.gammaln(alpha))
    return np.sum((alpha - 1) * np.log(x).T, axis=-1) + factor


pdf = exponential(logpdf, "The density.")


__getattr__ = distribution("dirichlet")
