"""`Objective`: a model, a loss and the samples they are measured on; a training epoch of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Node, Value, detect_nan, enable_grad, gradients, no_grad
from nn.checkpoint import generators
from nn.data import as_samples, check_samples
from nn.history import DivergenceError
from nn.losses import Loss
from nn.module import Module
from nn.nodes import float_dtype, numbers
from nn.optim import Optimizer, clip_grad_norm_
from nn.purity import is_pure, settings
from nn.recording import Answer, Batch, Recordings
from nn.regularization import Sum

Measured = tuple[float, float | None]
"""Loss, and accuracy where there are classes."""

_Step = tuple[float, np.ndarray | None]
"""Loss, and which predictions are right."""


class Objective:
    """The loss of a model's output on samples, weighted, with a penalty on the weights.

    With `replay` the passes of a model made of Values are recorded and replayed where they can be.
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[[Any, Any], Any],
        X: Any,
        y: Any,
        sample_weight: Any = None,
        penalty: Callable[[Module], Any] | None = None,
        *,
        replay: bool = False,
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
            if not (np.all((self.weights >= 0) & (self.weights < np.inf)) and self.weights.any()):
                raise ValueError(
                    "sample_weight: give weights that are not negative, finite, and not all 0"
                )
            self.loss = copy.copy(loss)
            self.loss.reduction = "none"
        self.recordings = Recordings(self) if replay else None

    def measure(self, batch: Batch) -> tuple[Any, np.ndarray | None]:
        """The loss as a node, and which predictions are right, where there are classes."""
        loss, output = self._eager(batch)
        return loss, self._right(numbers(output), batch)

    def _eager(self, batch: Batch) -> tuple[Any, Any]:
        """The loss and the output of the model."""
        output = self.model(self.X[batch])
        target = self._target(batch, np.shape(output))
        loss = self.loss(output, target)
        if self.weights is not None:
            loss = self._weighted(loss, *self._weights(batch))
        return self._penalised(loss), output

    def _target(self, batch: Batch, shape: tuple[int, ...]) -> np.ndarray:
        """Those of the batch, a column for an output that is one."""
        target = self.y[batch]
        column = target.ndim == 1 and shape == (len(target), 1)
        return target[:, np.newaxis] if column else target

    def _right(self, output: np.ndarray, batch: Batch) -> np.ndarray | None:
        """Which predictions are right, of those that count."""
        if not isinstance(self.loss, Loss):
            return None
        return self.loss.correct(output, self._target(batch, output.shape))

    def _penalised(self, loss: Any) -> Any:
        if np.shape(loss):
            raise ValueError(
                f"fit needs a loss of one number, and got the shape {np.shape(loss)}: give "
                "reduction='mean' or 'sum'"
            )
        return loss if self.penalty is None else loss + self.penalty(self.model)

    def _weights(self, batch: Batch) -> list[np.ndarray]:
        """The weights of a batch, and their sum as what a mean divides by."""
        assert self.weights is not None
        weights = self.weights[batch]
        total = np.maximum(weights.sum(), np.finfo(weights.dtype).tiny)
        return [weights, np.array([total])]

    def _weighted(self, losses: Any, weights: Any, total: Any) -> Any:
        """The mean (or sum) in which each sample counts by its weight."""
        if len(np.shape(losses)) > 1:
            columns = tuple(range(1, len(np.shape(losses))))
            losses = losses.sum(axis=columns) if self.summed else losses.mean(axis=columns)
        summed = (losses * weights).sum()
        return summed if self.summed else summed / total[0]

    # ---------------------------------------------------------------- what a recording asks for

    def samples(self, batch: Batch) -> np.ndarray:
        """The input of the model."""
        return self.X[batch]

    def targets(self, batch: Batch, shape: tuple[int, ...]) -> list[np.ndarray]:
        """All else that differs between batches, for an output of this shape."""
        assert isinstance(self.loss, Loss)
        data = self.loss.data(self._target(batch, shape), shape, np.dtype(float))
        return data if self.weights is None else [*data, *self._weights(batch)]

    def output(self, samples: Any) -> Any:
        """The model's."""
        return self.model(samples)

    def total(self, output: Any, targets: Sequence[Any]) -> Any:
        """The loss, of nodes for the targets."""
        assert isinstance(self.loss, Loss)
        if self.weights is None:
            return self._penalised(self.loss.apply(output, *targets))
        *data, weights, total = targets
        return self._penalised(self._weighted(self.loss.apply(output, *data), weights, total))

    def eager(self, batch: Batch, leaves: Sequence[Node]) -> Answer:
        """The answer without a recording."""
        loss, output = self._eager(batch)
        parts = [float(part) for part in gradients(loss, list(leaves))]
        return Answer(loss.item(), numbers(output), dict(zip(leaves, parts, strict=True)))

    def settings(self) -> Any:
        """All on which a recording depends."""
        return settings(*self._parts())

    def is_pure(self) -> bool:
        """Whether a recording depends on nothing else."""
        nodes = list(self.model.parameters())
        values = bool(nodes) and all(isinstance(node, Value) for node in nodes)
        return values and isinstance(self.loss, Loss) and is_pure(*self._parts())

    def _parts(self) -> list[Any]:
        terms = self.penalty.terms if isinstance(self.penalty, Sum) else [self.penalty]
        return [self.model, self.loss, *(term for term in terms if term is not None)]

    # ------------------------------------------------------------------------------- training

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
        if self.recordings is not None:
            self.recordings.renew()
        before = _Fleeting(self.model)
        losses: list[float] = []
        rights: list[np.ndarray | None] = []
        shares: list[float] = []
        for number, batch in enumerate(parts, 1):
            found = self._replayed(batch, optimizer)
            if found is None:
                place = f"epoch {epoch}, batch {number} of {len(parts)}"
                before.note()
                found = self._differentiated(batch, optimizer, place, before)
            if clip_grad_norm is not None:
                clip_grad_norm_(optimizer.parameters, clip_grad_norm)
            optimizer.step()
            losses.append(found[0])
            rights.append(found[1])
            shares.append(len(batch) if self.weights is None else self.weights[batch].sum())
        loss_of_epoch = sum(losses) if self.summed else np.average(losses, weights=shares)
        return float(loss_of_epoch), _share(rights)

    def _replayed(self, batch: np.ndarray, optimizer: Optimizer) -> _Step | None:
        """Loss and predictions by a recording, with the gradients in `.grad`; None without one."""
        answer = None if self.recordings is None else self.recordings.answer(batch)
        if answer is None:
            return None
        optimizer.zero_grad()
        for node, gradient in answer.gradients.items():
            node.grad = gradient if node.grad is None else node.grad + gradient
        return answer.loss, self._right(answer.output, batch)

    def _differentiated(
        self, batch: np.ndarray, optimizer: Optimizer, place: str, before: _Fleeting
    ) -> _Step:
        """Loss and predictions by an eager pass, with the gradients in `.grad`."""
        loss, right = self.measure(batch)
        if not np.isfinite(loss.item()):
            raise self.diverged(f"loss is {loss.item()}", place, batch, before, optimizer)
        optimizer.zero_grad()
        loss.backward(retain_grads=False)
        for node in optimizer.parameters:
            if node.grad is not None and not np.isfinite(node.grad).all():
                what = f"gradient of {node.name or 'a parameter'} is not finite"
                raise self.diverged(what, place, batch, before, optimizer)
        return loss.item(), right

    @no_grad()
    @np.errstate(all="ignore")
    def evaluate(self) -> Measured:
        """Loss and accuracy of all samples."""
        if self.recordings is not None:
            self.recordings.renew()
            with enable_grad():
                answer = self.recordings.answer(slice(None))
            if answer is not None:
                return answer.loss, _share([self._right(answer.output, slice(None))])
        loss, right = self.measure(slice(None))
        return loss.item(), _share([right])

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


def _share(rights: Sequence[np.ndarray | None]) -> float | None:
    """Of all predictions that count, how many are right; NaN of none."""
    rows = [right.ravel() for right in rights if right is not None]
    if len(rows) < len(rights):
        return None
    right = np.concatenate(rows)
    return float(right.mean()) if right.size else float("nan")


class _Fleeting:
    """What a forward pass changes in a model: running means, and the state of its randomness."""

    def __init__(self, model: Module) -> None:
        self._names = [(each, name) for each in model.modules() for name in each.buffer_names]
        self._sources = list(generators(model).values())
        self.note()

    def note(self) -> None:
        """Take down how it is."""
        self._buffers = [getattr(module, name) for module, name in self._names]
        self._states = [source.bit_generator.state for source in self._sources]

    def restore(self) -> None:
        """Set it back."""
        for (module, name), buffer in zip(self._names, self._buffers, strict=True):
            setattr(module, name, buffer)
        for source, state in zip(self._sources, self._states, strict=True):
            source.bit_generator.state = state
