"""The numbers in a node, outside the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Node


def numbers(node: Node) -> np.ndarray:
    """A copy of the number or array that a node holds now (0-d for a Value)."""
    kind: Any = node  # both kinds of node have numpy(); the base class does not declare it
    return np.asarray(kind.numpy())
