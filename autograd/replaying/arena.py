"""Memory of the program of a scalar graph: numbers by their places, gathered or as views."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.replaying.tracing import Trace


class Arena:
    """Memory of the program for many numbers, each with a place (and a row of samples)."""

    def __init__(self, trace: Trace, size: int, batch: tuple[int, ...]) -> None:
        self.trace, self.batch = trace, batch
        self.memory = trace.memory((size, *batch))
        self._found: dict[Any, Any] = {}
        self.end = 0

    def take(self, places: np.ndarray) -> Any:
        """The numbers at these places, which may be in rows: a view if they lie together."""
        key = (places.shape, places.tobytes())
        if key not in self._found:
            self._found[key] = self._gathered(places)
        return self._found[key]

    def _gathered(self, places: np.ndarray) -> Any:
        if places.size and together(places):
            start = int(places.flat[0])
            return self.view(start, places.size, places.shape)
        options = {"axis": 0, "mode": "clip"}  # checked never: with "raise" NumPy copies once more
        return self.trace.call(np.take, [self.memory, places], options, "into")

    def view(self, start: int, size: int, shape: tuple[int, ...] | None = None) -> Any:
        """Places in a row."""
        part = self.trace.call(
            entries, [self.memory], {"index": slice(start, start + size)}, "view"
        )
        if shape is None or len(shape) == 1:
            return part
        return self.trace.call(np.ndarray.reshape, [part, (*shape, *self.batch)], {}, "view")

    def put(self, start: int, value: Any, size: int) -> None:
        """Let the result of the last call lie here."""
        self.trace.place(value, self.view(start, size))

    def new(self, size: int) -> int:
        """The first of so many places that are free."""
        start, self.end = self.end, self.end + size
        return start


def entries(x: Any, *, index: Any) -> Any:
    """What lies at an index."""
    return x[index]


def together(places: np.ndarray) -> bool:
    """Whether the places lie one behind the other."""
    flat = places.ravel()
    return bool(flat[-1] - flat[0] == flat.size - 1 and (flat[1:] - flat[:-1] == 1).all())
