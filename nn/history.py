"""What a training run leaves behind: `History`, or the error that ended it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(repr=False)
class History:
    """What happened in each epoch; what was not measured is empty.

    `loss` and `accuracy` are over the training samples as their batches were met, each before the
    step it led to; those of the validation data are taken at the end of the epoch. `stopped` says
    why training ended before its last epoch, and is empty if it did not.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    stopped: str = ""

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the training."""
        return self.stopped.startswith("interrupted")

    def columns(self) -> dict[str, list[float]]:
        """What was measured, by name."""
        return {name: list_ for name, list_ in vars(self).items() if list_ and name != "stopped"}

    def last(self) -> dict[str, float]:
        """The numbers of the last epoch."""
        return {name: column[-1] for name, column in self.columns().items()}

    def record(self, **measured: float | None) -> None:
        """Add an epoch; None is not measured."""
        for name, number in measured.items():
            if number is not None:
                getattr(self, name).append(float(number))

    def cut(self, epochs: int) -> None:
        """Forget all after so many epochs."""
        for column in self.columns().values():
            del column[epochs:]

    def to_frame(self) -> Any:
        """A pandas DataFrame with a row for each epoch, counted from 1."""
        try:
            import pandas as pd
        except ImportError as error:
            raise ModuleNotFoundError("a frame needs pandas: pip install pandas") from error
        index = pd.RangeIndex(1, len(self) + 1, name="epoch")
        return pd.DataFrame(self.columns(), index=index, dtype=float)

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses by epochs into `ax`, or into a new plot; returns the axes.

        `viz.plots.loss_curve(history)` has more to set.
        """
        if ax is None:
            try:
                import matplotlib.pyplot as plt
            except ImportError as error:
                raise ModuleNotFoundError(
                    "plots need matplotlib: pip install 'chainrule[plots]'"
                ) from error
            ax = plt.subplots(layout="constrained")[1]
        epochs = range(1, len(self) + 1)
        ax.plot(epochs, self.loss, color="#0072B2", label="training")
        if self.validation_loss:
            ax.plot(epochs, self.validation_loss, "--", color="#D55E00", label="validation")
            ax.legend(frameon=False)
        ax.set(xlabel="epoch", ylabel="loss")
        return ax

    def __repr__(self) -> str:
        last = f", {self.numbers()}" if len(self) else ""
        why = f"; {self.stopped}" if self.stopped else ""
        return f"<History of {len(self)} epoch{'s' * (len(self) != 1)}{last}{why}>"

    def numbers(self) -> str:
        """Those of the last epoch in words, for progress bars."""
        return ", ".join(f"{name.replace('_', ' ')} {x:.4g}" for name, x in self.last().items())


class DivergenceError(FloatingPointError):
    """The loss or a gradient is no longer a number; `history` holds the epochs before."""

    history: History


@dataclass
class EarlyStopping:
    """Stop once `patience` epochs in a row have not lowered the validation loss by `min_delta`.

    Without validation data it is the training loss. With `restore_best` the model ends with the
    parameters of its best epoch, whatever ended the training.
    """

    patience: int = 10
    min_delta: float = 0.0
    restore_best: bool = True

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ValueError(f"EarlyStopping: patience={self.patience}: give 1 or more")

    def best_epoch(self, history: History) -> int:
        """The last epoch that was better than all before by `min_delta`, counted from 1."""
        best, place = float("inf"), 0
        for epoch, loss in enumerate(history.validation_loss or history.loss, 1):
            if loss < best - self.min_delta:
                best, place = loss, epoch
        return place

    def verdict(self, history: History) -> str:
        """Why to stop now; empty to go on."""
        best = self.best_epoch(history)
        if len(history) - best < self.patience:
            return ""
        return f"early stopping: no better since epoch {best}"
