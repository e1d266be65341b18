"""Sums, products, quotients and powers."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.card.domain import NONZERO, POSITIVE, REAL, Domain, case
from autograd.card.op import ANY, ATOM, POWER, PRODUCT, SIGN, SUM, Op, is_node, is_symbol, op
from autograd.rules.activations import sigmoid
from autograd.rules.comparison import equal, floor_divide, trunc
from autograd.rules.select import where
from autograd.rules.transcendental import LN2, exp2, log

WHOLE = Domain("whole", -3.0, 3.0, whole=True)

add: Op = op(
    "add",
    np.add,
    lambda g, y, a, b: g,
    lambda g, y, a, b: g,
    scalar=operator.add,
    symbol="+",
    tex=("%s + %s", SUM, (SUM, SUM)),
    text=("%s + %s", SUM, (SUM, SUM)),
    method="__add__",
    reflected="__radd__",
)


subtract: Op = op(
    "subtract",
    np.subtract,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g,
    scalar=operator.sub,
    symbol="−",
    tex=("%s - %s", SUM, (SUM, PRODUCT)),
    text=("%s − %s", SUM, (SUM, PRODUCT)),
    method="__sub__",
    reflected="__rsub__",
)


multiply: Op = op(
    "multiply",
    np.multiply,
    lambda g, y, a, b: g * b,
    lambda g, y, a, b: g * a,
    scalar=operator.mul,
    symbol="×",
    tex=(r"%s \cdot %s", PRODUCT, (PRODUCT, SIGN)),
    text=("%s · %s", PRODUCT, (PRODUCT, SIGN)),
    method="__mul__",
    reflected="__rmul__",
    linear=(0, 1),
)


divide: Op = op(
    "divide",
    np.divide,
    lambda g, y, a, b: g / b,
    lambda g, y, a, b: -g * y / b,
    scalar=operator.truediv,
    symbol="/",
    tex=(r"\frac{%s}{%s}", ATOM),
    text=("%s / %s", PRODUCT, (PRODUCT, SIGN)),
    domain=(REAL, NONZERO),
    method="__truediv__",
    reflected="__rtruediv__",
    linear=(0,),
)


negative: Op = op(
    "negative",
    np.negative,
    lambda g, y, x: -g,
    scalar=operator.neg,
    symbol="−",
    tex=("-%s", SIGN, (SIGN,)),
    text=("−%s", SIGN, (SIGN,)),
    method="__neg__",
    linear=(0,),
)


positive: Op = op(
    "positive",
    np.positive,
    lambda g, y, x: g,
    scalar=operator.pos,
    symbol="+",
    tex=("%s", ATOM, (ATOM,)),
    text=("%s", ATOM, (ATOM,)),
    method="__pos__",
    linear=(0,),
)


def _lowered(a: Any, b: Any) -> Any:
    """a^(b-1); 1 where b is 0 (and a, if b may vary), so that 0 · x^(b-1) is 0 at x = 0 too."""
    if isinstance(b, int | float):
        return a if b == 2 else power(a, b - 1 if b else 1.0)
    if is_symbol(b):
        return power(a, b - 1)
    if is_node(b):
        return power_log(a, _less_one(a, b), n=0)
    return power(a, where(1.0, b - 1, cond=equal(b, 0)))


def _less_one(a: Any, b: Any) -> Any:
    """b - 1, and 1 at (0, 0), where the slope of a^0 is 0."""
    return b - 1 if is_symbol(a) else where(1.0, b - 1, cond=_at_zero(a, b))


def _at_zero(a: Any, b: Any) -> Any:
    return np.logical_and(equal(a, 0), equal(b, 0))


def _by_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    """g · y log a; 0 where a is 0, since y log a goes to 0 there for b > 0."""
    if isinstance(a, int | float):
        return g * (y * (log(a) if a else 0.0))
    if is_symbol(a):
        return g * y * log(a)
    if is_node(a):
        return g * where(0.0, power_log(a, b, n=1), cond=_at_zero(a, b))
    return g * (y * log(where(1.0, a, cond=equal(a, 0))))


def _power_log(a: Any, b: Any, *, n: int) -> Any:
    y = np.power(a, b)
    if not n:
        return y
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.equal(a, 0) & np.greater(b, 0), 0, y * np.log(a) ** n)


def _power_log_rule(g: Any, y: Any, a: Any, b: Any, *, n: int) -> Any:
    slope = b * power_log(a, _less_one(a, b), n=n)
    return g * (slope + n * power_log(a, b - 1, n=n - 1) if n else slope)


# What powers with a varying exponent are differentiated to: a limit at a = 0, where log a is none.
power_log: Op = op(
    "power_log",
    _power_log,
    _power_log_rule,
    lambda g, y, a, b, *, n: g * power_log(a, b, n=n + 1),
    scalar=lambda a, b, *, n: float(_power_log(np.float64(a), np.float64(b), n=n)),
    elementwise=True,
    cases=(case((2, 3), (2, 3), n=0), case((3,), (2, 1), n=1), case((), (), n=2)),
    domain=(POSITIVE, REAL),
    doc="a^b · (log a)ⁿ",
    public=False,
)
power: Op = op(
    "power",
    operator.pow,
    lambda g, y, a, b: g * b * _lowered(a, b),
    _by_exponent,
    scalar=math.pow,
    symbol="^",
    tex=("{%s}^{%s}", POWER, (ATOM, ANY)),
    text=("%s^%s", POWER, (ATOM, ATOM)),
    domain=(POSITIVE, REAL),
    method="__pow__",
    reflected="__rpow__",
    kink="at (0, 0) both derivatives are 0",
    numpy=(np.power, np.float_power),
)

remainder: Op = op(
    "remainder",
    np.remainder,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * floor_divide(a, b),
    scalar=operator.mod,
    symbol="mod",
    tex=(r"%s \bmod %s", PRODUCT, (PRODUCT, SIGN)),
    text=("%s mod %s", PRODUCT, (PRODUCT, SIGN)),
    domain=(REAL, NONZERO),
    method="__mod__",
    reflected="__rmod__",
    kink="1 and −⌊a/b⌋ also where a/b is whole",
    numpy=(np.mod,),
)
fmod: Op = op(
    "fmod",
    np.fmod,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * trunc(a / b),
    scalar=math.fmod,
    domain=(REAL, NONZERO),
)


logaddexp: Op = op(
    "logaddexp",
    np.logaddexp,
    lambda g, y, a, b: g * sigmoid(a - b),
    lambda g, y, a, b: g * sigmoid(b - a),
    scalar=lambda a, b: float(np.logaddexp(a, b)),
    doc="log(e^a + e^b), stable at any a and b",
)
logaddexp2: Op = op(
    "logaddexp2",
    np.logaddexp2,
    lambda g, y, a, b: g * sigmoid(LN2 * (a - b)),
    lambda g, y, a, b: g * sigmoid(LN2 * (b - a)),
    scalar=lambda a, b: float(np.logaddexp2(a, b)),
    doc="log₂(2^a + 2^b), stable at any a and b",
)
ldexp: Op = op(
    "ldexp",
    lambda a, b: np.ldexp(a, np.asarray(b, dtype=int)),
    lambda g, y, a, b: g * exp2(b),
    None,
    scalar=lambda a, b: math.ldexp(a, int(b)),
    elementwise=True,
    cases=(case((2, 3), (3,)),),
    domain=(REAL, WHOLE),
    doc="a · 2^b for whole b",
    numpy=(np.ldexp,),
)
