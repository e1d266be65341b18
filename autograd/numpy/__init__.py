"""NumPy with nodes: `import autograd.numpy as np`. Everything of NumPy is here.

NumPy's functions take nodes by themselves; only those that create arrays are defined anew, so that
they accept nodes among their entries.
"""

from __future__ import annotations

from typing import Any

import numpy as _numpy
from numpy import *  # noqa: F403 - this is NumPy's namespace

from autograd.graph import Node
from autograd.numpy import fft, linalg, random
from autograd.rules.shape import broadcast_to, stack
from autograd.tensor import Tensor

__all__ = [*_numpy.__all__, "fft", "linalg", "random"]


def __getattr__(name: str) -> Any:
    return getattr(_numpy, name)


def array(object: Any, dtype: Any = None, **options: Any) -> Any:  # noqa: A002 - NumPy's name
    """As np.array; with nodes among the entries, a Tensor that gradients flow through."""
    if isinstance(object, Node):
        made = object
    elif _holds_nodes(object):
        made = stack([array(each) for each in object])
    else:
        return _numpy.array(object, dtype=dtype, **options)
    ndmin = options.pop("ndmin", 0)
    _refuse("array", {key: each for key, each in options.items() if key not in ("copy", "order")})
    made = made if dtype is None else made.astype(dtype)
    return made.reshape((1,) * (ndmin - made.ndim) + made.shape) if ndmin > made.ndim else made


def asarray(a: Any, dtype: Any = None, **options: Any) -> Any:
    """As np.asarray; with nodes among the entries, a Tensor that gradients flow through."""
    if isinstance(a, Node) or _holds_nodes(a):
        return array(a, dtype, **options)
    return _numpy.asarray(a, dtype=dtype, **options)


asanyarray = ascontiguousarray = asfortranarray = asarray


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """As np.full; the value to fill with may be a node."""
    if not isinstance(fill_value, Node):
        return _numpy.full(shape, fill_value, dtype=dtype, **options)
    _refuse("full", options)
    return broadcast_to(fill_value if dtype is None else fill_value.astype(dtype), shape)


def full_like(a: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """As np.full_like; the value to fill with may be a node."""
    plain = a.numpy() if isinstance(a, Node) else a
    if not isinstance(fill_value, Node):
        return _numpy.full_like(plain, fill_value, dtype=dtype, **options)
    return full(_numpy.shape(plain), fill_value, dtype, **options)


def _holds_nodes(entries: Any) -> bool:
    if not isinstance(entries, list | tuple):
        return isinstance(entries, _numpy.ndarray) and _any_nodes(entries)
    return any(isinstance(each, Node) or _holds_nodes(each) for each in entries)


def _any_nodes(entries: _numpy.ndarray) -> bool:
    return entries.dtype == object and any(isinstance(each, Node) for each in entries.flat)


def _refuse(name: str, options: dict[str, Any]) -> None:
    if options:
        raise TypeError(f"np.{name} of nodes with {', '.join(options)}= is not supported")


ndarray = _numpy.ndarray
Box = Tensor
