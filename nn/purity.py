"""What a recording depends on: whether all on the way is pure, and how it is set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Value
from nn.module import Module


class Same:
    """A thing that equals itself alone, kept so that nothing takes its place in memory."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    __hash__ = None  # type: ignore[assignment]


def is_pure(*things: Any) -> bool:
    """Whether all modules in them, or the penalties that they are, promise to be pure.

    The promise is that of the very class, and void where an instance has a method of its own.
    """
    return all(
        vars(type(each)).get("pure") is True
        and not any(callable(getattr(type(each), name, None)) for name in vars(each))
        for thing in things
        for _, each in _walk(thing)
    )


def settings(*things: Any) -> list[Any]:
    """Attributes of all modules in them and of their classes, equal as long as none was set."""
    found: list[Any] = []
    kinds: dict[type, None] = {}
    for path, each in (pair for thing in things for pair in _walk(thing)):
        found.append(
            (path, type(each), [(name, _frozen(entry)) for name, entry in vars(each).items()])
        )
        kinds |= dict.fromkeys(type(each).__mro__[:-1])
    return [found, [[Same(entry) for entry in vars(kind).values()] for kind in kinds]]


def _walk(thing: Any) -> Iterator[tuple[str, Any]]:
    return thing.named_modules() if isinstance(thing, Module) else iter([("", thing)])


def _frozen(thing: Any) -> Any:
    """The number or text, what a container holds, or which thing it is."""
    if isinstance(thing, np.ndarray) and thing.dtype == object:
        nodes = thing.ravel().tolist()
        return thing.shape, nodes, list(map(_constant, nodes))
    if isinstance(thing, np.ndarray):
        return thing.shape, thing.dtype, thing.tobytes()
    if isinstance(thing, list | tuple):
        return [_frozen(each) for each in thing]
    if isinstance(thing, dict):
        return [(name, _frozen(each)) for name, each in thing.items()]
    if isinstance(thing, str | int | float | None):
        return thing
    return Same(thing), _constant(thing)


def _constant(thing: Any) -> float | None:
    """The number of a Value that is not learned: it stands in the recording as it was."""
    return thing.data if isinstance(thing, Value) and not thing.requires_grad else None
