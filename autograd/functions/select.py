"""Entries picked by a condition, held within bounds, or rounded and taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.card.dispatch import borrows, implements
from autograd.card.op import Op, boxed, is_node, op, plain
from autograd.rules import select as cards
from autograd.rules.arithmetic import remainder
from autograd.rules.comparison import ceil, floor, floor_divide, trunc
from autograd.rules.select import maximum, minimum


@implements(np.where)
def where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
    """`x` where `condition` holds, `y` elsewhere, broadcast together; alone, the places it holds.

    The branch not taken gets the gradient zero, also where its own derivative is infinite or NaN.
    """
    if x is None and y is None:
        return np.nonzero(plain(condition))
    cond = np.array(plain(condition), dtype=bool)
    if any(isinstance(each, np.ndarray) and each.dtype.hasobject for each in (x, y)):
        return _where_in_objects(cond, x, y)
    return cards.where(x, y, cond=cond if cond.ndim else bool(cond))


def _where_in_objects(cond: np.ndarray, x: Any, y: Any) -> Any:
    """Arrays of Values: each entry is taken from one of the two as it is."""
    entries = np.broadcast_arrays(cond, *(boxed(each) for each in (x, y)))
    return np.where(*entries)


@implements(np.clip, method="clip")
def clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    *,
    min: Any = None,  # noqa: A002 - NumPy's name
    max: Any = None,  # noqa: A002
) -> Any:
    """`a` with what is below `a_min` or above `a_max` put there; a bound may be a node."""
    low = a_min if min is None else min
    high = a_max if max is None else max
    if any(is_node(bound) for bound in (low, high)):
        raised = a if low is None else maximum(a, low)
        return raised if high is None else minimum(raised, high)
    return cards.clip(a, low=low, high=high)


@borrows(np.nan_to_num, ignores=["copy"])
def nan_to_num(x: Any, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """`x` with NaN and infinities replaced by finite numbers; always a copy."""
    return cards.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


@implements(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """From each choice where its condition is the first to hold; `default` where none does."""
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: {len(condlist)} conditions for {len(choicelist)} choices: one for each"
        )
    raws = [plain(each) for each in (*choicelist, default)]
    dtype = np.result_type(*(raw if type(raw) in (int, float) else np.asarray(raw) for raw in raws))
    result = default if is_node(default) else np.asarray(default, dtype)
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


@implements(np.divmod, method="__divmod__")
def _divmod(a: Any, b: Any) -> tuple[Any, Any]:
    """The whole quotients, plain since they are flat, and the remainders."""
    return floor_divide(a, b), remainder(a, b)


implements(method="__rdivmod__")(lambda b, a: _divmod(a, b))


_rounded: Op = op("round", lambda x, *, decimals: np.round(x, decimals), None, table=None)


_exponent: Op = op("exponent", lambda x: np.frexp(x)[1], None, table=None)


@implements(np.round, np.around, method="round")
def _round(a: Any, decimals: int = 0) -> Any:
    """The data rounded to so many decimals, as a plain array."""
    return _rounded(a, decimals=decimals)


def _for_python(name: str, step: Callable[[Any], Any]) -> None:
    """What `math` and NumPy ask entries of object arrays for: plain numbers, a single one whole."""

    def method(self: Any) -> Any:
        y = step(self)
        return y if np.ndim(y) else int(y)

    implements(method=name)(method)


_for_python("__floor__", floor)
_for_python("__ceil__", ceil)
_for_python("__trunc__", trunc)
implements(method="__round__")(lambda a, decimals=0: _round(a, decimals))


@implements(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """The part after the point, and the whole part, which is flat; both with the sign of `x`."""
    whole = trunc(x)
    return x - whole, whole


@implements(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """Mantissa and exponent, `x = mantissa · 2^exponent`; the exponent is flat."""
    exponent = _exponent(x)
    return x * np.exp2(-exponent.astype(float)), exponent
