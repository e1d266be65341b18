"""Comparisons and steps: no gradient flows, so the results are plain numbers and arrays."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.op import ATOM, NONZERO, PRODUCT, REAL, SIGN, Op, implements, op

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

# ------------------------------------------------------------ steps: flat wherever they are smooth

floor: Op = op("floor", np.floor, None, scalar=lambda x: float(math.floor(x)))
ceil: Op = op("ceil", np.ceil, None, scalar=lambda x: float(math.ceil(x)))
trunc: Op = op("trunc", np.trunc, None, scalar=lambda x: float(math.trunc(x)))
rint: Op = op("rint", np.rint, None, scalar=lambda x: float(round(x)))
floor_divide: Op = op(
    "floor_divide",
    np.floor_divide,
    None,
    None,
    scalar=operator.floordiv,
    symbol="//",
    tex=(r"\lfloor %s / %s \rfloor", ATOM, (PRODUCT, SIGN)),
    text=("⌊%s / %s⌋", ATOM, (PRODUCT, SIGN)),
    domain=(REAL, NONZERO),
    method="__floordiv__",
    reflected="__rfloordiv__",
)
heaviside: Op = op(
    "heaviside", np.heaviside, None, None, scalar=lambda x, h: h if x == 0 else float(x > 0)
)
if hasattr(np, "fix"):  # on its way out of NumPy
    implements(np.fix)(trunc)


_round: Op = op("round", lambda x, *, decimals: np.round(x, decimals), None, table=None)
_exponent: Op = op("exponent", lambda x: np.frexp(x)[1], None, table=None)


@implements(np.round, np.around, method="round")
def round_to(a: Any, decimals: int = 0) -> Any:
    """The data rounded to so many decimals, as a plain array."""
    return _round(a, decimals=decimals)


@implements(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """The part after the point, and the whole part, which is flat; both with the sign of `x`."""
    whole = trunc(x)
    return x - whole, whole


@implements(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """Mantissa and exponent, `x = mantissa · 2^exponent`; the exponent is flat."""
    exponent = _exponent(x)
    return x * np.exp2(-exponent.astype(float)), exponent
