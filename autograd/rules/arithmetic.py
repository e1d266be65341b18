"""Sums, products, quotients and powers."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.op import (
    ANY,
    ATOM,
    NONZERO,
    POSITIVE,
    POWER,
    PRODUCT,
    REAL,
    SIGN,
    SUM,
    Op,
    implements,
    is_symbol,
    op,
)
from autograd.rules.comparison import equal
from autograd.rules.select import where
from autograd.rules.transcendental import log

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
)


def _below(b: Any) -> Any:
    """b - 1 for use as an exponent; 1 where b is 0, so that 0 · x^(b-1) is 0 at x = 0 too."""
    if isinstance(b, int | float):
        return b - 1 if b else 1.0
    if is_symbol(b):
        return b - 1
    return where(equal(b, 0), 1.0, b - 1)


def _log_base(a: Any) -> Any:
    """log a; 0 where a is 0, since y log a goes to 0 there."""
    if isinstance(a, int | float):
        return log(a) if a else 0.0
    if is_symbol(a):
        return log(a)
    return log(where(equal(a, 0), 1.0, a))


power: Op = op(
    "power",
    operator.pow,
    lambda g, y, a, b: g * b * power(a, _below(b)),
    lambda g, y, a, b: g * y * _log_base(a),
    scalar=math.pow,
    symbol="^",
    tex=("{%s}^{%s}", POWER, (ATOM, ANY)),
    text=("%s^%s", POWER, (ATOM, ATOM)),
    domain=(POSITIVE, REAL),
    method="__pow__",
    reflected="__rpow__",
    kink="the derivative by the base at x = 0 is 0 for the exponent 0",
)
implements(np.power)(power)
