"""The methods of NumPy's ufuncs: what runs for np.add.reduce and its like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.op import NUMPY, ndim_of, shape_of
from autograd.rules.cumulative import cumprod, cumsum, prod
from autograd.rules.reductions import operand, reduce_max, reduce_min, reduce_sum
from autograd.rules.shape import reshape
from autograd.rules.softmax import logsumexp

_FOLDS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): reduce_sum,
    (np.multiply, "reduce"): prod,
    (np.maximum, "reduce"): reduce_max,
    (np.minimum, "reduce"): reduce_min,
    (np.logaddexp, "reduce"): logsumexp,
    (np.add, "accumulate"): cumsum,
    (np.multiply, "accumulate"): cumprod,
}


def ufunc_method(ufunc: np.ufunc, method: str) -> Callable[..., Any] | None:
    """What runs in place of a ufunc's method on nodes, with its parameters; None if nothing does.

    Unlike the functions, the methods fold the first axis if none is named.
    """
    fold = _FOLDS.get((ufunc, method))
    if fold is not None:
        return lambda array, axis=0, **options: fold(array, axis, **options)
    ours = NUMPY.get(ufunc)
    if method == "outer" and ours is not None and ufunc.nin == 2:
        return lambda a, b: ours(_before(a, b), b)
    return None


def _before(a: Any, b: Any) -> Any:
    """`a` with an axis of size 1 for each of `b`: every entry meets every entry."""
    a, b = operand("outer", a), operand("outer", b)
    return reshape(a, shape=shape_of(a) + (1,) * ndim_of(b))
