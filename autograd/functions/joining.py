"""Arrays brought to fitting shapes, put together, and taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import ndim_of, shape_of
from autograd.functions.arguments import array_of, axis_of
from autograd.functions.shape import broadcast_arrays, broadcast_to, concatenate, moveaxis, ravel
from autograd.rules.shape import Shape, cast, reshape


def _at_least(shape: Callable[[Shape], Shape], arrays: Sequence[Any]) -> Any:
    wide = [array_of(each) for each in arrays]
    done = tuple(reshape(each, shape=shape(shape_of(each))) for each in wide)
    return done[0] if len(done) == 1 else done


@implements(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    """Single numbers as arrays of one entry; a tuple if there are several arguments."""
    return _at_least(lambda shape: shape or (1,), arys)


@implements(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    """Numbers and 1-D arrays as matrices of one row; a tuple if there are several arguments."""
    return _at_least(lambda shape: (1,) * (2 - len(shape)) + shape, arys)


@implements(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    """Arrays with at least three axes, (n,) as (1, n, 1) and (m, n) as (m, n, 1)."""
    return _at_least(
        lambda shape: (*atleast_2d(np.empty(shape)).shape, 1) if len(shape) < 3 else shape, arys
    )


@implements(np.meshgrid)
def meshgrid(
    *xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy"
) -> tuple[Any, ...]:
    """The coordinates of a grid, one array an axis; with "xy" the first two axes are swapped."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing={indexing!r}: write 'xy' or 'ij'")
    places = list(range(len(xi)))
    if indexing == "xy":
        places[:2] = places[:2][::-1]
    rows = tuple(
        reshape(array_of(x), shape=(1,) * place + (-1,) + (1,) * (len(xi) - 1 - place))
        for x, place in zip(xi, places, strict=True)
    )
    return rows if sparse else broadcast_arrays(*rows)


# --------------------------------------------------------------------------------- put together


@borrows(np.vstack)
def vstack(tup: Sequence[Any]) -> Any:
    """Arrays one below the other; 1-D ones are rows."""
    return concatenate([atleast_2d(each) for each in tup])


@borrows(np.hstack)
def hstack(tup: Sequence[Any]) -> Any:
    """Arrays side by side; 1-D ones are joined end to end."""
    parts = [atleast_1d(each) for each in tup]
    return concatenate(parts, axis=0 if parts and ndim_of(parts[0]) == 1 else 1)


@implements(np.dstack)
def dstack(tup: Sequence[Any]) -> Any:
    """Arrays one behind the other, along the third axis."""
    return concatenate([atleast_3d(each) for each in tup], axis=2)


@implements(np.column_stack)
def column_stack(tup: Sequence[Any]) -> Any:
    """Arrays side by side; 1-D ones are columns."""
    parts = [array_of(each) for each in tup]
    columns = [reshape(each, shape=(-1, 1)) if ndim_of(each) < 2 else each for each in parts]
    return concatenate(columns, axis=1)


@implements(np.block)
def block(arrays: Any) -> Any:
    """A block matrix from nested lists: the innermost are joined along the last axis."""
    depth, ndim = _depth(arrays), 0
    leaves = [arrays]
    for _ in range(depth):
        leaves = [each for part in leaves for each in part]
    ndim = max(depth, *map(ndim_of, leaves))
    return _join(arrays, ndim, depth)


def _depth(part: Any) -> int:
    """How deeply lists are nested, which must be the same everywhere."""
    if isinstance(part, tuple):
        raise TypeError("block: a tuple stands where a list is needed; only lists nest arrays")
    if not isinstance(part, list):
        return 0
    depths = {_depth(each) for each in part}
    if len(depths) != 1:
        raise ValueError("block: lists must not be empty, and all nested equally deep")
    return 1 + depths.pop()


def _join(part: Any, ndim: int, depth: int) -> Any:
    if not depth:
        return reshape(part, shape=(1,) * (ndim - ndim_of(part)) + shape_of(part))
    return concatenate([_join(each, ndim, depth - 1) for each in part], axis=-depth)


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """`values` behind `arr` along `axis`; None flattens both first."""
    return concatenate([arr, values], axis=axis)


