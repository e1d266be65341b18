"""What functions of NumPy's kind are given: lists of nodes, axes, masks, and options."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.card.op import Op, is_node, ndim_of, op, plain, shape_of
from autograd.rules.reductions import Axes, is_half
from autograd.rules.shape import Shape, cast, reshape, stack

Axis = int | Sequence[int] | None


def axes_of(name: str, a: Any, axis: Axis) -> Axes:
    """`axis` as a sorted tuple of distinct, non-negative axes of `a`."""
    ndim = ndim_of(a)
    if axis is None or (not ndim and axis in (0, -1)):  # NumPy lets a single number have an axis
        return tuple(range(ndim))
    wanted = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    for each in wanted:
        if not -ndim <= each < ndim:
            raise np.exceptions.AxisError(
                f"{name}: axis {each} is out of bounds for an array of shape {shape_of(a)}"
            )
    axes = sorted({int(each) % ndim for each in wanted})
    if len(axes) != len(wanted):
        raise ValueError(f"{name}: axis={axis} names an axis twice")
    return tuple(axes)


def operand(name: str, a: Any, *, dtype: Any = None, out: Any = None) -> Any:
    """`a` as a node or array of the dtype asked for; lists of nodes are stacked."""
    if out is not None:
        refuse(name, {"out": out})
    a = a if is_node(a) else np.asarray(a) if isinstance(a, int | float) else array_of(a)
    if dtype is None:
        return a
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"{name}: dtype={dtype} carries no gradient; use a floating-point dtype")
    return cast(a, dtype=np.dtype(dtype))


def mask_of(name: str, a: Any, where: Any) -> Any:
    """`where` as an array of the shape of `a`."""
    try:
        return np.broadcast_to(np.asarray(plain(where), dtype=bool), shape_of(a))
    except ValueError:
        raise ValueError(
            f"{name}: where= of shape {np.shape(plain(where))} for an array of shape {shape_of(a)}"
        ) from None


# A flat operation, as all decisions on numbers are, so that a replay can watch what it gives.
_isnan: Op = op("isnan", np.isnan, None, table=None)


def numbers_in(a: Any, where: Any = True) -> Any:
    """Where `a` holds a number, of the entries that `where` admits."""
    there = ~_isnan(a)
    return there if where is True else there & np.asarray(plain(where), dtype=bool)


def in_single(function: Callable[..., Any], *arrays: Any, **options: Any) -> Any:
    """A function of arrays; in float32 if they have half precision, which its sums may exceed."""
    if not all(map(is_half, arrays)):
        return function(*arrays, **options)
    found = function(*(cast(each, dtype=np.float32) for each in arrays), **options)
    return cast(found, dtype=np.float16)


def dtype_of(a: Any) -> np.dtype[Any]:
    """The dtype of anything."""
    return np.asarray(plain(a)).dtype


# ------------------------------------------------------------------------------------ arguments


def array_of(x: Any) -> Any:
    """`x` as one operand: a list is stacked if nodes are in it, and an array if there are none."""
    if isinstance(x, list | tuple):
        parts = [array_of(each) for each in x]
        return (
            stack(*parts, axis=0) if any(plain(each) is not each for each in parts) else np.array(x)
        )
    if isinstance(x, np.ndarray) and x.dtype == object and x.size:
        return reshape(array_of(x.ravel().tolist()), shape=x.shape)
    return x


def axis_of(name: str, a: Any, axis: int, *, new: int = 0) -> int:
    """`axis` of `a` counted from the front; `new` is how many axes the result has more."""
    return normalize_axis_index(axis, ndim_of(a) + new, f"{name} of shape {shape_of(a)}")


def sizes_of(shape: int | Sequence[int]) -> Shape:
    """A shape given as one size or several."""
    return tuple(map(operator.index, shape if isinstance(shape, Sequence) else (shape,)))


def refuse(name: str, options: dict[str, Any]) -> None:
    """Raise TypeError for options of a NumPy function that mean nothing on nodes."""
    given = " and ".join(f"{option}=" for option, value in options.items() if value is not None)
    if given:
        raise TypeError(f"{name} with {given} is not supported on nodes of a graph")
