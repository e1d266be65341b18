"""Colours and shapes of pictures, chosen to be told apart without seeing red and green."""

from __future__ import annotations

from dataclasses import dataclass

from viz.picture.model import Role

# Roles in the order of the legend, with their shapes. Where operations are drawn on their own,
# they are ellipses, and the values that they give are results; else a rounded box is both.
SHAPES: dict[Role, str] = {
    "input": "note",
    "parameter": "box",
    "constant": "tab",
    "operation": "box",
    "result": "box",
    "gradient": "box",
    "group": "box3d",
    "loss": "octagon",
}


@dataclass(frozen=True)
class Theme:
    """The colours of a picture. `fills` and `lines` repeat what the shapes of the roles say."""

    paper: str
    ink: str
    faint: str
    rule: str
    plus: str
    minus: str
    fills: dict[Role, str]
    lines: dict[Role, str]

    def mixed(self, part: float) -> str:
        """A colour between that of the paper (0) and those of the signs (−1 and 1)."""
        full = self.plus if part > 0 else self.minus
        ends = zip(_channels(self.paper), _channels(full), strict=True)
        return "#" + "".join(f"{round(a + (b - a) * abs(part)):02X}" for a, b in ends)


def _channels(color: str) -> list[int]:
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def _by_role(colors: str) -> dict[Role, str]:
    """A colour for each role, in the order of SHAPES."""
    return dict(zip(SHAPES, (f"#{each}" for each in colors.split()), strict=True))


THEMES = {
    "light": Theme(
        paper="#FFFFFF",
        ink="#1A202C",
        faint="#5F6B7A",
        rule="#CBD2DA",
        plus="#0072B2",
        minus="#D55E00",
        fills=_by_role("EEF2F6 FFF6DB F5F5F5 FFFFFF FFFFFF E9F4F4 EDF0F4 F9EDF7"),
        lines=_by_role("6B7785 8A6D1B 8C8C8C 4A5568 4A5568 2F6F73 4A5568 7A3E73"),
    ),
    "dark": Theme(
        paper="#14181F",
        ink="#F2F4F7",
        faint="#A3AEBB",
        rule="#46505C",
        plus="#56B4E9",
        minus="#E69F00",
        fills=_by_role("222B36 3A3218 2A2A2A 1C222B 1C222B 173234 262E39 38223A"),
        lines=_by_role("9FB0C3 D9B84A A8A8A8 B4BFCC B4BFCC 7CC4C8 B4BFCC CC8FC4"),
    ),
    "print": Theme(
        paper="#FFFFFF",
        ink="#000000",
        faint="#444444",
        rule="#999999",
        plus="#0072B2",
        minus="#D55E00",
        fills=dict.fromkeys(SHAPES, "#FFFFFF"),
        lines=dict.fromkeys(SHAPES, "#000000"),
    ),
}
