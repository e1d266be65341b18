"""Arrays given another shape, repeated by broadcasting, or joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import ndim_of, shape_of
from autograd.functions.arguments import array_of, axis_of, refuse, sizes_of
from autograd.rules import shape as cards
from autograd.rules.arithmetic import positive
from autograd.rules.shape import cast


@implements(np.reshape)
def reshape(
    a: Any, /, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None
) -> Any:
    """The entries of `a` in another shape; one size may be -1. `order` is "C" or "F"."""
    if (shape is None) == (newshape is None):
        raise TypeError("reshape takes the new shape as its second argument")
    if copy is not None and not copy:
        raise TypeError("reshape with copy=False is not supported on nodes of a graph")
    sizes = sizes_of(newshape if shape is None else shape)
    if order == "F":
        return transpose(cards.reshape(transpose(a), shape=sizes[::-1]))
    if order != "C":
        raise TypeError(f"reshape: order={order!r} is not supported: write 'C' or 'F'")
    return cards.reshape(a, shape=sizes)


@implements(np.ravel, method="ravel")
def ravel(a: Any, order: str = "C") -> Any:
    """All entries of `a` in one row. `order` is "C" or "F"."""
    return reshape(array_of(a), -1, order)


@implements(np.transpose, np.permute_dims)
def transpose(a: Any, axes: Sequence[int] | None = None) -> Any:
    """`a` with its axes in another order, by default reversed."""
    ndim = ndim_of(a)
    if axes is None:
        return cards.transpose(a, axes=tuple(range(ndim)[::-1]))
    order = tuple(axis_of("transpose", a, axis) for axis in axes)
    if sorted(order) != list(range(ndim)):
        raise ValueError(f"transpose: axes {tuple(axes)} for an array of {ndim} dimension(s)")
    return cards.transpose(a, axes=order)


@implements(np.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    """`x` with its last two axes swapped."""
    if ndim_of(x) < 2:
        raise ValueError(f"matrix_transpose needs at least 2 dimensions, not shape {shape_of(x)}")
    *batch, rows, columns = range(ndim_of(x))
    return cards.transpose(x, axes=(*batch, columns, rows))


@implements(np.swapaxes, method="swapaxes")
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """`a` with two axes exchanged."""
    axes = list(range(ndim_of(a)))
    one, other = axis_of("swapaxes", a, axis1), axis_of("swapaxes", a, axis2)
    axes[one], axes[other] = other, one
    return cards.transpose(a, axes=tuple(axes))


@implements(np.moveaxis)
def moveaxis(a: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Any:
    """`a` with the axes `source` at the places `destination`, the others in their order."""
    there = [axis_of("moveaxis", a, axis) for axis in sizes_of(source)]
    here = [axis_of("moveaxis", a, axis) for axis in sizes_of(destination)]
    if len(there) != len(here) or len({*there}) != len(there) or len({*here}) != len(here):
        raise ValueError(
            f"moveaxis of shape {shape_of(a)}: source={source} and destination={destination} must "
            "name equally many axes, none of them twice"
        )
    order = [axis for axis in range(ndim_of(a)) if axis not in there]
    for place, axis in sorted(zip(here, there, strict=True)):
        order.insert(place, axis)
    return cards.transpose(a, axes=tuple(order))


@implements(np.expand_dims)
def expand_dims(a: Any, axis: int | Sequence[int]) -> Any:
    """`a` with axes of size 1 put in at `axis`."""
    places = tuple(axis) if isinstance(axis, Sequence) else axis
    dummy = np.expand_dims(np.empty(shape_of(a)), places)
    return cards.reshape(a, shape=dummy.shape)


@implements(np.squeeze, method="squeeze")
def squeeze(a: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """`a` without its axes of size 1, or without those named."""
    dummy = np.squeeze(np.empty(shape_of(a)), axis)
    return cards.reshape(a, shape=dummy.shape)


# ------------------------------------------------------------------------ broadcasting, joining


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: int | Sequence[int]) -> Any:
    """`array` repeated to `shape` by NumPy's broadcasting."""
    return cards.broadcast_to(array_of(array), shape=sizes_of(shape))


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    """The arguments, each repeated to the shape they have together."""
    arrays = [array_of(each) for each in args]
    shape = np.broadcast_shapes(*map(shape_of, arrays))
    return tuple(cards.broadcast_to(each, shape=shape) for each in arrays)


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], /, axis: int | None = 0, **options: Any) -> Any:
    """Join arrays along an axis that they have; None flattens them first."""
    refuse("concatenate", options)
    if axis is None:
        return cards.concatenate(*map(ravel, arrays), axis=0)
    return cards.concatenate(*map(array_of, arrays), axis=axis)


@borrows(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Join arrays of one shape along a new axis."""
    return cards.stack(*map(array_of, arrays), axis=axis)


# ---------------------------------------------------------------------------- the same entries


@borrows(np.copy, method="copy", ignores=["subok"])
def _copy(a: Any, order: str = "K") -> Any:
    """The same entries in an array of their own."""
    if order not in ("C", "K"):
        raise TypeError(f"copy: order={order!r} is not supported")
    return positive(array_of(a))


@implements(np.astype)
def _astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """The entries in another floating-point dtype."""
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"astype({np.dtype(dtype)}) has no gradient: write .numpy().astype(…)")
    return cast(array_of(x), dtype=np.dtype(dtype))


@implements(np.conjugate, method="conjugate")
@implements(np.real, np.real_if_close, method="conj")
def _real(val: Any, *, tol: float = 100) -> Any:
    """`val` itself: nodes hold real numbers."""
    return val
