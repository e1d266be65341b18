"""Exponentials, logarithms, roots, trigonometric and hyperbolic functions and their inverses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.card.domain import NONZERO, POSITIVE, Domain, case
from autograd.card.op import ANY, ATOM, POWER, SIGN, Op, is_symbol, op
from autograd.rules.comparison import equal
from autograd.rules.select import where

LN2 = math.log(2)
LN10 = math.log(10)

UNIT = Domain("in (−1, 1)", -0.9, 0.9)
ABOVE_ONE = Domain("> 1", 1.2, 3.0)
ABOVE_MINUS_ONE = Domain("> −1", -0.8, 2.0)
QUARTER = Domain("cos x ≠ 0", -1.2, 1.2)

# ------------------------------------------------------------------ exponentials, logarithms, roots

exp: Op = op(
    "exp",
    np.exp,
    lambda g, y, x: g * y,
    scalar=math.exp,
    tex=("e^{%s}", POWER),
    text=("e^%s", POWER, (ATOM,)),
)
exp2: Op = op(
    "exp2",
    np.exp2,
    lambda g, y, x: g * (LN2 * y),
    scalar=lambda x: math.pow(2.0, x),
    tex=("2^{%s}", POWER),
    text=("2^%s", POWER, (ATOM,)),
)
expm1: Op = op(
    "expm1",
    np.expm1,
    lambda g, y, x: g * (y + 1),
    scalar=math.expm1,
    doc="e^x − 1, exact near 0",
)
log: Op = op(
    "log",
    np.log,
    lambda g, y, x: g / x,
    scalar=math.log,
    tex=(r"\log %s", SIGN, (ATOM,)),
    text=("log %s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
)
log2: Op = op(
    "log2",
    np.log2,
    lambda g, y, x: g / (LN2 * x),
    scalar=math.log2,
    tex=(r"\log_2 %s", SIGN, (ATOM,)),
    text=("log₂ %s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
)
log10: Op = op(
    "log10",
    np.log10,
    lambda g, y, x: g / (LN10 * x),
    scalar=math.log10,
    tex=(r"\log_{10} %s", SIGN, (ATOM,)),
    text=("log₁₀ %s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
)
log1p: Op = op(
    "log1p",
    np.log1p,
    lambda g, y, x: g / (x + 1),
    scalar=math.log1p,
    domain=(ABOVE_MINUS_ONE,),
    doc="log(1 + x), exact near 0",
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
    kink="infinite at x = 0",
)
cbrt: Op = op(
    "cbrt",
    np.cbrt,
    lambda g, y, x: g / (3 * y * y),
    scalar=math.cbrt,
    symbol="∛",
    tex=(r"\sqrt[3]{%s}", ATOM),
    text=("∛%s", SIGN, (ATOM,)),
    domain=(NONZERO,),
    kink="infinite at x = 0",
)
square: Op = op(
    "square",
    np.square,
    lambda g, y, x: g * (2 * x),
    scalar=lambda x: x * x,
    tex=("{%s}^{2}", POWER, (ATOM,)),
    text=("%s²", POWER, (ATOM,)),
)
reciprocal: Op = op(
    "reciprocal",
    np.reciprocal,
    lambda g, y, x: -g * (y * y),
    scalar=lambda x: 1 / x,
    tex=(r"\frac{1}{%s}", ATOM),
    text=("1 / %s", ANY, (ATOM,)),
    domain=(NONZERO,),
)

# ------------------------------------------------------------------------------------ trigonometric

sin: Op = op(
    "sin",
    np.sin,
    lambda g, y, x: g * cos(x),
    scalar=math.sin,
    tex=(r"\sin %s", SIGN, (ATOM,)),
    text=("sin %s", SIGN, (ATOM,)),
)
cos: Op = op(
    "cos",
    np.cos,
    lambda g, y, x: -g * sin(x),
    scalar=math.cos,
    tex=(r"\cos %s", SIGN, (ATOM,)),
    text=("cos %s", SIGN, (ATOM,)),
)
tan: Op = op("tan", np.tan, lambda g, y, x: g * (1 + y * y), scalar=math.tan, domain=(QUARTER,))
arcsin: Op = op(
    "arcsin",
    np.arcsin,
    lambda g, y, x: g / sqrt(1 - x * x),
    scalar=math.asin,
    domain=(UNIT,),
    kink="infinite at ±1",
)
arccos: Op = op(
    "arccos",
    np.arccos,
    lambda g, y, x: -g / sqrt(1 - x * x),
    scalar=math.acos,
    domain=(UNIT,),
    kink="infinite at ±1",
)
arctan: Op = op("arctan", np.arctan, lambda g, y, x: g / (1 + x * x), scalar=math.atan)
arctan2: Op = op(
    "arctan2",
    np.arctan2,
    lambda g, y, a, b: g * b / (a * a + b * b),
    lambda g, y, a, b: -g * a / (a * a + b * b),
    scalar=math.atan2,
    domain=(NONZERO, NONZERO),
    kink="NaN at (0, 0), where there is no direction",
)
hypot: Op = op(
    "hypot",
    np.hypot,
    lambda g, y, a, b: g * (a / unless_zero(y)),
    lambda g, y, a, b: g * (b / unless_zero(y)),
    scalar=math.hypot,
    tex=(r"\sqrt{%s^2 + %s^2}", ATOM, (ATOM, ATOM)),
    domain=(NONZERO, NONZERO),
    kink="0 at (0, 0)",
)


def unless_zero(y: Any) -> Any:
    """A divisor with its zeros made 1, so that 0/0 gives the 0 of the convention."""
    if isinstance(y, int | float):
        return y or 1.0
    return where(1.0, y, cond=equal(y, 0)) if not is_symbol(y) else y


degrees: Op = op(
    "degrees",
    np.degrees,
    lambda g, y, x: g * (180 / math.pi),
    scalar=math.degrees,
    numpy=(np.rad2deg,),
    linear=(0,),
)
radians: Op = op(
    "radians",
    np.radians,
    lambda g, y, x: g * (math.pi / 180),
    scalar=math.radians,
    numpy=(np.deg2rad,),
    linear=(0,),
)


def _sinc_derivative(x: Any, *, order: int) -> Any:
    """The `order`-th derivative of sin(πx)/(πx): a power series near 0, a recurrence elsewhere.

    n times differentiated, x · sinc(x) = sin(πx)/π is x f_n + n f_(n-1) = π^(n-1) sin(πx + nπ/2).
    """
    x = np.asarray(x)
    near = np.abs(x) < 1
    inside, outside = np.where(near, x, 0.0), np.where(near, 1.0, x)
    series = np.zeros_like(inside)
    for k in range((order + 1) // 2, (order + 1) // 2 + 20):
        factor = math.pi ** (2 * k) * math.perm(2 * k, order) / math.factorial(2 * k + 1)
        series = series + (-1) ** k * factor * inside ** (2 * k - order)
    far = np.sinc(outside)
    for n in range(1, order + 1):
        wave = np.sin(math.pi * outside + n * math.pi / 2)
        far = (math.pi ** (n - 1) * wave - n * far) / outside
    return np.where(near, series, far).astype(x.dtype)


sinc: Op = op(
    "sinc",
    np.sinc,
    lambda g, y, x: g * sinc_derivative(x, order=1),
    scalar=lambda x: float(np.sinc(x)),
    doc="sin(πx)/(πx)",
    numpy=(np.sinc,),
)
sinc_derivative: Op = op(
    "sinc_derivative",
    _sinc_derivative,
    lambda g, y, x, *, order: g * sinc_derivative(x, order=order + 1),
    scalar=lambda x, *, order: float(_sinc_derivative(x, order=order)),
    elementwise=True,
    cases=(case((2, 3), order=1), case((), order=2)),
    tex=(r"\operatorname{sinc}^{(n)}(%s)", ATOM),
    text=("sinc⁽ⁿ⁾(%s)", ATOM),
    doc="the n-th derivative of sinc",
    public=False,
)

# --------------------------------------------------------------------------------------- hyperbolic

sinh: Op = op("sinh", np.sinh, lambda g, y, x: g * cosh(x), scalar=math.sinh)
cosh: Op = op("cosh", np.cosh, lambda g, y, x: g * sinh(x), scalar=math.cosh)
tanh: Op = op(
    "tanh",
    np.tanh,
    lambda g, y, x: g * (1 - y * y),
    scalar=math.tanh,
    tex=(r"\tanh %s", SIGN, (ATOM,)),
    text=("tanh %s", SIGN, (ATOM,)),
    doc="(e^x − e^-x) / (e^x + e^-x) (N2.2)",
    activation=True,
)
arcsinh: Op = op("arcsinh", np.arcsinh, lambda g, y, x: g / sqrt(x * x + 1), scalar=math.asinh)
arccosh: Op = op(
    "arccosh",
    np.arccosh,
    lambda g, y, x: g / (sqrt(x - 1) * sqrt(x + 1)),
    scalar=math.acosh,
    domain=(ABOVE_ONE,),
    kink="infinite at x = 1",
)
arctanh: Op = op(
    "arctanh", np.arctanh, lambda g, y, x: g / (1 - x * x), scalar=math.atanh, domain=(UNIT,)
)

# ---------------------------------------------------------------------------------------------- erf

_erf_array = np.frompyfunc(math.erf, 1, 1)

erf: Op = op(
    "erf",
    lambda x: np.asarray(_erf_array(x), dtype=np.asarray(x).dtype),
    lambda g, y, x: g * (2 / math.sqrt(math.pi) * exp(-x * x)),
    scalar=math.erf,
    doc="the error function 2/√π ∫ e^(−t²) from 0 to x",
)
