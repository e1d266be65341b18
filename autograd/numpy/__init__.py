"""NumPy with nodes: `import autograd.numpy as np`. Everything of NumPy is here.

NumPy's functions take nodes by themselves. Replaced are those that create arrays, and those that
may be given nodes in a list, where NumPy does not look for them.
"""

from importlib import import_module as _import_module
from typing import Any as _Any

import numpy as _numpy
from numpy import *  # noqa: F403 - this is NumPy's namespace

from autograd.numpy import creation as _creation
from autograd.numpy.lists import functions_of_lists as _functions_of_lists

__all__ = [*_numpy.__all__, *_creation.__all__]


def __getattr__(name: str) -> _Any:
    return getattr(_numpy, name)


def __dir__() -> list[str]:
    return sorted({*dir(_numpy), *__all__})


for _name in ("fft", "linalg", "random"):  # a `from` import would find NumPy's own, which are here
    _import_module(f"{__name__}.{_name}")
globals().update(_functions_of_lists(_numpy))
globals().update({_name: getattr(_creation, _name) for _name in _creation.__all__})
