"""Objectives of models made of Values, whose passes are recorded once and replayed for others.

A *recording* is a pass over some number of samples as a function of these samples, their targets
and weights; each size of a batch has one. Its *outcome* is what a pass gives. A replay gives the
outcome of the eager pass, up to rounding, since

- every module, loss and penalty on the way is pure (`nn.purity`): Dropout, BatchNorm1d and modules
  that don't declare themselves are never replayed;
- samples, targets and weights are leaves of the recording, so that none is frozen in it;
- comparisons are made again at every call; once one comes out otherwise, all passes are eager;
- a recording is forgotten when anything in model, loss or penalty was set since;
- the first outcomes of a recording are compared with those of the eager pass.

When a pass was recorded leaves no trace in the numbers, since the first of them, too, are those of
the replay: a run taken up again from a checkpoint ends bit for bit as one that never stopped.
"""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np

from autograd import (
    BranchError,
    Node,
    Value,
    enable_grad,
    gradients,
    replay,
    toposort,
    watch_comparisons,
)
from nn.losses import Loss
from nn.nodes import make, numbers
from nn.objective import ALL, Batch, Measured, Objective
from nn.optim import Optimizer
from nn.purity import is_pure, settings
from nn.regularization import Sum

COMPARED = 2
"""How many outcomes of a recording are compared with the eager pass."""


class Outcome(NamedTuple):
    """What a pass gives: the loss, the output of the model, the gradient of each parameter."""

    loss: float
    output: np.ndarray
    gradients: dict[Node, float]


def _close(mine: Any, theirs: Any) -> bool:
    """Whether both are the same up to rounding, measured by the largest of the numbers."""
    difference = np.abs(np.subtract(mine, theirs))
    return bool((difference <= 1e-9 * np.abs(theirs).max(initial=1e-300)).all())


class NotReplayable(Exception):
    """A pass can't be recorded, or its recording gives something else than the eager pass."""


class Replayed(Objective):
    """An objective that replays its passes where that is safe; `eager` once it is not."""

    def __init__(self, *of: Any, **options: Any) -> None:
        super().__init__(*of, **options)
        self.eager = not self.is_pure()
        self._settings: Any = None
        self._recordings: dict[int, Recording] = {}

    def is_pure(self) -> bool:
        """Whether a recording depends on nothing but numbers that are given and what is set."""
        nodes = list(self.model.parameters())
        values = bool(nodes) and all(isinstance(node, Value) for node in nodes)
        return values and isinstance(self.loss, Loss) and is_pure(*self._parts())

    def _parts(self) -> list[Any]:
        terms = self.penalty.terms if isinstance(self.penalty, Sum) else [self.penalty]
        return [self.model, self.loss, *(term for term in terms if term is not None)]

    def refresh(self) -> None:
        """Forget the recordings if model, loss or penalty have been set since."""
        if self.eager:
            return
        now = settings(*self._parts())
        if now != self._settings:
            self._settings = now
            self._recordings.clear()
            self.eager = not self.is_pure()

    def differentiate(self, batch: Batch, optimizer: Optimizer) -> Measured:
        """Put the gradients of the loss of a batch into `.grad`, by a replay where there is one."""
        found = self.replayed(batch)
        if found is None:
            return super().differentiate(batch, optimizer)
        optimizer.zero_grad()
        for node, gradient in found.gradients.items():
            node.grad = gradient if node.grad is None else node.grad + gradient
        return self.measured(found.loss, found.output, batch)

    def evaluate(self) -> tuple[float, float | None]:
        """Loss and accuracy of all samples, by a replay where there is one."""
        self.refresh()
        with enable_grad(), np.errstate(all="ignore"):
            found = self.replayed(ALL)
        if found is None:
            return super().evaluate()
        return self.mean([self.measured(found.loss, found.output, ALL)])

    def replayed(self, batch: Batch) -> Outcome | None:
        """The outcome of a replay; None where the eager pass has to give it."""
        if self.eager:
            return None
        try:
            recording = self._recording(batch)
            found = recording(batch)
            if not np.isfinite([found.loss, *found.gradients.values()]).all():
                return None  # the eager pass says where that comes from
            if recording.compared < COMPARED:
                recording.compare(batch, found)
        except (NotReplayable, BranchError):
            self.eager = True
            self._recordings.clear()
            return None
        return found

    def targets(self, batch: Batch, shape: tuple[int, ...]) -> list[list[np.ndarray]]:
        """All that differs between batches besides samples: what the loss takes, and weights."""
        data = self.loss.data(self.target(batch, shape), shape, np.dtype(float))
        return [data, self.batch_weights(batch)]

    def _recording(self, batch: Batch) -> Recording:
        size = len(self.X[batch])
        if size not in self._recordings:
            try:
                self._recordings[size] = Recording(self, batch)
            except Exception as error:  # the eager pass raises it in terms of plain numbers
                raise NotReplayable(str(error)) from error
        return self._recordings[size]


