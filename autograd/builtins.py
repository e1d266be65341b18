"""Python's containers and type questions, for code that imports them from here.

Lists, tuples and dicts of nodes are what they are, so the containers are Python's own. Only the
type questions differ: they are answered for the array or number that a node stands for.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograd.card.op import plain
from autograd.graph.node import Node

__all__ = ["dict", "isinstance", "list", "tuple", "type"]

dict, list, tuple = builtins.dict, builtins.list, builtins.tuple  # noqa: A001 - for importing


def isinstance(x: Any, kinds: Any, /) -> bool:  # noqa: A001 - Python's name is the point
    """As Python's isinstance, where a node counts as its array, and one without axes as a float."""
    return builtins.isinstance(x, kinds) or (
        builtins.isinstance(x, Node)
        and any(builtins.isinstance(each, kinds) for each in (plain(x), _number(x)))
    )


def type(x: Any, /) -> Any:  # noqa: A001 - Python's name is the point
    """As Python's type, where a node has that of its array, and one without axes is a float."""
    return builtins.type(_number(x) if builtins.isinstance(x, Node) else x)


def _number(x: Any) -> Any:
    raw = plain(x)
    return raw.item() if builtins.isinstance(raw, np.ndarray) and not raw.ndim else raw
