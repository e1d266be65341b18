"""What all demos share: headings, lists of what was written, and what is checked beforehand."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import nn
import viz

PACKAGES = {"sklearn": "scikit-learn", "tqdm": "tqdm", "matplotlib": "matplotlib"}


class CannotRun(Exception):
    """Something outside the demo is not as it needs it; the message says so in one sentence."""


class Written(NamedTuple):
    """A file that a demo wrote, and what there is to see."""

    path: Path
    shows: str


def heading(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'─' * len(text)}")


def listing(written: list[Written]) -> None:
    """Print what was written, a line each."""
    heading("Written")
    width = max(len(str(path)) for path, _ in written)
    for path, shows in written:
        print(f"{path!s:{width}}  {shows}")


def save_losses(path: Path, losses: Any, **options: Any) -> Path:
    """Plot loss curves into an SVG file, the same bytes every time; needs no screen."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    viz.plots.loss_curve(losses, figure.subplots(), **options)
    return save_figure(figure, path)


def save_figure(figure: Any, path: Path) -> Path:
    """Write a matplotlib figure as SVG, the same bytes every time, or as PNG."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "chainrule"}):
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


def finished(history: nn.History) -> nn.History:
    """What `fit` returned; a Ctrl-C that ended it ends the demo."""
    if history.interrupted:
        raise KeyboardInterrupt
    return history


def need_extras() -> None:
    """Raise CannotRun naming all packages that the demos need and that are not there."""
    missing = [name for module, name in PACKAGES.items() if not _imports(module)]
    if missing:
        raise CannotRun(f"the demos need {' and '.join(missing)}: pip install 'chainrule[demos]'")


def _imports(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def need_folder(out: Path) -> None:
    """Make the folder `out`; raise CannotRun if nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CannotRun(
            f"can't write to the folder {out}: {reason}; name another with --out"
        ) from error