@implements(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """`values` put in before the places `obj` (an index, several, a slice or a mask) of `axis`.

    The values take the dtype of `arr` if that is a floating-point one.
    """
    a = ravel(arr) if axis is None else array_of(arr)
    axis = 0 if axis is None else axis_of("insert", a, axis)
    size = shape_of(a)[axis]
    rows: Any = np.insert(np.arange(size), obj, -1).size - size
    new = array_of(values)
    new = reshape(new, shape=(1,) * (ndim_of(a) - ndim_of(new)) + shape_of(new))
    if rows == 1:
        # NumPy's a[:, 0, :] = values for a single index, but a[:, [0], :] = values for a list
        new = new if isinstance(obj, slice) or np.ndim(obj) else moveaxis(new, 0, axis)
        rows = shape_of(new)[axis]
    dtype = np.result_type(a.dtype)
    if dtype.kind == "f" and new.dtype != dtype:
        new = cast(new, dtype=dtype)
    new = broadcast_to(new, (*shape_of(a)[:axis], rows, *shape_of(a)[axis + 1 :]))
    order = np.insert(np.arange(size), obj, np.arange(size, size + rows))
    return concatenate([a, new], axis)[(slice(None),) * axis + (order,)]


@implements(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """`arr` without the entries `obj` (an index, several, a slice or a mask) of `axis`."""
    a = ravel(arr) if axis is None else array_of(arr)
    axis = 0 if axis is None else axis_of("delete", a, axis)
    size = shape_of(a)[axis]
    kept = np.zeros(size, dtype=bool)
    kept[np.delete(np.arange(size), obj)] = True
    return a[(slice(None),) * axis + (kept,)]


# ---------------------------------------------------------------------------------- taken apart


@implements(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Parts along `axis`: so many, as equal as can be, or cut at the indices given."""
    a = array_of(ary)
    axis = axis_of("array_split", a, axis)
    size = shape_of(a)[axis]
    if np.ndim(indices_or_sections):
        cuts = [0, *indices_or_sections, size]
    else:
        count = int(indices_or_sections)
        if count <= 0:
            raise ValueError(f"array_split: the number of parts is {count}; it must be 1 or more")
        longer = size % count  # the first parts, which have one entry more
        cuts = [i * (size // count) + min(i, longer) for i in range(count + 1)]
    before = (slice(None),) * axis
    return [a[(*before, slice(*ends))] for ends in pairwise(cuts)]


@implements(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Equally many entries along `axis` in each of so many parts, or cut at the indices given."""
    a = array_of(ary)
    size = shape_of(a)[axis_of("split", a, axis)]
    if not np.ndim(indices_or_sections) and size % int(indices_or_sections):
        raise ValueError(
            f"split: {size} entries of axis {axis} don't make {indices_or_sections} equal parts; "
            "array_split allows unequal ones"
        )
    return array_split(a, indices_or_sections, axis)


@implements(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The inverse of hstack: parts along axis 1, or along the only axis."""
    return split(_with_axes("hsplit", ary, 1), indices_or_sections, min(ndim_of(ary) - 1, 1))


@implements(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The inverse of vstack: parts along axis 0 of at least two."""
    return split(_with_axes("vsplit", ary, 2), indices_or_sections, 0)


@implements(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The inverse of dstack: parts along axis 2."""
    return split(_with_axes("dsplit", ary, 3), indices_or_sections, 2)


def _with_axes(name: str, ary: Any, count: int) -> Any:
    a = array_of(ary)
    if ndim_of(a) < count:
        raise ValueError(f"{name} needs {count} or more dimensions, not shape {shape_of(a)}")
    return a


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The inverse of stack: the entries of one axis as separate arrays."""
    a = _with_axes("unstack", x, 1)
    before = (slice(None),) * axis_of("unstack", a, axis)
    return tuple(a[(*before, i)] for i in range(shape_of(a)[len(before)]))


if hasattr(np, "unstack"):  # new in NumPy 2.1
    implements(np.unstack)(unstack)
