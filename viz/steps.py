"""What a ledger holds, as plain data: steps, their terms and formulas. Knows no notation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Node
from viz.paths import Paths


@dataclass(frozen=True)
class Line:
    """A formula in both notations."""

    text: str
    tex: str


@dataclass(frozen=True)
class Term:
    """What one use of a node adds to its gradient: `value` is the number or array that is added."""

    consumer: str
    because: Line
    symbolic: Line
    numeric: Line
    value: Any


@dataclass(frozen=True)
class Step:
    """The gradient of one node: the sum of its terms, which follow the order of the sweep."""

    name: str
    node: Node
    letter: Line
    terms: tuple[Term, ...]
    gradient: Any
    shape: tuple[int, ...]
    lines: tuple[Line, ...]  # what it equals: in symbols, in numbers, as a sum, the result


class Ledger:
    """The steps of one backward pass, in its order; iterable, and by name.

    `sizes` are the letters that stand for the sizes of axes: {"m": 7}; `digits` are those of the
    numbers along paths.
    """

    def __init__(
        self,
        root: str,
        wrt: Sequence[str],
        steps: list[Step],
        paths: list[Paths],
        sizes: Mapping[str, int],
        digits: int = 4,
    ) -> None:
        self.root, self.wrt, self.steps, self.paths = root, tuple(wrt), steps, paths
        self.sizes, self.digits = dict(sizes), digits
        self._by_name = {step.name: step for step in steps}

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, name: str) -> Step:
        if name not in self._by_name:
            known = ", ".join(list(self._by_name)[:20])
            raise KeyError(f"no step is called {name!r}; there are {known}")
        return self._by_name[name]
