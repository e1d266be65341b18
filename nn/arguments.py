"""What users give to layers, optimisers and `fit`, checked; errors say what to give instead."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Node


def whole_number(name: str, number: Any, least: int = 1) -> int:
    """The number as an int; raises ValueError naming it if it is none, or below `least`."""
    if isinstance(number, bool) or not isinstance(number, numbers.Integral) or number < least:
        raise ValueError(f"{name}={number!r}: give a whole number from {least} up")
    return int(number)


def not_negative(name: str, number: Any) -> Any:
    """The number; raises ValueError naming it if it is none, negative or NaN."""
    if not isinstance(number, numbers.Real) or not float(number) >= 0:
        raise ValueError(f"{name}={number!r}: give a number that is not negative")
    return number


def share(name: str, number: Any, *, all_of_it: bool = True) -> Any:
    """The number; raises ValueError naming it if it is none from 0 to 1, or to below 1."""
    if (
        not isinstance(number, numbers.Real)
        or not 0 <= float(number) <= 1
        or number == 1 > all_of_it
    ):
        most = "1" if all_of_it else "below 1"
        raise ValueError(f"{name}={number!r}: give a number from 0 to {most}")
    return number


def yes_or_no(**given: Any) -> None:
    """Raise ValueError naming the first that is neither True nor False."""
    for name, each in given.items():
        if each not in (True, False) or isinstance(each, str):
            raise ValueError(f"{name}={each!r}: give True or False")


def by_name(what: str, wish: Any, kinds: Iterable[type]) -> Any:
    """The class of this name, as MSELoss for "mse"; what is no text as it is."""
    if not isinstance(wish, str):
        return wish
    known = {kind.__name__.lower().removesuffix("loss"): kind for kind in kinds}
    name = wish.lower().replace("_", "").replace("-", "").removesuffix("loss")
    if name not in known:
        raise ValueError(f"{what}={wish!r}: give one of {', '.join(map(repr, known))}")
    return known[name]


def no_text(y: Any) -> Any:
    """The targets as an array or node; raises ValueError for text, saying how to number it."""
    y = y if isinstance(y, Node) else np.asarray(y)
    entry = None if isinstance(y, Node) else next(iter(y.flat), None)
    if isinstance(entry, str | bytes):
        raise ValueError(
            f"y holds text, as {str(entry)!r}: give class indices, which are "
            "np.unique(y, return_inverse=True)[1], or take nn.estimators, which map classes"
        )
    return y


def only_to_none(set_to_none: bool) -> None:
    """Raise ValueError for PyTorch's `zero_grad(set_to_none=False)`."""
    if not set_to_none:
        raise ValueError(
            "zero_grad(set_to_none=False): a gradient that is not there is None here, never 0; "
            "leave set_to_none out"
        )
