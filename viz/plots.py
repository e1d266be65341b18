"""Plots with matplotlib (the extra `plots`), which is imported when one is drawn.

Over 300 lines, since each plot says what it takes and how it may be dressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, elementwise_grad, no_grad, value_and_grad

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
    ends = []
    for i, (label, values) in enumerate(curves.items()):
        color, style = _COLORS[i % len(_COLORS)], _STYLES[i % len(_STYLES)]
        epochs = np.arange(1, len(values) + 1)
        marker = "o" if len(values) == 1 else None
        ax.plot(epochs, values, style, color=color, linewidth=2, label=label, marker=marker)
        ends.append((float(epochs[-1]), float(values[-1]), color))
    if log:
        _logarithmic(ax)
    ax.locator_params(axis="x", integer=True)
    _mark_ends(ax, ends)
    if len(curves) > 1:
        ax.legend(frameon=False, labelcolor=_INK)
    _dress(ax, title, xlabel, ylabel)
    return ax


def activation(
    function: Callable[[Any], Any],
    ax: Axes | None = None,
    *,
    label: str | None = None,
    low: float = -6.0,
    high: float = 6.0,
    title: str | None = None,
) -> Axes:
    """Plot a function of one number and its derivative, taken by autograd; returns the axes."""
    ax = _new_axes() if ax is None else ax
    x = np.linspace(low, high, 601)
    with no_grad():
        y = np.asarray(function(x))
    slope = np.asarray(elementwise_grad(function)(x))
    name = label or getattr(function, "__name__", "") or getattr(function, "name", "g")
    ax.plot(x, y, _STYLES[0], color=_COLORS[0], linewidth=2, label=f"{name}(z)")
    ax.plot(x, slope, _STYLES[1], color=_COLORS[1], linewidth=2, label=f"{name}′(z)")
    ax.axhline(0, color="#CBD2DA", linewidth=0.8, zorder=0)
    ax.axvline(0, color="#CBD2DA", linewidth=0.8, zorder=0)
    ax.legend(frameon=False, labelcolor=_INK)
    _dress(ax, title, "z", "")
    return ax


def decision_boundary(
    predict: Any,
    X: Any,
    y: Any,
    ax: Axes | None = None,
    *,
    level: float = 0.5,
    resolution: int = 200,
    title: str | None = None,
    xlabel: str = "x1",
    ylabel: str = "x2",
) -> Axes:
    """Plot samples (`X` is `(m, 2)`, `y` their `m` classes) and where `predict` parts them.

    `predict` is an estimator with `predict_proba` or `predict`, or maps `(k, 2)` points to the `k`
    scores of the second of two classes, which wins from `level` on, to `(k, c)` scores of classes,
    or to `k` of the classes. Returns the axes; raises ValueError for other shapes.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y).ravel()
    if not len(X) or X.shape != (len(y), 2):
        raise ValueError(
            f"decision_boundary: X has the shape {X.shape} and y {y.shape}; X is (m, 2), y (m,)"
        )
    a, b = _grid_around(X, resolution)
    classes = _classes(predict, y)
    scores = _scores(predict, np.column_stack([a.ravel(), b.ravel()]), classes, level)
    ax = _new_axes() if ax is None else ax
    colors = [(_COLORS[1], _COLORS[0], *_COLORS[2:])[i % 6] for i in range(len(classes))]
    winner = scores.argmax(axis=1).reshape(a.shape)
    ax.contourf(a, b, winner, np.arange(len(classes) + 1) - 0.5, colors=colors, alpha=0.16)
    for i, (kind, color) in enumerate(zip(classes, colors, strict=True)):
        lead = (scores[:, i] - np.delete(scores, i, axis=1).max(axis=1)).reshape(a.shape)
        if i and lead.min() < 0 < lead.max():
            ax.contour(a, b, lead, levels=[0], colors=[_INK], linewidths=1.5)
        look: dict[str, Any] = {"marker": "os^Dv*"[i % 6], "color": color, "edgecolor": "white"}
        mine, label = X[y == kind], f"class {_label(kind)}"
        ax.scatter(mine[:, 0], mine[:, 1], s=28, label=label, linewidth=0.5, **look)
    ax.legend(frameon=True, edgecolor="none", labelcolor=_INK)
    _dress(ax, title, xlabel, ylabel)
    ax.grid(visible=False)
    return ax


