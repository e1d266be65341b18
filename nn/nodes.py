"""Tensors and arrays of Values alike: the few places where a layer must know which it has.

A parameter is a Tensor, a Value, or an array (dtype object) of Values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, Value

Rng = int | np.random.Generator | None
"""A seed, a generator, or None for different numbers every time."""

Kind = type[Tensor] | type[Value]


def make(data: np.ndarray, node: Kind) -> Any:
    """A parameter that starts with these numbers."""
    if node is Tensor:
        return Tensor(data)
    if node is Value:
        return np.frompyfunc(Value, 1, 1)(data)
    raise TypeError(f"node={node!r} is no kind of node: give Tensor or Value")


def is_parameter(thing: Any) -> bool:
    """Whether it is a leaf of a graph, or an array of nothing but leaves."""
    if isinstance(thing, Tensor | Value):
        return thing.op is None
    if not isinstance(thing, np.ndarray) or thing.dtype != object or not thing.size:
        return False
    return all(isinstance(entry, Value) and entry.op is None for entry in thing.flat)


def nodes(name: str, parameter: Any) -> Iterator[tuple[str, Tensor | Value]]:
    """The nodes of a parameter, those of an array of Values named by their indices."""
    if isinstance(parameter, np.ndarray):
        for index, entry in np.ndenumerate(parameter):
            yield f"{name}[{', '.join(map(str, index))}]", entry
    else:
        yield name, parameter


def rename(parameter: Any, name: str) -> None:
    """Give the nodes of a parameter the name that pictures and derivations show."""
    for each, node in nodes(name, parameter):
        node.named(each)


def numbers(x: Any) -> np.ndarray:
    """The plain numbers of a result or a parameter; of plain data, the data."""
    if isinstance(x, Tensor | Value):
        return x.numpy()
    array = np.asarray(x)
    if array.dtype != object:
        return array
    return np.array([numbers(entry) for entry in array.flat], dtype=float).reshape(array.shape)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """`z − log Σ e^z` along an axis; of an array of Values one of Values."""
    if not isinstance(x, np.ndarray) or x.dtype != object:
        return autograd.log_softmax(x, axis=axis)
    total = functools.reduce(autograd.logaddexp, np.moveaxis(x, axis, 0))
    return x - np.expand_dims(total, axis)


def float_dtype(x: Any) -> np.dtype:
    """The dtype that numbers should have that meet `x`: its own, float64 for Values."""
    dtype = x.dtype if isinstance(x, Tensor | np.ndarray) else np.dtype(float)
    return dtype if dtype.kind == "f" else np.dtype(float)


def assign(parameter: Any, data: np.ndarray) -> None:
    """Set the numbers of a parameter."""
    if isinstance(parameter, np.ndarray):
        for index, entry in np.ndenumerate(parameter):
            entry.data = data[index]
    else:
        parameter.data = data


def whole(store: Callable[[], None]) -> None:
    """Call what stores things that are ready; where Ctrl-C cuts in, all of it is stored first."""
    try:
        store()
    except KeyboardInterrupt:
        store()
        raise
