"""Packages that come with an extra only, imported where they are needed."""

from __future__ import annotations

import importlib
from typing import Any


def need(module: str, why: str) -> Any:
    """The module; raises ModuleNotFoundError saying why it is needed and how to install it."""
    try:
        importlib.import_module(module.partition(".")[0])
        return importlib.import_module(module)
    except ImportError as error:
        raise ModuleNotFoundError(why) from error
