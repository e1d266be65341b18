"""Formulas as one line of Unicode or as LaTeX, read from the notation on the cards."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.card.op import ATOM, SIGN, is_symbol
from autograd.rules.arithmetic import divide, multiply, negative, power
from autograd.symbols.algebra import made_by, matmul, shape_of, total

Style = Literal["text", "tex"]
Kind = Literal["matrix", "entries", "scaled"]  # of products of arrays

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def render(formula: Any, style: Style = "text", tightness: int = 0, digits: int = 6) -> str:
    """A formula as Unicode text or LaTeX, in parentheses if it binds less tightly than asked.

    Its numbers have so many significant `digits`.
    """
    if not is_symbol(formula):
        text = _number(formula, style, digits)
        binds = SIGN if text.startswith(("-", "−")) else ATOM
    elif formula.op is None:
        text, binds = (formula.label or "" if style == "text" else formula.latex), ATOM
    else:
        text, binds = _render_application(formula, style, digits)
    if binds >= tightness:
        return text
    return f"({text})" if style == "text" else rf"\left({text}\right)"


def _render_application(formula: Any, style: Style, digits: int) -> tuple[str, int]:
    op = formula.op
    if op is power and style == "text" and isinstance(formula.args[1], int | float):
        exponent = _number(formula.args[1], "text", digits).replace("−", "-")
        if exponent.lstrip("-").isdigit():
            base = render(formula.args[0], style, ATOM, digits)
            return base + exponent.translate(_SUPERSCRIPT), ATOM
    pattern, binds, needs = (*(op.text if style == "text" else op.tex), (0,) * op.arity)[:3]
    if op.variadic:
        inside = ", ".join(render(arg, style, 0, digits) for arg in formula.args)
        return f"{op.name}({inside})", ATOM
    if op is multiply or op is matmul or (op is divide and style == "text"):
        entries = op is not matmul and all(map(_has_entries, formula.args))
        if entries and op is multiply:
            pattern = "%s ⊙ %s" if style == "text" else r"%s \odot %s"
        needs = _apart(formula, needs, entries=entries)
    pairs = zip(formula.args, needs, strict=True)
    return pattern % tuple(render(arg, style, need, digits) for arg, need in pairs), binds


def _apart(formula: Any, needs: tuple[int, ...], *, entries: bool) -> tuple[int, ...]:
    """How tightly the arguments of a product must bind not to be misread.

    W · x ⊙ y could be read in two ways; so could 2 · A ⊙ B, where 2 scales every entry, and
    Σ A · B, where A alone is summed.
    """
    inner = [_product_kind(arg) for arg in formula.args]
    if formula.op is matmul or entries:
        outer: Kind | None = "entries" if entries else "matrix"
    elif formula.op is multiply and "entries" in inner:
        outer = "scaled"
    else:
        outer = inner[0] or inner[1]
    misread = [kind is not None and kind != outer for kind in inner]
    misread[0] = misread[0] or made_by(formula.args[0], total)
    return tuple(ATOM if each else need for each, need in zip(misread, needs, strict=True))


def _product_kind(formula: Any) -> Kind | None:
    """Which of the two products of arrays a formula shows outside parentheses."""
    op = formula.op if is_symbol(formula) else None
    if op is matmul:
        return "matrix"
    if op is not multiply and op is not divide:
        return _product_kind(formula.args[0]) if op is negative else None
    if all(map(_has_entries, formula.args)):
        return "entries"
    return next((kind for kind in map(_product_kind, formula.args) if kind), None)


def _has_entries(formula: Any) -> bool:
    """Whether an array stands here, whose product by another is told from the matrix product."""
    if isinstance(formula, int | float):
        return False
    op = formula.op if is_symbol(formula) else None
    if op is None:
        return np.ndim(formula.like if is_symbol(formula) else formula) > 0
    shape = None if op.elementwise else shape_of(formula)
    return any(map(_has_entries, formula.args)) if shape is None else shape != ()


def _number(number: Any, style: Style, digits: int) -> str:
    if isinstance(number, np.ndarray):
        return "const"
    text = f"{number:.{digits}g}" if isinstance(number, float) else str(number)
    return text.replace("-", "−") if style == "text" else text
