"""`fit`: the training loop. Knows nothing of models but that they have parameters and an output."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from nn.checkpoint import Checkpoint, fingerprint
from nn.data import batches
from nn.history import DivergenceError, EarlyStopping, History
from nn.losses import BCEWithLogitsLoss
from nn.module import Module
from nn.nodes import Rng
from nn.objective import Objective
from nn.optim import SGD, Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.saving import Arrays


class Epoch(NamedTuple):
    """What callbacks see at the end of an epoch."""

    number: int
    model: Module
    optimizer: Optimizer
    history: History


Callback = Callable[[Epoch], Any]


def fit(
    model: Module,
    X: Any,
    y: Any,
    *,
    loss: Callable[[Any, Any], Any] | None = None,
    optimizer: Optimizer | None = None,
    lr: float | None = None,
    epochs: int = 100,
    batch_size: int | None = None,
    drop_last: bool = False,
    shuffle: bool = True,
    sample_weight: Any = None,
    penalty: Callable[[Module], Any] | None = None,
    validation: tuple[Any, Any] | None = None,
    scheduler: LRScheduler | None = None,
    clip_grad_norm: float | None = None,
    early_stopping: int | EarlyStopping | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    callbacks: Iterable[Callback] = (),
    rng: Rng = None,
    progress: bool = True,
    replay: bool = True,
) -> History:
    """Train `model` on the rows of `X` with the targets `y`, `(m,)` or of the output's shape.

    By default gradient descent (SGD with `lr=0.1`) on BCEWithLogitsLoss, all samples at once.
    `rng` shuffles the mini-batches. `penalty`, such as `nn.L2(0.01)`, is added to the loss.
    `validation` is another `(X, y)`; `early_stopping` a number of epochs to wait, or EarlyStopping.
    After each epoch come the scheduler's step, the callbacks, each called with an Epoch and ending
    the training by returning True, and the checkpoint: a file, `.safetensors` or `.npz`, from which
    the same call goes on to the same result, bit for bit, if it is there. Ctrl-C ends the training
    with what was learned so far. The progress bar needs the extra `train`. The model is left in the
    mode of `eval()`.

    A model made of Values builds the same graph again and again: with `replay` it is recorded and
    run level by level, wherever that gives the same training up to rounding; see `nn.Module` about
    modules of one's own.

    Raises DivergenceError, a FloatingPointError, naming epoch, batch and the first bad operation if
    loss or gradient are not finite; the parameters are then those before that batch.
    """
    if optimizer is not None and lr is not None:
        raise ValueError("fit: give an optimizer or lr, not both: the optimizer has its own lr")
    if scheduler is not None and scheduler.optimizer is not optimizer:
        raise ValueError("fit: the scheduler is that of another optimizer: give both")
    optimizer = optimizer or SGD(model.parameters(), lr=0.1 if lr is None else lr)
    loss = loss or BCEWithLogitsLoss()
    train = Objective(model, loss, X, y, sample_weight, penalty, replay=replay)
    held_out = None
    if validation is not None:
        held_out = Objective(model, loss, *validation, None, penalty, replay=replay)
    rng = np.random.default_rng(rng)
    if isinstance(early_stopping, int):
        early_stopping = EarlyStopping(early_stopping)
    history, best, saved = History(), Arrays(), None
    if checkpoint is not None:
        of = fingerprint(train.X, train.y, batch_size=batch_size, drop_last=drop_last)
        objectives = [train] if held_out is None else [train, held_out]
        steps = [each.recordings for each in objectives if each.recordings is not None]
        saved = Checkpoint(checkpoint, model, optimizer, scheduler, rng, steps, of)
        history, best = saved.resume()
    bar = _progress_bar(epochs, len(history)) if progress else None
    done = len(history)
    callbacks = list(callbacks)
    try:
        while done < epochs and not history.stopped:
            model.train()
            parts = list(
                batches(len(train.X), batch_size, shuffle=shuffle, drop_last=drop_last, rng=rng)
            )
            if not parts:
                raise ValueError(f"drop_last with batch_size={batch_size} leaves no batch")
            measured = train.run(parts, optimizer, done + 1, clip_grad_norm)
            model.eval()
            seen = held_out.evaluate() if held_out is not None else (None, None)
            history.record(loss=measured[0], accuracy=measured[1])
            history.record(validation_loss=seen[0], validation_accuracy=seen[1])
            done += 1
            if early_stopping is not None:
                if early_stopping.restore_best and early_stopping.best_epoch(history) == done:
                    best = model.state_dict()
                history.stopped = early_stopping.verdict(history)
            if scheduler is not None:
                scheduler.step()
            if any([each(Epoch(done, model, optimizer, history)) is True for each in callbacks]):
                history.stopped = history.stopped or "a callback said so"
            if saved is not None:
                saved.save(history, best)
            if bar is not None:
                bar.set_postfix_str(history.numbers(), refresh=False)
                bar.update()
    except KeyboardInterrupt:
        history.cut(done)
        history.stopped = f"interrupted in epoch {done + 1}"
    except DivergenceError as error:
        error.history = history
        raise
    finally:
        model.eval()
        if bar is not None:
            bar.close()
    if best:
        model.load_state_dict(best)
    return history


def _progress_bar(epochs: int, done: int) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ModuleNotFoundError(
            "the progress bar needs tqdm: pip install 'chainrule[train]', or give progress=False"
        ) from error
    return tqdm(total=epochs, initial=done, unit="epoch")
