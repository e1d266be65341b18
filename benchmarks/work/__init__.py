"""The work that is measured: the same for each side, a side imported only where it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Step = Callable[[], Any]


class Work(NamedTuple):
    """Something to measure: its name, what makes each side's step, the nodes of its graph.

    A side is named after the peer whose environment it runs in, `"CasADi, mapped"` after CasADi.
    A step that returns text has it shown beside its time.
    """

    name: str
    sides: dict[str, Callable[[], Step]]
    nodes: int = 0


def peer(side: str) -> str:
    """Whose environment a side runs in."""
    return side.partition(",")[0]


def catalogue() -> list[Work]:
    """All work, in the order of the table."""
    from benchmarks.work import arrays, batched, orders, scalars, start, training

    parts = (scalars, batched, arrays, orders, start, training)
    return [work for part in parts for work in part.WORK]
