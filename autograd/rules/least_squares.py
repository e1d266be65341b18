"""The pseudo-inverse, and least squares by it."""

from __future__ import annotations

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, POWER, Op, op
from autograd.rules.inverses import in_lapack

# Golub and Pereyra, "The differentiation of pseudo-inverses" (1973), (4.12).
pinv: Op = op(
    "pinv",
    in_lapack(lambda a, *, rcond: np.linalg.pinv(a, rcond)),
    lambda g, y, a, *, rcond: (
        (g.mT - a @ (y @ g.mT)) @ (y @ y.mT)
        + (y.mT @ y) @ (g.mT - (g.mT @ y) @ a)
        - y.mT @ g @ y.mT
    ),
    tex=("{%s}^{+}", POWER, (ATOM,)),
    text=("%s⁺", POWER, (ATOM,)),
    cases=(
        case((3, 3), rcond=1e-15),
        case((4, 2), rcond=1e-15),
        case((2, 2, 3), rcond=1e-15),
        case((0, 2), rcond=1e-15),
    ),
    kink="the derivative is that among matrices of the same rank",
    hint=lambda operands, names: "a matrix is needed" if operands[0].ndim < 2 else None,
)
