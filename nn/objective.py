"""`Objective`: what a training lowers, the loss of a model on samples, with a penalty."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from autograd import detect_nan, no_grad
from nn.activations import Sigmoid
from nn.arguments import by_name, no_text
from nn.data import as_samples, check_samples
from nn.history import DivergenceError
from nn.layers import Sequential
from nn.losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, Loss, MSELoss
from nn.module import Module
from nn.nodes import float_dtype, numbers
from nn.optim import Optimizer

Batch = np.ndarray | slice
"""Which samples: their indices, or a slice."""

ALL = slice(None)


class Measured(NamedTuple):
    """What a pass over some samples measured."""

    loss: float
    right: np.ndarray | None
    """Which predictions are right, of those that count; None where there are no classes."""
    weight: float
    """How much these samples count in a mean over batches."""


class Objective:
    """The loss of a model's output on samples, weighted, plus a penalty on the weights."""

    eager: bool = True
    """Whether every pass builds its graph anew, so that nothing is replayed."""

    def __init__(
        self,
        model: Module,
        loss: Callable[[Any, Any], Any],
        X: Any,
        y: Any,
        sample_weight: Any = None,
        penalty: Callable[[Module], Any] | None = None,
    ) -> None:
        check_samples(X, y)
        self.model, self.penalty = model, penalty
        self.loss: Any = loss
        self.suspect: bool = getattr(loss, "takes_logits", False)  # until a pass has shown it
        dtype = float_dtype(next(model.parameters(), None))
        self.X, self.y = as_samples(X, dtype), np.asarray(no_text(y))
        self.summed = getattr(loss, "reduction", "mean") == "sum"
        self.weights: np.ndarray | None = None
        if sample_weight is not None:
            self.weights = self._checked(np.asarray(sample_weight, dtype=dtype))
            self.loss = copy.copy(loss)
            self.loss.reduction = "none"

    def _checked(self, weights: np.ndarray) -> np.ndarray:
        if not isinstance(self.loss, Loss) or weights.shape != (len(self.X),):
            raise ValueError(
                f"sample_weight of shape {weights.shape} for {len(self.X)} samples: it takes a "
                "number for each, and one of the losses of nn"
            )
        if not (np.all((weights >= 0) & (weights < np.inf)) and weights.any()):
            raise ValueError(
                "sample_weight: give weights that are not negative, finite, and not all 0"
            )
        return weights

    def forward(self, batch: Batch = ALL) -> tuple[Any, Any]:
        """The loss of a batch as a node, and the output of the model."""
        output = self.model(self.X[batch])
        if self.suspect:
            check_logits(self.loss, self.model, output)
        losses = self.loss(output, self.target(batch, np.shape(output)))
        return self.total(losses, *self.batch_weights(batch)), output

    def target(self, batch: Batch, shape: tuple[int, ...]) -> np.ndarray:
        """The targets of a batch, as a column for an output of the shape of a column."""
        target = self.y[batch]
        column = target.ndim == 1 and shape == (len(target), 1)
        return target[:, np.newaxis] if column else target

    def batch_weights(self, batch: Batch) -> list[np.ndarray]:
        """The weights of a batch, and their sum, which a mean divides by; empty without weights."""
        if self.weights is None:
            return []
        weights = self.weights[batch]
        return [weights, np.array([np.maximum(weights.sum(), np.finfo(weights.dtype).tiny)])]

    def total(self, losses: Any, *weights: Any) -> Any:
        """One number for the losses of a batch and what `batch_weights` gave, with the penalty."""
        if weights:
            losses = self._weighted(losses, *weights)
        if np.shape(losses):
            raise ValueError(
                f"fit needs a loss of one number, and got the shape {np.shape(losses)}: give "
                "reduction='mean' or 'sum'"
            )
        return losses if self.penalty is None else losses + self.penalty(self.model)

    def _weighted(self, losses: Any, weights: Any, total: Any) -> Any:
        if len(np.shape(losses)) > 1:
            columns = tuple(range(1, len(np.shape(losses))))
            losses = losses.sum(axis=columns) if self.summed else losses.mean(axis=columns)
        summed = (losses * weights).sum()
        return summed if self.summed else summed / total[0]

    def refresh(self) -> None:
        """Take notice of what was set in model, loss or penalty since the last epoch."""

    def differentiate(self, batch: Batch, optimizer: Optimizer) -> Measured:
        """Put the gradients of the loss of a batch into `.grad`.

        Raises DivergenceError if they, or the loss, are not finite.
        """
        loss, output = self.forward(batch)
        self.suspect = False
        if not np.isfinite(loss.item()):
            raise DivergenceError(f"loss is {loss.item()}")
        optimizer.zero_grad()
        loss.backward(retain_grads=False)
        for node in optimizer.parameters:
            if node.grad is not None and not np.isfinite(node.grad).all():
                raise DivergenceError(f"gradient of {node.name or 'a parameter'} is not finite")
        return self.measured(loss.item(), numbers(output), batch)

    @no_grad()
    @np.errstate(all="ignore")
    def evaluate(self) -> tuple[float, float | None]:
        """Loss and accuracy of all samples; None for the accuracy where there are no classes."""
        loss, output = self.forward()
        return self.mean([self.measured(loss.item(), numbers(output), ALL)])

    def measured(self, loss: float, output: np.ndarray, batch: Batch) -> Measured:
        """The loss of a batch with what the output of the model says of it."""
        right = None
        if isinstance(self.loss, Loss):
            right = self.loss.correct(output, self.target(batch, output.shape))
        weight = len(output) if self.weights is None else self.weights[batch].sum()
        return Measured(loss, right, float(weight))

    def mean(self, parts: Sequence[Measured]) -> tuple[float, float | None]:
        """Loss and accuracy over several batches: the mean, or the sum of a loss that sums."""
        losses = [part.loss for part in parts]
        loss = losses[0]
        if len(parts) > 1:
            weights = [part.weight for part in parts]
            loss = sum(losses) if self.summed else np.average(losses, weights=weights)
        rights = [part.right.ravel() for part in parts if part.right is not None]
        if len(rights) < len(parts):
            return float(loss), None
        right = np.concatenate(rights)
        return float(loss), float(right.mean()) if right.size else float("nan")

    def first_bad_entry(self, batch: np.ndarray | None = None) -> str:
        """The first number of a batch, or of all, that is not finite, in words; else empty."""
        batch = np.arange(len(self.X)) if batch is None else batch
        for name, array in (("X", self.X), ("y", self.y)):
            bad = np.argwhere(~np.isfinite(array[batch].astype(float)))
            if len(bad):
                index = (int(batch[bad[0][0]]), *map(int, bad[0][1:]))
                return f"{name}[{', '.join(map(str, index))}] is {array[index]}"
        return ""

    @np.errstate(all="ignore")
    def first_bad_operation(self, batch: np.ndarray) -> str:
        """The first operation of a pass that is not finite, in words; empty if all are."""
        try:
            with detect_nan():
                self.forward(batch)[0].backward(retain_grads=False)
        except FloatingPointError as error:
            return f"the first bad operation is {error}"
        finally:
            self.model.zero_grad()
        return ""


