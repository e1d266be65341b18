"""The cards: one file per family of operations. Importing this package fills the table."""

from autograd.rules import elementwise, indexing, linalg, reductions, shape

__all__ = ["elementwise", "indexing", "linalg", "reductions", "shape"]
