"""The letters of formulas: which symbol stands for a node, its gradient, a constant, a size."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograd import Node
from autograd.account.names import Names
from autograd.account.sizes import Size, Sized, Sizes
from autograd.account.text import name_to_tex, number, number_to_tex, shape, shape_to_tex
from autograd.symbols import Symbol

_FLIPPED = re.compile(r"(∂[^\s()]+)ᵀ")


class Literal(Symbol):
    """A number or shape in a formula: equal only to itself, so that 2 · 2 does not become 2²."""

    __slots__ = ()
    __hash__ = Symbol.__hash__

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two formulas the same."""
        return (id(self),) if self.op is None else super().key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.key == other.key


class Letters:
    """The letters of the formulas of a graph, by the names of its nodes.

    With `sizes`, formulas have letters for the sizes of axes, too.
    """

    as_on_paper = False
    """Whether results without a name are written out, and sums go in the order of the operations
    rather than of the sweep."""

    def __init__(self, names: Names, sizes: Sizes | None = None) -> None:
        self.names, self.sizes = names, sizes
        self.digits = max(6, names.digits)
        """Those of the numbers in formulas, which stand for themselves."""
        self._known: dict[tuple[Node, str], Symbol] = {}
        self._quotients: set[str] = set()

    def symbol(self, arg: Any) -> Any:
        """The letter for a node or constant array; numbers stand for themselves."""
        if isinstance(arg, Node):
            constant = self.names.constants.get(arg)
            return self._letter(arg) if constant is None else constant
        if np.ndim(arg) == 0:
            return arg.item() if isinstance(arg, np.generic | np.ndarray) else arg
        return self.names.of_array(arg) or Symbol("const", tex=r"\text{const}", like=arg)

    def _letter(self, node: Node) -> Symbol:
        made = self._known.get((node, ""))
        if made is None:
            name = self.names[node]
            kind = Sized if self.sizes else Symbol
            made = kind(name, tex=name_to_tex(name), like=stand_in(node))
            self._known[node, ""] = made
        return made

    def operand(self, node: Node, slot: int) -> Any:
        """The letter for an argument; m for a number that is the size of an axis summed over."""
        typed = None if self.sizes is None else self.sizes.typed(node, slot)
        return self.symbol(node.args[slot]) if typed is None else typed

    def with_sizes(self, formula: Any) -> Any:
        """The formula of a rule with letters for the sizes that it read from shapes."""
        if isinstance(formula, Size) and self.sizes is not None and formula > 1:
            return self.sizes.letter(formula)
        if not isinstance(formula, Symbol) or formula.op is None:
            return formula
        args = map(self.with_sizes, formula.args)
        return formula.op(*args, **formula.params)

    def application(self, node: Node) -> Symbol:
        """The operation that made a node, written with its arguments, nothing simplified."""
        return Symbol.applied(node.op, [self.symbol(arg) for arg in node.args], node.params or {})

    def literal(self, data: Any) -> Literal:
        """A plain number or array as it stands in a formula: (−0.5), or (4 × 30)."""
        if np.ndim(data):
            tex = rf"\left({shape_to_tex(np.shape(data))}\right)"
            return Literal(f"({shape(np.shape(data))})", tex=tex, like=data)
        text = number(data, self.names.digits)
        tex = number_to_tex(text)
        if text.startswith("−") or "e" in text:
            return Literal(f"({text})", tex=rf"\left({tex}\right)", like=data)
        return Literal(text, tex=tex, like=data)

    def gradient(self, node: Node) -> Symbol:
        """The letter ∂J/∂w."""
        made = self._known.get((node, "∂"))
        if made is None:
            bottom = self.symbol(node)
            below = bottom.tex if isinstance(bottom, Symbol) else str(bottom)
            tex = rf"\frac{{\partial {name_to_tex(self.names.top)}}}{{\partial {below}}}"
            top, under = (f"({x})" if "/" in x else x for x in (self.names.top, str(bottom)))
            made = Symbol(f"∂{top}/∂{under}", tex=tex, like=stand_in(node))
            self._known[node, "∂"] = made
            self._quotients.add(str(made))
        return made

    def clear(self, text: str) -> str:
        """A formula in which (∂J/∂w)ᵀ can't be taken for the gradient by wᵀ."""
        return _FLIPPED.sub(
            lambda found: f"({found[1]})ᵀ" if found[1] in self._quotients else found[0], text
        )


def word(text: str) -> Symbol:
    """Words, or a number that must not be computed with, in the place of a formula."""
    return Symbol(text, tex=text if text.isdigit() else rf"\text{{{text}}}", like=0.0)


def stand_in(node: Node) -> Any:
    """An array of the node's shape that takes no memory; rules ask for the shape alone."""
    shape, dtype = getattr(node, "shape", ()), getattr(node, "dtype", np.float64)
    return np.broadcast_to(np.zeros((), dtype), shape)
