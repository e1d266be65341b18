"""Operations that act entry by entry, on floats and arrays alike. Knows nothing of shapes."""

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
    case,
    implements,
    is_symbol,
    op,
    plain,
)

# ------------------------------------------------------------------------------------ arithmetic

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

# ------------------------------------------------------------- comparisons: no gradient, no graph

greater: Op = op(
    "greater",
    np.greater,
    None,
    None,
    scalar=operator.gt,
    symbol=">",
    tex=("[%s > %s]", ATOM),
    text=("[%s > %s]", ATOM),
    method="__gt__",
)
greater_equal: Op = op(
    "greater_equal",
    np.greater_equal,
    None,
    None,
    scalar=operator.ge,
    symbol="≥",
    tex=(r"[%s \ge %s]", ATOM),
    text=("[%s ≥ %s]", ATOM),
    method="__ge__",
)
less: Op = op(
    "less",
    np.less,
    None,
    None,
    scalar=operator.lt,
    symbol="<",
    tex=("[%s < %s]", ATOM),
    text=("[%s < %s]", ATOM),
    method="__lt__",
)
less_equal: Op = op(
    "less_equal",
    np.less_equal,
    None,
    None,
    scalar=operator.le,
    symbol="≤",
    tex=(r"[%s \le %s]", ATOM),
    text=("[%s ≤ %s]", ATOM),
    method="__le__",
)
equal: Op = op(
    "equal",
    np.equal,
    None,
    None,
    scalar=operator.eq,
    symbol="=",
    tex=("[%s = %s]", ATOM),
    text=("[%s = %s]", ATOM),
)
not_equal: Op = op(
    "not_equal",
    np.not_equal,
    None,
    None,
    scalar=operator.ne,
    symbol="≠",
    tex=(r"[%s \ne %s]", ATOM),
    text=("[%s ≠ %s]", ATOM),
)
sign: Op = op(
    "sign",
    np.sign,
    None,
    scalar=lambda x: (x > 0) - (x < 0) + 0.0 if x == x else x,
    tex=(r"\operatorname{sign}(%s)", ATOM),
)
# 1 where a is ahead, 0 where b is, one half at a tie: how maximum and minimum split a gradient.
ahead: Op = op(
    "ahead",
    lambda a, b: np.where(a == b, 0.5, a > b).astype(np.result_type(a, b)),
    None,
    None,
    scalar=lambda a, b: 0.5 if a == b else float(a > b),
    tex=("[%s > %s]", ATOM),
    text=("[%s > %s]", ATOM),
)

# --------------------------------------------------------------------------------------- select

_where: Op = op(
    "where",
    lambda a, b, *, cond: np.where(cond, a, b),
    lambda g, y, a, b, *, cond: _where(g, 0.0, cond=cond),
    lambda g, y, a, b, *, cond: _where(0.0, g, cond=cond),
    scalar=lambda a, b, *, cond: a if cond else b,
    tex=(r"\operatorname{where}(\cdot, %s, %s)", ATOM),
    text=("where(·, %s, %s)", ATOM),
    selects=True,
    elementwise=True,
    cases=(
        case((2, 3), (2, 3), cond=np.array([[True, False, True], [False, False, True]])),
        case((3,), (2, 1), cond=np.array([True, False, True])),
        case((), (), cond=True),
    ),
)


@implements(np.where)
def where(condition: Any, x: Any, y: Any) -> Any:
    """`x` where `condition` holds, `y` elsewhere, broadcast together.

    The branch not taken gets the gradient zero, also where its own derivative is infinite or NaN.
    """
    cond = np.array(plain(condition), dtype=bool)
    return _where(x, y, cond=cond if cond.ndim else bool(cond))


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

# ------------------------------------------------------------------------------ exponentials, roots

