"""What Values and Tensors share: equality."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np

from autograd.op import TABLE


class Operators:
    """The operators of Values and Tensors.

    Two nodes are equal if they are one and the same, since nodes are dictionary keys; a node and a
    plain number or array are compared as data, as by `<` and `>`.
    """

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Number | np.ndarray | np.generic):
            return TABLE["equal"](self, other)
        return self is other

    def __ne__(self, other: object) -> Any:
        if isinstance(other, Number | np.ndarray | np.generic):
            return TABLE["not_equal"](self, other)
        return self is not other

    def quiet(self) -> Any:
        """Backward passes don't warn of infinities; detect_nan names where they come from."""
        return np.errstate(all="ignore")
