"""What Values and Tensors share: equality, leaving the graph, NumPy's protocols."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np

from autograd.card.dispatch import call_function, call_ufunc
from autograd.card.op import TABLE, plain, quietly
from autograd.graph.modes import MODES, watch
from autograd.nodes.arrays import name_of
from autograd.nodes.completion import Completed


class Operators(Completed):
    """What Values and Tensors share.

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

    # --------------------------------------------------------------------- for the sweep

    def same(self, raw: Any) -> bool:
        """Whether the data is still what an operation saw."""
        return self.raw is raw or np.array_equal(self.raw, raw, equal_nan=True)

    def is_nan(self, gradient: Any) -> bool:
        """Whether a gradient holds a NaN."""
        raw = plain(gradient)
        return bool(raw != raw) if type(raw) is float else bool(np.isnan(raw).any())

    quietly = staticmethod(quietly)  # detect_nan names where infinities come from

    # ----------------------------------------------------------------- leaving the graph

    def numpy(self) -> np.ndarray:
        """A copy as a plain array, outside the graph."""
        return np.array(self.raw, order="C")

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __bool__(self) -> bool:
        if MODES:
            watch(TABLE["not_equal"], (self, 0.0), {}, bool(self.raw))
        return bool(self.raw)

    def __float__(self) -> float:
        self._refuse("float({})", "{}.item() for the plain number, np.sin for math.sin")
        return float(self.raw)

    def __int__(self) -> int:
        self._refuse("int({})", "int({}.item())")
        return int(self.raw)

    def _refuse(self, what: str, instead: str) -> None:
        if self.requires_grad:
            letter = type(self).__name__[0].lower()
            of = name_of(self) + (f" (shape {self.shape})" if self.shape else "")
            raise TypeError(
                f"{what.format(letter)} of {of} would leave the graph without a trace, since it "
                f"requires a gradient: write {instead.format(letter)}"
            )

    def _refuse_result(self) -> None:
        """Only a leaf's data can be assigned."""
        if self.op is not None:
            raise AttributeError(
                f"this {type(self).__name__} is the result of {self.op.name}, so its data follows "
                "from its arguments: assign to a leaf, or make one with .detach()"
            )

    # ----------------------------------------------------------------- NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return call_ufunc(type(self).__name__, ufunc, method, inputs, options)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any
    ) -> Any:
        return call_function(type(self).__name__, function, args, kwargs)
