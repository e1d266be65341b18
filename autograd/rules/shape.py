"""Operations that give entries another shape or place, repeat them, or join arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, Op, ndim_of, op, shape_of

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
    public=False,
)


def _total(g: Any, axis: Shape, keepdims: bool) -> Any:
    return g.sum(axis=axis, keepdims=keepdims)


# The sweep undoes broadcasting, so the rule need not.
broadcast_to: Op = op(
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
    public=False,
)
concatenate: Op = op(
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
stack: Op = op(
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


roll: Op = op(
    "roll",
    lambda x, *, shift, axis: np.roll(x, shift, axis),
    lambda g, y, x, *, shift, axis: roll(g, shift=tuple(-s for s in shift), axis=axis),
    cases=(
        case((5,), shift=(2,), axis=(0,)),
        case((2, 3), shift=(1, -4), axis=(0, 1)),
        case((2, 3), shift=(1, 1), axis=(1, 1)),
    ),
)
