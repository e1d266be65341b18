"""`Tensor`: a node of a NumPy array, and its side of NumPy's protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from numbers import Number
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from autograd.card.dispatch import METHODS
from autograd.card.op import TABLE, Op, plain
from autograd.functions.products import matmul
from autograd.graph.copies import Copied
from autograd.graph.modes import MODES, detecting, recording, watch
from autograd.graph.node import Node, result
from autograd.graph.sweep import Fit
from autograd.nodes.arraylike import ArrayMethods
from autograd.nodes.arrays import fit, locked, name_of, to_array, to_operand
from autograd.nodes.methods import TensorMethods
from autograd.nodes.value import Value

_new = object.__new__
_ndarray = np.ndarray
_set_flags: Any = np.ndarray.setflags  # (array, writeable): by keyword it would take twice as long
_NUMBERS = (float, int)
_OPERANDS = (Node, Number, np.ndarray, np.generic, list, tuple)


class Tensor(TensorMethods, ArrayMethods, Copied):
    """An array that remembers how it was computed, with NumPy's interface.

    `data` is copied; integers and booleans become float64 unless `dtype` says otherwise. A plain
    number or array in an expression is a constant. Raises TypeError for complex data and for an
    integer `dtype` together with `requires_grad`. Comparisons with numbers and arrays are
    of the entries; two nodes are equal if they are one and the same, since nodes are dictionary
    keys (np.equal compares their entries).
    """

    __slots__ = ()
    grad: np.ndarray | Any  # None before backward(), a Tensor after one with create_graph
    rank: ClassVar[int] = 2
    fit: ClassVar[Fit] = staticmethod(fit)

    def __init__(
        self,
        data: Any,
        *,
        dtype: Any = None,
        requires_grad: bool = True,
        name: str | None = None,
    ) -> None:
        self.fill(to_array(data, dtype, requires_grad), bool(requires_grad))
        self.named(name)

    @classmethod
    def record(cls, op: Op, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Apply `op` to operands among which are a Tensor, or a Value where an array is needed."""
        if len(args) == 1 and type(args[0]) is cls and not MODES:
            return _of_one(op, args[0], params)
        nodes: list[Node | None] = []
        raws: list[Any] = []
        needed = False
        for arg in args:
            if isinstance(arg, Node):
                nodes.append(arg)
                raws.append(arg.raw if arg.op is not None else arg.seen())
                if arg.requires_grad:
                    needed = True
            else:
                nodes.append(None)
                raws.append(arg if type(arg) in _NUMBERS else to_operand(op, arg))
        try:
            out = op.forward(*raws, **params) if params else op.forward(*raws)
        except (ValueError, TypeError, IndexError) as error:
            raise op.explained(error, raws, [name_of(arg) for arg in args]) from error
        if not op.differentiable:
            if MODES:
                pairs = zip(nodes, raws, strict=True)
                seen = tuple(raw if node is None else node for node, raw in pairs)
                watch(op, seen, params, copy(out))
            return out
        if type(out) is not _ndarray:
            out = np.asarray(out)
        _set_flags(out, False)
        if MODES:
            if detecting():
                op.watch_forward(out, raws)
            needed = needed and recording()
        return result(cls, op, out, nodes, raws, params) if needed else cls.constant(out)

    # ------------------------------------------------------------------------------ data

    @property
    def data(self) -> np.ndarray:
        """The array. A leaf's may be written to or assigned: graphs made before keep their own."""
        if self.op is None and not self.raw.flags.writeable:
            self.raw = self.raw.copy(order="K")
        return self.raw

    @data.setter
    def data(self, value: Any) -> None:
        self._refuse_result()
        if value is self.raw:  # after t.data -= step
            return
        array = to_array(value, self.raw.dtype, self.requires_grad)
        if array.shape != self.raw.shape:
            raise ValueError(
                f"data of shape {array.shape} does not fit a Tensor of shape {self.raw.shape}: "
                "make a new Tensor"
            )
        self.raw = array

    def seen(self) -> np.ndarray:
        """The array as an operation sees it: of one that its owner may write to, a copy."""
        raw: np.ndarray = self.raw
        return raw.copy(order="K") if self.op is None and raw.flags.writeable else raw

    def detach(self) -> Tensor:
        """A Tensor of the same entries that needs no gradient."""
        return Tensor.constant(locked(self.seen()))

    if not TYPE_CHECKING:  # NumPy's stubs would take a Tensor for an array, and array * t for one

        def __array__(self, dtype=None, copy=None):
            instead = "{}.numpy() for a copy of the array, np.stack for a list"
            self._refuse("np.asarray({})", instead)
            array = self.raw.copy() if copy else self.seen()
            return array if dtype is None else array.astype(dtype)

    def __matmul__(self, other: Any) -> Tensor:
        if type(other) is Tensor and self.raw.ndim == other.raw.ndim == 2:
            return _multiply_matrices(self, other)
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return matmul(other, self)

    def __repr__(self) -> str:
        body = np.array2string(self.raw, separator=", ", prefix="Tensor(", threshold=50)
        dtype = f", dtype={self.dtype}" if self.dtype != np.float64 else ""
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({body}{dtype}{name})"

    # --------------------------------------------------------------------- for the sweep

    @staticmethod
    def keep(raw: Any) -> Any:
        """Arrays are locked, so that they stay what operations saw."""
        return locked(raw) if type(raw) is _ndarray else raw

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

    def zero(self) -> Any:
        """The gradient of what does not depend on this Tensor."""
        return np.zeros(self.shape, self.dtype)

    def as_node(self, gradient: Any) -> Tensor:
        """A plain gradient as a constant Tensor."""
        return Tensor.constant(locked(np.asarray(gradient)))

    def own(self, gradient: Any, taken: set[int]) -> Any:
        """The gradient as an array that nobody else holds: rules may hand one array to many."""
        array = gradient if type(gradient) is _ndarray else np.asarray(gradient)
        if array.base is not None or id(array) in taken or not array.flags.writeable:
            array = array.copy()
        taken.add(id(array))
        return array


