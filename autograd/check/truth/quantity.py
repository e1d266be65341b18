"""What has a name in a derivation, with its value and its true gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node, Value


@dataclass(frozen=True, eq=False)
class Quantity:
    """Something with a name: its value, and its true gradient or why there is none."""

    name: str
    value: Any
    gradient: np.ndarray | None
    problem: str = ""
    node: Node | None = None  # None for an array of Values
    scale: float = 1.0  # m where the learner's dZ is the gradient of the summed loss
    computed: bool = False  # the result of an operation, not a parameter

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return np.shape(self.value)

    @property
    def expected(self) -> np.ndarray:
        """The gradient in the learner's convention."""
        assert self.gradient is not None
        return self.gradient * self.scale

    def like_value(self, gradient: np.ndarray) -> Any:
        """A gradient as formulas expect it: a float where the value is one."""
        single = isinstance(self.value, float) and gradient.size == 1
        return float(gradient.item()) if single else gradient


def holds_values(each: Any) -> bool:
    """Whether something is an array, list or tuple of Values."""
    if isinstance(each, np.ndarray):
        return each.dtype == object and each.size > 0 and _all_values(each.flat)
    return isinstance(each, list | tuple) and len(each) > 0 and _all_values(each)


def _all_values(entries: Any) -> bool:
    return all(isinstance(entry, Value) for entry in entries)