def last_layer(model: Module) -> Module:
    """The layer whose output is that of the model, as far as that can be known."""
    while isinstance(model, Sequential) and model.layers:
        model = model.layers[-1]
    return model


def check_logits(loss: Loss, model: Module, output: Any) -> None:
    """Raise ValueError if the output is that of a sigmoid or softmax, for a loss of logits."""
    node = output.flat[0] if isinstance(output, np.ndarray) and output.size else output
    made_by = getattr(getattr(node, "op", None), "name", "")
    if made_by not in ("sigmoid", "softmax"):
        made_by = type(last_layer(model)).__name__.lower()
    if made_by in ("sigmoid", "softmax"):
        instead = ", or take BCELoss" if made_by == "sigmoid" and loss.threshold is not None else ""
        raise ValueError(
            f"{type(loss).__name__} takes logits, and the model ends in a {made_by}, which is part "
            f"of this loss: leave it out of the model{instead}"
        )


def loss_for(model: Module, loss: Any) -> Callable[[Any, Any], Any]:
    """The loss that is meant by an instance, a class, a name, or None for the default."""
    if loss is None or (isinstance(loss, str) and loss.lower() == "bce"):
        loss = BCELoss if isinstance(last_layer(model), Sigmoid) else BCEWithLogitsLoss
    loss = by_name("loss", loss, [BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss])
    loss = loss() if isinstance(loss, type) else loss
    if not callable(loss):
        raise TypeError(f"loss={loss!r}: give a loss of nn, its name, or a function")
    return cast(Callable[[Any, Any], Any], loss)
