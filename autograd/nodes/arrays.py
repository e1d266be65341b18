"""Arrays on their way into and through the graph: converted, locked, copied, fitted."""

from __future__ import annotations

from functools import lru_cache
from numbers import Number
from typing import Any

import numpy as np

from autograd.card.described import visible
from autograd.card.op import Op, plain
from autograd.graph.node import Node, Traced

# The allocator of glibc returns freed memory to the system above a threshold, and fetching it again
# page by page can take longer than a training step. The threshold grows with the largest array that
# was freed, so free a large one (never touched, it costs nothing).
np.empty(2**24, np.uint8)


def to_array(data: Any, dtype: Any, requires_grad: bool) -> np.ndarray:
    """A locked float array of its own, made of whatever NumPy takes for numbers."""
    if isinstance(data, Node) and data.requires_grad:
        raise TypeError(
            f"Tensor({name_of(data)}) would leave the graph: use the node as it is, or .detach()"
        )
    array = np.array(plain(data), dtype=dtype, order="K")
    if array.dtype == object:
        raise TypeError(
            "a Tensor holds numbers, and this data has other entries: for nodes use np.stack"
        )
    if array.dtype.kind in "biu" and dtype is None:
        array = array.astype(np.float64)
    if array.dtype.kind in "biu" and requires_grad:
        raise TypeError(
            f"dtype={array.dtype} can't carry a gradient: use a floating-point dtype, or "
            "requires_grad=False"
        )
    if array.dtype.kind not in "fbiu":
        raise TypeError(f"a Tensor holds real numbers, not {array.dtype}")
    return locked(array)


def locked(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


def to_operand(op: Op, arg: Any) -> Any:
    """A constant as an operation sees it: an array is copied, since its owner may change it."""
    array: Any
    if isinstance(arg, np.ndarray):
        array = arg.copy(order="K") if arg.flags.writeable or arg.base is not None else arg
    elif isinstance(arg, Number | np.generic):  # NumPy takes a Fraction or a Decimal for an object
        array = arg if isinstance(arg, int | float | complex | np.generic) else float(arg)  # type: ignore[arg-type]
    elif isinstance(arg, list | tuple):
        array = np.array(arg)
    else:
        raise TypeError(f"{op.name}: an operand is {arg!r}, neither a number, an array nor a node")
    kind = array.dtype.kind if isinstance(array, np.ndarray | np.generic) else "f"
    if kind == "c" or isinstance(arg, complex):
        raise TypeError(f"{op.name}: an operand is complex; only real numbers are supported")
    if kind not in "fbiu":
        raise TypeError(f"{op.name}: an operand has dtype {array.dtype}, which holds no numbers")
    return array


def name_of(arg: Any) -> str:
    if isinstance(arg, Node):
        made = f"the result of {arg.op.name}" if arg.op is not None else f"a {type(arg).__name__}"
        return visible(arg.name or made)
    return "the constant"


def fit(part: Any, like: Any) -> Any:
    """Undo broadcasting: sum a part over the axes that its operand lacked or had as 1."""
    if type(like) is not np.ndarray:  # a Value among arrays gets one number
        total: Any = np.sum(part)
        return total if isinstance(part, Node) else float(total)
    if type(part) is not np.ndarray and not isinstance(part, Traced):
        part = np.asarray(part)
    shape = like.shape
    if part.shape != shape:
        extra = part.ndim - len(shape)
        if extra == 1 and part.shape[1:] == shape:  # the bias of a batch
            recorded = isinstance(part, Node)
            part = part.sum(axis=0) if recorded else _column_sums(part)
        else:
            axes = (axis for axis, size in enumerate(shape, extra) if size == 1)
            part = part.sum(axis=(*range(extra), *axes), keepdims=True).reshape(shape)
        if type(part) is not np.ndarray and not isinstance(part, Traced):
            part = np.asarray(part)
    return part if part.dtype is like.dtype or part.dtype == like.dtype else part.astype(like.dtype)


def _column_sums(part: Any) -> Any:
    """The sum over the first axis; of a matrix as a product with ones, which BLAS does faster."""
    if part.ndim == 2 and part.dtype.char in "fd" and part.size:
        return np.dot(_ones(len(part), part.dtype.char), part)
    return np.add.reduce(part, 0)


@lru_cache(maxsize=64)
def _ones(size: int, dtype: str) -> np.ndarray:
    return locked(np.ones(size, dtype))
