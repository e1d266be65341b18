"""The cards: one file per family of operations. Importing this package fills the table."""

from autograd.rules import (
    activations,
    arithmetic,
    comparison,
    indexing,
    linalg,
    reductions,
    select,
    shape,
    transcendental,
)

__all__ = [
    "activations",
    "arithmetic",
    "comparison",
    "indexing",
    "linalg",
    "reductions",
    "select",
    "shape",
    "transcendental",
]
