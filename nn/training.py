"""`fit`: the training loop. Knows nothing of models but that they have parameters and an output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import no_grad
from nn.data import batches, check_samples
from nn.losses import BCEWithLogitsLoss
from nn.module import Module
from nn.nodes import Rng, float_dtype, numbers, shape
from nn.optim import SGD, Optimizer

LossFunction = Callable[[Any, Any], Any]


@dataclass(repr=False)
class History:
    """What happened in each epoch; what was not measured is empty.

    `loss` and `accuracy` are over the training samples as their batches were met, each before the
    step it led to; those of the validation data are taken at the end of the epoch.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.loss)

    def last(self) -> dict[str, float]:
        """The numbers of the last epoch."""
        return {name: column[-1] for name, column in vars(self).items() if column}

    def __repr__(self) -> str:
        last = "".join(f", {name.replace('_', ' ')} {x:.4g}" for name, x in self.last().items())
        return f"<History of {len(self)} epoch{'s' * (len(self) != 1)}{last}>"


class DivergenceError(FloatingPointError):
    """The loss is no longer a number; `history` holds the epochs before."""

    history: History


def fit(
    model: Module,
    X: Any,
    y: Any,
    *,
    loss: LossFunction | None = None,
    optimizer: Optimizer | None = None,
    lr: float | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    validation: tuple[Any, Any] | None = None,
    rng: Rng = None,
    progress: bool = True,
) -> History:
    """Train `model` on the rows of `X` with the targets `y`, `(m,)` or of the output's shape.

    By default gradient descent (SGD with `lr=0.1`) on BCEWithLogitsLoss, all samples at once.
    `rng` shuffles the mini-batches. `validation` is another `(X, y)`. The progress bar needs the
    extra `train`. The model is left in the mode of `eval()`.

    Raises DivergenceError, a FloatingPointError, naming epoch and batch if the loss becomes NaN or
    infinite; the parameters are then those before that batch.
    """
    if optimizer is not None and lr is not None:
        raise ValueError("fit: give an optimizer or lr, not both: the optimizer has its own lr")
    optimizer = optimizer or SGD(model.parameters(), lr=0.1 if lr is None else lr)
    loss = loss or BCEWithLogitsLoss()
    train = _Samples(model, loss, X, y)
    held_out = None if validation is None else _Samples(model, loss, *validation)
    rng = np.random.default_rng(rng)
    history = History()
    bar = _progress_bar(epochs) if progress else None
    try:
        for epoch in range(1, epochs + 1):
            model.train()
            parts = list(batches(len(train.X), batch_size, rng=rng))
            _record(train.run(parts, optimizer, epoch), history.loss, history.accuracy)
            model.eval()
            if held_out is not None:
                columns = history.validation_loss, history.validation_accuracy
                _record(held_out.evaluate(), *columns)
            if bar is not None:
                bar.set_postfix_str(_numbers(history), refresh=False)
                bar.update()
    except DivergenceError as error:
        error.history = history
        raise
    finally:
        model.eval()
        if bar is not None:
            bar.close()
    return history


class _Samples:
    """A data set, with the model and the loss that are measured on it."""

    def __init__(self, model: Module, loss: LossFunction, X: Any, y: Any) -> None:
        check_samples(X, y)
        self.model, self.loss = model, loss
        dtype = float_dtype(next(model.parameters(), None))
        self.X, self.y = np.asarray(X, dtype=dtype), np.asarray(y)
        self.threshold = getattr(loss, "threshold", None)

    def measure(self, batch: Any) -> tuple[Any, float]:
        """The loss as a node, and the share of outputs on the right side of the threshold."""
        output, target = self.model(self.X[batch]), self.y[batch]
        if target.ndim == 1 and shape(output) == (len(target), 1):
            target = target[:, np.newaxis]
        loss = self.loss(output, target)
        if shape(loss):
            raise ValueError(
                f"fit needs a loss of one number, and got the shape {shape(loss)}: give "
                "reduction='mean' or 'sum'"
            )
        if self.threshold is None:
            return loss, np.nan
        right = (numbers(output) > self.threshold) == (target > 0.5)
        return loss, float(right.mean())

    # A loss that is not finite raises below; the warnings on the way there say no more.
    @np.errstate(all="ignore")
    def run(self, parts: list[np.ndarray], optimizer: Optimizer, epoch: int) -> Any:
        """Train on one batch after another; loss and accuracy of the epoch."""
        totals = np.zeros(2)
        for number, batch in enumerate(parts, 1):
            loss, accuracy = self.measure(batch)
            if not np.isfinite(loss.item()):
                raise DivergenceError(
                    f"fit: the loss is {loss.item()} in epoch {epoch}, batch {number} of "
                    f"{len(parts)}: try a smaller lr than {optimizer.lr:g} and standardised data; "
                    "inside `with autograd.detect_nan():` the error names the operation"
                )
            optimizer.zero_grad()
            loss.backward(retain_grads=False)
            optimizer.step()
            share = len(batch) / len(self.X)
            summed = getattr(self.loss, "reduction", "mean") == "sum"
            totals += loss.item() * (1 if summed else share), accuracy * share
        return totals

    @no_grad()
    @np.errstate(all="ignore")
    def evaluate(self) -> tuple[float, float]:
        """Loss and accuracy of all samples."""
        loss, accuracy = self.measure(slice(None))
        return loss.item(), accuracy


def _record(measured: Any, losses: list[float], accuracies: list[float]) -> None:
    loss, accuracy = measured
    losses.append(float(loss))
    if not np.isnan(accuracy):
        accuracies.append(float(accuracy))


def _numbers(history: History) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {x:.4g}" for name, x in history.last().items())


def _progress_bar(epochs: int) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ModuleNotFoundError(
            "the progress bar needs tqdm: pip install 'chainrule[train]', or give progress=False"
        ) from error
    return tqdm(total=epochs, unit="epoch")
