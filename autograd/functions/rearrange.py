"""Entries shifted, turned round, repeated, and continued beyond the edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, plain, shape_of
from autograd.functions.arguments import array_of, axis_of, sizes_of
from autograd.functions.shape import broadcast_to, concatenate, moveaxis, ravel, swapaxes
from autograd.rules import shape as cards
from autograd.rules.indexing import getitem, scatter
from autograd.rules.shape import reshape


@implements(np.roll)
def roll(a: Any, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Any:
    """Entries shifted along `axis`, those beyond the end put in at the beginning.

    None shifts the flattened array. Several shifts and axes are taken in pairs.
    """
    x = array_of(a)
    if axis is None:
        steps = sum(sizes_of(shift))
        return reshape(cards.roll(ravel(x), shift=(steps,), axis=(0,)), shape=shape_of(x))
    axes = [axis_of("roll", x, each) for each in sizes_of(axis)]
    shifts, places = np.broadcast_arrays(sizes_of(shift), axes)
    return cards.roll(x, shift=tuple(shifts.tolist()), axis=tuple(places.astype(int).tolist()))


@implements(np.flip)
def flip(m: Any, axis: int | Sequence[int] | None = None) -> Any:
    """The entries in reverse order along `axis` (None: along all)."""
    a = array_of(m)
    axes = range(ndim_of(a)) if axis is None else [axis_of("flip", a, i) for i in sizes_of(axis)]
    index = [slice(None)] * ndim_of(a)
    for each in axes:
        index[each] = slice(None, None, -1)
    return getitem(a, index=tuple(index))


@implements(np.flipud)
def flipud(m: Any) -> Any:
    """The rows in reverse order."""
    return flip(m, 0)


@implements(np.fliplr)
def fliplr(m: Any) -> Any:
    """The columns in reverse order."""
    return flip(m, 1)


@implements(np.rot90)
def rot90(m: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Any:
    """Turned by `k` right angles in the plane of two axes, from the first towards the second."""
    a = array_of(m)
    one, other = (axis_of("rot90", a, axis) for axis in axes)
    if one == other:
        raise ValueError(f"rot90: axes={tuple(axes)} must be two different axes")
    if k % 4 == 2:
        return flip(a, (one, other))
    if k % 4 == 1:
        return swapaxes(flip(a, other), one, other)
    return flip(swapaxes(a, one, other), other) if k % 4 else flip(a, ())


@implements(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """`a` with one axis rolled back until it lies before `start`; moveaxis says it better."""
    axis, start = axis_of("rollaxis", a, axis), axis_of("rollaxis", a, start, new=start >= 0)
    return moveaxis(a, axis, start - (axis < start))


# ------------------------------------------------------------------------------------- repeated


@implements(np.repeat, method="repeat")
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each entry of `axis` so many times in a row; `repeats` may differ from entry to entry."""
    x = ravel(a) if axis is None else array_of(a)
    axis = 0 if axis is None else axis_of("repeat", x, axis)
    counts = np.asarray(plain(repeats))
    before, (size, *after) = shape_of(x)[:axis], shape_of(x)[axis:]
    order = np.repeat(np.arange(size), counts)  # checks the counts
    if counts.size != 1:
        return x[(slice(None),) * axis + (order,)]
    wide = reshape(x, shape=(*before, size, 1, *after))
    wide = broadcast_to(wide, (*before, size, counts.item(), *after))
    return reshape(wide, shape=(*before, order.size, *after))


@implements(np.tile)
def tile(A: Any, reps: int | Sequence[int]) -> Any:
    """The whole array beside itself so many times along each axis, new axes in front."""
    a, counts = array_of(A), sizes_of(reps)
    ndim = max(len(counts), ndim_of(a))
    counts = (1,) * (ndim - len(counts)) + counts
    shape = (1,) * (ndim - ndim_of(a)) + shape_of(a)
    wide = reshape(a, shape=tuple(size for each in shape for size in (1, each)))
    wide = broadcast_to(wide, [n for pair in zip(counts, shape, strict=True) for n in pair])
    return reshape(wide, shape=tuple(n * size for n, size in zip(counts, shape, strict=True)))


