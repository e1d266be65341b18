"""The operations that the algebra knows by heart, and the shapes of formulas.

The one place from which `op is multiply` may be asked. All else is asked of the cards: in which
arguments an operation is linear, and which shape its result has.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.op import TABLE, Op, is_symbol
from autograd.rules.activations import sigmoid
from autograd.rules.arithmetic import add, divide, multiply, negative, power, subtract
from autograd.rules.shape import reshape, spread, transpose

__all__ = ["add", "choice", "divide", "matmul", "multiply", "negative", "power", "reshape"]
__all__ += ["sigmoid", "spread", "subtract", "total", "transpose"]

matmul, total, choice = TABLE["matmul"], TABLE["sum"], TABLE["where"]


def made_by(formula: Any, *cards: Op) -> bool:
    """Whether the formula is one of these operations applied to something."""
    return is_symbol(formula) and formula.op in cards


SHORT = (transpose, reshape, matmul, add, subtract, negative)
"""What may be written out where it has no name: Wᵀ, 1 − A, X · w − y."""


def is_linear(op: Op, slot: int) -> bool:
    """Whether a factor can be drawn out of the argument in `slot`."""
    return (0 if op.variadic else slot) in op.linear


def is_known(formula: Any) -> bool:
    """Whether the formula is made of operations of known shapes that have a notation."""
    if not is_symbol(formula) or formula.op is None:
        return True
    op = formula.op
    known = op.elementwise or (op.shape is not None and op is not spread)
    return known and all(map(is_known, formula.args))


def is_entrywise(formula: Any) -> bool:
    """Whether it computes every entry from the entries at the same place."""
    if not is_symbol(formula) or formula.op is None:
        return True
    return formula.op.elementwise and all(map(is_entrywise, formula.args))


def shape_of(formula: Any) -> tuple[int, ...] | None:
    """The shape that a formula has, by the shapes of its letters; None if they don't fit."""
    if not is_symbol(formula):
        return np.shape(formula)
    if formula.op is None:
        return tuple(map(int, formula.shape))
    found = [shape_of(arg) for arg in formula.args]
    shapes = [shape for shape in found if shape is not None]
    if len(shapes) < len(found):
        return None
    if formula.op.shape is not None:
        return formula.op.shape(*shapes, **formula.params)
    if not formula.op.elementwise:
        return None
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def repeated(formula: Any) -> Any:
    """What stands in every entry, where the formula is one number repeated; else None."""
    return formula.args[0] if made_by(formula, spread) else None
