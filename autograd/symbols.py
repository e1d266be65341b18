"""The rules read as formulas: the same card that computes a gradient also writes it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from autograd.graph import Node, Traced
from autograd.op import ATOM, SIGN, TABLE, Op
from autograd.rules.arithmetic import divide, multiply, negative
from autograd.rules.shape import cast, reshape, transpose
from autograd.trivial import simpler

Style = Literal["text", "tex"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


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
        if found is not None:
            return found
        made = cls("")
        made.label, made.op, made.args, made.params = None, op, args, params
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
        return Symbol.record(TABLE["sum"], (self,), {"axis": axis, "keepdims": keepdims})

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


def render(formula: Any, style: Style = "text", tightness: int = 0) -> str:
    """A formula as Unicode text or LaTeX, in parentheses if it binds less tightly than asked."""
    if not isinstance(formula, Symbol):
        text = _digits(formula, style)
        binds = SIGN if text.startswith(("-", "−")) else ATOM
    elif formula.op is None:
        text, binds = (formula.label or "" if style == "text" else formula.latex), ATOM
    else:
        text, binds = _render_application(formula, style)
    if binds >= tightness:
        return text
    return f"({text})" if style == "text" else rf"\left({text}\right)"


def _render_application(formula: Symbol, style: Style) -> tuple[str, int]:
    op = formula.op
    assert op is not None
    if op.name == "power" and style == "text" and isinstance(formula.args[1], int | float):
        exponent = _digits(formula.args[1], "text").replace("−", "-")
        if exponent.lstrip("-").isdigit():
            return render(formula.args[0], style, ATOM) + exponent.translate(_SUPERSCRIPT), ATOM
    notation = op.text if style == "text" else op.tex
    pattern, binds = notation[0], notation[1]
    needs = notation[2] if len(notation) == 3 else (0,) * len(formula.args)
    if op.variadic:
        inside = ", ".join(render(arg, style) for arg in formula.args)
        return f"{op.name}({inside})", ATOM
    kind = None if op is divide and style == "tex" else _product_kind(formula)
    if kind is not None:  # W · x ⊙ y could be read in two ways
        mixed = [_product_kind(arg) not in (None, kind) for arg in formula.args]
        needs = tuple(ATOM if each else need for each, need in zip(mixed, needs, strict=True))
    parts = [render(arg, style, need) for arg, need in zip(formula.args, needs, strict=True)]
    if op is multiply and kind == "entries":
        pattern = "%s ⊙ %s" if style == "text" else r"%s \odot %s"
    return pattern % tuple(parts), binds


def _product_kind(formula: Any) -> str | None:
    if not isinstance(formula, Symbol) or formula.op is None:
        return None
    if formula.op.name == "matmul":
        return "matrix"
    if formula.op in (multiply, divide) and all(map(_has_entries, formula.args)):
        return "entries"
    inner = formula.args if formula.op in (multiply, divide, negative) else ()
    return next((kind for kind in map(_product_kind, inner) if kind), None)


def _has_entries(formula: Any) -> bool:
    """Whether an array stands here, whose product by another is told from the matrix product."""
    if isinstance(formula, Symbol) and formula.op is not None:
        return any(map(_has_entries, formula.args))
    return np.ndim(formula.like if isinstance(formula, Symbol) else formula) > 0


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


def _digits(number: Any, style: Style) -> str:
    if isinstance(number, np.ndarray):
        return "const"
    text = f"{number:.6g}" if isinstance(number, float) else str(number)
    return text.replace("-", "−") if style == "text" else text


def _methods(card: Op) -> dict[str, Callable[..., Any]]:
    """A card as methods of a formula."""
    if not card.method:
        return {}
    reflected = {card.reflected: lambda self, other: card(other, self)} if card.reflected else {}
    return {card.method: lambda self, *rest, **params: card(self, *rest, **params), **reflected}


TABLE.bind(Symbol, _methods)
