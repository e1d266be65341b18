"""Sampled functions: convolution, interpolation, polynomials, phases."""

from __future__ import annotations

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, Op, op

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
