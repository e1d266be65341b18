"""Plots of training, with matplotlib (the extra `plots`), which is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_STYLES = ("-", "--", "-.", ":")
_INK, _FAINT = "#1A202C", "#5F6B7A"


def loss_curve(
    history: Any,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    xlabel: str = "epoch",
    ylabel: str = "loss",
    log: bool = False,
) -> Axes:
    """Plot the loss of each epoch; returns the axes, new ones if none are given.

    `history` is a sequence of numbers, a mapping from the label of a curve to such a sequence, or
    what `nn.fit` returned, whose validation loss is drawn beside the training loss. `log` makes the
    vertical axis logarithmic. Raises ImportError without matplotlib, ValueError for an empty
    history.
    """
    curves = _curves(history)
    ax = _new_axes() if ax is None else ax
    for i, (label, values) in enumerate(curves.items()):
        color, style = _COLORS[i % len(_COLORS)], _STYLES[i % len(_STYLES)]
        epochs = np.arange(1, len(values) + 1)
        marker = "o" if len(values) == 1 else None
        ax.plot(epochs, values, style, color=color, linewidth=2, label=label, marker=marker)
        _mark_end(ax, float(epochs[-1]), float(values[-1]), color)
    if log:
        ax.set_yscale("log")
    if len(curves) > 1:
        ax.legend(frameon=False, labelcolor=_INK)
    _dress(ax, title, xlabel, ylabel)
    return ax


def _curves(history: Any) -> dict[str, np.ndarray]:
    """Label → values, without the curves that were not measured."""
    if hasattr(history, "loss"):
        found = {"training": history.loss, "validation": getattr(history, "validation_loss", ())}
    elif isinstance(history, Mapping):
        found = {str(label): values for label, values in history.items()}
    else:
        found = {"loss": history}
    curves = {label: _numbers(label, values) for label, values in found.items()}
    curves = {label: values for label, values in curves.items() if values.size}
    if not curves:
        raise ValueError("loss_curve: the history is empty, so there is nothing to plot")
    return curves


def _numbers(label: str, values: Iterable[Any]) -> np.ndarray:
    array = np.array([], dtype=float) if values is None else np.asarray(values, dtype=float)
    if array.ndim != 1:
        raise ValueError(
            f"loss_curve: {label} has the shape {array.shape}; a curve is one number per epoch"
        )
    return array


def _new_axes() -> Axes:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "viz.plots needs matplotlib, which is not installed: pip install 'chainrule[plots]'"
        ) from error
    _, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    return ax


def _mark_end(ax: Axes, x: float, y: float, color: str) -> None:
    """A dot and the number where a curve ends."""
    if not np.isfinite(y):
        return
    ax.plot([x], [y], "o", color=color, markersize=5)
    ax.annotate(
        f"{y:.4g}",
        (x, y),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        color=color,
        fontsize=10,
    )


def _dress(ax: Axes, title: str | None, xlabel: str, ylabel: str) -> None:
    """Light axes, so that the curves are what one sees."""
    ax.set_xlabel(xlabel, color=_INK)
    ax.set_ylabel(ylabel, color=_INK)
    if title:
        ax.set_title(title, color=_INK, fontweight="bold", loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color("#CBD2DA")
    ax.tick_params(colors=_FAINT)
    ax.grid(axis="y", color="#E4E8EC", linewidth=0.8)
    ax.set_axisbelow(True)
