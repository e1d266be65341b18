"""NumPy's functions on nodes, and others: what takes arguments of many forms and uses the cards.

One file per family. What a file defines without an underscore is a function of `autograd`, but for
`arguments.py`, in which the files share how arguments are read.
"""

from collections.abc import Callable as _Callable
from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules
from types import FunctionType as _FunctionType
from typing import Any as _Any

FUNCTIONS: dict[str, _Callable[..., _Any]] = {}
"""All functions by name."""

for _found in _iter_modules(__path__):
    _module = _import_module(f"{__name__}.{_found.name}")
    FUNCTIONS.update(
        (name, each)
        for name, each in vars(_module).items()
        if isinstance(each, _FunctionType) and each.__module__ == _module.__name__
        if not name.startswith("_") and _found.name != "arguments"
    )
