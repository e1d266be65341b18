"""Products of matrices, of vectors in space, and of rows (convolutions).

1-D operands are promoted at the edge, so that the card of the matrix product stays one line a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, PRODUCT, SIGN, Op, op, shape_of


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


# All overlaps of two rows, and those in which the first row, the longer, covers the second. Each
# is the other's adjoint, with the row that is held constant reversed.
convolve: Op = op(
    "convolve",
    lambda a, b: np.convolve(a, b),
    lambda g, y, a, b: convolve_valid(g, b[::-1]),
    lambda g, y, a, b: convolve_valid(g, a[::-1]),
    symbol="∗",
    tex=(r"%s \ast %s", ATOM, (ATOM, ATOM)),
    text=("%s ∗ %s", ATOM, (ATOM, ATOM)),
    cases=(case((5,), (3,)), case((2,), (4,)), case((1,), (1,))),
)
convolve_valid: Op = op(
    "convolve_valid",
    lambda a, b: np.convolve(a, b, "valid"),
    lambda g, y, a, b: convolve(g, b[::-1]),
    lambda g, y, a, b: convolve_valid(a[::-1], g),
    cases=(case((5,), (3,)), case((4,), (4,)), case((3,), (1,))),
    public=False,
)
