"""The judge of a derivation in one convention: which steps are right. Knows no convention."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from autograd.check.judge.evaluation import Evaluation
from autograd.check.judge.tolerance import Tolerance, rtol_of
from autograd.check.truth.quantity import Quantity
from autograd.check.written.steps import StepError, WrittenStep


class Judge:
    """Compares the steps of a derivation, each evaluated once.

    `beside` is the judge of the other convention, if this one's is the course's.
    """

    def __init__(
        self, evaluation: Evaluation, rtol: float | None, atol: float, beside: Judge | None = None
    ) -> None:
        self.evaluation, self.rtol, self.atol, self.beside = evaluation, rtol, atol, beside
        self._alone: dict[str, np.ndarray | StepError] = {}

    def result(self, step: WrittenStep) -> np.ndarray | StepError:
        """What a step gives on its own, or why it gives nothing."""
        if step.name not in self._alone:
            try:
                if not self.is_comparable(step):
                    raise StepError(self.evaluation.problem(step))
                values = self.evaluation.values_alone(step)
                self._alone[step.name] = self.evaluation.run(step, values)
            except StepError as error:
                self._alone[step.name] = error
        return self._alone[step.name]

    def is_comparable(self, step: WrittenStep) -> bool:
        """Whether there is a true gradient to compare a step with."""
        target = self.evaluation.quantity_of(step.name)
        return target is not None and target.gradient is not None

    def target(self, step: WrittenStep) -> Quantity:
        """What a comparable step is the gradient of, in the convention of this judge."""
        target = self.evaluation.quantity_of(step.name)
        assert target is not None
        return target

    def tolerance(self, step: WrittenStep, yours: np.ndarray, *, strict: bool = False) -> Tolerance:
        """What fits the dtypes; `strict` without allowance for rounding."""
        truth, target = self.evaluation.truth, self.target(step)
        fitting = rtol_of(truth.dtype, yours.dtype) if self.rtol is None else self.rtol
        tolerance = Tolerance(fitting, self.atol)
        if strict or target.node is None or tolerance.accepts(yours, target.expected):
            return tolerance
        noise = truth.noise.get(target.node, 0.0) * target.scale
        return Tolerance(fitting, self.atol + 1e3 * noise)

    def agrees(self, step: WrittenStep, yours: np.ndarray) -> bool:
        """Whether a result is the true gradient."""
        return self.tolerance(step, yours).accepts(yours, self.target(step).expected)

    def is_right(self, step: WrittenStep) -> bool:
        """Whether a step is right on its own."""
        yours = self.result(step)
        return not isinstance(yours, StepError) and self.agrees(step, yours)

    def is_right_in_chain(self, step: WrittenStep) -> bool | None:
        """Whether a step is right with the learner's own results; None if there are none."""
        result = self._chain[step.name]
        if isinstance(result, StepError) or not self.is_comparable(step):
            return None
        return self.agrees(step, result)

    @cached_property
    def _chain(self) -> dict[str, np.ndarray | StepError]:
        return self.evaluation.chain()

    def cycle_of_right(self, step: WrittenStep) -> list[str]:
        """The circle that a step stands in, if all in it are right; that proves nothing."""
        cycle = self.evaluation.cycle(step.name)
        return cycle if all(self.is_right(self.evaluation.steps[name]) for name in cycle) else []

    def inherited(self, step: WrittenStep) -> tuple[str, ...]:
        """The steps below whose mistakes a step inherits."""
        below = (self.evaluation.steps[name] for name in self.evaluation.ancestors(step.name))
        return tuple(
            each.name
            for each in below
            if each.name != step.name
            and self.evaluation.truth.target_of(each.name) is not None
            and not self.is_right(each)
        )
