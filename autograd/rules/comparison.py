"""Comparisons and steps: no gradient flows, so the results are plain numbers and arrays."""

from __future__ import annotations

import math
import operator

import numpy as np

from autograd.card.domain import NONZERO, REAL
from autograd.card.op import ATOM, PRODUCT, SIGN, Op, op

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
    public=False,
)

# ------------------------------------------------------------ steps: flat wherever they are smooth

floor: Op = op("floor", np.floor, None, scalar=lambda x: float(math.floor(x)))
ceil: Op = op("ceil", np.ceil, None, scalar=lambda x: float(math.ceil(x)))
trunc: Op = op(
    "trunc",
    np.trunc,
    None,
    scalar=lambda x: float(math.trunc(x)),
    numpy=[np.fix] if hasattr(np, "fix") else [],  # on its way out of NumPy
)
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
