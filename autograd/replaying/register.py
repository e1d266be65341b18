"""An array of which only shape and dtype are known: what a rule is read with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from autograd.card.op import Op
from autograd.graph.node import Traced

# What depends on shapes and dtypes alone, of which a trace knows all.
_KNOWN = {np.shape, np.ndim, np.size, np.result_type, np.zeros_like, np.ones_like, np.iscomplexobj}
_VIEWS: dict[Any, Any] = {
    np.transpose: np.ndarray.transpose,
    np.reshape: np.ndarray.reshape,
    np.swapaxes: np.ndarray.swapaxes,
    np.squeeze: np.ndarray.squeeze,
    np.expand_dims: np.expand_dims,
    np.broadcast_to: np.broadcast_to,
}
# Whose results have the same shape whatever the numbers.
_MADE = {np.where, np.clip, np.mean, np.cumsum, np.copy, np.repeat, np.tile, np.roll, np.flip}
_FOLDS = {np.sum: np.add, np.prod: np.multiply, np.max: np.maximum, np.min: np.minimum}
_POWERS = {2: np.square, 0.5: np.sqrt, -1: np.reciprocal}  # as NumPy's ** does them


class Untraceable(Exception):
    """The function asked for numbers, so that it must be called on them."""


class Register(Traced):
    """An array that will be there when the program runs; of which shape and dtype are known.

    Operations and NumPy functions on it are written down as calls. Whatever would need its numbers
    now raises `Untraceable`, so that no number of the recording can get into the program.
    """

    __slots__ = ("like", "number", "trace")
    rank: ClassVar[int] = 4
    __hash__ = object.__hash__

    def __init__(self, trace: Any, like: Any) -> None:
        self.trace, self.like, self.number = trace, like, trace.count
        trace.count += 1

    @classmethod
    def record(cls, op: Op, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """The calls of the card's array map."""
        trace = next(arg.trace for arg in args if isinstance(arg, Register))
        return trace.read(op.forward, args, params)

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return np.shape(self.like)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self.like)

    @property
    def size(self) -> int:
        """The number of entries."""
        return np.size(self.like)

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the entries."""
        return np.asarray(self.like).dtype

    @property
    def T(self) -> Any:
        """The axes reversed."""
        return self.trace.call(np.ndarray.transpose, [self], {}, "view")

    @property
    def mT(self) -> Any:
        """The last two axes swapped."""
        return self.trace.call(np.ndarray.swapaxes, [self, -1, -2], {}, "view")

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """The sum over axes."""
        return self.trace.call(np.add.reduce, [self], {"axis": axis, "keepdims": keepdims}, "into")

    def reshape(self, *shape: Any) -> Any:
        """The entries in another shape."""
        sizes = shape[0] if len(shape) == 1 else shape
        return self.trace.call(np.ndarray.reshape, [self, sizes], {}, "view")

    def astype(self, dtype: Any) -> Any:
        """The entries in another dtype."""
        return self.trace.call(_cast, [self], {"dtype": dtype}, "made")

    def __getitem__(self, index: Any) -> Any:
        parts = index if isinstance(index, tuple) else (index,)
        if any(isinstance(part, Register) for part in parts):
            raise Untraceable
        return self.trace.call(_entries, [self], {"index": index}, "view")

    def __pow__(self, other: Any) -> Any:
        if isinstance(other, int | float) and other in _POWERS and self.dtype.kind == "f":
            return _POWERS[other](self)
        return np.power(self, other)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        if method == "__call__" and ufunc.nout == 1 and not options:
            return self.trace.call(ufunc, args, options, "into")
        if method in ("reduce", "accumulate") and not options.keys() & {"out", "where", "initial"}:
            return self.trace.call(getattr(ufunc, method), args, options, "into")
        raise Untraceable

    def __array_function__(
        self, function: Any, types: Any, args: Any, options: dict[str, Any]
    ) -> Any:
        if function in _KNOWN:
            return function(*(like_of(arg) for arg in args), **options)
        if function in (np.concatenate, np.stack):
            axis = args[1] if len(args) > 1 else options.get("axis", 0)
            joined: Any = _JOINED[function]
            return self.trace.call(joined, args[0], {"axis": axis}, "into")
        if function in _FOLDS:
            keepdims = options.get("keepdims", False)
            axis = args[1] if len(args) > 1 else options.get("axis")
            if len(args) < 3 and options.keys() <= {"axis", "keepdims"}:
                fold = _FOLDS[function].reduce
                return self.trace.call(fold, args[:1], {"axis": axis, "keepdims": keepdims}, "into")
        if function is np.dot and not options:
            return self.trace.call(function, args, options, "into")
        if function in _VIEWS:
            return self.trace.call(_VIEWS[function], args, options, "view")
        if function in _MADE:
            return self.trace.call(function, args, options, "made")
        raise Untraceable

    def __len__(self) -> int:
        return int(self.shape[0])

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise Untraceable

    __bool__ = __float__ = __int__ = __index__ = __array__ = __iter__ = _refuse
    item = tolist = all = any = nonzero = argmax = argmin = argsort = _refuse


def like_of(arg: Any) -> Any:
    """What stands for a register as long as there are no numbers; everything else as it is."""
    return arg.like if isinstance(arg, Register) else arg


def _cast(x: Any, *, dtype: Any) -> Any:
    return x.astype(dtype)


def _entries(x: Any, *, index: Any) -> Any:
    return x[index]


def _concatenated(*arrays: Any, axis: int, out: Any = None) -> Any:
    return np.concatenate(arrays, axis, out)


def _stacked(*arrays: Any, axis: int, out: Any = None) -> Any:
    return np.stack(arrays, axis, out)


_JOINED = {np.concatenate: _concatenated, np.stack: _stacked}

_BINARY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "matmul": np.matmul,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
}
_COMPARISONS = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
_UNARY = {
    "neg": np.negative,
    "pos": np.positive,
    "abs": np.absolute,
    "invert": np.invert,
}


def _bind(ufunc: np.ufunc, *, reflected: bool = False) -> Callable[..., Any]:
    if ufunc.nin == 1:
        return lambda self: ufunc(self)
    if reflected:
        return lambda self, other: ufunc(other, self)
    return lambda self, other: ufunc(self, other)


for _name, _ufunc in (_BINARY | _COMPARISONS | _UNARY | {"rpow": np.power}).items():
    setattr(Register, f"__{_name}__", _bind(_ufunc, reflected=_name == "rpow"))
for _name, _ufunc in _BINARY.items():
    setattr(Register, f"__r{_name}__", _bind(_ufunc, reflected=True))
