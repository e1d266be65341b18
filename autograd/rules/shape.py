"""Operations that move, repeat or join entries without changing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.op import ATOM, Op, case, implements, ndim_of, op, shape_of

Shape = tuple[int, ...]

reshape: Op = op(
    "reshape",
    lambda x, *, shape: np.reshape(x, shape),
    lambda g, y, x, *, shape: reshape(g, shape=shape_of(x)),
    cases=(case((2, 3), shape=(3, 2)), case((4,), shape=(2, 1, 2)), case((), shape=(1, 1))),
)
transpose: Op = op(
    "transpose",
    lambda x, *, axes: np.transpose(x, axes),
    lambda g, y, x, *, axes: transpose(g, axes=tuple(int(i) for i in np.argsort(axes))),
    symbol="ᵀ",
    tex=(r"%s^{\top}", ATOM, (ATOM,)),
    text=("%sᵀ", ATOM, (ATOM,)),
    cases=(case((2, 3), axes=(1, 0)), case((2, 3, 4), axes=(1, 2, 0)), case((), axes=())),
)


def _spread(x: Any, *, shape: Shape, axis: Shape, keepdims: bool) -> Any:
    out = np.empty(shape, np.asarray(x).dtype)
    out[...] = x if keepdims or not axis else np.expand_dims(x, axis)
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


@implements(np.reshape)
def reshape_to(a: Any, shape: Any, order: str = "C") -> Any:
    """The entries of `a` in another shape; one size may be -1."""
    if order != "C":
        raise TypeError(f"reshape: order={order!r} is not supported; transpose first")
    return reshape(a, shape=tuple(shape) if isinstance(shape, Sequence) else (int(shape),))


@implements(np.ravel, method="ravel")
def ravel(a: Any) -> Any:
    """All entries of `a` in one row."""
    return reshape(a, shape=(-1,))


@implements(np.transpose, np.permute_dims)
def permute(a: Any, axes: Sequence[int] | None = None) -> Any:
    """`a` with its axes in another order, by default reversed."""
    ndim = ndim_of(a)
    order = range(ndim)[::-1] if axes is None else axes
    if len(order) != ndim:
        raise ValueError(f"transpose: axes {tuple(order)} for an array of {ndim} dimension(s)")
    return transpose(a, axes=tuple(int(axis) % max(ndim, 1) for axis in order))


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
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return transpose(a, axes=tuple(axes))


@implements(np.expand_dims)
def expand_dims(a: Any, axis: int | Sequence[int]) -> Any:
    """`a` with axes of size 1 put in at `axis`."""
    dummy = np.expand_dims(np.empty(shape_of(a)), axis)
    return reshape(a, shape=dummy.shape)


@implements(np.squeeze, method="squeeze")
def squeeze(a: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """`a` without its axes of size 1, or without those named."""
    dummy = np.squeeze(np.empty(shape_of(a)), axis)
    return reshape(a, shape=dummy.shape)


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: int | Sequence[int]) -> Any:
    """`array` repeated to `shape` by NumPy's broadcasting."""
    return _broadcast(array, shape=tuple(shape) if isinstance(shape, Sequence) else (int(shape),))


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    """Join arrays along an axis that they have; None flattens them first."""
    if axis is None:
        return _concatenate(*map(ravel, arrays), axis=0)
    return _concatenate(*arrays, axis=axis)


@implements(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Join arrays of one shape along a new axis."""
    return _stack(*arrays, axis=axis)
