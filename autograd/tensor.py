"""`Tensor`: a node of a NumPy array, and its side of NumPy's protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from numbers import Number
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from autograd.arrays import fit, locked, name_of, to_array, to_index, to_operand
from autograd.graph import Fit, Node
from autograd.methods import TensorMethods
from autograd.modes import MODES, detecting, recording, watch
from autograd.op import METHODS, TABLE, Op, plain
from autograd.protocol import call_function, call_ufunc
from autograd.rules.indexing import getitem
from autograd.rules.linalg import matmul
from autograd.rules.shape import cast, matrix_transpose, permute, ravel, reshape
from autograd.value import Value

_new = object.__new__
_ndarray = np.ndarray
_set_flags: Any = np.ndarray.setflags  # (array, writeable): by keyword it would take twice as long
_NUMBERS = (float, int)
_OPERANDS = (Node, Number, np.ndarray, np.generic, list, tuple)


class Tensor(TensorMethods, Node):
    """An array that remembers how it was computed, with NumPy's interface.

    `data` is copied; integers and booleans become float64 unless `dtype` says otherwise. A plain
    number or array in an expression is a constant. Raises TypeError for complex data and for an
    integer `dtype` together with `requires_grad`. Comparisons with numbers and arrays are
    of the entries; two nodes are equal if they are one and the same, since nodes are dictionary
    keys (np.equal compares their entries).
    """

    __slots__ = ("exposed",)
    grad: np.ndarray | Any  # None before backward(), a Tensor after one with create_graph
    rank: ClassVar[int] = 2
    exposed: bool

    def __init__(
        self,
        data: Any,
        *,
        dtype: Any = None,
        requires_grad: bool = True,
        name: str | None = None,
    ) -> None:
        self.raw = to_array(data, dtype, requires_grad)
        self.requires_grad = bool(requires_grad)
        # A leaf whose array a caller may hold: operations then take a copy of what they see.
        self.exposed = False
        self.grad = self.op = self.params = self.left = self.right = self.a = self.b = None
        self.named(name)

    @classmethod
    def constant(cls, raw: Any) -> Self:
        """A Tensor around an array of ours that needs no gradient; nothing is copied."""
        node = _new(cls)
        node.raw = raw
        node.requires_grad = node.exposed = False
        node.grad = node.name = node.op = node.params = None
        node.left = node.right = node.a = node.b = None
        return node

    @classmethod
    def record(cls, op: Op, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Apply `op` to operands among which are a Tensor, or a Value where an array is needed."""
        if len(args) == 1 and type(args[0]) is cls and not (MODES or args[0].exposed):
            return _of_one(op, args[0], params)
        nodes: list[Node | None] = []
        raws: list[Any] = []
        needed = False
        for arg in args:
            if isinstance(arg, Node):
                nodes.append(arg)
                raws.append(arg.raw if type(arg) is not cls or not arg.exposed else _seen(arg))
                if arg.requires_grad:
                    needed = True
            else:
                nodes.append(None)
                raws.append(arg if type(arg) in _NUMBERS else to_operand(op, arg))
        try:
            out = op.forward(*raws, **params)
        except (ValueError, TypeError, IndexError) as error:
            names = [name_of(arg) for arg in args]
            raise op.explained(error, raws, names) from error
        if not op.differentiable:
            if MODES:
                watch(op, _with_raws(nodes, raws), params, copy(out))
            return out
        return _attach(op, out, nodes, raws, params, needed)

    fit: ClassVar[Fit] = staticmethod(fit)

    @classmethod
    def keep(cls, raw: Any) -> Any:
        """Arrays are locked, so that they stay what operations saw."""
        return locked(raw) if type(raw) is _ndarray else raw

    # ------------------------------------------------------------------------------ data

    @property
    def data(self) -> np.ndarray:
        """The array. A leaf's may be written to or assigned: graphs made before keep their own."""
        if self.op is None and not self.exposed:
            self.raw = self.raw.copy(order="K")
            self.exposed = True
        return self.raw

    @data.setter
    def data(self, value: Any) -> None:
        if self.op is not None:
            raise AttributeError(
                f"this Tensor is the result of {self.op.name}, so its data follows from its "
                "arguments: assign to a leaf, or make one with .detach()"
            )
        if value is self.raw:  # after t.data -= step
            return
        array = to_array(value, self.raw.dtype, self.requires_grad)
        if array.shape != self.raw.shape:
            raise ValueError(
                f"data of shape {array.shape} does not fit a Tensor of shape {self.raw.shape}: "
                "make a new Tensor"
            )
        self.raw, self.exposed = array, False

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

    def numpy(self) -> np.ndarray:
        """A copy of the array, outside the graph."""
        return self.raw.copy()

    def tolist(self) -> Any:
        """The entries as nested lists of plain numbers."""
        return self.raw.tolist()

    def detach(self) -> Tensor:
        """A Tensor of the same entries that needs no gradient."""
        return Tensor.constant(locked(self.raw.copy(order="K") if self.exposed else self.raw))

    # --------------------------------------------------------------------- for the sweep

    def seed(self, gradient: Any) -> Any:
        """The gradient of the output by itself: 1 for one entry, else the array given."""
        if gradient is None:
            if self.raw.size != 1:
                raise ValueError(
                    f"backward() of a Tensor of shape {self.shape} needs gradient= of that shape: "
                    "the gradient that arrives there; or reduce it to one number first, with .sum()"
                )
            # a NumPy scalar, with which NumPy calculates faster than with an array of no axes
            return np.ones(self.shape, self.dtype) if self.raw.ndim else self.dtype.type(1)
        array = np.array(plain(gradient), dtype=self.dtype)
        if array.shape != self.shape:
            raise ValueError(
                f"gradient of shape {array.shape} for a Tensor of shape {self.shape}: the shapes "
                "must be equal"
            )
        return array

    def as_node(self, gradient: Any) -> Tensor:
        """A plain gradient as a constant Tensor."""
        return Tensor.constant(locked(np.asarray(gradient)))

    def same(self, raw: Any) -> bool:
        """Whether the array is still what an operation saw."""
        return self.raw is raw or np.array_equal(self.raw, raw, equal_nan=True)

    def zero(self) -> Any:
        """The gradient of what does not depend on this Tensor."""
        return np.zeros(self.shape, self.dtype)

    def is_nan(self, gradient: Any) -> bool:
        """Whether a gradient holds a NaN."""
        return bool(np.isnan(plain(gradient)).any())

    def own(self, gradient: Any, taken: set[int]) -> Any:
        """The gradient as an array that nobody else holds: rules may hand one array to many."""
        array = gradient if type(gradient) is _ndarray else np.asarray(gradient)
        if array.base is not None or id(array) in taken or not array.flags.writeable:
            array = array.copy()
        taken.add(id(array))
        return array

    # ------------------------------------------------------------------------- structure

    @property
    def T(self) -> Tensor:
        """The axes reversed."""
        return permute(self)

    @property
    def mT(self) -> Tensor:
        """The last two axes swapped."""
        return matrix_transpose(self)

    def reshape(self, *shape: Any) -> Tensor:
        """The entries in another shape, given as sizes or as one tuple."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], Sequence) else shape
        return reshape(self, shape=tuple(int(size) for size in sizes))

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order, by default reversed."""
        if not axes or axes == (None,):
            return permute(self)
        return permute(self, axes[0] if isinstance(axes[0], Sequence) else axes)

    def flatten(self) -> Tensor:
        """All entries in one row."""
        return ravel(self)

    def astype(self, dtype: Any) -> Tensor:
        """The entries in another floating-point dtype."""
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"astype({np.dtype(dtype)}) has no gradient: write .numpy().astype(…)")
        return cast(self, dtype=np.dtype(dtype))

    def __matmul__(self, other: Any) -> Tensor:
        if type(other) is Tensor and self.raw.ndim == other.raw.ndim == 2:
            return _multiply_matrices(self, other)
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return matmul(other, self)

    def __getitem__(self, index: Any) -> Tensor:
        return getitem(self, index=to_index(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "a Tensor's entries can't be assigned, since the graph needs what was there: write "
            "np.where(mask, value, t), or np.concatenate of the parts; for a leaf outside the "
            "graph, t.data[index] = value"
        )

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a Tensor without axes")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    # -------------------------------------------------------------------- leaving the graph

    def __repr__(self) -> str:
        body = np.array2string(self.raw, separator=", ", prefix="Tensor(", threshold=50)
        dtype = f", dtype={self.dtype}" if self.dtype != np.float64 else ""
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({body}{dtype}{name})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __bool__(self) -> bool:
        if MODES:
            watch(TABLE["not_equal"], (self, 0.0), {}, bool(self.raw))
        return bool(self.raw)

    def __float__(self) -> float:
        self._refuse("float(t)", ".item() for the plain number, np.sin(t) for math.sin(t)")
        return float(self.raw)

    def __int__(self) -> int:
        self._refuse("int(t)", "int(t.item())")
        return int(self.raw)

    if not TYPE_CHECKING:  # NumPy's stubs would take a Tensor for an array, and array * t for one

        def __array__(self, dtype=None, copy=None):
            self._refuse("np.asarray(t)", "t.numpy() for a copy of the array, np.stack for a list")
            array = self.raw.copy() if self.exposed or copy else self.raw
            return array if dtype is None else array.astype(dtype)

    def _refuse(self, what: str, instead: str) -> None:
        if self.requires_grad:
            raise TypeError(
                f"{what} of {name_of(self)} (shape {self.shape}) would leave the graph without a "
                f"trace, since it requires a gradient: write {instead}"
            )

    # --------------------------------------------------------------------- NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return call_ufunc("Tensor", ufunc, method, inputs, options)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any
    ) -> Any:
        return call_function("Tensor", function, args, kwargs)


