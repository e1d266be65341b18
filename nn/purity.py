"""Purity: which modules may be recorded and replayed, and what a recording of them depends on.

A module is *pure* if its output follows from input and parameters by operations alone: it reads no
plain numbers from nodes, has no randomness and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Value
from nn import activations, layers, losses, models, regularization
from nn.module import Module

PURE = frozenset(
    [
        *activations.KINDS,
        *(layers.Linear, layers.Sequential, models.LogisticRegression, models.MLP),
        *(losses.BCELoss, losses.BCEWithLogitsLoss, losses.CrossEntropyLoss),
        *(losses.L1Loss, losses.MSELoss, regularization.L1, regularization.L2),
    ]
)
"""The classes of this package that are pure; others say `pure = True` in their own body."""


def is_pure(*things: Any) -> bool:
    """Whether all modules in them, or the penalties that they are, are pure.

    Purity is that of the very class: a subclass may do anything, and declares itself anew. It is
    void where an instance has a method of its own.
    """
    return all(
        (type(each) in PURE or vars(type(each)).get("pure") is True)
        and not any(callable(getattr(type(each), name, None)) for name in vars(each))
        for thing in things
        for _, each in _modules(thing)
    )


def settings(*things: Any) -> list[Any]:
    """Attributes of all modules in them and of their classes, equal as long as none was set."""
    modules = [pair for thing in things for pair in _modules(thing)]
    own = [
        (path, type(each), [(name, _comparable(entry)) for name, entry in vars(each).items()])
        for path, each in modules
    ]
    kinds = dict.fromkeys(kind for _, each in modules for kind in type(each).__mro__[:-1])
    return [own, [[SameObject(entry) for entry in vars(kind).values()] for kind in kinds]]


class SameObject:
    """Equals nothing but itself in another wrapper; kept, so that its place in memory is its."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameObject) and self.thing is other.thing

    __hash__ = None  # type: ignore[assignment]


def _modules(thing: Any) -> Iterator[tuple[str, Any]]:
    return thing.named_modules() if isinstance(thing, Module) else iter([("", thing)])


def _comparable(thing: Any) -> Any:
    """The number or text, what a container holds, or which thing it is."""
    if isinstance(thing, np.ndarray) and thing.dtype == object:
        nodes = thing.ravel().tolist()
        return thing.shape, nodes, list(map(_constant, nodes))
    if isinstance(thing, np.ndarray):
        return thing.shape, thing.dtype, thing.tobytes()
    if isinstance(thing, list | tuple):
        return [_comparable(each) for each in thing]
    if isinstance(thing, dict):
        return [(name, _comparable(each)) for name, each in thing.items()]
    if isinstance(thing, str | int | float | None):
        return thing
    return SameObject(thing), _constant(thing)


def _constant(thing: Any) -> float | None:
    """The number of a Value that is not learned: it stands in the recording as it was."""
    return thing.data if isinstance(thing, Value) and not thing.requires_grad else None
