"""A formula as an object that the rules can be applied to, and what the rules make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from autograd.card.op import TABLE, Op
from autograd.graph.node import Node, Traced
from autograd.rules.shape import cast, reshape, transpose
from autograd.symbols.notation import render
from autograd.symbols.trivial import simpler


class Symbol(Traced):
    """A formula: a letter, a number, or an operation applied to formulas.

    Operators, methods and operations apply to it as to a node; `like` is the array or number it
    stands for, of which rules may ask the shape. `str` gives one line of Unicode, `.tex` LaTeX.
    Trivial factors and terms (1·x, 0 + x, −−x) are dropped as the formula is built.
    """

    __slots__ = ("args", "label", "latex", "like", "op", "params")
    rank: ClassVar[int] = 3
    symbolic: ClassVar[bool] = True

    def __init__(self, label: str, *, tex: str | None = None, like: Any = None) -> None:
        self.label: str | None = label
        self.latex = label if tex is None else tex
        self.like = like
        self.op: Op | None = None
        self.args: tuple[Any, ...] = ()
        self.params: dict[str, Any] = {}

    @classmethod
    def record(cls, op: Op, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """The formula of `op` applied to formulas and numbers, simplified."""
        args = tuple(_number(arg) for arg in args)
        found = simpler(op, args, params)
        return cls.applied(op, args, params) if found is None else found

    @classmethod
    def applied(cls, op: Op, args: Sequence[Any], params: dict[str, Any]) -> Symbol:
        """The formula of `op` applied to formulas and numbers as it stands."""
        made = cls("")
        made.label, made.op, made.args, made.params = None, op, tuple(args), params
        return made

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what the letter stands for; () where nothing is known."""
        return np.shape(self.like)

    @property
    def ndim(self) -> int:
        """The number of axes of what the letter stands for."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype:
        """The dtype of what the letter stands for."""
        return np.asarray(self.like).dtype

    @property
    def T(self) -> Any:
        """The transpose: all axes reversed."""
        return transpose(self, axes=None)

    @property
    def mT(self) -> Any:
        """The last two axes swapped."""
        if self.ndim < 3:
            return self.T
        return transpose(self, axes=(*range(self.ndim - 2), self.ndim - 1, self.ndim - 2))

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """The sum, written without its axes."""
        axes = (axis,) if isinstance(axis, int) else axis
        return Symbol.record(TABLE["sum"], (self,), {"axis": axes, "keepdims": keepdims})

    def reshape(self, *shape: Any) -> Any:
        """The same entries in another shape."""
        return reshape(self, shape=shape)

    def astype(self, dtype: Any) -> Any:
        """The same entries in another dtype."""
        return cast(self, dtype=dtype)

    def __getitem__(self, index: Any) -> Any:
        return TABLE["getitem"](self, index=index)

    def __matmul__(self, other: Any) -> Any:
        return TABLE["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return TABLE["matmul"](other, self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two formulas the same: the letter, or the operation and its arguments."""
        if self.op is None:
            return (self.label, self.latex)
        keys = tuple(arg.key if isinstance(arg, Symbol) else arg for arg in self.args)
        return (self.op.name, keys, repr(self.params))

    def __str__(self) -> str:
        return render(self, "text")

    @property
    def tex(self) -> str:
        """The formula in LaTeX."""
        return render(self, "tex")

    def __repr__(self) -> str:
        return f"Symbol({self})"

    def _repr_latex_(self) -> str:
        return f"${self.tex}$"


def evaluate(formula: Any, numbers: Mapping[str, Any]) -> Any:
    """The number that a formula has where its letters have these numbers."""
    if not isinstance(formula, Symbol):
        return formula
    if formula.op is None:
        return numbers[formula.label or ""]
    return formula.op(*(evaluate(arg, numbers) for arg in formula.args), **formula.params)


def pullback(op: Op, slot: int, g: Any, y: Any, args: Sequence[Any], params: Any = None) -> Any:
    """What the rule of argument `slot` makes of the gradient `g`, all of it as formulas.

    With `g = 1` that is the local derivative of an operation that acts entry by entry.
    """
    rule = op.rule(slot)
    return 0 if rule is None else rule(g, y, *args, **(params or {}))


def pullback_of(node: Node, slot: int, names: Callable[[Any], Symbol], g: Any) -> Any:
    """The same for a node of a graph, with `names` giving the letter for each node or constant."""
    return pullback(node.op, slot, g, names(node), [names(arg) for arg in node.args], node.params)


def _number(arg: Any) -> Any:
    """A 0-d array or NumPy scalar as a Python number; formulas and others as they are."""
    if isinstance(arg, np.generic | np.ndarray) and np.ndim(arg) == 0:
        return arg.item()
    return arg


def _methods(card: Op) -> dict[str, Callable[..., Any]]:
    """A card as methods of a formula."""
    if not card.method:
        return {}
    reflected = {card.reflected: lambda self, other: card(other, self)} if card.reflected else {}
    return {card.method: lambda self, *rest, **params: card(self, *rest, **params), **reflected}


TABLE.bind(Symbol, _methods)
