"""Formulas with matrix products: letters put in, and brought to the form of a textbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.symbols import Symbol

_LINEAR = {"matmul": (0, 1), "multiply": (0, 1), "divide": (0,), "transpose": (0,), "reshape": (0,)}
_KNOWN = ("matmul", "transpose", "reshape", "sum", "softmax")


def put(formula: Any, letters: Mapping[Any, Any]) -> Any:
    """The formula with other formulas in the place of letters, given by `Symbol.key`."""
    if not isinstance(formula, Symbol):
        return formula
    if formula.op is None:
        return letters.get(formula.key, formula)
    return apply(formula.op, [put(arg, letters) for arg in formula.args], formula.params)


def apply(op: Any, args: list[Any], params: Mapping[str, Any]) -> Any:
    """An operation on formulas, scalar factors and signs drawn out: Xᵀ · (A − Y) / m."""
    if not any(isinstance(arg, Symbol) for arg in args):
        return op(*args, **params)
    for slot in _LINEAR.get(op.name, ()):
        arg = args[slot]
        if not isinstance(arg, Symbol) or arg.op is None or not shape_of(arg):
            continue
        rest = [*args[:slot], arg.args[0], *args[slot + 1 :]]
        if arg.op.name == "negative":
            return -apply(op, rest, params)
        if arg.op.name == "divide" and shape_of(arg.args[1]) == () != shape_of(arg.args[0]):
            return apply(op, rest, params) / arg.args[1]
        if arg.op.name == "multiply" and shape_of(arg.args[0]) == () != shape_of(arg.args[1]):
            return arg.args[0] * apply(op, [*args[:slot], arg.args[1], *args[slot + 1 :]], params)
    made = None
    if op.name == "reshape":
        got = shape_of(args[0])
        made = None if got is None else _reshaped(args[0], _SHAPES["reshape"](got, **params))
    elif op.name == "transpose":
        made = _transposed(args[0])
    return op(*args, **params) if made is None else made


def _reshaped(formula: Any, shape: tuple[int, ...]) -> Any:
    """Without what cancels, and the product with a vector written as such; else None."""
    formula = _unshaped(formula)
    if shape_of(formula) == shape:
        return formula
    if not isinstance(formula, Symbol) or formula.op is None or formula.op.name != "matmul":
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
    while isinstance(formula, Symbol) and formula.op is not None and formula.op.name == "reshape":
        formula = formula.args[0]
    return formula


def _transposed(formula: Any) -> Any:
    """(A · B)ᵀ = Bᵀ · Aᵀ; else None."""
    matrix = isinstance(formula, Symbol) and formula.op is not None and formula.op.name == "matmul"
    if not matrix or [len(shape_of(arg) or ()) for arg in formula.args] != [2, 2]:
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
    if formula.op.name == "negative":
        factor, rest = split(args[0])
        return -factor, rest
    if formula.op.name == "divide" and shape_of(args[1]) == ():
        factor, rest = split(args[0])
        return factor / args[1], rest
    if formula.op.name == "multiply" and shape_of(args[0]) == ():
        factor, rest = split(args[1])
        return args[0] * factor, rest
    return 1, formula


def is_known(formula: Any) -> bool:
    """Whether the formula is made of operations whose shapes and notation are known."""
    if not isinstance(formula, Symbol) or formula.op is None:
        return True
    known = formula.op.elementwise or formula.op.name in _KNOWN
    return known and all(map(is_known, formula.args))


def is_entrywise(formula: Any) -> bool:
    """Whether it computes every entry from the entries at the same place."""
    if not isinstance(formula, Symbol) or formula.op is None:
        return True
    return formula.op.elementwise and all(map(is_entrywise, formula.args))


def shape_of(formula: Any) -> tuple[int, ...] | None:
    """The shape that a formula has, by the shapes of its letters; None if they don't fit."""
    if not isinstance(formula, Symbol):
        return np.shape(formula)
    if formula.op is None:
        return tuple(map(int, formula.shape))
    shapes = [shape_of(arg) for arg in formula.args]
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes):
        return None
    if formula.op.name in _SHAPES:
        return _SHAPES[formula.op.name](*known, **formula.params)
    if not formula.op.elementwise:
        return None
    try:
        return np.broadcast_shapes(*known)
    except ValueError:
        return None


def _product(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        return None
    rows, columns = a[-2:-1], b[-1:] if len(b) > 1 else ()
    return (*np.broadcast_shapes(a[:-2], b[:-2]), *rows, *columns)


def _total(a: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    if keepdims:
        return tuple(1 if i in axis else size for i, size in enumerate(a))
    return tuple(size for i, size in enumerate(a) if i not in axis)


_SHAPES: dict[str, Any] = {
    "matmul": _product,
    "transpose": lambda a, axes: a[::-1] if axes is None else tuple(a[i] for i in axes),
    "reshape": lambda a, shape: np.broadcast_to(0, a).reshape(shape).shape,
    "softmax": lambda a, axis: a,
    "sum": _total,
}
