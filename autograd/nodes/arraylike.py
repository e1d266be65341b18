"""What arrays have as methods that is no card: shapes, indexing, questions answered outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np

from autograd.functions.shape import matrix_transpose, ravel, transpose
from autograd.graph.node import Node
from autograd.nodes.arrays import name_of
from autograd.rules.indexing import getitem
from autograd.rules.shape import cast, reshape


class ArrayMethods(Node):
    """The methods of NumPy's arrays, as compositions of operations."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self.raw.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.raw.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.raw.size

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the entries."""
        return self.raw.dtype

    def item(self) -> float:
        """The only entry as a plain number, outside the graph."""
        if self.raw.size != 1:
            raise ValueError(f"item() needs exactly one entry; this Tensor has shape {self.shape}")
        return self.raw.item()

    @property
    def T(self) -> Self:
        """The axes reversed."""
        return transpose(self)

    @property
    def mT(self) -> Self:
        """The last two axes swapped."""
        return matrix_transpose(self)

    def reshape(self, *shape: Any) -> Self:
        """The entries in another shape, given as sizes or as one tuple."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], Sequence) else shape
        return reshape(self, shape=tuple(int(size) for size in sizes))

    def transpose(self, *axes: Any) -> Self:
        """The axes in another order, by default reversed."""
        if not axes or axes == (None,):
            return transpose(self)
        return transpose(self, axes[0] if isinstance(axes[0], Sequence) else axes)

    def flatten(self) -> Self:
        """All entries in one row."""
        return ravel(self)

    def astype(self, dtype: Any) -> Self:
        """The entries in another floating-point dtype."""
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"astype({np.dtype(dtype)}) has no gradient: write .numpy().astype(…)")
        return cast(self, dtype=np.dtype(dtype))

    def __getitem__(self, index: Any) -> Self:
        return getitem(self, index=to_index(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "a Tensor's entries can't be assigned, since the graph needs what was there: write "
            "np.where(mask, value, t), or np.concatenate of the parts; for a leaf outside the "
            "graph, t.data[index] = value"
        )

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a Tensor without axes")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Self]:
        return (self[i] for i in range(len(self)))

    def tolist(self) -> Any:
        """The entries as nested lists of plain numbers."""
        return self.raw.tolist()


def _plain_method(name: str) -> Callable[..., Any]:
    return lambda self, *args, **options: getattr(self.raw, name)(*args, **options)


for _name in ("argmax", "argmin", "argsort", "all", "any", "nonzero", "searchsorted"):
    setattr(ArrayMethods, _name, _plain_method(_name))


def to_index(index: Any) -> Any:
    """An index free of nodes and of arrays that somebody may change."""
    if isinstance(index, tuple):
        return tuple(map(to_index, index))
    if isinstance(index, Node):
        if index.requires_grad:
            raise TypeError(f"a Tensor can't be indexed by {name_of(index)}: indices are integers")
        return np.array(index.raw)
    if isinstance(index, np.ndarray):
        return index.copy()
    return list(index) if isinstance(index, list) else index
