"""Numbers taken apart: quotient and remainder, whole part and fraction, mantissa and exponent."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import Op, op
from autograd.rules.arithmetic import remainder
from autograd.rules.comparison import floor_divide, trunc


@implements(np.divmod, method="__divmod__")
def _divmod(a: Any, b: Any) -> tuple[Any, Any]:
    """The whole quotients, plain since they are flat, and the remainders."""
    return floor_divide(a, b), remainder(a, b)


implements(method="__rdivmod__")(lambda b, a: _divmod(a, b))


_rounded: Op = op("round", lambda x, *, decimals: np.round(x, decimals), None, table=None)


_exponent: Op = op("exponent", lambda x: np.frexp(x)[1], None, table=None)


@implements(np.round, np.around, method="round")
def _round(a: Any, decimals: int = 0) -> Any:
    """The data rounded to so many decimals, as a plain array."""
    return _rounded(a, decimals=decimals)


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
