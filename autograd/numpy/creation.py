"""Arrays made of numbers and nodes: what NumPy's functions can't do, since they see no nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.op import ndim_of, plain, shape_of
from autograd.functions.shape import broadcast_to, concatenate, expand_dims, stack
from autograd.graph.node import Node
from autograd.rules.shape import reshape

__all__ = [
    "array",
    "asanyarray",
    "asarray",
    "ascontiguousarray",
    "asfortranarray",
    "c_",
    "full",
    "full_like",
    "make_diagonal",
    "r_",
]


def holds_nodes(entries: Any) -> bool:
    """Whether nodes are among the entries of nested lists, tuples, and arrays of objects."""
    if isinstance(entries, list | tuple):
        return any(isinstance(each, Node) or holds_nodes(each) for each in entries)
    return (
        isinstance(entries, np.ndarray)
        and entries.dtype == object
        and any(isinstance(each, Node) for each in entries.flat)
    )


def array(object: Any, dtype: Any = None, **options: Any) -> Any:  # noqa: A002 - NumPy's name
    """As np.array; with nodes among the entries, a Tensor that gradients flow through."""
    made: Any
    if isinstance(object, Node):
        made = object
    elif holds_nodes(object):
        made = stack([array(each) for each in object])
    else:
        return np.array(object, dtype=dtype, **options)
    ndmin = options.pop("ndmin", 0)
    _refuse("array", {key: each for key, each in options.items() if key not in ("copy", "order")})
    made = made if dtype is None else made.astype(dtype)
    return made.reshape((1,) * (ndmin - made.ndim) + made.shape) if ndmin > made.ndim else made


def asarray(a: Any, dtype: Any = None, **options: Any) -> Any:
    """As np.asarray; with nodes among the entries, a Tensor that gradients flow through."""
    if isinstance(a, Node) or holds_nodes(a):
        return array(a, dtype, **options)
    return np.asarray(a, dtype=dtype, **options)


asanyarray = ascontiguousarray = asfortranarray = asarray


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """As np.full; the value to fill with may be a node."""
    if not isinstance(fill_value, Node):
        return np.full(shape, fill_value, dtype=dtype, **options)
    _refuse("full", options)
    return broadcast_to(array(fill_value, dtype), shape)


def full_like(a: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """As np.full_like; the value to fill with may be a node."""
    if not isinstance(fill_value, Node):
        return np.full_like(plain(a), fill_value, dtype=dtype, **options)
    return full(shape_of(a), fill_value, dtype, **options)


def make_diagonal(D: Any, offset: int = 0, axis1: int = -1, axis2: int = -2) -> Any:
    """The matrices that have the rows of `D` on their diagonals: the inverse of np.diagonal."""
    if offset or {axis1, axis2} != {-1, -2}:
        raise TypeError("make_diagonal: only offset=0, axis1=-1, axis2=-2 is supported")
    return expand_dims(D, -1) * np.eye(shape_of(D)[-1])


class _Joined:
    """np.r_ or np.c_: pieces in brackets, joined; nodes may be among them."""

    def __init__(self, theirs: Any, *, columns: bool) -> None:
        self.theirs, self.columns = theirs, columns

    def __getitem__(self, key: Any) -> Any:
        pieces = key if isinstance(key, tuple) else (key,)
        if not (any(isinstance(each, Node) for each in pieces) or holds_nodes(pieces)):
            return self.theirs[key]
        return concatenate([self._piece(each) for each in pieces], axis=-1 if self.columns else 0)

    def _piece(self, piece: Any) -> Any:
        if isinstance(piece, str):
            raise TypeError(f"the directive {piece!r} is not supported among nodes of a graph")
        if isinstance(piece, slice):
            piece = np.r_[piece]
        piece = asarray(piece)
        missing = (2 if self.columns else 1) - ndim_of(piece)
        return reshape(piece, shape=shape_of(piece) + (1,) * missing) if missing > 0 else piece


r_, c_ = _Joined(np.r_, columns=False), _Joined(np.c_, columns=True)


def _refuse(name: str, options: dict[str, Any]) -> None:
    if options:
        raise TypeError(f"np.{name} of nodes with {', '.join(options)}= is not supported")
