"""`Value`: a node of one float. Knows the cards, and nothing of arrays but how to meet them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from autograd.card.dispatch import METHODS
from autograd.card.op import TABLE, Op, plain
from autograd.graph.copies import Copied
from autograd.graph.modes import MODES, detecting, recording, watch
from autograd.graph.node import Node, result
from autograd.nodes.methods import ValueMethods

_new = object.__new__


class Value(ValueMethods, Copied):
    """A float that remembers how it was computed.

    `Value(2.0, name="x")` is a leaf that requires a gradient. Accepts whatever stands for one real
    number (int, float, bool, Fraction, Decimal, NumPy scalar, 0-d array). Raises TypeError for
    anything else. Comparisons with numbers are of the data; two nodes are equal if they are one and
    the same, since nodes are dictionary keys.
    """

    __slots__ = ()
    grad: float | Any  # None before backward(), a Value after one with create_graph
    rank: ClassVar[int] = 1
    __array_priority__: ClassVar[float] = 1000.0

    def __init__(self, data: Any, *, name: str | None = None) -> None:
        self.fill(_to_float(data), True)
        self.named(name)

    @classmethod
    def record(cls, op: Op, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Apply `op`; with an array among the operands, entry by entry to an array of Values."""
        if any(isinstance(arg, np.ndarray) and arg.ndim for arg in args):
            if not op.elementwise:
                return cls.wider.record(op, args, params)
            return op.entry_by_entry(args, params)
        if op.scalar is None or any(isinstance(each, np.ndarray) for each in params.values()):
            return cls.wider.record(op, args, params)
        nodes = [arg if isinstance(arg, Value) else None for arg in args]
        raws = [arg.raw if isinstance(arg, Value) else _to_float(arg) for arg in args]
        out = op.on_floats(raws, params)
        if not op.differentiable:
            if MODES:
                watch(op, tuple(args), params, out)
            return out
        if detecting():
            op.watch_forward(out, raws)
        if recording() and any(node is not None and node.requires_grad for node in nodes):
            return result(cls, op, out, nodes, raws, params)
        return cls.constant(out)

    @property
    def data(self) -> float:
        """The number. A leaf's can be assigned; graphs made before keep the number they saw."""
        return self.raw

    @data.setter
    def data(self, value: Any) -> None:
        self._refuse_result()
        self.raw = _to_float(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """A single number has no axes."""
        return ()

    ndim: ClassVar[int] = 0
    size: ClassVar[int] = 1

    def conjugate(self) -> Value:
        """Itself, being real; NumPy asks for it to take the variance of an array of Values."""
        return self

    def item(self) -> float:
        """The plain float, outside the graph."""
        return self.raw

    def detach(self) -> Value:
        """A Value of the same number that needs no gradient."""
        return Value.constant(self.raw)

    def seed(self, gradient: Any) -> float:
        """The gradient of the output by itself: 1, or the number given."""
        return 1.0 if gradient is None else _to_float(plain(gradient))

    def zero(self) -> float:
        """The gradient of what does not depend on this Value."""
        return 0.0

    def as_node(self, gradient: float) -> Value:
        """A plain gradient as a constant Value."""
        return Value.constant(gradient)

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        grad = f", grad={plain(self.grad)}" if self.grad is not None else ""
        return f"Value({self.raw}{name}{grad})"

    def __round__(self, digits: int | None = None) -> float:
        return round(self.raw, digits)  # flat, so a plain number


def _to_float(data: Any) -> float:
    """One real number as a Python float."""
    if type(data) is float:
        return data
    if isinstance(data, Real | Decimal):
        return float(data)
    array = data if isinstance(data, np.ndarray | np.generic) else None
    if array is not None and array.ndim == 0 and array.dtype.kind in "biuf":
        return float(array)
    if isinstance(data, Node):
        raise TypeError(f"Value({data!r}): take .item() for its number, or .detach() for a copy")
    raise TypeError(f"a Value holds one real number, not {type(data).__name__}: {data!r}")


# The operators of Values fill their nodes themselves, which takes 0.19 µs where `record` takes 1.7
# (`python -m benchmarks.profile`): a call more for each would be a tenth of building a graph.


def _unary(card: Op) -> Callable[..., Any]:
    forward: Any = card.scalar
    on_floats = card.on_floats

    def method(self: Value, **params: Any) -> Any:
        if MODES or params or not self.requires_grad:
            return Value.record(card, (self,), params)
        a = self.raw
        node = _new(Value)
        try:
            node.raw = forward(a)
        except (ArithmeticError, ValueError):
            node.raw = on_floats((a,), params)
        node.op = card
        node.left = self
        node.a = a
        node.requires_grad = True
        node.grad = node.name = node.params = node.right = node.b = None
        return node

    return method


def _binary(card: Op) -> Callable[[Value, Any], Any]:
    forward: Any = card.scalar
    on_floats = card.on_floats

    def method(self: Value, other: Any) -> Any:
        kind = type(other)
        if kind is Value:
            right, b = other, other.raw
        elif kind is float or kind is int:
            right, b = None, float(other)
        else:
            return _meet(card, self, other)
        if MODES or not self.requires_grad:
            return Value.record(card, (self, other), {})
        a = self.raw
        node = _new(Value)
        try:
            node.raw = forward(a, b)
        except (ArithmeticError, ValueError):
            node.raw = on_floats((a, b), {})
        node.op = card
        node.left = self
        node.right = right
        node.a = a
        node.b = b
        node.requires_grad = True
        node.grad = node.name = node.params = None
        return node

    return method


def _reflected(card: Op) -> Callable[[Value, Any], Any]:
    def method(self: Value, other: Any) -> Any:
        return _meet(card, other, self)

    return method


def _meet(card: Op, a: Any, b: Any) -> Any:
    """A Value beside something else: numbers and arrays join in, Python decides about the rest."""
    other = b if isinstance(a, Value) else a
    if isinstance(other, Node | Real | Decimal | np.ndarray | np.generic):
        return card(a, b)
    return NotImplemented


def _comparison(card: Op) -> Callable[[Value, Any], Any]:
    compare: Any = card.scalar

    def method(self: Value, other: Any) -> Any:
        kind = type(other)
        if kind is Value:
            outcome = compare(self.raw, other.raw)
        elif kind is float or kind is int:
            outcome = compare(self.raw, other)
        else:
            return _meet(card, self, other)
        if MODES:
            watch(card, (self, other), {}, outcome)
        return outcome

    return method


def _general(card: Op) -> Callable[..., Any]:
    return lambda self, *others, **params: Value.record(card, (self, *others), params)


def _methods(card: Op) -> dict[str, Callable[..., Any]]:
    """A card as methods of a Value."""
    if not card.method:
        return {}
    make: Callable[[Op], Callable[..., Any]] = _general
    if card.scalar is not None and card.arity < 3:
        if not card.differentiable:
            make = _general if card.arity == 1 else _comparison
        else:
            make = _unary if card.arity == 1 else _binary
    reflected = {card.reflected: _reflected(card)} if card.reflected else {}
    return {card.method: make(card), **reflected}


TABLE.bind(Value, _methods)
for _name in ("__divmod__", "__rdivmod__", "__floor__", "__ceil__", "__trunc__", "clip"):
    setattr(Value, _name, METHODS[_name])