def _seen(leaf: Tensor) -> np.ndarray:
    """What an operation sees of a leaf whose array its owner may write to."""
    return leaf.raw.copy(order="K")


def _with_raws(nodes: Sequence[Any], raws: Sequence[Any]) -> tuple[Any, ...]:
    """Arguments as `args` of a node has them: nodes, and the numbers of constants."""
    return tuple(raw if node is None else node for node, raw in zip(nodes, raws, strict=True))


def _attach(
    op: Op, out: Any, nodes: Sequence[Any], raws: Sequence[Any], params: Any, needed: bool
) -> Tensor:
    """The node of a result; locked, so that it stays what later operations see."""
    if type(out) is not _ndarray:
        out = np.asarray(out)
    _set_flags(out, False)
    if MODES:
        if detecting():
            op.watch_forward(out, raws)
        needed = needed and recording()
    if not needed:
        return Tensor.constant(out)
    node = _new(Tensor)
    node.raw, node.requires_grad = out, True
    node.grad = node.name = None
    node.exposed = False
    node.link(op, nodes, raws, params)
    return node


def _of_one(op: Op, arg: Tensor, params: dict[str, Any]) -> Any:
    """`record` for the most frequent case: one Tensor, in no special mode."""
    a = arg.raw
    try:
        out = op.forward(a, **params)
    except (ValueError, TypeError, IndexError) as error:
        raise op.explained(error, (a,), (name_of(arg),)) from error
    if not op.differentiable:
        return out
    if type(out) is not _ndarray:
        out = np.asarray(out)
    _set_flags(out, False)
    if not arg.requires_grad:
        return Tensor.constant(out)
    node = _new(Tensor)
    node.raw = out
    node.op = op
    node.requires_grad = True
    node.exposed = False
    node.params = params or None
    node.grad = node.name = node.right = node.b = None
    if op.arity == 1:
        node.left, node.a = arg, a
    else:  # a variadic operation of a single argument
        node.left, node.a = (arg,), (a,)
    return node


