"""Operations that pass some operands on and hold others back."""

from __future__ import annotations

import math

import numpy as np

from autograd.card.domain import NONZERO, case
from autograd.card.op import ATOM, Op, op
from autograd.rules.comparison import ahead, sign

where: Op = op(
    "where",
    lambda a, b, *, cond: np.where(cond, a, b),
    lambda g, y, a, b, *, cond: where(g, 0.0, cond=cond),
    lambda g, y, a, b, *, cond: where(0.0, g, cond=cond),
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
    numpy=(np.fabs,),
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
    public=False,
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

clip: Op = op(
    "clip",
    lambda x, *, low, high: np.clip(x, low, high),
    lambda g, y, x, *, low, high: g * _within(x, low=low, high=high),
    scalar=lambda x, *, low, high: float(np.clip(x, low, high)),
    elementwise=True,
    cases=(case((2, 3), low=-0.5, high=0.7), case((), low=None, high=0.1)),
    selects=True,
    kink="clip' = 1 at the bounds, 0 beyond",
    method="",
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
    public=False,
)


nan_to_num: Op = op(
    "nan_to_num",
    lambda x, *, nan, posinf, neginf: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf),
    lambda g, y, x, **_: g * _is_finite(x),
    scalar=lambda x, *, nan, posinf, neginf: float(
        np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    ),
    elementwise=True,
    cases=(case((2, 3), nan=0.0, posinf=None, neginf=None),),
    kink="0 where a number was put in",
    method="",
)
_is_finite: Op = op(
    "isfinite",
    np.isfinite,
    None,
    scalar=math.isfinite,
    tex=(r"[%s \text{ finite}]", ATOM),
    text=("[%s finite]", ATOM),
    public=False,
)


# The sign with the sides of zero told apart.
_facing: Op = op(
    "facing",
    lambda x: np.copysign(np.ones_like(x), x),
    None,
    scalar=lambda x: math.copysign(1.0, x),
    tex=(r"\operatorname{sign}(%s)", ATOM),
    text=("sign(%s)", ATOM),
    public=False,
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
