"""Entries sorted, and entries chosen by place or by condition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import ndim_of, plain, shape_of
from autograd.functions.arguments import array_of, axis_of
from autograd.functions.select import select, where
from autograd.functions.shape import ravel
from autograd.rules import indexing as cards
from autograd.rules.indexing import getitem, scatter
from autograd.rules.shape import cast


@borrows(np.sort, ignores=["kind", "stable"])
def sort(a: Any, axis: int | None = -1) -> Any:
    """The entries in ascending order along `axis` (None: of the flattened array), NaN last."""
    x, axis = _row_or("sort", a, axis)
    return cards.sort(x, axis=axis)


@borrows(np.partition, ignores=["kind"])
def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """The entries so that the one at `kth` is where sorting puts it, smaller ones before it."""
    x, axis = _row_or("partition", a, axis)
    return cards.partition(x, kth=kth, axis=axis)


def _row_or(name: str, a: Any, axis: int | None) -> tuple[Any, int]:
    """An array and one of its axes; with the axis None, the flattened array."""
    if axis is None:
        return ravel(a), 0
    x = array_of(a)
    return x, axis_of(name, x, axis)


# --------------------------------------------------------------------------------- by the place


@borrows(np.take, method="take")
def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """The entries at `indices` of `axis` (None: of the flattened array).

    An index beyond the end is an error, counts on from the beginning (mode "wrap"), or means the
    nearest end ("clip").
    """
    x, axis = _row_or("take", a, axis)
    places = np.asarray(plain(indices))
    if places.dtype.kind not in "iub":
        raise TypeError(f"take: indices are integers, not {places.dtype}")
    places = _bounded("take", places.astype(np.intp), shape_of(x)[axis], mode)
    return x[(slice(None),) * axis + (places,)]


def _bounded(name: str, places: np.ndarray, size: int, mode: str) -> np.ndarray:
    if mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"{name}: mode={mode!r}: write 'raise', 'wrap' or 'clip'")
    if mode == "raise" or not size:
        return places
    return places % size if mode == "wrap" else places.clip(0, size - 1)


@implements(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """The entries at `indices` of `axis` at each place of the others, as argsort gives them."""
    x, axis = _row_or("take_along_axis", arr, axis)
    places = np.asarray(plain(indices))
    if places.ndim != ndim_of(x):
        raise ValueError(
            f"take_along_axis: indices of shape {places.shape} and an array of shape {shape_of(x)} "
            "must have equally many axes"
        )
    return x[cards.index_along(shape_of(x), places, axis)]


@borrows(np.choose)
def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    """At each place the entry of that array among `choices` whose number stands in `a`."""
    parts = [array_of(each) for each in choices]
    which = _bounded("choose", np.asarray(plain(a)), len(parts), mode)
    if ((which < 0) | (which >= len(parts))).any():
        raise ValueError(f"choose: an index is outside of the {len(parts)} choices")
    return select([which == i for i in range(len(parts))], parts)


# ----------------------------------------------------------------------------- by the condition


@borrows(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """The entries of `axis` (None: of the flattened array) for which `condition` holds."""
    x, axis = _row_or("compress", a, axis)
    mask = np.asarray(plain(condition), dtype=bool)
    size = shape_of(x)[axis]
    if mask.ndim != 1 or mask[size:].any():
        raise ValueError(
            f"compress: a condition of shape {mask.shape} for axis {axis} of shape {shape_of(x)}"
        )
    short = np.zeros(size, dtype=bool)
    short[: mask.size] = mask[:size]
    return x[(slice(None),) * axis + (short,)]


@implements(method="compress")
def _compressed(self: Any, condition: Any, axis: int | None = None, out: Any = None) -> Any:
    """The entries of `axis` for which `condition` holds."""
    return compress(condition, self, axis, out)


@implements(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    """The entries for which `condition` holds, in one row."""
    return compress(np.ravel(plain(condition)), arr)


@implements(np.piecewise)
def piecewise(
    x: Any, condlist: Any, funclist: Sequence[Callable[..., Any] | Any], *args: Any, **kw: Any
) -> Any:
    """A function in pieces: where a condition holds, that function of those entries of `x`.

    A number stands for a constant; one function more than conditions is for all other entries;
    of several conditions that hold, the last counts.
    """
    t = array_of(x)
    shape = shape_of(t)
    single = np.ndim(condlist) == 0 or (shape and not isinstance(condlist[0], list | np.ndarray))
    masks = np.array([condlist] if single else condlist, dtype=bool)
    if len(masks) == len(funclist) - 1:
        masks = np.concatenate([masks, ~masks.any(axis=0, keepdims=True)])
    if len(masks) != len(funclist):
        raise ValueError(
            f"piecewise: {len(masks)} conditions and {len(funclist)} functions; give as many "
            "functions as conditions, or one more"
        )
    dtype = np.asarray(plain(t)).dtype
    out: Any = np.zeros(shape, dtype)
    for condition, function in zip(masks, funclist, strict=True):
        mask = np.broadcast_to(condition, shape)
        piece = function
        if callable(function):
            # only the entries wanted: a function may be undefined at the others
            piece = function(getitem(t, index=mask), *args, **kw) if mask.any() else 0.0
            if ndim_of(piece):
                piece = scatter(piece, shape=shape, index=mask)
        out = where(mask, piece, out)
    return out if np.asarray(plain(out)).dtype == dtype else cast(out, dtype=dtype)


@implements(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: int | Sequence[int] | None = None) -> Any:
    """Without the zeros at the front ("f"), the back ("b") or both of `axis` (None: of all)."""
    a = array_of(filt)
    if trim.lower() not in ("f", "b", "fb", "bf"):
        raise ValueError(f"trim_zeros: trim={trim!r}: write 'f', 'b' or 'fb'")
    axes = range(ndim_of(a)) if axis is None else [axis] if isinstance(axis, int) else axis
    index = [slice(None)] * ndim_of(a)
    places = np.argwhere(plain(a))
    for each in [axis_of("trim_zeros", a, axis) for axis in axes]:
        if not len(places):
            index[each] = slice(0, 0)
            continue
        start = int(places[:, each].min()) if "f" in trim.lower() else None
        stop = int(places[:, each].max()) + 1 if "b" in trim.lower() else None
        index[each] = slice(start, stop)
    return getitem(a, index=tuple(index))
