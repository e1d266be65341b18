"""NumPy's functions of arrays where the array is a list with nodes in it: np.mean([x, y])."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from autograd.card.dispatch import NUMPY, call_function
from autograd.numpy.creation import holds_nodes


def functions_of_lists(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a NumPy module that have one for nodes, each looking into lists for them.

    NumPy looks for nodes only among the arguments themselves.
    """
    found = {}
    for name in module.__all__:
        function = getattr(module, name)
        if callable(function) and not isinstance(function, np.ufunc) and function in NUMPY:
            found[name] = _also_of_lists(function)
    return found


def _also_of_lists(theirs: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(theirs)
    def function(*args: Any, **kwargs: Any) -> Any:
        if holds_nodes(args):
            return call_function("Tensor", theirs, args, kwargs)
        return theirs(*args, **kwargs)

    return function