def _grid_around(X: np.ndarray, resolution: int) -> list[np.ndarray]:
    """The coordinates of a grid over the samples, with a margin of a tenth."""
    margin = 0.1 * np.ptp(X, axis=0) + 1e-9
    ends = zip(X.min(axis=0) - margin, X.max(axis=0) + margin, strict=True)
    return list(np.meshgrid(*(np.linspace(*pair, resolution) for pair in ends)))


def _classes(predict: Any, y: np.ndarray) -> np.ndarray:
    """The classes in the order of their scores."""
    known = getattr(predict, "classes_", None)
    found = np.unique(y) if known is None else np.asarray(known)
    return np.arange(2) if np.isin(found, (0, 1)).all() else found


def _scores(predict: Any, points: np.ndarray, classes: np.ndarray, level: float) -> np.ndarray:
    """A column of scores for each class; that of the largest wins."""
    ways = (getattr(predict, way, None) for way in ("predict_proba", "predict"))
    with no_grad():
        found = np.asarray(_plain(next(filter(None, ways), predict)(points)))
    if found.shape == (len(points), len(classes)):
        return found
    if found.size == len(points) and found.ndim <= 2:
        found = found.reshape(-1, 1)
        if len(classes) == 2 and found.dtype.kind in "fbiu" and not _plain_labels(found, classes):
            return np.hstack([2 * level - found, found])
        if np.isin(found, classes).all():
            return (found == classes).astype(float)
    raise ValueError(
        f"decision_boundary: of {len(points)} points, predict made the shape {found.shape}; with "
        f"{len(classes)} classes in y that is to be {(len(points), len(classes))}, or a class each"
    )


def _plain_labels(found: np.ndarray, classes: np.ndarray) -> bool:
    """Whether these are classes themselves, other than 0 and 1, which are scores as well."""
    return bool(np.isin(found, classes).all() and not np.isin(classes, (0, 1)).all())


def _label(kind: Any) -> str:
    return f"{kind:g}" if isinstance(kind, np.number) else str(kind)


def histograms(
    layers: Any,
    ax: Axes | None = None,
    *,
    gradients: bool = False,
    bins: int = 40,
    title: str | None = None,
) -> Axes:
    """Plot how the weights are distributed, layer by layer, or their `gradients`; returns the axes.

    `layers` maps labels to arrays or nodes, or is a model with `named_parameters()`, of which
    everything but the biases is taken. Raises ValueError where there is nothing to plot.
    """
    if hasattr(layers, "named_parameters"):
        layers = {k: p for k, p in layers.named_parameters() if np.ndim(_plain(p)) > 1}
    found = {str(k): p.grad if gradients else p for k, p in dict(layers).items()}
    missing = [label for label, each in found.items() if each is None]
    if missing:
        raise ValueError(f"histograms: {missing[0]} has no gradient yet: call backward() first")
    arrays = {label: np.asarray(_plain(each), dtype=float).ravel() for label, each in found.items()}
    if not any(array.size for array in arrays.values()):
        raise ValueError("histograms: there are no arrays to plot")
    ax = _new_axes() if ax is None else ax
    every = np.concatenate([array[np.isfinite(array)] for array in arrays.values()])
    edges = np.histogram_bin_edges(every, bins=bins)
    for i, (label, array) in enumerate(arrays.items()):
        heights, _ = np.histogram(array, edges)
        color, style = _COLORS[i % len(_COLORS)], _STYLES[i % len(_STYLES)]
        share = heights / max(array.size, 1)
        ax.stairs(share, edges, color=color, linestyle=style, linewidth=2, label=label)
    ax.legend(frameon=False, labelcolor=_INK)
    _dress(ax, title, "gradient" if gradients else "weight", "share of the entries")
    return ax


