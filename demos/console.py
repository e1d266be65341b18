"""What all demos share: headings, lists of what was written, and what is checked beforehand."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import nn
from nn.data import Split

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


def train(model: nn.Module, data: Split, **options: Any) -> nn.History:
    """`fit` on the training samples, with the loss on the test samples beside it."""
    validation = data.X_test, data.y_test
    return finished(nn.fit(model, data.X_train, data.y_train, validation=validation, **options))


def finished(history: nn.History) -> nn.History:
    """What `fit` returned; a Ctrl-C that ended it ends the demo."""
    if history.interrupted:
        raise KeyboardInterrupt
    return history


def need_extras() -> None:
    """Raise CannotRun naming all packages that the demos need and that are not there."""
    missing = [name for module, name in PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise CannotRun(f"the demos need {' and '.join(missing)}: pip install 'chainrule[demos]'")


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
