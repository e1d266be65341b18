"""The work that is measured: the same for each side, a side imported only where it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Step = Callable[[], Any]


class Work(NamedTuple):
    """Something to measure: its name, what makes each side's step, and how often it is run."""

    name: str
    sides: dict[str, Callable[[], Step]]
    repeats: int


def catalogue() -> list[Work]:
    """All work, in the order of the table."""
    from benchmarks.work import arrays, orders, scalars, start

    return [*scalars.WORK, *arrays.WORK, *orders.WORK, *start.WORK]