class Recording:
    """A pass over so many samples, as a function of their numbers."""

    def __init__(self, objective: Replayed, batch: Batch) -> None:
        self.compared = 0
        self._objective = objective
        with watch_comparisons() as watched:
            samples = make(objective.X[batch], Value)
            output = objective.model(samples)
            self._shape = np.shape(output)
            data, weights = (
                [make(each, Value) for each in arrays]
                for arrays in objective.targets(batch, self._shape)
            )
            loss = objective.total(objective.loss.apply(output, *data), *weights)
            factors, probed = _probed(loss, output)
        self._inputs = [node for each in (samples, *data, *weights) for node in each.flat]
        order = toposort(probed)
        if not all(isinstance(node, Value) for node in order):
            raise NotReplayable("it makes Tensors of Values")
        leaves = {node: None for node in order if node.op is None}
        for node in self._inputs:  # one that is only compared has to be in the graph as well
            if node not in leaves:
                probed = probed + 0.0 * node
        known = set(self._inputs) | set(factors)
        self._parameters = [node for node in leaves if node.requires_grad and node not in known]
        wrt = [*factors, *self._parameters]
        self._replay = replay(probed, inputs=self._inputs, wrt=wrt, guard=watched)

    def __call__(self, batch: Batch) -> Outcome:
        """The outcome for other samples; raises BranchError if a comparison comes out otherwise."""
        data, weights = self._objective.targets(batch, self._shape)
        arrays = [self._objective.X[batch], *data, *weights]
        flat = (number for array in arrays for number in array.ravel().tolist())
        loss, found = self._replay(dict(zip(self._inputs, flat, strict=True)))
        split = len(found) - len(self._parameters)
        output = np.array(found[:split]).reshape(self._shape)
        return Outcome(loss, output, dict(zip(self._parameters, found[split:], strict=True)))

    def compare(self, batch: Batch, found: Outcome) -> None:
        """Compare an outcome with that of the eager pass; raises NotReplayable."""
        self.compared += 1
        loss, output = self._objective.forward(batch)
        eager = loss.item(), numbers(output), gradients(loss, self._parameters)
        mine = found.loss, found.output, list(found.gradients.values())
        if not all(map(_close, mine, eager)):
            raise NotReplayable("it declares itself pure, and is not")


def _probed(loss: Any, output: Any) -> tuple[list[Value], Any]:
    """The loss plus the output times factors `s` that are zero, and these factors.

    So the output comes along with the gradients: `d(J + Σ s z)/ds = z`. Nothing else changes.
    """
    factors = [Value(0.0) for _ in output.flat]
    terms = [s * z for s, z in zip(factors, output.flat, strict=True)]
    while len(terms) > 1:  # in pairs, or the sum would be a chain as long as the output
        terms = [*map(operator.add, terms[::2], terms[1::2]), *terms[len(terms) & ~1 :]]
    return factors, loss + terms[0]
