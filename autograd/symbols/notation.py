"""Formulas as one line of Unicode or as LaTeX, read from the notation on the cards."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.op import ATOM, SIGN, is_symbol
from autograd.rules.arithmetic import divide, multiply, negative, power
from autograd.symbols.algebra import made_by, matmul, shape_of, total

Style = Literal["text", "tex"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def render(formula: Any, style: Style = "text", tightness: int = 0) -> str:
    """A formula as Unicode text or LaTeX, in parentheses if it binds less tightly than asked."""
    if not is_symbol(formula):
        text = _digits(formula, style)
        binds = SIGN if text.startswith(("-", "−")) else ATOM
    elif formula.op is None:
        text, binds = (formula.label or "" if style == "text" else formula.latex), ATOM
    else:
        text, binds = _render_application(formula, style)
    if binds >= tightness:
        return text
    return f"({text})" if style == "text" else rf"\left({text}\right)"


def _render_application(formula: Any, style: Style) -> tuple[str, int]:
    op = formula.op
    if op is power and style == "text" and isinstance(formula.args[1], int | float):
        exponent = _digits(formula.args[1], "text").replace("−", "-")
        if exponent.lstrip("-").isdigit():
            return render(formula.args[0], style, ATOM) + exponent.translate(_SUPERSCRIPT), ATOM
    pattern, binds, needs = (*(op.text if style == "text" else op.tex), (0,) * op.arity)[:3]
    if op.variadic:
        inside = ", ".join(render(arg, style) for arg in formula.args)
        return f"{op.name}({inside})", ATOM
    entries = op is multiply and all(map(_has_entries, formula.args))
    if entries:
        pattern = "%s ⊙ %s" if style == "text" else r"%s \odot %s"
    if op is not divide or style == "text":  # a long bar keeps its sides apart
        needs = tuple(
            ATOM if _misread(formula, slot, entries) else need for slot, need in enumerate(needs)
        )
    parts = [render(arg, style, need) for arg, need in zip(formula.args, needs, strict=True)]
    return pattern % tuple(parts), binds


def _misread(formula: Any, slot: int, entries: bool) -> bool:
    """Whether a product in a product needs parentheses: W · x ⊙ y could be read in two ways.

    So could 2 · A ⊙ B, where 2 scales every entry, and Σ A · B, where A alone is summed.
    """
    arg = formula.args[slot]
    if slot == 0 and made_by(arg, total):
        return made_by(formula, multiply, divide, matmul)
    inner, outer = _product_kind(arg), _product_kind(formula)
    scaled = formula.op is multiply and not entries and inner == "entries"
    return scaled or (outer is not None and inner not in (None, outer))


def _product_kind(formula: Any) -> Literal["matrix", "entries"] | None:
    """Which of the two products of arrays a formula shows outside parentheses."""
    if made_by(formula, matmul):
        return "matrix"
    if made_by(formula, multiply, divide) and all(map(_has_entries, formula.args)):
        return "entries"
    inner = formula.args if made_by(formula, multiply, divide, negative) else ()
    return next((kind for kind in map(_product_kind, inner) if kind), None)


def _has_entries(formula: Any) -> bool:
    """Whether an array stands here, whose product by another is told from the matrix product."""
    if not is_symbol(formula):
        return np.ndim(formula) > 0
    if formula.op is None:
        return np.ndim(formula.like) > 0
    shape = shape_of(formula)
    return any(map(_has_entries, formula.args)) if shape is None else shape != ()


def _digits(number: Any, style: Style) -> str:
    if isinstance(number, np.ndarray):
        return "const"
    text = f"{number:.6g}" if isinstance(number, float) else str(number)
    return text.replace("-", "−") if style == "text" else text
