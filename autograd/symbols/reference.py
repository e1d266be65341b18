"""What help and the docs say of an operation: its formula, its rules, and what it takes."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.card.op import Op
from autograd.symbols import Symbol, pullback

IN_WORDS = ("flat", "by shape and parameters")
"""Rules that are not formulas."""


def help_of(card: Op) -> str:
    """The text of `help(autograd.sigmoid)`."""
    return "\n".join(_lines(card))


def _lines(card: Op) -> Iterator[str]:
    yield f"y = {card.formula}" + (f": {card.doc}" if card.doc else "")
    yield ""
    if card.variadic:
        yield "Takes any number of operands: nodes, arrays and numbers."
    else:
        pairs = zip(card.letters, card.domain, strict=True)
        taken = (f"{letter}: {domain.text}" for letter, domain in pairs)
        yield f"Takes nodes, arrays and numbers; {', '.join(taken)}."
    yield "Gradients, with that of y being g:"
    letters = ("every operand",) if card.variadic else card.letters
    for slot, letter in enumerate(letters):
        yield f"    by {letter}: {rule_of(card, slot)}"
    if card.kink:
        yield f"At kinks and ends: {card.kink}."
    if card.method and card.method.isidentifier() and not card.method.startswith("__"):
        yield f"As a method: {card.letters[0]}.{card.method}({', '.join(card.letters[1:])})."


def rule_of(card: Op, slot: int) -> str:
    """The rule of one argument as a formula; in words where it depends on shapes or parameters."""
    if card.vjps[slot] is None:
        return IN_WORDS[0]
    try:
        return str(pullback(card, slot, Symbol("g"), Symbol("y"), list(map(Symbol, card.letters))))
    except Exception:  # it asks for the numbers, which a formula does not have
        return IN_WORDS[1]
