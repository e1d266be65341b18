"""`Trainer`: a training in verbs, each of which a subclass may override. Knows no certain callback.

`fit` is `fit_loop`, which runs `run_single_epoch` until there are enough; that takes a `train_step`
for each batch, and a `validation_step`. On the way callbacks are notified, and all that the rest of
the training depends on is in `state`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from nn.arguments import whole_number, yes_or_no
from nn.data import batches
from nn.history import DivergenceError, History
from nn.module import Module
from nn.nodes import Rng
from nn.objective import Measured, Objective, loss_for
from nn.optim import Optimizer
from nn.optim.algorithms import optimizer_for
from nn.recording import Replayed
from nn.state import Snapshot, TrainingState


class Callback:
    """Is told what a training does, by hooks that do nothing unless they are overridden.

    `trainer.state` holds model, optimizer and history; `trainer.stop(why)` makes an epoch the last.
    """

    def on_train_begin(self, trainer: Trainer) -> None:
        """The training begins; what it starts from may still be set."""

    def on_epoch_begin(self, trainer: Trainer) -> None:
        """An epoch begins; `(loss, accuracy)` set as `trainer.measured` is what it will record."""

    def on_batch_begin(self, trainer: Trainer) -> None:
        """A batch is about to be taken."""

    def on_grad_computed(self, trainer: Trainer) -> None:
        """The gradients by a batch are in `.grad`, and the parameters as before."""

    def on_batch_end(self, trainer: Trainer) -> None:
        """The optimizer has taken its step."""

    def on_epoch_end(self, trainer: Trainer) -> None:
        """An epoch is over, and in the history."""

    def on_train_end(self, trainer: Trainer) -> None:
        """The training is over, whatever ended it; `trainer.failed` if it was an error."""


class Epoch(NamedTuple):
    """What a function among the callbacks sees at the end of an epoch.

    `history.loss` was measured on the way, before the steps; `evaluate()` gives loss and accuracy
    of the training samples for `model` as it is now.
    """

    number: int
    model: Module
    optimizer: Optimizer
    history: History
    evaluate: Callable[[], tuple[float, float | None]]


Callbacks = Callback | Callable[[Epoch], Any] | Iterable[Callback | Callable[[Epoch], Any]]

_MEND = "put a number in its place, or leave that sample out"


class EndOfEpoch(Callback):
    """Calls a function with an Epoch at its end; the function ends the training by True."""

    def __init__(self, function: Callable[[Epoch], Any]) -> None:
        self.function = function

    def on_epoch_end(self, trainer: Trainer) -> None:
        state, evaluate = trainer.state, trainer.objective.evaluate
        epoch = Epoch(len(state.history), state.model, state.optimizer, state.history, evaluate)
        if self.function(epoch) is True:
            trainer.stop("a callback said so")


class Trainer:
    """Trains a model by an optimizer on mini-batches, by default all samples at once.

    By default gradient descent (SGD with `lr=0.1`) on BCEWithLogitsLoss, or BCELoss if the model
    ends in a Sigmoid; `loss` and `optimizer` may be named, as "mse" and "adam". `rng` shuffles the
    mini-batches, unless `shuffle=False`; `drop_last` leaves a smaller last one out. `penalty`, such
    as `nn.L2(0.01)`, is added to the loss. `callbacks` are Callbacks, or functions called with an
    Epoch. A model made of Values builds the same graph again and again: with `replay` it is
    recorded and run level by level, wherever that gives the same training up to rounding; see
    `nn.Module` about modules of one's own.
    """

    def __init__(
        self,
        model: Module,
        *,
        loss: Callable[[Any, Any], Any] | str | None = None,
        optimizer: Optimizer | type[Optimizer] | str | None = None,
        lr: float | None = None,
        batch_size: int | None = None,
        drop_last: bool = False,
        shuffle: bool = True,
        penalty: Callable[[Module], Any] | None = None,
        callbacks: Callbacks = (),
        rng: Rng = None,
        replay: bool = True,
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"fit: the model is {model!r}: give a Module, as nn.MLP([2, 8, 1])")
        if penalty is not None and (not callable(penalty) or isinstance(penalty, type)):
            raise TypeError(f"penalty={penalty!r}: give a function of the model, as nn.L2(0.01)")
        yes_or_no(drop_last=drop_last, shuffle=shuffle, replay=replay)
        if batch_size is not None:
            whole_number("batch_size", batch_size)
        optimizer = optimizer_for(model.parameters(), optimizer, lr)
        self.loss, self.penalty, self.replay = loss_for(model, loss), penalty, replay
        self.batching: dict[str, Any]
        self.batching = dict(batch_size=batch_size, drop_last=drop_last, shuffle=shuffle)
        self.state = TrainingState(model, optimizer, np.random.default_rng(rng))
        self.callbacks = [
            each if isinstance(each, Callback) else EndOfEpoch(each) for each in listed(callbacks)
        ]
        self.epochs, self.failed = 0, False
        self.batches: list[np.ndarray] = []
        self.measured: tuple[float, float | None] | None = None

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        epochs: int = 100,
        validation: tuple[Any, Any] | None = None,
        sample_weight: Any = None,
    ) -> History:
        """Train until the history has `epochs` epochs, or something ends it; returns the history.

        Ctrl-C ends it with what was learned so far. The model is left in the mode of `eval()`.
        Raises DivergenceError, a FloatingPointError, naming epoch, batch and the first bad
        operation if loss or gradient are not finite; the parameters are then those before that
        batch, or the best ones where EarlyStopping restores them. Warns if the loss ends a hundred
        times as large as it began.
        """
        whole_number("epochs", epochs, least=0)
        self.objective = self.make_objective(X, y, sample_weight)
        self.held_out = self.make_held_out(validation)
        self.state.objectives = [self.objective, *([self.held_out] if self.held_out else [])]
        self.epochs, self.failed = epochs, False
        history = self.state.history
        history.stopped = ""
        self.notify("on_train_begin")
        try:
            self.fit_loop()
            self.warn_if_diverged()
        except KeyboardInterrupt:
            history.cut()
            history.stopped = f"interrupted in epoch {len(history) + 1}"
        except BaseException:
            self.failed = True
            raise
        finally:
            self.state.model.eval()
            self.notify("on_train_end")
        return history

    def make_objective(self, X: Any, y: Any, sample_weight: Any = None) -> Objective:
        """What is to be lowered on these samples."""
        kind = Replayed if self.replay else Objective
        return kind(self.state.model, self.loss, X, y, sample_weight, self.penalty)

    def make_held_out(self, validation: Any) -> Objective | None:
        """The objective on the validation samples, if there are any."""
        if validation is None:
            return None
        if not isinstance(validation, list | tuple) or len(validation) != 2:
            raise ValueError(
                f"validation={validation!r}: give another (X, y); "
                "nn.data.train_test_split(X, y, test_size=0.2) puts samples aside"
            )
        return self.make_objective(*validation)

    def fit_loop(self) -> None:
        """Run one epoch after another."""
        while len(self.state.history) < self.epochs and not self.state.history.stopped:
            self.run_single_epoch()

    def run_single_epoch(self) -> None:
        """Take a step for each mini-batch, measure the validation samples, record both."""
        model = self.state.model
        self.batches, self.measured = self.draw_batches(), None
        self.notify("on_epoch_begin")
        model.train()
        self.objective.refresh()
        measured = self.run_batches()
        model.eval()
        loss, accuracy = self.measured or self.objective.mean(measured)
        seen = self.validation_step()
        self.state.history.record(
            validation_loss=seen[0], validation_accuracy=seen[1], accuracy=accuracy, loss=loss
        )
        self.notify("on_epoch_end")

    @np.errstate(all="ignore")  # what is not finite raises; warnings on the way say no more
    def run_batches(self) -> list[Measured]:
        """Take a step for each mini-batch; what was measured before each."""
        before, measured = Snapshot(self.state.model), []
        for number, batch in enumerate(self.batches, 1):
            before.take()
            self.notify("on_batch_begin")
            try:
                measured.append(self.train_step(batch))
            except DivergenceError as error:
                raise self.diverged(error, number, before) from None
            self.notify("on_batch_end")
        return measured

    def draw_batches(self) -> list[np.ndarray]:
        """The indices of the samples in each mini-batch of an epoch."""
        drawn = list(batches(len(self.objective.X), rng=self.state.rng, **self.batching))
        if not drawn:
            size = self.batching["batch_size"]
            raise ValueError(f"drop_last with batch_size={size} leaves no batch")
        return drawn

    def train_step(self, batch: np.ndarray) -> Measured:
        """Step along the gradient of the loss of a batch; what was measured before the step."""
        measured = self.objective.differentiate(batch, self.state.optimizer)
        self.notify("on_grad_computed")
        self.state.optimizer.step()
        return measured

    def validation_step(self) -> tuple[float | None, float | None]:
        """Loss and accuracy of the validation samples; None where there are none."""
        if self.held_out is None:
            return None, None
        loss, accuracy = self.held_out.evaluate()
        bad = "" if np.isfinite(loss) else self.held_out.first_bad_entry()
        if bad:
            history = self.state.history
            place = f"in epoch {len(history) + 1}; of the validation samples {bad}"
            raise DivergenceError(f"fit: the validation loss is {loss} {place}: {_MEND}", history)
        return loss, accuracy

    def notify(self, hook: str) -> None:
        """Call this hook of all callbacks, in their order."""
        for callback in self.callbacks:
            getattr(callback, hook)(self)

    def stop(self, why: str) -> None:
        """Let the training end after this epoch; the first reason stays."""
        self.state.history.stopped = self.state.history.stopped or why

    def diverged(self, error: DivergenceError, number: int, before: Snapshot) -> DivergenceError:
        """The error with its place, its cause and the history; undoes the pass of that batch."""
        self.state.optimizer.zero_grad()
        before.restore()
        batch, remedy = self.batches[number - 1], _MEND
        cause = self.objective.first_bad_entry(batch)
        if not cause:
            cause, remedy = self.objective.first_bad_operation(batch), self.remedy()
            before.restore()
        place = f"in epoch {len(self.state.history) + 1}, batch {number} of {len(self.batches)}"
        what = f"fit: the {error} {place}{cause and '; '}{cause}: {remedy}"
        return DivergenceError(what, self.state.history)

    def remedy(self) -> str:
        """What to do where the steps are too long."""
        return f"try a smaller lr than {self.state.optimizer.lr:g} and standardised data"

    def warn_if_diverged(self) -> None:
        """Warn, and say it in the history, if the loss ended far above that at the start."""
        history = self.state.history
        first, last = history.loss[:1], history.loss[-1:]
        if self.state.best or not first or not last[0] > 100 * abs(first[0]) + 1:
            return
        told = f"diverged: the loss went from {first[0]:.3g} to {last[0]:.3g}"
        history.stopped = history.stopped or told
        level, frame = 1, sys._getframe()  # noqa: SLF001 - the line that called `fit`
        while frame.f_back and frame.f_globals["__name__"].startswith("nn."):
            level, frame = level + 1, frame.f_back
        warnings.warn(f"fit {told}: {self.remedy()}", RuntimeWarning, stacklevel=level)


def listed(callbacks: Any) -> list[Any]:
    """The callbacks in a list, one alone too; raises TypeError for what can't be called."""
    alone = isinstance(callbacks, Callback) or callable(callbacks)
    found = [callbacks] if alone else list(callbacks)
    for each in found:
        if not (isinstance(each, Callback) or callable(each)) or isinstance(each, type):
            raise TypeError(f"callbacks: {each!r} is neither a Callback nor a function of an Epoch")
    return found
