"""Operations that give entries another shape, repeat them by broadcasting, or join arrays."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.op import ATOM, Op, case, implements, ndim_of, op, plain, shape_of
from autograd.rules.arithmetic import positive

Shape = tuple[int, ...]

reshape: Op = op(
    "reshape",
    lambda x, *, shape: np.reshape(x, shape),
    lambda g, y, x, *, shape: reshape(g, shape=shape_of(x)),
    cases=(case((2, 3), shape=(3, 2)), case((4,), shape=(2, 1, 2)), case((), shape=(1, 1))),
    linear=(0,),
    shape=lambda x, *, shape: np.broadcast_to(0, x).reshape(shape).shape,
)
transpose: Op = op(
    "transpose",
    lambda x, *, axes: np.transpose(x, axes),
    lambda g, y, x, *, axes: transpose(g, axes=tuple(int(i) for i in np.argsort(axes))),
    symbol="ᵀ",
    tex=(r"%s^{\top}", ATOM, (ATOM,)),
    text=("%sᵀ", ATOM, (ATOM,)),
    cases=(case((2, 3), axes=(1, 0)), case((2, 3, 4), axes=(1, 2, 0)), case((), axes=())),
    linear=(0,),
    shape=lambda x, *, axes: x[::-1] if axes is None else tuple(x[i] for i in axes),
)


def _spread(x: Any, *, shape: Shape, axis: Shape, keepdims: bool) -> Any:
    x = np.asarray(x)
    if x.ndim and not keepdims:
        x = x.reshape([1 if each in axis else size for each, size in enumerate(shape)])
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


# The adjoint of the sum: every entry that was added gets the gradient of its sum.
spread: Op = op(
    "spread",
    _spread,
    lambda g, y, x, *, shape, axis, keepdims: _total(g, axis, keepdims),
    tex=(r"\operatorname{spread}(%s)", ATOM),
    text=("spread(%s)", ATOM),
    cases=(
        case((2, 1), shape=(2, 3), axis=(1,), keepdims=True),
        case((2,), shape=(2, 3), axis=(1,), keepdims=False),
        case((), shape=(2, 3), axis=(0, 1), keepdims=False),
    ),
    linear=(0,),
    shape=lambda x, *, shape, axis, keepdims: shape,
)


def _total(g: Any, axis: Shape, keepdims: bool) -> Any:
    return g.sum(axis=axis, keepdims=keepdims)


# The sweep undoes broadcasting, so the rule need not.
_broadcast: Op = op(
    "broadcast_to",
    lambda x, *, shape: np.broadcast_to(x, shape),
    lambda g, y, x, *, shape: g,
    tex=(r"\operatorname{broadcast}(%s)", ATOM),
    text=("broadcast(%s)", ATOM),
    cases=(case((3,), shape=(2, 3)), case((2, 1), shape=(2, 3)), case((), shape=(2,))),
    linear=(0,),
)
cast: Op = op(
    "cast",
    lambda x, *, dtype: np.asarray(x).astype(dtype),
    lambda g, y, x, *, dtype: g,
    tex=("%s", ATOM, (ATOM,)),
    text=("%s", ATOM, (ATOM,)),
    cases=(case((2, 3), dtype=np.float64),),
)
_concatenate: Op = op(
    "concatenate",
    lambda *arrays, axis: np.concatenate(arrays, axis),
    lambda g, y, *args, slot, axis: g[_slab(args, slot, axis)],
    variadic=True,
    cases=(
        case((2, 3), (1, 3), (2, 3), axis=0),
        case((2, 3), (2, 1), axis=1),
        case((3,), axis=0),
        case((2, 3), (2, 2), axis=-1),
    ),
)
_stack: Op = op(
    "stack",
    lambda *arrays, axis: np.stack(arrays, axis),
    lambda g, y, *args, slot, axis: g[(slice(None),) * (axis % ndim_of(y)) + (slot,)],
    variadic=True,
    cases=(case((3,), (3,), axis=0), case((2, 3), (2, 3), (2, 3), axis=-1), case((), (), axis=0)),
)


def _slab(args: Sequence[Any], slot: int, axis: int) -> tuple[slice, ...]:
    """Where the argument in `slot` lies in the concatenation."""
    axis %= ndim_of(args[0])
    start = sum(shape_of(arg)[axis] for arg in args[:slot])
    return (slice(None),) * axis + (slice(start, start + shape_of(args[slot])[axis]),)


# ------------------------------------------------------------------------------------ arguments


def array_of(x: Any) -> Any:
    """`x` as one operand: a list is stacked if nodes are in it, and an array if there are none."""
    if isinstance(x, list | tuple):
        parts = [array_of(each) for each in x]
        return stack(parts) if any(plain(each) is not each for each in parts) else np.array(x)
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


# ---------------------------------------------------------------------------------------- shape


@implements(np.reshape)
def reshape_to(
    a: Any, /, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None
) -> Any:
    """The entries of `a` in another shape; one size may be -1. `order` is "C" or "F"."""
    if (shape is None) == (newshape is None):
        raise TypeError("reshape takes the new shape as its second argument")
    if copy is not None and not copy:
        raise TypeError("reshape with copy=False is not supported on nodes of a graph")
    sizes = sizes_of(newshape if shape is None else shape)
    if order == "F":
        return permute(reshape(permute(a), shape=sizes[::-1]))
    if order != "C":
        raise TypeError(f"reshape: order={order!r} is not supported: write 'C' or 'F'")
    return reshape(a, shape=sizes)


@implements(np.ravel, method="ravel")
def ravel(a: Any, order: str = "C") -> Any:
    """All entries of `a` in one row. `order` is "C" or "F"."""
    return reshape_to(array_of(a), -1, order)


@implements(np.transpose, np.permute_dims)
def permute(a: Any, axes: Sequence[int] | None = None) -> Any:
    """`a` with its axes in another order, by default reversed."""
    ndim = ndim_of(a)
    if axes is None:
        return transpose(a, axes=tuple(range(ndim)[::-1]))
    order = tuple(axis_of("transpose", a, axis) for axis in axes)
    if sorted(order) != list(range(ndim)):
        raise ValueError(f"transpose: axes {tuple(axes)} for an array of {ndim} dimension(s)")
    return transpose(a, axes=order)


@implements(np.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    """`x` with its last two axes swapped."""
    if ndim_of(x) < 2:
        raise ValueError(f"matrix_transpose needs at least 2 dimensions, not shape {shape_of(x)}")
    *batch, rows, columns = range(ndim_of(x))
    return transpose(x, axes=(*batch, columns, rows))


@implements(np.swapaxes, method="swapaxes")
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """`a` with two axes exchanged."""
    axes = list(range(ndim_of(a)))
    one, other = axis_of("swapaxes", a, axis1), axis_of("swapaxes", a, axis2)
    axes[one], axes[other] = other, one
    return transpose(a, axes=tuple(axes))


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
    return transpose(a, axes=tuple(order))


@implements(np.expand_dims)
def expand_dims(a: Any, axis: int | Sequence[int]) -> Any:
    """`a` with axes of size 1 put in at `axis`."""
    places = tuple(axis) if isinstance(axis, Sequence) else axis
    dummy = np.expand_dims(np.empty(shape_of(a)), places)
    return reshape(a, shape=dummy.shape)


@implements(np.squeeze, method="squeeze")
def squeeze(a: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """`a` without its axes of size 1, or without those named."""
    dummy = np.squeeze(np.empty(shape_of(a)), axis)
    return reshape(a, shape=dummy.shape)


# ------------------------------------------------------------------------ broadcasting, joining


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: int | Sequence[int]) -> Any:
    """`array` repeated to `shape` by NumPy's broadcasting."""
    return _broadcast(array_of(array), shape=sizes_of(shape))


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    """The arguments, each repeated to the shape they have together."""
    arrays = [array_of(each) for each in args]
    shape = np.broadcast_shapes(*map(shape_of, arrays))
    return tuple(_broadcast(each, shape=shape) for each in arrays)


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], /, axis: int | None = 0, **options: Any) -> Any:
    """Join arrays along an axis that they have; None flattens them first."""
    refuse("concatenate", options)
    if axis is None:
        return _concatenate(*map(ravel, arrays), axis=0)
    return _concatenate(*map(array_of, arrays), axis=axis)


@implements(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0, **options: Any) -> Any:
    """Join arrays of one shape along a new axis."""
    refuse("stack", options)
    return _stack(*map(array_of, arrays), axis=axis)


# ---------------------------------------------------------------------------- the same entries


@implements(np.copy, method="copy")
def copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    """The same entries in an array of their own."""
    if order not in ("C", "K"):
        raise TypeError(f"copy: order={order!r} is not supported")
    return positive(array_of(a))


@implements(np.astype)
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """The entries in another floating-point dtype."""
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"astype({np.dtype(dtype)}) has no gradient: write .numpy().astype(…)")
    return cast(array_of(x), dtype=np.dtype(dtype))


@implements(np.conjugate, method="conjugate")
@implements(np.real, np.real_if_close, method="conj")
def real(val: Any, *, tol: float = 100) -> Any:
    """`val` itself: nodes hold real numbers."""
    return val
