"""SciPy itself, imported when one of its functions is called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import import_module
from typing import Any

import autograd.numpy as np
from autograd.card.op import Op, op


def function(module: str, name: str) -> Callable[..., Any]:
    """SciPy's function of that name, called with plain numbers and arrays."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(load(module, name), name)(*args, **kwargs)

    call.__name__ = name
    return call


def load(module: str, name: str) -> Any:
    """A module of SciPy. Raises ImportError that says what wanted it, and how to get it."""
    try:
        return import_module(f"scipy.{module}")
    except ImportError as error:
        raise ImportError(
            f"autograd.scipy.{module}.{name} needs SciPy: pip install 'chainrule[sklearn]'"
        ) from error


def distribution(name: str) -> Callable[[str], Any]:
    """What a module for a distribution has not itself: SciPy's, by its name."""
    return lambda attribute: getattr(getattr(load("stats", name), name), attribute)


def exponential(log: Callable[..., Any], doc: str) -> Callable[..., Any]:
    """The function of which `log` is the logarithm: a density, a probability."""

    @functools.wraps(log)
    def function(*args: Any, **kwargs: Any) -> Any:
        return np.exp(log(*args, **kwargs))

    function.__name__ = function.__qualname__ = log.__name__.removeprefix("log")
    function.__doc__ = doc
    return function


def card(name: str, *rules: Any, module: str = "special", ordered: bool = False) -> Op:
    """An operation whose forward map is SciPy's.

    An `ordered` one has the keyword `n`, which SciPy takes first. The card is in no table, so that
    the table does not depend on who has imported this package.
    """
    call = function(module, name)
    forward = (lambda x, *, n: call(n, x)) if ordered else call
    return op(name, forward, *rules, elementwise=True, table=None)


def unknown(name: str, argument: str) -> Callable[..., Any]:
    """The rule of an argument whose derivative nobody has put down: an error, no silent zero."""

    def rule(*args: Any) -> Any:
        raise NotImplementedError(f"{name} has no gradient for its argument {argument}")

    return rule
