"""Operations that pass some operands on and hold others back."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.op import ATOM, NONZERO, Op, case, implements, op, plain
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
def where(condition: Any, x: Any, y: Any) -> Any:
    """`x` where `condition` holds, `y` elsewhere, broadcast together.

    The branch not taken gets the gradient zero, also where its own derivative is infinite or NaN.
    """
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
