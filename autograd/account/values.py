"""Arrays as they are shown: in full, by a few measures, or as a thumbnail of their entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.account import text

THUMBNAIL = (6, 12)


@dataclass
class Numbers:
    """An array as it is shown: all of its entries, or a few labelled measures of it."""

    grid: list[list[str]] | None
    measures: list[tuple[str, str]]
    sign: int  # +1, −1, or 0 where entries differ in sign or are zero
    size: float  # the mean of the absolute values
    heat: list[list[float]] | None = None  # a thumbnail: −1 … 1, in parts of the largest entry
    note: str = ""  # of a leaf that holds another number now

    @property
    def line(self) -> str:
        """All of it on one line."""
        note = f" ({self.note})" * bool(self.note)
        if self.grid is None:
            return ", ".join(f"{what} {number}" for what, number in self.measures) + note
        return "; ".join(" ".join(row) for row in self.grid) + note

    @property
    def scalar(self) -> bool:
        """Whether it is one number."""
        return self.grid is not None and len(self.grid) == len(self.grid[0]) == 1


def numbers(data: Any, digits: int, *, sign: bool = False, heat: bool = False) -> Numbers:
    """An array, number or stored gradient as it is to be shown; `heat` asks for a thumbnail."""
    array = np.asarray(data)
    sign_, size = measures(array)
    grid = text.rows(array, digits, sign=sign)
    found = [] if grid is not None else text.summary(array, digits, sign=sign)
    made = Numbers(grid, found, sign_, size)
    if heat and grid is None and array.size:
        made.heat = thumbnail(array)
    return made


def measures(data: Any) -> tuple[int, float]:
    """The sign that all entries have (0 if they differ or are zero), and their mean size."""
    array = np.asarray(data)
    with np.errstate(all="ignore"):
        size = float(np.nan_to_num(np.mean(np.abs(array), dtype=np.float64))) if array.size else 0.0
    return bool((array > 0).any()) - bool((array < 0).any()), size


def thumbnail(array: np.ndarray) -> list[list[float]]:
    """The array as at most 6 × 12 means of its parts, each divided by the largest of them."""
    table = np.atleast_2d(np.asarray(array, dtype=np.float64))
    table = table.reshape(-1, table.shape[-1])
    with np.errstate(all="ignore"):
        table = np.nan_to_num(table, nan=0.0, posinf=0.0, neginf=0.0)
        table = table / (np.abs(table).max() or 1.0)
        for axis, most in enumerate(THUMBNAIL):
            starts = np.linspace(0, table.shape[axis], min(most, table.shape[axis]), endpoint=False)
            cuts = starts.astype(int)
            lengths = np.diff([*cuts, table.shape[axis]])
            sums = np.add.reduceat(table, cuts, axis=axis)
            table = sums / (lengths[:, np.newaxis] if axis == 0 else lengths)
        table = table / (np.abs(table).max() or 1.0)
    rounded: list[list[float]] = (np.round(table, 2) + 0.0).tolist()
    return rounded
