"""A contribution as a formula, read from the operation's rule: in symbols, and in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node
from autograd.account.contributions import output
from autograd.account.letters import Letters, word
from autograd.account.text import axes
from autograd.symbols import Symbol, render
from autograd.symbols.algebra import repeated

# A number in parentheses that fills one side of a fraction, where it needs none.
_BARRED = re.compile(r"(\\frac\{|\}\{)\\left\(([^(){}\\]*)\\right\)\}")


@dataclass(frozen=True)
class Line:
    """A formula in both notations."""

    text: str
    tex: str


@dataclass(frozen=True)
class Formula:
    """A chain-rule step in symbols, and in words what the shapes ask for besides."""

    body: Any
    note: str = ""


def symbolic(node: Node, slot: int, letters: Letters, g: Any) -> Formula:
    """What argument `slot` gets of the gradient `g` of `node`, read from the operation's rule."""
    args = [letters.operand(node, i) for i in range(len(node.args))]
    made = _read(node, slot, g, letters.symbol(node), args)
    return Formula(letters.with_sizes(made.body), made.note)


def numeric(node: Node, slot: int, letters: Letters, g: Any) -> Formula:
    """The same with the numbers put in: entries for numbers, shapes for arrays."""
    held: dict[Any, Any] = {}  # an argument used twice is one letter here too, as in a²
    args = [
        held.setdefault(arg, letters.literal(raw))
        if isinstance(arg, Node)
        else letters.literal(raw)
        if np.ndim(raw)
        else letters.symbol(raw)
        for arg, raw in zip(node.args, node.operands, strict=True)
    ]
    return _read(node, slot, g, letters.literal(output(node)), args)


def _read(node: Node, slot: int, g: Any, y: Any, args: list[Any]) -> Formula:
    rule = node.op.rule(slot)
    if rule is None:
        return Formula(0)
    if not node.op.elementwise and not np.ndim(g) and not hasattr(g, "op"):
        g = word(str(g))  # a rule that changes shapes would compute with a bare number
    try:
        body = rule(g, y, *args, **(node.params or {}))
    except Exception:  # a rule of one's own may use what formulas can't do
        return Formula(word(f"(rule {slot} of {node.op.name})"))
    single = repeated(body)
    return Formula(body, _unwritten(body)) if single is None else Formula(single, EVERY_ENTRY)


EVERY_ENTRY = "for every entry"


def _unwritten(body: Any) -> str:
    """What the notation of an operation leaves out and the reader must know."""
    params = body.params if isinstance(body, Symbol) else {}
    if params.get("reverse"):
        return "from the last entry on"
    return "({} to {})".format(*params["subscripts"].split("->")) if "subscripts" in params else ""


def words_of_sum(summed: tuple[int, ...], ndim: int) -> str:
    """How the sum that undoes a broadcast is called; empty if there is none."""
    if not summed:
        return ""
    return "sum over all entries" if len(summed) == ndim else f"sum over {axes(summed)}"


# -------------------------------------------------------------------------- in both notations


def line(formula: Any, digits: int = 6) -> Line:
    """A formula in both notations, without needless parentheses."""
    tex = render(formula, "tex", digits=digits)
    for _ in range(2 if r"\frac" in tex else 0):  # above and below a bar
        tex = _BARRED.sub(r"\1\2}", tex)
    return Line(render(formula, digits=digits), tex)


def noted(made: Line, summed: str, note: str) -> Line:
    """A formula with what the shapes ask for besides."""
    if summed:
        made = Line(f"{summed} of {made.text}", rf"\text{{{summed} of }}{made.tex}")
    if note:
        made = Line(f"{made.text} {note}", rf"{made.tex}\text{{ {note}}}")
    return made


def remarked(made: Line, remark: str) -> Line:
    """A formula with a remark in parentheses behind it."""
    return Line(f"{made.text}   ({remark})", rf"{made.tex}\quad\text{{({remark})}}")


def added(terms: Iterable[Line]) -> Line:
    """a + b, or a − b where the second begins with a minus."""
    first, *rest = terms
    text, tex = first.text, first.tex
    for term in rest:
        text += f" − {term.text[1:]}" if term.text.startswith("−") else f" + {term.text}"
        tex += f" - {term.tex[1:]}" if term.tex.startswith("-") else f" + {term.tex}"
    return Line(text, tex)
