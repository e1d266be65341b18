"""Matrix products. 1-D operands are promoted at the edge, so the card stays one line a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import PRODUCT, SIGN, Op, op, shape_of


def _matmul_hint(operands: Sequence[Any], names: Sequence[str]) -> str | None:
    a, b = (shape_of(operand) for operand in operands)
    if len(a) < 2 or len(b) < 2:
        return "matmul needs arrays, not single numbers; write * for a product of numbers"
    if a[-1] == b[-2]:
        return None
    left, right = names
    if a[-2] == b[-2]:
        advice = f"; {left}.T @ {right}?"
    elif a[-1] == b[-1]:
        advice = f"; {left} @ {right}.T?"
    elif a[-2] == b[-1]:
        advice = f"; {right} @ {left}?"
    else:
        advice = ""
    return f"inner sizes {a[-1]} and {b[-2]} differ{advice}"


def _matmul_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of a product; a vector before is a row, one behind a column."""
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        return None
    columns = b[-1:] if len(b) > 1 else ()
    return (*np.broadcast_shapes(a[:-2], b[:-2]), *a[-2:-1], *columns)


matmul: Op = op(
    "matmul",
    np.matmul,
    lambda g, y, a, b: g @ b.mT,
    lambda g, y, a, b: a.mT @ g,
    symbol="@",
    tex=(r"%s \, %s", PRODUCT, (PRODUCT, SIGN)),
    text=("%s · %s", PRODUCT, (PRODUCT, SIGN)),
    cases=(
        case((2, 3), (3, 4)),
        case((1, 3), (3, 1)),
        case((5, 2, 3), (5, 3, 2)),
        case((2, 3), (5, 3, 2)),
        case((5, 1, 2, 3), (4, 3, 2)),
    ),
    hint=_matmul_hint,
    linear=(0, 1),
    shape=_matmul_shape,
)


# The triple product g·(a×b) keeps its value when its letters are turned round.
cross: Op = op(
    "cross",
    lambda a, b: np.cross(a, b),
    lambda g, y, a, b: cross(b, g),
    lambda g, y, a, b: cross(g, a),
    symbol="×",
    tex=(r"%s \times %s", PRODUCT, (SIGN, SIGN)),
    text=("%s × %s", PRODUCT, (SIGN, SIGN)),
    cases=(case((3,), (3,)), case((2, 3), (3,)), case((4, 1, 3), (2, 3)), case((0, 3), (3,))),
)