def loss_surface(
    loss: Callable[[Any], Any],
    point: Any,
    ax: Axes | None = None,
    *,
    span: float = 1.0,
    resolution: int = 41,
    title: str | None = None,
    xlabel: str = "w1",
    ylabel: str = "w2",
) -> Axes:
    """Plot a loss of two parameters around `point`, with the direction of steepest descent (N1.1).

    `loss` maps a Tensor of shape `(2,)` to a single number; the direction is minus its gradient,
    drawn half a `span` long. Returns the axes; raises ValueError for another number of parameters.
    """
    here = np.asarray(_plain(point), dtype=float)
    if here.shape != (2,):
        raise ValueError(f"loss_surface: the point has the shape {here.shape}, not (2,)")
    ax = _new_axes() if ax is None else ax
    steps = np.linspace(-span, span, resolution)
    a, b = np.meshgrid(here[0] + steps, here[1] + steps)
    with no_grad():
        heights = [float(_plain(loss(Tensor(p)))) for p in zip(a.ravel(), b.ravel(), strict=True)]
    ax.contourf(a, b, np.reshape(heights, a.shape), levels=20, cmap="Blues", alpha=0.6)
    lines = ax.contour(a, b, np.reshape(heights, a.shape), levels=10, colors=_FAINT, linewidths=0.8)
    ax.clabel(lines, fontsize=8, colors=_INK)
    _draw_descent(ax, here, np.asarray(value_and_grad(loss)(here)[1]), 0.5 * span)
    _dress(ax, title, xlabel, ylabel)
    ax.grid(visible=False)
    ax.set_aspect("equal")
    return ax


def _draw_descent(ax: Axes, here: np.ndarray, slope: np.ndarray, length: float) -> None:
    """The point, and an arrow from it against the slope if there is one."""
    ax.plot(*here, "o", color=_INK, markersize=6)
    size = float(np.hypot(*slope))
    if size > 0 and np.isfinite(size):
        x, y = here - length * slope / size
        arrow = {"arrowstyle": "-|>", "color": _COLORS[1], "linewidth": 2.5, "mutation_scale": 18}
        ax.annotate("", xy=(x, y), xytext=(here[0], here[1]), arrowprops=arrow)
        side = "left" if x >= here[0] else "right"
        ax.text(x, y, "  −gradient  ", ha=side, va="center", weight="bold", color=_COLORS[1])


def _plain(held: Any) -> Any:
    """The number or array of a node; anything else as it is."""
    return held.numpy() if hasattr(held, "numpy") else held


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


def _mark_ends(ax: Axes, ends: list[tuple[float, float, str]]) -> None:
    """A dot and the number where each curve ends, the numbers clear of each other."""
    ends = sorted((end for end in ends if np.isfinite(end[1])), key=lambda end: end[1])
    points = 72 / ax.figure.dpi
    lowest = -np.inf
    for x, y, color in ends:
        ax.plot([x], [y], "o", color=color, markersize=5)
        height = points * ax.transData.transform((x, y))[1]
        lift = max(0.0, lowest + 12 - height)
        lowest = height + lift
        ax.annotate(
            f"{y:.4g}",
            (x, y),
            xytext=(7, lift),
            textcoords="offset points",
            va="center",
            color=color,
            fontsize=10,
        )


def _logarithmic(ax: Axes) -> None:
    """A logarithmic axis, with plain numbers on it if it spans few powers of ten."""
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    if high < 100 * low:
        for kind in ("major", "minor"):
            getattr(ax.yaxis, f"set_{kind}_formatter")("{x:g}")
        ax.tick_params(which="minor", colors=_FAINT)


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