exp: Op = op(
    "exp",
    np.exp,
    lambda g, y, x: g * y,
    scalar=math.exp,
    tex=("e^{%s}", POWER),
    text=("e^%s", POWER, (ATOM,)),
    method="exp",
)
log: Op = op(
    "log",
    np.log,
    lambda g, y, x: g / x,
    scalar=math.log,
    tex=(r"\log %s", SIGN, (ATOM,)),
    text=("log %s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
    method="log",
)
sqrt: Op = op(
    "sqrt",
    np.sqrt,
    lambda g, y, x: g / (2 * y),
    scalar=math.sqrt,
    symbol="√",
    tex=(r"\sqrt{%s}", ATOM),
    text=("√%s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
    method="sqrt",
    kink="infinite at x = 0",
)
sin: Op = op(
    "sin",
    np.sin,
    lambda g, y, x: g * cos(x),
    scalar=math.sin,
    tex=(r"\sin %s", SIGN, (ATOM,)),
    method="sin",
)
cos: Op = op(
    "cos",
    np.cos,
    lambda g, y, x: -g * sin(x),
    scalar=math.cos,
    tex=(r"\cos %s", SIGN, (ATOM,)),
    method="cos",
)

# ----------------------------------------------------------------------------------- activations


def _sigmoid_array(x: Any) -> Any:
    with np.errstate(over="ignore"):  # e^1000 is infinite, and 1/(1 + infinity) is right
        return 1 / (1 + np.exp(-x))


def _sigmoid_float(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)


tanh: Op = op(
    "tanh",
    np.tanh,
    lambda g, y, x: g * (1 - y * y),
    scalar=math.tanh,
    tex=(r"\tanh %s", SIGN, (ATOM,)),
    method="tanh",
    doc="N2.2",
)
sigmoid: Op = op(
    "sigmoid",
    _sigmoid_array,
    lambda g, y, x: g * y * (1 - y),
    scalar=_sigmoid_float,
    symbol="σ",
    tex=(r"\sigma(%s)", ATOM),
    method="sigmoid",
    doc="1/(1 + e^-x), stable at any x (N2.1)",
)
relu: Op = op(
    "relu",
    lambda x: np.maximum(x, 0),
    lambda g, y, x: g * (x > 0),
    scalar=lambda x: x if x > 0 or x != x else 0.0,
    tex=(r"\operatorname{relu}(%s)", ATOM),
    method="relu",
    selects=True,
    kink="relu'(0) = 0",
    doc="max(0, x) (N2.3)",
)
leaky_relu: Op = op(
    "leaky_relu",
    lambda x, *, slope=0.01: np.where(x > 0, x, slope * x),
    lambda g, y, x, *, slope=0.01: g * ((x > 0) * (1 - slope) + slope),
    scalar=lambda x, *, slope=0.01: x if x > 0 else slope * x,
    tex=(r"\operatorname{leaky}(%s)", ATOM),
    method="leaky_relu",
    selects=True,
    kink="leaky_relu'(0) = slope",
    doc="max(0, x) + slope · min(0, x) (N2.4)",
)
softplus: Op = op(
    "softplus",
    lambda x: np.logaddexp(x, 0),
    lambda g, y, x: g * sigmoid(x),
    scalar=lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    tex=(r"\operatorname{softplus}(%s)", ATOM),
    method="softplus",
    doc="log(1 + e^x), stable at any x",
)
absolute: Op = op(
    "absolute",
    np.absolute,
    lambda g, y, x: g * sign(x),
    scalar=abs,
    symbol="|·|",
    tex=("|%s|", ATOM),
    text=("|%s|", ATOM),
    domain=(NONZERO,),
    method="__abs__",
    selects=True,
    kink="abs'(0) = 0",
)
maximum: Op = op(
    "maximum",
    np.maximum,
    lambda g, y, a, b: g * ahead(a, b),
    lambda g, y, a, b: g * ahead(b, a),
    scalar=lambda a, b: a if a >= b or a != a else b,
    symbol="max",
    tex=(r"\max(%s, %s)", ATOM),
    selects=True,
    kink="at a tie each argument gets half",
)
minimum: Op = op(
    "minimum",
    np.minimum,
    lambda g, y, a, b: g * ahead(b, a),
    lambda g, y, a, b: g * ahead(a, b),
    scalar=lambda a, b: a if a <= b or a != a else b,
    symbol="min",
    tex=(r"\min(%s, %s)", ATOM),
    selects=True,
    kink="at a tie each argument gets half",
)
