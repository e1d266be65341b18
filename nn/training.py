"""`fit`: train a model in one call, by a Trainer with a callback for each wish."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any, TypedDict, Unpack

from nn.arguments import yes_or_no
from nn.callbacks import Checkpoint, ClipGradNorm, EarlyStopping, ProgressBar, Schedule
from nn.history import History
from nn.module import Module
from nn.nodes import Rng
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.trainer import Callbacks, Trainer, listed


class Settings(TypedDict, total=False):
    """What `fit` hands on to Trainer."""

    loss: Callable[[Any, Any], Any] | str | None
    optimizer: Optimizer | type[Optimizer] | str | None
    lr: float | None
    batch_size: int | None
    drop_last: bool
    shuffle: bool
    penalty: Callable[[Module], Any] | None
    rng: Rng
    replay: bool


def fit(
    model: Module,
    X: Any,
    y: Any,
    *,
    epochs: int = 100,
    validation: tuple[Any, Any] | None = None,
    sample_weight: Any = None,
    scheduler: LRScheduler | Callable[[Optimizer], LRScheduler] | None = None,
    clip_grad_norm: float | None = None,
    early_stopping: int | EarlyStopping | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    callbacks: Callbacks = (),
    progress: bool = True,
    **settings: Unpack[Settings],
) -> History:
    """Train `model` on the rows of `X` with the targets `y`, `(m,)` or of the output's shape.

    By default gradient descent (SGD with `lr=0.1`) on BCEWithLogitsLoss, all samples at once; the
    settings are those of Trainer, and its `fit` says how a training ends. `validation` is another
    `(X, y)`; `early_stopping` a number of epochs to wait, or EarlyStopping. After each epoch come
    the step of `scheduler` (a schedule, or a function of the optimizer that makes it), the
    callbacks (Callbacks, or functions called with an Epoch that end the training by returning
    True), and the checkpoint: a `.safetensors` file from which the same call goes on to the same
    result, bit for bit, if it is there. The progress bar needs the extra `train`; without it there
    is a line at the end.
    """
    yes_or_no(progress=progress)
    if not isinstance(early_stopping, EarlyStopping | None):
        early_stopping = EarlyStopping(early_stopping)
    wishes = [
        *([] if clip_grad_norm is None else [ClipGradNorm(clip_grad_norm)]),
        *([] if early_stopping is None else [early_stopping]),
        *([] if scheduler is None else [Schedule(scheduler)]),
        *listed(callbacks),
        *([] if checkpoint is None else [Checkpoint(checkpoint)]),
        *([ProgressBar()] if progress else []),
    ]
    trainer = Trainer(model, callbacks=wishes, **settings)
    return trainer.fit(X, y, epochs=epochs, validation=validation, sample_weight=sample_weight)


def _with_settings(signature: inspect.Signature) -> inspect.Signature:
    """The signature with the names and defaults of `Settings` in place of `**settings`."""
    known = inspect.signature(Trainer).parameters
    own = list(signature.parameters.values())[:-1]
    return signature.replace(parameters=[*own, *(known[name] for name in Settings.__annotations__)])


fit.__signature__ = _with_settings(inspect.signature(fit))  # type: ignore[attr-defined]
