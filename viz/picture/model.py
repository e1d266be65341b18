"""What a picture shows, as plain data: boxes, arrows, their texts. Knows no DOT, no colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from autograd.account.stored import StoredGradient
from autograd.account.values import Numbers

Role = Literal["input", "parameter", "constant", "operation", "result", "gradient", "group", "loss"]
Kind = Literal["plain", "local", "product", "formula", "shape", "count", "pair"]


@dataclass
class Box:
    """A node of the picture: a value with the operation that made it, or one of the two."""

    id: str
    role: Role
    name: str
    formula: str = ""
    shape: str = ""
    value: Numbers | None = None
    gradient: StoredGradient | None = None
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
