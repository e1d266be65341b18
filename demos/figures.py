"""Figures without a screen, saved as the same bytes every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def subplots(rows: int, columns: int, *, size: tuple[float, float]) -> tuple[Any, Any]:
    """A figure and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(rows, columns)


def save(figure: Any, path: Path) -> Path:
    """Write the figure as SVG; returns the path."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "chainrule"}):
        figure.savefig(path, metadata={"Date": None})
    return path
