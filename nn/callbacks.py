"""The callbacks of the package: stopping early, clipping, schedules, checkpoints, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nn.arguments import not_negative, whole_number
from nn.history import History
from nn.optim import Optimizer, clip_grad_norm_
from nn.optim.lr_scheduler import LRScheduler
from nn.saving import Arrays
from nn.trainer import Callback, Trainer


@dataclass
class EarlyStopping(Callback):
    """Stop once `patience` epochs in a row have not lowered the validation loss by `min_delta`.

    With `restore_best` the model ends with the parameters of its best epoch, whatever ended the
    training. Without validation data the training loss takes its place; so that the parameters and
    the loss belong together, it is then measured before each epoch, and once more at the end.
    """

    patience: int = 10
    min_delta: float = 0.0
    restore_best: bool = True
    _before: Arrays = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        whole_number("EarlyStopping: patience", self.patience)
        not_negative("EarlyStopping: min_delta", self.min_delta)

    def best_epoch(self, history: History) -> int:
        """The last epoch that was better than all before by `min_delta`, counted from 1."""
        best, place = float("inf"), 0
        for epoch, loss in enumerate(history.validation_loss or history.loss, 1):
            if loss < best - self.min_delta:
                best, place = loss, epoch
        return place

    def on_epoch_begin(self, trainer: Trainer) -> None:
        """Without validation data, measure the parameters that the epoch starts from."""
        self._before = {}
        if self.restore_best and trainer.held_out is None:
            self._before = trainer.state.model.eval().state_dict()
            trainer.measured = trainer.objective.evaluate()

    def on_epoch_end(self, trainer: Trainer) -> None:
        """Keep the parameters of the best epoch; stop after too many that were not better."""
        state = trainer.state
        best = self.best_epoch(state.history)
        if self.restore_best and best == len(state.history):
            state.best = self._before or state.model.state_dict()
        if len(state.history) - best >= self.patience:
            trainer.stop(f"early stopping: no better since epoch {best}")

    def on_train_end(self, trainer: Trainer) -> None:
        """Restore the best parameters, unless the steps after the last measurement led further."""
        state = trainer.state
        if not state.best:
            return
        if trainer.held_out is None and not trainer.failed:
            best = state.history.loss[self.best_epoch(state.history) - 1]
            if trainer.objective.evaluate()[0] < best - self.min_delta:
                return
        state.model.load_state_dict(state.best)


class ClipGradNorm(Callback):
    """Scales the gradients of each batch down together until their norm is at most `max_norm`."""

    def __init__(self, max_norm: float) -> None:
        if not not_negative("clip_grad_norm", max_norm):
            raise ValueError("clip_grad_norm=0 leaves nothing of the gradients: give more than 0")
        self.max_norm = max_norm

    def on_grad_computed(self, trainer: Trainer) -> None:
        clip_grad_norm_(trainer.state.optimizer.parameters, self.max_norm)


class Schedule(Callback):
    """Takes a step of a schedule, or of the one made by a function of the optimizer, each epoch."""

    def __init__(self, scheduler: LRScheduler | Callable[[Optimizer], LRScheduler]) -> None:
        if not (isinstance(scheduler, LRScheduler) or callable(scheduler)):
            raise TypeError(
                f"scheduler={scheduler!r}: give a schedule, or what makes one of the optimizer, as "
                "lambda optimizer: nn.optim.lr_scheduler.StepLR(optimizer, 10)"
            )
        self._given = scheduler

    def on_train_begin(self, trainer: Trainer) -> None:
        if not isinstance(self._given, LRScheduler):
            try:
                self._given = self._given(trainer.state.optimizer)
            except TypeError as error:
                raise TypeError(f"scheduler: {error}: give lambda optimizer: …") from error
        self.scheduler = self._given
        if self.scheduler.optimizer is not trainer.state.optimizer:
            raise ValueError("fit: the scheduler is that of another optimizer: give both")
        trainer.state.scheduler = self.scheduler

    def on_epoch_end(self, trainer: Trainer) -> None:
        self.scheduler.step()


class Checkpoint(Callback):
    """Writes the state into a `.safetensors` file after each epoch, and goes on from what is there.

    The resumed training ends bit for bit as one that never stopped; the file is the old or the new
    one at any time. Raises ValueError for the file of another run. It has to stand after all
    callbacks that change the state.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path

    def on_train_begin(self, trainer: Trainer) -> None:
        self.run = trainer.state.fingerprint(**trainer.batching)
        trainer.state.resume(self.path, self.run)

    def on_epoch_end(self, trainer: Trainer) -> None:
        trainer.state.save(self.path, self.run)


class ProgressBar(Callback):
    """Shows the epochs and the last numbers in a bar of tqdm; without tqdm in a line at the end."""

    _bar: Any = None

    def on_train_begin(self, trainer: Trainer) -> None:
        try:
            from tqdm import tqdm
        except ImportError:
            return
        self._bar = tqdm(total=trainer.epochs, initial=len(trainer.state.history), unit="epoch")

    def on_epoch_end(self, trainer: Trainer) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(trainer.state.history.numbers(), refresh=False)
            self._bar.update()

    def on_train_end(self, trainer: Trainer) -> None:
        if self._bar is not None:
            self._bar.close()
        else:
            hint = "for a progress bar: pip install 'chainrule[train]'"
            print(f"{trainer.state.history!r}; {hint}", file=sys.stderr)
