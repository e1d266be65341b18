"""Nested lists, tuples and dicts as one list of leaves, and back. Knows nothing of the leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Rebuild = Callable[[Sequence[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of `tree` from left to right, and what builds a tree of its form from others."""
    leaves: list[Any] = []
    form = _form(tree, leaves)
    return leaves, lambda new: _build(form, iter(new))


def paths(tree: Any, at: str = "") -> list[str]:
    """Where each leaf stands, as one would index it: `[0]['w']`."""
    if isinstance(tree, dict):
        items = [(repr(key), each) for key, each in tree.items()]
    elif isinstance(tree, list | tuple):
        items = [(str(i), each) for i, each in enumerate(tree)]
    else:
        return [at]
    return [path for key, each in items for path in paths(each, f"{at}[{key}]")]


def _form(tree: Any, leaves: list[Any]) -> Any:
    if isinstance(tree, dict):
        return dict, [(key, _form(each, leaves)) for key, each in tree.items()]
    if isinstance(tree, list | tuple):
        return type(tree), [_form(each, leaves) for each in tree]
    leaves.append(tree)
    return None


def _build(form: Any, leaves: Any) -> Any:
    if form is None:
        return next(leaves)
    kind, inner = form
    if kind is dict:
        return {key: _build(each, leaves) for key, each in inner}
    built = [_build(each, leaves) for each in inner]
    if hasattr(kind, "_fields"):  # a named tuple takes its fields one by one
        return kind(*built)
    return kind(built)
