"""The rules read as formulas: the same card that computes a gradient also writes it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from autograd.graph import Node, Traced
from autograd.op import ATOM, SIGN, TABLE, Op
from autograd.rules.arithmetic import add, divide, multiply, negative, power, subtract
from autograd.rules.shape import cast, reshape, transpose

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
        simpler = _SIMPLIFY.get(op.name)
        if simpler is not None:
            found = simpler(*args)
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
    def mT(self) -> Any:
        """The transpose."""
        return transpose(self, axes=None)

    T = mT

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
    parts = [render(arg, style, need) for arg, need in zip(formula.args, needs, strict=True)]
    if op is multiply and all(map(_has_entries, formula.args)):
        pattern = "%s ⊙ %s" if style == "text" else r"%s \odot %s"
    return pattern % tuple(parts), binds


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


def _is(arg: Any, number: float) -> bool:
    return isinstance(arg, int | float) and arg == number


def _negated(arg: Any) -> Any:
    """What stands behind a leading minus, or None."""
    if isinstance(arg, Symbol):
        return arg.args[0] if arg.op is negative else None
    return -arg if isinstance(arg, int | float) and arg < 0 else None


def _simplify_add(a: Any, b: Any) -> Any:
    if _is(a, 0):
        return b
    if _is(b, 0):
        return a
    minus = _negated(b)
    return None if minus is None else a - minus


def _simplify_subtract(a: Any, b: Any) -> Any:
    if _is(b, 0):
        return a
    if _is(a, 0):
        return -b
    minus = _negated(b)
    return None if minus is None else a + minus


def _simplify_multiply(a: Any, b: Any) -> Any:
    if _is(a, 0) or _is(b, 0):
        return 0
    if _is(a, 1):
        return b
    if _is(b, 1):
        return a
    for one, other in ((a, b), (b, a)):
        minus = _negated(one)
        if minus is not None:
            return -(minus * other)
    if isinstance(a, Symbol) and a == b:
        return power(a, 2)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Symbol) and one.op is divide and _is(one.args[0], 1):
            return other / one.args[1]
    return multiply(b, a) if isinstance(b, int | float) else None


def _simplify_divide(a: Any, b: Any) -> Any:
    if _is(a, 0):
        return 0
    if _is(b, 1):
        return a
    minus = _negated(a)
    if minus is not None:
        return -(minus / b)
    return 1 if isinstance(a, Symbol) and a == b else None


def _simplify_negative(a: Any) -> Any:
    return _negated(a)


def _simplify_power(a: Any, b: Any) -> Any:
    return 1 if _is(b, 0) else a if _is(b, 1) else None


def _simplify_transpose(a: Any) -> Any:
    return a.args[0] if isinstance(a, Symbol) and a.op is transpose else None


_SIMPLIFY: dict[str, Callable[..., Any]] = {
    add.name: _simplify_add,
    subtract.name: _simplify_subtract,
    multiply.name: _simplify_multiply,
    divide.name: _simplify_divide,
    negative.name: _simplify_negative,
    power.name: _simplify_power,
    transpose.name: _simplify_transpose,
    "positive": lambda a: a,
    "cast": lambda a: a,
}


def _bind(card: Op, *, reflected: bool = False) -> Callable[..., Any]:
    if card.arity == 1:
        return lambda self, **params: card(self, **params)
    if reflected:
        return lambda self, other: card(other, self)
    return lambda self, other: card(self, other)


for _card in TABLE.values():
    if _card.method:
        setattr(Symbol, _card.method, _bind(_card))
        if _card.reflected:
            setattr(Symbol, _card.reflected, _bind(_card, reflected=True))
