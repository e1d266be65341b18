"""Comparisons and steps: no gradient flows, so the results are plain numbers and arrays."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.card.domain import NONZERO, REAL
from autograd.card.op import ATOM, PRODUCT, SIGN, Op, op


def _comparison(
    name: str, scalar: Callable[..., Any], symbol: str, latex: str, method: str | None = None
) -> Op:
    return op(
        name,
        getattr(np, name),
        None,
        None,
        scalar=scalar,
        symbol=symbol,
        tex=(f"[%s {latex} %s]", ATOM),
        text=(f"[%s {symbol} %s]", ATOM),
        method=method,
    )


greater = _comparison("greater", operator.gt, ">", ">", "__gt__")
greater_equal = _comparison("greater_equal", operator.ge, "≥", r"\ge", "__ge__")
less = _comparison("less", operator.lt, "<", "<", "__lt__")
less_equal = _comparison("less_equal", operator.le, "≤", r"\le", "__le__")
equal = _comparison("equal", operator.eq, "=", "=")
not_equal = _comparison("not_equal", operator.ne, "≠", r"\ne")
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
