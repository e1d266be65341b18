"""Steps of a model made of Values, recorded once and replayed for other samples.

A replay gives the numbers of the eager pass, up to rounding, since

- every module, loss and penalty on the way declares itself `pure`: Dropout, BatchNorm1d and modules
  that don't say so are never replayed;
- samples, targets and weights are leaves of the recording, so that none is frozen in it;
- comparisons are made again at every call; once one comes out otherwise, all passes are eager;
- a recording is forgotten when anything in model, loss or penalty was set since;
- the first answers of a recording are compared with those of the eager pass.

When a step was recorded leaves no trace in the numbers, since the first of them, too, are those of
the replay: a run taken up again from a checkpoint ends bit for bit as one that never stopped.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from autograd import BranchError, Node, Value, replay, toposort, watch_comparisons
from nn.nodes import make

Batch = np.ndarray | slice

PROOFS = 2
"""How many answers of a recording are compared with the eager pass."""


class Answer(NamedTuple):
    """What a step gives: its loss, the output of the model, the gradient of each leaf."""

    loss: float
    output: np.ndarray
    gradients: dict[Node, float]

    def finite(self) -> bool:
        """Whether loss and gradients are."""
        return bool(np.isfinite([self.loss, *self.gradients.values()]).all())

    def agrees(self, other: Answer) -> bool:
        """Whether both are the same up to rounding, measured by the largest numbers."""
        mine, theirs = (
            (each.loss, each.output, [each.gradients[leaf] for leaf in self.gradients])
            for each in (self, other)
        )
        return all(map(_close, mine, theirs))


def _close(mine: Any, theirs: Any) -> bool:
    difference = np.abs(np.subtract(mine, theirs))
    return bool((difference <= 1e-9 * np.abs(theirs).max(initial=1e-300)).all())


class Step(Protocol):
    """What is recorded: a function of the samples in a batch."""

    def samples(self, batch: Batch) -> np.ndarray:
        """The input of the model."""

    def targets(self, batch: Batch, shape: tuple[int, ...]) -> list[np.ndarray]:
        """All else that differs between batches, for an output of this shape."""

    def output(self, samples: Any) -> Any:
        """The model's."""

    def total(self, output: Any, targets: Sequence[Any]) -> Any:
        """The loss."""

    def eager(self, batch: Batch, leaves: Sequence[Node]) -> Answer:
        """The answer without a recording."""

    def settings(self) -> Any:
        """All on which the recording depends."""

    def is_pure(self) -> bool:
        """Whether a recording depends on nothing else."""


class Unrepeatable(Exception):
    """A step that can't be recorded."""


class Recordings:
    """The recordings of a step, one for each size of a batch.

    Once it is `refused`, all passes are eager. A checkpoint keeps this.
    """

    def __init__(self, step: Step) -> None:
        self.refused = not step.is_pure()
        self._step = step
        self._settings: Any = None
        self._known: dict[int, Recording] = {}

    def renew(self) -> None:
        """Forget the recordings if model, loss or penalty have been set since."""
        if self.refused:
            return
        settings = self._step.settings()
        if settings != self._settings:
            self._settings = settings
            self._known.clear()
            self.refused = not self._step.is_pure()

    def answer(self, batch: Batch) -> Answer | None:
        """That of a replay; None where the eager pass has to give it."""
        if self.refused:
            return None
        try:
            recording = self._recording(batch)
            found = recording(batch)
            if not found.finite():
                return None  # the eager pass says where that comes from
            if recording.proofs < PROOFS:
                recording.prove(batch, found)
        except (Unrepeatable, BranchError):
            self.refused = True
            self._known.clear()
            return None
        return found

    def _recording(self, batch: Batch) -> Recording:
        size = len(self._step.samples(batch))
        if size not in self._known:
            try:
                self._known[size] = Recording(self._step, batch)
            except Exception as error:  # the eager pass raises it in terms of plain numbers
                raise Unrepeatable(str(error)) from error
        return self._known[size]


class Recording:
    """A step as a function of so many samples."""

    def __init__(self, step: Step, batch: Batch) -> None:
        self.proofs = 0
        self._step = step
        with watch_comparisons() as watched:
            given = [make(step.samples(batch), Value)]
            output = step.output(given[0])
            self._shape = np.shape(output)
            given += [make(each, Value) for each in step.targets(batch, self._shape)]
            loss = step.total(output, given[1:])
            factors, probed = _probed(loss, output)
        self._inputs = [node for each in given for node in each.flat]
        order = toposort(probed)
        if not all(isinstance(node, Value) for node in order):
            raise Unrepeatable("it makes Tensors of Values")
        leaves = {node: None for node in order if node.op is None}
        for node in self._inputs:  # one that is only compared has to be in the graph as well
            if node not in leaves:
                probed = probed + 0.0 * node
        known = set(self._inputs) | set(factors)
        self._parameters = [node for node in leaves if node.requires_grad and node not in known]
        wrt = [*factors, *self._parameters]
        self._replay = replay(probed, inputs=self._inputs, wrt=wrt, guard=watched)

    def __call__(self, batch: Batch) -> Answer:
        """The answer for other samples; raises BranchError if a comparison comes out otherwise."""
        arrays = [self._step.samples(batch), *self._step.targets(batch, self._shape)]
        flat = (number for array in arrays for number in array.ravel().tolist())
        loss, found = self._replay(dict(zip(self._inputs, flat, strict=True)))
        split = len(found) - len(self._parameters)
        output = np.array(found[:split]).reshape(self._shape)
        return Answer(loss, output, dict(zip(self._parameters, found[split:], strict=True)))

    def prove(self, batch: Batch, found: Answer) -> None:
        """Compare an answer with the eager one; raises Unrepeatable."""
        self.proofs += 1
        if not found.agrees(self._step.eager(batch, self._parameters)):
            raise Unrepeatable("it declares itself pure, and is not")


def _probed(loss: Any, output: Any) -> tuple[list[Value], Any]:
    """The loss plus the output times factors `s` that are zero, and these factors.

    So the output comes along with the gradients: `d(J + Σ s z)/ds = z`. Nothing else changes.
    """
    factors = [Value(0.0) for _ in output.flat]
    terms = [s * z for s, z in zip(factors, output.flat, strict=True)]
    while len(terms) > 1:  # in pairs, or the sum would be a chain as long as the output
        terms = [*map(operator.add, terms[::2], terms[1::2]), *terms[len(terms) & ~1 :]]
    return factors, loss + terms[0]
