"""Entries shifted, turned round, repeated, and continued beyond the edges."""

from __future__ import annotations

import numpy as np

from autograd.card.domain import case
from autograd.card.op import Op, op

roll: Op = op(
    "roll",
    lambda x, *, shift, axis: np.roll(x, shift, axis),
    lambda g, y, x, *, shift, axis: roll(g, shift=tuple(-s for s in shift), axis=axis),
    cases=(
        case((5,), shift=(2,), axis=(0,)),
        case((2, 3), shift=(1, -4), axis=(0, 1)),
        case((2, 3), shift=(1, 1), axis=(1, 1)),
    ),
)