def _of_one(op: Op, arg: Tensor, params: dict[str, Any]) -> Any:
    """`record` for the most frequent case, one Tensor in no special mode; written out as well."""
    a = arg.raw if arg.op is not None else arg.seen()
    try:
        out = op.forward(a, **params) if params else op.forward(a)
    except (ValueError, TypeError, IndexError) as error:
        raise op.explained(error, (a,), (name_of(arg),)) from error
    if not op.differentiable:
        return out
    if type(out) is not _ndarray:
        out = np.asarray(out)
    _set_flags(out, False)
    if not arg.requires_grad:
        return Tensor.constant(out)
    if op.variadic:
        return result(Tensor, op, out, (arg,), (a,), params)
    node = _new(Tensor)
    node.raw = out
    node.requires_grad = True
    node.op = op
    node.left = arg
    node.a = a
    node.params = params or None
    node.grad = node.name = node.right = node.b = None
    return node


def _binary(card: Op) -> Callable[[Tensor, Any], Any]:
    """The operator of a card: 0.65 µs where `record` takes 1.2 (`python -m benchmarks.profile`)."""
    forward = card.forward

    def method(self: Tensor, other: Any) -> Any:
        if type(other) is Tensor and not MODES:
            right, b, needed = other, other.raw, self.requires_grad or other.requires_grad
            if other.op is None and b.flags.writeable:
                b = other.seen()
        elif type(other) in _NUMBERS and not MODES:
            right, b, needed = None, other, self.requires_grad
        elif isinstance(other, _OPERANDS):
            return Tensor.record(card, (self, other), {})
        else:
            return NotImplemented
        a = self.raw
        if self.op is None and a.flags.writeable:
            a = self.seen()
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
        node.requires_grad = True
        node.op = card
        node.left = self
        node.right = right
        node.a = a
        node.b = b
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


def _general(card: Op) -> Callable[..., Any]:
    return lambda self, *others, **params: Tensor.record(card, (self, *others), params)


def _methods(card: Op) -> dict[str, Callable[..., Any]]:
    """A card as methods of a Tensor."""
    if not card.method:
        return {}
    make: Callable[[Op], Callable[..., Any]] = _general
    if card.arity == 2:
        make = _binary if card.differentiable else _with
    reflected = {card.reflected: _with(card, reflected=True)} if card.reflected else {}
    return {card.method: make(card), **reflected}


TABLE.bind(Tensor, _methods)
for _name, _function in METHODS.items():
    setattr(Tensor, _name, _function)

Value.wider = Tensor
