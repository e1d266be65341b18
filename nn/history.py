"""What a training run leaves behind: `History`, or the error that ended it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nn.extras import need


@dataclass(repr=False)
class History:
    """What happened in each epoch; what was not measured is empty.

    `loss` and `accuracy` are over the training samples as their batches were met, each before the
    step it led to (see EarlyStopping for an exception); those of the validation data are taken at
    the end of the epoch. `stopped` says why training ended before its last epoch, or that it
    diverged, and is empty if it did neither.
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
        """The numbers of all epochs by the name of what was measured."""
        return {name: list_ for name, list_ in vars(self).items() if list_ and name != "stopped"}

    def last(self) -> dict[str, float]:
        """The numbers of the last epoch."""
        return {name: column[-1] for name, column in self.columns().items()}

    def record(self, **measured: float | None) -> None:
        """Add an epoch; None is not measured. Give `loss` last: with its loss an epoch counts."""
        for name, number in measured.items():
            if number is not None:
                getattr(self, name).append(float(number))

    def cut(self) -> None:
        """Forget what was recorded of an epoch that was interrupted, and has no loss yet."""
        for column in self.columns().values():
            del column[len(self) :]

    def to_frame(self) -> Any:
        """A pandas DataFrame with a row for each epoch, counted from 1."""
        pd = need("pandas", "History.to_frame needs pandas: pip install 'chainrule[data]'")
        index = pd.RangeIndex(1, len(self) + 1, name="epoch")
        return pd.DataFrame(self.columns(), index=index, dtype=float)

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses by epochs into `ax`, or into a new plot; returns the axes.

        `viz.plots.loss_curve(history)` has more to set.
        """
        if ax is None:
            plt = need("matplotlib.pyplot", "plots need matplotlib: pip install 'chainrule[plots]'")
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
        """The numbers of the last epoch in words, for progress bars."""
        return ", ".join(f"{name.replace('_', ' ')} {x:.4g}" for name, x in self.last().items())


class DivergenceError(FloatingPointError):
    """The loss or a gradient is no longer a number; `history` holds the epochs before."""

    def __init__(self, message: str = "", history: History | None = None) -> None:
        super().__init__(message)
        self.history = History() if history is None else history
