"""What a picture shows, as plain data: boxes, arrows, their texts. Knows no DOT, no colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from viz import text
from viz.theme import Role

State = Literal["none yet", "zero", "not wanted", "value"]
Kind = Literal["plain", "local", "product", "formula", "shape", "count", "pair"]
Grid = list[list[str]]
THUMBNAIL = (6, 12)


@dataclass
class Numbers:
    """An array as it is shown: all of its entries, or a few labelled measures of it."""

    grid: Grid | None
    measures: list[tuple[str, str]]
    sign: int  # +1, −1, or 0 where entries differ in sign or are zero
    size: float  # the mean of the absolute values
    heat: list[list[float]] | None = None  # a thumbnail: −1 … 1, in parts of the largest entry

    @property
    def line(self) -> str:
        """All of it on one line."""
        if self.grid is None:
            return ", ".join(f"{what} {number}" for what, number in self.measures)
        if self.scalar:
            return self.grid[0][0]
        return "; ".join(" ".join(row) for row in self.grid)

    @property
    def scalar(self) -> bool:
        """Whether it is one number."""
        return self.grid is not None and len(self.grid) == len(self.grid[0]) == 1


@dataclass
class Gradient:
    """A gradient, or why there is none: `reason` is a few words for the reader."""

    state: State
    symbol: str
    numbers: Numbers | None = None
    reason: str = ""
    total: str = ""  # the sum over the uses, where there are several
    note: str = ""

    @property
    def line(self) -> str:
        """What is said in place of a number, or the number with its reason."""
        words = {"none yet": "no gradient yet", "not wanted": "no gradient wanted"}.get(self.state)
        if words is not None:
            return words + (f": {self.reason}" if self.reason else "")
        number = self.numbers.line if self.numbers else ""
        return f"{number} ({self.reason})" if self.reason else number

    @property
    def said(self) -> str:
        """All of it on one line, with the sum over the uses and the note."""
        total = (
            f" {self.total}" if self.total.startswith("=") else f", {self.total}" * bool(self.total)
        )
        return self.line + total + f", {self.note}" * bool(self.note)


@dataclass
class Box:
    """A node of the picture: a value with the operation that made it, or one of the two."""

    id: str
    role: Role
    name: str
    formula: str = ""
    shape: str = ""
    value: Numbers | None = None
    gradient: Gradient | None = None
    note: str = ""
    group: tuple[str, ...] = ()

    @property
    def speech(self) -> str:
        """The box in a sentence, for those who hear the picture and for terminals."""
        what = f"{self.name} = {self.formula}" if self.formula else self.name
        parts = [f"{what}, {self.role}"]
        if self.shape:
            parts.append(self.shape)
        if self.value is not None:
            parts.append(f"value {self.value.line}")
        if self.gradient is not None:
            parts.append(f"{self.gradient.symbol}: {self.gradient.said}")
        if self.note:
            parts.append(self.note)
        return ", ".join(parts)


@dataclass
class Arrow:
    """An edge: one use of a value by an operation, and what flows back along it."""

    id: str
    tail: str
    head: str
    slot: int | None = None
    lines: list[str] = field(default_factory=list)
    result: str = ""
    kind: Kind = "plain"  # of what is written on it
    sign: int = 0
    size: float = 0.0
    speech: str = ""


@dataclass
class Picture:
    """A drawing before it is laid out."""

    title: str
    direction: str
    root: str
    boxes: list[Box]
    arrows: list[Arrow]
    compact: bool = False
    fused: bool = True
    legend: bool = True
    levels: bool = False  # whether each group is a column

    @property
    def roles(self) -> list[Role]:
        """The roles that occur."""
        return list(dict.fromkeys(box.role for box in self.boxes))


def numbers(data: Any, digits: int, *, sign: bool = False, heat: bool = False) -> Numbers:
    """An array, number or stored gradient as it is to be shown; `heat` asks for a thumbnail."""
    array = np.asarray(data)
    with np.errstate(all="ignore"):
        size = float(np.nan_to_num(np.mean(np.abs(array), dtype=np.float64))) if array.size else 0.0
    up, down = bool((array > 0).any()), bool((array < 0).any())
    grid = text.rows(array, digits, sign=sign)
    measures = [] if grid is not None else text.summary(array, digits, sign=sign)
    made = Numbers(grid, measures, up - down, size)
    if heat and grid is None and array.size:
        made.heat = thumbnail(array)
    return made


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
