"""Trivial factors and terms dropped from formulas as they are built: 1·x, 0 + x, −−x."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.card.op import Op
from autograd.graph.node import Traced
from autograd.rules.arithmetic import add, divide, multiply, negative, positive, power, subtract
from autograd.rules.shape import cast, transpose
from autograd.symbols.algebra import made_by


def simpler(op: Op, args: Sequence[Any], params: dict[str, Any]) -> Any:
    """The formula of `op` applied to formulas and numbers if there is a simpler one, else None."""
    rule = _SIMPLER.get(op)
    return None if rule is None else rule(*args, **params)


def _is(arg: Any, number: float) -> bool:
    return isinstance(arg, int | float) and arg == number


def _negated(arg: Any) -> Any:
    """What stands behind a leading minus, or None."""
    if made_by(arg, negative):
        return arg.args[0]
    return -arg if isinstance(arg, int | float) and arg < 0 else None


def _simplify_add(a: Any, b: Any) -> Any:
    if _is(a, 0) or _is(b, 0):
        return b if _is(a, 0) else a
    minus = _negated(b)
    return None if minus is None else a - minus


def _simplify_subtract(a: Any, b: Any) -> Any:
    if _is(a, 0) or _is(b, 0):
        return a if _is(b, 0) else -b
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
    if isinstance(a, Traced) and a == b:
        return power(a, 2)
    for one, other in ((a, b), (b, a)):
        if made_by(one, divide) and _is(one.args[0], 1):
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
    return 1 if isinstance(a, Traced) and a == b else None


def _simplify_transpose(a: Any, *, axes: Any) -> Any:
    twice = made_by(a, transpose)
    back = twice and (len(axes or "ab") == 2 or a.params["axes"] == axes is None)
    return a.args[0] if back else None


_SIMPLER: dict[Op, Callable[..., Any]] = {
    add: _simplify_add,
    subtract: _simplify_subtract,
    multiply: _simplify_multiply,
    divide: _simplify_divide,
    negative: _negated,
    power: lambda a, b: 1 if _is(b, 0) else a if _is(b, 1) else None,
    transpose: _simplify_transpose,
    positive: lambda a: a,
    cast: lambda a, dtype: a,
}
