"""Formulas with matrix products: letters put in, and brought to the form of a textbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.card.op import Op
from autograd.rules.arithmetic import divide, multiply, negative
from autograd.rules.shape import reshape, transpose
from autograd.symbols.algebra import is_linear, made_by, matmul, shape_of
from autograd.symbols.symbol import Symbol


def put(formula: Any, letters: Mapping[Any, Any]) -> Any:
    """The formula with other formulas in the place of letters, given by `Symbol.key`."""
    if not isinstance(formula, Symbol):
        return formula
    if formula.op is None:
        return letters.get(formula.key, formula)
    return apply(formula.op, [put(arg, letters) for arg in formula.args], formula.params)


def apply(op: Op, args: list[Any], params: Mapping[str, Any]) -> Any:
    """An operation on formulas, scalar factors and signs drawn out: Xᵀ · (A − Y) / m."""
    if not any(isinstance(arg, Symbol) for arg in args):
        return op(*args, **params)
    for slot, arg in enumerate(args):
        if not is_linear(op, slot) or not shape_of(arg):
            continue
        drawn = [
            *args[:slot],
            arg.args[0] if made_by(arg, negative, divide) else arg,
            *args[slot + 1 :],
        ]
        if made_by(arg, negative):
            return -apply(op, drawn, params)
        if made_by(arg, divide) and shape_of(arg.args[1]) == () != shape_of(arg.args[0]):
            return apply(op, drawn, params) / arg.args[1]
        if made_by(arg, multiply) and shape_of(arg.args[0]) == () != shape_of(arg.args[1]):
            drawn[slot] = arg.args[1]
            return arg.args[0] * apply(op, drawn, params)
    made = None
    if op is reshape:
        made = _reshaped(args[0], shape_of(Symbol.applied(op, args, dict(params))))
    elif op is transpose:
        made = _transposed(args[0])
    return op(*args, **params) if made is None else made


def _reshaped(formula: Any, shape: tuple[int, ...] | None) -> Any:
    """Without what cancels, and the product with a vector written as such; else None."""
    formula = _unshaped(formula)
    if shape_of(formula) == shape is not None:
        return formula
    if shape is None or not made_by(formula, matmul):
        return None
    left, right = formula.args
    inner = _unshaped(left), _unshaped(right)
    vectors = [len(shape_of(each) or ()) == 1 for each in inner]
    if vectors == [False, True]:
        made = formula.op(left, inner[1])
    elif vectors == [True, False]:
        made = formula.op(inner[0], right)
    else:
        return None
    return made if shape_of(made) == shape else None


def _unshaped(formula: Any) -> Any:
    while made_by(formula, reshape):
        formula = formula.args[0]
    return formula


def _transposed(formula: Any) -> Any:
    """(A · B)ᵀ = Bᵀ · Aᵀ; else None."""
    if not made_by(formula, matmul) or [len(shape_of(arg) or ()) for arg in formula.args] != [2, 2]:
        return None
    left, right = formula.args
    return formula.op(_flipped(right), _flipped(left))


def _flipped(formula: Any) -> Any:
    return _transposed(formula) or formula.T


def split(formula: Any) -> tuple[Any, Any]:
    """A formula as a single number times the rest."""
    if not isinstance(formula, Symbol) or formula.op is None:
        return 1, formula
    args = formula.args
    if formula.op is negative:
        factor, rest = split(args[0])
        return -factor, rest
    if formula.op is divide and shape_of(args[1]) == ():
        factor, rest = split(args[0])
        return factor / args[1], rest
    if formula.op is multiply and shape_of(args[0]) == ():
        factor, rest = split(args[1])
        return args[0] * factor, rest
    return 1, formula
