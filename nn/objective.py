"""`Objective`: a model, a loss and the samples they are measured on; a training epoch of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import detect_nan, no_grad
from nn.checkpoint import generators
from nn.data import as_samples, check_samples
from nn.history import DivergenceError
from nn.losses import Loss
from nn.module import Module
from nn.nodes import float_dtype, numbers
from nn.optim import Optimizer, clip_grad_norm_

Measured = tuple[float, float | None]
"""Loss, and accuracy where there are classes."""


class Objective:
    """The loss of a model's output on samples, weighted, with a penalty on the weights."""

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
        self.model, self.loss, self.penalty = model, loss, penalty
        dtype = float_dtype(next(model.parameters(), None))
        self.X, self.y = as_samples(X, dtype), np.asarray(y)
        self.summed = getattr(loss, "reduction", "mean") == "sum"
        self.weights: np.ndarray | None = None
        if sample_weight is not None:
            self.weights = np.asarray(sample_weight, dtype=dtype)
            if not isinstance(loss, Loss) or self.weights.shape != (len(self.X),):
                raise ValueError(
                    f"sample_weight of shape {self.weights.shape} for {len(self.X)} samples: it "
                    "takes a number for each, and one of the losses of nn"
                )
            self.loss = copy.copy(loss)
            self.loss.reduction = "none"

    def measure(self, batch: Any) -> tuple[Any, float | None]:
        """The loss as a node, and the share of the predictions that are right."""
        output, target = self.model(self.X[batch]), self.y[batch]
        if target.ndim == 1 and np.shape(output) == (len(target), 1):
            target = target[:, np.newaxis]
        loss = self.loss(output, target)
        if self.weights is not None:
            loss = self._weighted(loss, self.weights[batch])
        if np.shape(loss):
            raise ValueError(
                f"fit needs a loss of one number, and got the shape {np.shape(loss)}: give "
                "reduction='mean' or 'sum'"
            )
        if self.penalty is not None:
            loss = loss + self.penalty(self.model)
        right = None
        if isinstance(self.loss, Loss):
            right = self.loss.correct(numbers(output), target)
        return loss, None if right is None else float(right.mean())

    def _weighted(self, losses: Any, weights: np.ndarray) -> Any:
        """The mean (or sum) in which each sample counts by its weight."""
        if len(np.shape(losses)) > 1:
            columns = tuple(range(1, len(np.shape(losses))))
            losses = losses.sum(axis=columns) if self.summed else losses.mean(axis=columns)
        total = (losses * weights).sum()
        return total if self.summed else total / max(float(weights.sum()), np.finfo(float).tiny)

    # What is not finite raises below; the warnings on the way there say no more.
    @np.errstate(all="ignore")
    def run(
        self,
        parts: Sequence[np.ndarray],
        optimizer: Optimizer,
        epoch: int,
        clip_grad_norm: float | None = None,
    ) -> Measured:
        """Train on one batch after another; loss and accuracy of the epoch."""
        losses: list[float] = []
        rights: list[Any] = []
        shares: list[float] = []
        for number, batch in enumerate(parts, 1):
            place = f"epoch {epoch}, batch {number} of {len(parts)}"
            before = _Fleeting(self.model)
            loss, right = self.measure(batch)
            if not np.isfinite(loss.item()):
                raise self.diverged(f"loss is {loss.item()}", place, batch, before, optimizer)
            optimizer.zero_grad()
            loss.backward(retain_grads=False)
            for node in optimizer.parameters:
                if node.grad is not None and not np.isfinite(node.grad).all():
                    what = f"gradient of {node.name or 'a parameter'} is not finite"
                    raise self.diverged(what, place, batch, before, optimizer)
            if clip_grad_norm is not None:
                clip_grad_norm_(optimizer.parameters, clip_grad_norm)
            optimizer.step()
            losses.append(loss.item())
            rights.append(right)
            shares.append(len(batch) if self.weights is None else self.weights[batch].sum())
        loss_of_epoch = sum(losses) if self.summed else np.average(losses, weights=shares)
        if None in rights:
            return float(loss_of_epoch), None
        return float(loss_of_epoch), float(np.average(rights, weights=list(map(len, parts))))

    @no_grad()
    @np.errstate(all="ignore")
    def evaluate(self) -> Measured:
        """Loss and accuracy of all samples."""
        loss, right = self.measure(slice(None))
        return loss.item(), right

    def diverged(
        self, what: str, place: str, batch: Any, before: _Fleeting, optimizer: Optimizer
    ) -> DivergenceError:
        """The error, with the operation that a second run finds; the model is as before."""
        optimizer.zero_grad()
        before.restore()
        return DivergenceError(
            f"fit: the {what} in {place}{self._first_bad(batch, before)}: try a smaller lr than "
            f"{optimizer.lr:g} and standardised data"
        )

    def _first_bad(self, batch: Any, before: _Fleeting) -> str:
        for name, array in (("X", self.X), ("y", self.y)):
            rows = np.arange(len(array))[batch]
            bad = np.argwhere(~np.isfinite(array[batch].astype(float)))
            if len(bad):
                index = (int(rows[bad[0][0]]), *map(int, bad[0][1:]))
                return f"; {name}[{', '.join(map(str, index))}] is {array[index]}"
        try:
            with detect_nan():
                loss, _ = self.measure(batch)
                loss.backward(retain_grads=False)
        except FloatingPointError as error:
            return f"; the first bad operation is {error}"
        finally:
            self.model.zero_grad()
            before.restore()
        return ""


class _Fleeting:
    """What a forward pass changes in a model: running means, and the state of its randomness."""

    def __init__(self, model: Module) -> None:
        self.model = model
        self.buffers = dict(model.named_buffers())
        self.states = [(each, each.bit_generator.state) for each in generators(model).values()]

    def restore(self) -> None:
        """Set it back."""
        if self.buffers:
            self.model.load_state_dict(self.buffers, strict=False)
        for generator, state in self.states:
            generator.bit_generator.state = state
