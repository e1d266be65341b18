"""Figures without a screen, saved as the same bytes every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import viz


def subplots(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (7, 4.2), **options: Any
) -> tuple[Any, Any]:
    """A figure and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(rows, columns, **options)


def save(figure: Any, path: Path) -> Path:
    """Write the figure as SVG or PNG; returns the path."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "chainrule"}):
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


def save_losses(path: Path, losses: Any, **options: Any) -> Path:
    """Plot loss curves into a file."""
    figure, ax = subplots()
    viz.plots.loss_curve(losses, ax, **options)
    return save(figure, path)
