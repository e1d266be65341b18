"""Rows of numbers between two ends, which may be nodes, and powers of a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, plain
from autograd.functions.rearrange import flip
from autograd.functions.shape import expand_dims, moveaxis
from autograd.rules.arithmetic import power
from autograd.rules.transcendental import exp, log


@implements(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, which may be arrays."""
    if dtype is not None:
        raise TypeError("linspace with dtype= is not supported on nodes: use .astype")
    share = np.linspace(0.0, 1.0, num, endpoint)
    share = share.reshape(-1, *[1] * max(ndim_of(start), ndim_of(stop)))
    # Not start + share * (stop - start), which would miss stop by a rounding error.
    row = (1 - share) * expand_dims(start, 0) + share * expand_dims(stop, 0)
    row = moveaxis(row, 0, axis) if axis else row
    return (row, (stop - start) / max(num - bool(endpoint), 1)) if retstep else row


@implements(np.logspace)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, **options: Any
) -> Any:
    """`base` to the power of `num` evenly spaced numbers from `start` to `stop`."""
    return power(base, linspace(start, stop, num, endpoint, **options))


@implements(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, **options: Any) -> Any:
    """`num` numbers from `start` to `stop` with equal ratios; both ends positive."""
    if np.any(plain(start) <= 0) or np.any(plain(stop) <= 0):
        raise ValueError("geomspace: with nodes, start and stop must be positive")
    return exp(linspace(log(start), log(stop), num, endpoint, **options))


@implements(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of a row `x`, one a column, the highest first unless `increasing`."""
    if ndim_of(x) != 1:
        raise ValueError(f"vander: x must have one dimension, not {ndim_of(x)}")
    count = len(x) if N is None else N
    powers = power(expand_dims(x, 1), np.arange(count, dtype=float))
    return powers if increasing else flip(powers, 1)
