"""Where the arguments of an operation may lie, and the shapes and parameters it is tried with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Domain:
    """Where an argument may lie: tests sample there, errors and documents quote the text."""

    text: str
    low: float
    high: float
    hole: float = 0.0
    whole: bool = False

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Random float64 in [low, high], at least `hole` away from zero."""
        x = rng.uniform(self.low, self.high, shape)
        if self.whole:
            return np.rint(x)
        return np.where(np.abs(x) < self.hole, np.copysign(self.hole, x) + x, x)


REAL = Domain("any real", -2.0, 2.0)
POSITIVE = Domain("> 0", 0.2, 3.0)
NONZERO = Domain("≠ 0", -2.0, 2.0, hole=0.2)


@dataclass(frozen=True)
class Case:
    """One set of argument shapes and parameters with which tests try an operation."""

    shapes: tuple[tuple[int, ...], ...]
    params: dict[str, Any]

    def __str__(self) -> str:
        params = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{' '.join(map(str, self.shapes))} {params}".strip()


def case(*shapes: tuple[int, ...], **params: Any) -> Case:
    """A `Case`, written as a call would be."""
    return Case(shapes, params)
