"""NumPy's protocols: which function of ours runs when a node is given to one of NumPy's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.op import NUMPY, PLAIN, WRITES, Op, full_name, nearest, plain
from autograd.rules.folds import ufunc_method

# What nodes take only as it is by default, and some of NumPy's functions pass on to others.
_DEFAULTS = {"out": None, "casting": "same_kind"}


def call_ufunc(
    kind: str, ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]
) -> Any:
    """Answer `__array_ufunc__`. Raises TypeError for what nodes can't do."""
    ours = NUMPY.get(ufunc)
    if method == "__call__" and ours is not None and not (isinstance(ours, Op) and options):
        return ours(*inputs, **options)
    if method == "__call__" and ufunc in PLAIN and not options:
        return ufunc(*map(plain, inputs))
    folded = ufunc_method(ufunc, method)
    if folded is not None:
        return folded(*inputs, **options)
    if options:
        what = " and ".join(f"{name}=" for name in options)
        raise TypeError(f"np.{ufunc.__name__} with {what} is not supported on a {kind}")
    called = ufunc.__name__ + ("" if method == "__call__" else f".{method}")
    raise TypeError(f"np.{called} is not supported on a {kind}{nearest(ufunc)}")


def call_function(
    kind: str, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    """Answer `__array_function__`. Raises TypeError for what nodes can't do."""
    ours = NUMPY.get(function)
    if ours is not None:
        for name, default in _DEFAULTS.items():
            if name in kwargs:
                kwargs = dict(kwargs)
                option = kwargs.pop(name)
                if type(option) is not type(default) or option != default:
                    called = full_name(function)
                    raise TypeError(f"{called} with {name}= is not supported on a {kind}")
        return ours(*args, **kwargs)
    if function in PLAIN:
        return function(*map(plain, args), **{key: plain(each) for key, each in kwargs.items()})
    if function in WRITES:
        raise TypeError(
            f"{full_name(function)} writes into its argument, and the graph needs what was "
            "there: write np.where(mask, value, t), or np.concatenate of the parts"
        )
    raise TypeError(f"{full_name(function)} is not supported on a {kind}{nearest(function)}")
