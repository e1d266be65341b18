"""Functions of SciPy on nodes, by the names of SciPy's modules: `special`, `stats`, …

What NumPy can compute needs no SciPy. The rest asks for it when it is first called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["integrate", "linalg", "signal", "special", "stats"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
