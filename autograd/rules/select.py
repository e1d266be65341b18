"""Operations that pass some operands on and hold others back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.op import ATOM, NONZERO, Op, case, implements, is_node, op, plain
from autograd.rules.comparison import ahead, sign

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
def where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
    """`x` where `condition` holds, `y` elsewhere, broadcast together; alone, the places it holds.

    The branch not taken gets the gradient zero, also where its own derivative is infinite or NaN.
    """
    if x is None and y is None:
        return np.nonzero(plain(condition))
    cond = np.array(plain(condition), dtype=bool)
    return _where(x, y, cond=cond if cond.ndim else bool(cond))


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

# As `ahead`, but a NaN is never ahead: fmax and fmin pass it over.
_leads: Op = op(
    "leads",
    lambda a, b: np.where(np.isnan(b), 1.0, np.where(a == b, 0.5, a > b)).astype(
        np.result_type(a, b)
    ),
    None,
    None,
    scalar=lambda a, b: 1.0 if b != b else 0.5 if a == b else float(a > b),
    tex=("[%s > %s]", ATOM),
    text=("[%s > %s]", ATOM),
)
fmax: Op = op(
    "fmax",
    np.fmax,
    lambda g, y, a, b: g * _leads(a, b),
    lambda g, y, a, b: g * (1 - _leads(a, b)),
    scalar=lambda a, b: a if a >= b or b != b else b,
    selects=True,
    kink="at a tie each argument gets half",
)
fmin: Op = op(
    "fmin",
    np.fmin,
    lambda g, y, a, b: g * _leads(-a, -b),
    lambda g, y, a, b: g * (1 - _leads(-a, -b)),
    scalar=lambda a, b: a if a <= b or b != b else b,
    selects=True,
    kink="at a tie each argument gets half",
)
implements(np.fabs)(absolute)

_clip: Op = op(
    "clip",
    lambda x, *, low, high: np.clip(x, low, high),
    lambda g, y, x, *, low, high: g * _within(x, low=low, high=high),
    scalar=lambda x, *, low, high: float(np.clip(x, low, high)),
    elementwise=True,
    cases=(case((2, 3), low=-0.5, high=0.7), case((), low=None, high=0.1)),
    selects=True,
    kink="clip' = 1 at the bounds, 0 beyond",
)
_within: Op = op(
    "within",
    lambda x, *, low, high: np.equal(x, np.clip(x, low, high)),
    None,
    scalar=lambda x, *, low, high: bool(np.equal(x, np.clip(x, low, high))),
    elementwise=True,
    cases=(case((2, 3), low=-0.5, high=0.7),),
    tex=(r"[%s \text{ within}]", ATOM),
    text=("[%s within]", ATOM),
)


@implements(np.clip, method="clip")
def clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    *,
    min: Any = None,  # noqa: A002 - NumPy's name
    max: Any = None,  # noqa: A002
) -> Any:
    """`a` with what is below `a_min` or above `a_max` put there; a bound may be a node."""
    low = a_min if min is None else min
    high = a_max if max is None else max
    if any(is_node(bound) for bound in (low, high)):
        raised = a if low is None else maximum(a, low)
        return raised if high is None else minimum(raised, high)
    return _clip(a, low=low, high=high)


_nan_to_num: Op = op(
    "nan_to_num",
    lambda x, *, nan, posinf, neginf: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf),
    lambda g, y, x, **_: g * _is_finite(x),
    scalar=lambda x, *, nan, posinf, neginf: float(
        np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    ),
    elementwise=True,
    cases=(case((2, 3), nan=0.0, posinf=None, neginf=None),),
    kink="0 where a number was put in",
)
_is_finite: Op = op(
    "isfinite",
    np.isfinite,
    None,
    scalar=math.isfinite,
    tex=(r"[%s \text{ finite}]", ATOM),
    text=("[%s finite]", ATOM),
)


@implements(np.nan_to_num)
def nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """`x` with NaN and infinities replaced by finite numbers; `copy` is always as True."""
    return _nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


# The sign with the sides of zero told apart.
_facing: Op = op(
    "facing",
    lambda x: np.copysign(np.ones_like(x), x),
    None,
    scalar=lambda x: math.copysign(1.0, x),
    tex=(r"\operatorname{sign}(%s)", ATOM),
    text=("sign(%s)", ATOM),
)
copysign: Op = op(
    "copysign",
    np.copysign,
    lambda g, y, a, b: g * (sign(a) * _facing(b)),
    None,
    scalar=math.copysign,
    domain=(NONZERO, NONZERO),
    kink="0 at a = 0",
)


@implements(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """From each choice where its condition is the first to hold; `default` where none does."""
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: {len(condlist)} conditions for {len(choicelist)} choices: one for each"
        )
    raws = [plain(each) for each in (*choicelist, default)]
    dtype = np.result_type(*(raw if type(raw) in (int, float) else np.asarray(raw) for raw in raws))
    result = default if is_node(default) else np.asarray(default, dtype)
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result
