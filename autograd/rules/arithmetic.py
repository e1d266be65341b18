"""Sums, products, quotients and powers."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.card.domain import NONZERO, POSITIVE, REAL, Domain, case
from autograd.card.op import ANY, ATOM, POWER, PRODUCT, SIGN, SUM, Op, is_symbol, op
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
    """a^(b-1); 1 where b is 0, so that 0 · x^(b-1) is 0 at x = 0 too."""
    if isinstance(b, int | float):
        return a if b == 2 else power(a, b - 1 if b else 1.0)
    if is_symbol(b):
        return power(a, b - 1)
    return power(a, where(1.0, b - 1, cond=equal(b, 0)))


def _log_base(a: Any) -> Any:
    """log a; 0 where a is 0, since y log a goes to 0 there."""
    if isinstance(a, int | float):
        return log(a) if a else 0.0
    if is_symbol(a):
        return log(a)
    return log(where(1.0, a, cond=equal(a, 0)))


power: Op = op(
    "power",
    operator.pow,
    lambda g, y, a, b: g * b * _lowered(a, b),
    lambda g, y, a, b: g * y * _log_base(a),
    scalar=math.pow,
    symbol="^",
    tex=("{%s}^{%s}", POWER, (ATOM, ANY)),
    text=("%s^%s", POWER, (ATOM, ATOM)),
    domain=(POSITIVE, REAL),
    method="__pow__",
    reflected="__rpow__",
    kink="the derivative by the base at x = 0 is 0 for the exponent 0",
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