@implements(np.resize)
def resize(a: Any, new_shape: int | Sequence[int]) -> Any:
    """The entries in a new shape, cut off or repeated from the beginning as it needs."""
    row, shape = ravel(a), sizes_of(new_shape)
    have, need = shape_of(row)[0], prod(shape)
    if not have or not need:
        return np.zeros(shape, row.dtype)
    return reshape(tile(row, -(-need // have))[:need], shape=shape)


# -------------------------------------------------------------------------------------- padding

_STATISTICS: dict[str, Callable[..., Any]] = {
    "mean": np.mean,
    "median": np.median,
    "maximum": np.max,
    "minimum": np.min,
}


@implements(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """`array` continued beyond its edges, in all of NumPy's modes but that of a function.

    The entries that "empty" leaves undefined are zero.
    """
    a = array_of(array)
    if callable(mode):
        raise TypeError("pad: a function as mode writes in place, which nodes can't follow")
    shape = shape_of(a)
    if isinstance(pad_width, dict):  # which NumPy takes since 2.2
        pad_width = _pairs(pad_width, len(shape))
    if mode in _STATISTICS or mode in ("linear_ramp", "constant", "empty"):
        np.pad(np.zeros((1,) * len(shape)), pad_width, mode, **kwargs)  # checks the arguments
        widths = _pairs(pad_width, len(shape))
        if mode in ("constant", "empty"):
            return _frame(a, widths, **kwargs)
        return _pad_each_axis(a, widths, mode, **kwargs)
    if kwargs.get("reflect_type") == "odd":
        for axis, width in enumerate(_pairs(pad_width, len(shape))):
            unit = np.eye(shape[axis], dtype=a.dtype)
            matrix = np.pad(unit, (width, (0, 0)), mode, **kwargs)  # the padding of one axis
            a = swapaxes(swapaxes(a, axis, -1) @ matrix.T, axis, -1)
        return a
    order = np.pad(np.arange(prod(shape)).reshape(shape), pad_width, mode, **kwargs)
    return reshape(ravel(a)[order.ravel()], shape=order.shape)


def _pairs(value: Any, ndim: int) -> list[list[Any]]:
    """What comes before and after each axis, from all the forms in which NumPy takes it."""
    if isinstance(value, dict):
        pairs = [[0, 0] for _ in range(ndim)]
        for axis, width in value.items():
            pairs[axis] = np.broadcast_to(width, 2).tolist()
        return pairs
    return np.broadcast_to(np.asarray(value), (ndim, 2)).tolist()


def _frame(a: Any, widths: Any, constant_values: Any = 0) -> Any:
    """Zeros or other constants around `a`."""
    inside = [
        (before, before + n, after) for (before, after), n in zip(widths, shape_of(a), strict=True)
    ]
    shape = tuple(stop + after for _, stop, after in inside)
    padded = scatter(a, shape=shape, index=tuple(slice(*ends[:2]) for ends in inside))
    if not np.any(constant_values):
        return padded
    hole = np.zeros(shape_of(a), padded.dtype)
    return padded + np.pad(hole, widths, constant_values=constant_values)


def _pad_each_axis(
    a: Any, widths: Any, mode: str, end_values: Any = 0, stat_length: Any = None
) -> Any:
    """Axis by axis, so that corners continue what the axes before have put there."""
    ends, lengths = _pairs(end_values, ndim_of(a)), _pairs(stat_length, ndim_of(a))
    for axis, (before, after) in enumerate(widths):
        size = shape_of(a)[axis]
        parts = [a]
        for side, width in enumerate((before, after)):
            if mode == "linear_ramp":
                part = _ramp(a, axis, width, side, ends[axis][side])
            else:
                part = _statistic(
                    a, axis, width, side, mode, min(lengths[axis][side] or size, size)
                )
            parts.insert(side * 2, part)
        a = concatenate(parts, axis=axis)
    return a


def _edge(a: Any, axis: int, side: int, length: int) -> Any:
    """The first (side 0) or last entries of an axis."""
    start = (shape_of(a)[axis] - length) * side
    return a[(slice(None),) * axis + (slice(start, start + length),)]


def _ramp(a: Any, axis: int, width: int, side: int, end: float) -> Any:
    """A straight line from the edge to `end`, which the last entry reaches."""
    way = np.arange(1, width + 1) / max(width, 1)
    way = way[::-1] if side == 0 else way
    way = way.reshape((-1,) + (1,) * (ndim_of(a) - axis - 1)).astype(a.dtype)
    return _edge(a, axis, side, 1) * (1 - way) + end * way


def _statistic(a: Any, axis: int, width: int, side: int, mode: str, length: int) -> Any:
    found = _STATISTICS[mode](_edge(a, axis, side, length), axis=axis, keepdims=True)
    shape = shape_of(a)
    return broadcast_to(found, (*shape[:axis], width, *shape[axis + 1 :]))


@implements(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    """The zero frequency moved to the middle of each axis."""
    places = _places(x, axes)
    return roll(x, [shape_of(x)[axis] // 2 for axis in places], places)


@implements(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    """What undoes fftshift."""
    places = _places(x, axes)
    return roll(x, [-(shape_of(x)[axis] // 2) for axis in places], places)


def _places(x: Any, axes: Any) -> list[int]:
    if axes is None:
        return list(range(ndim_of(x)))
    return list(axes) if isinstance(axes, Sequence) else [axes]