def _unary(card: Op) -> Callable[..., Any]:
    return lambda self, **params: Tensor.record(card, (self,), params)


def _binary(card: Op) -> Callable[[Tensor, Any], Any]:
    """The operator of a card; the plain case of two Tensors, or one and a number, is unrolled."""
    forward = card.forward

    def method(self: Tensor, other: Any) -> Any:
        if type(other) is Tensor and not (other.exposed or self.exposed or MODES):
            right, b, needed = other, other.raw, self.requires_grad or other.requires_grad
        elif type(other) in _NUMBERS and not (self.exposed or MODES):
            right, b, needed = None, other, self.requires_grad
        elif isinstance(other, _OPERANDS):
            return Tensor.record(card, (self, other), {})
        else:
            return NotImplemented
        a = self.raw
        try:
            out = forward(a, b)
        except ValueError:  # said again, with the operation and its operands
            return Tensor.record(card, (self, other), {})
        if type(out) is not _ndarray:
            out = np.asarray(out)
        _set_flags(out, False)
        if not needed:
            return Tensor.constant(out)
        node = _new(Tensor)
        node.raw = out
        node.op = card
        node.left = self
        node.right = right
        node.a = a
        node.b = b
        node.requires_grad = True
        node.exposed = False
        node.grad = node.name = node.params = None
        return node

    return method


_multiply_matrices = _binary(TABLE["matmul"])


def _with(card: Op, *, reflected: bool = False) -> Callable[[Tensor, Any], Any]:
    """An operator of a card in general, for reflected operands and comparisons."""

    def method(self: Tensor, other: Any) -> Any:
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        return Tensor.record(card, (other, self) if reflected else (self, other), {})

    return method


for _card in TABLE.values():
    if _card.method:
        if not _card.differentiable:
            setattr(Tensor, _card.method, _with(_card))
        else:
            setattr(Tensor, _card.method, (_unary if _card.arity == 1 else _binary)(_card))
        if _card.reflected:
            setattr(Tensor, _card.reflected, _with(_card, reflected=True))
for _name, _function in METHODS.items():
    setattr(Tensor, _name, _function)


def _plain_method(name: str) -> Callable[..., Any]:
    return lambda self, *args, **options: getattr(self.raw, name)(*args, **options)


for _name in ("argmax", "argmin", "argsort", "all", "any", "nonzero", "searchsorted"):
    setattr(Tensor, _name, _plain_method(_name))

Value.wider = Tensor
