"""The steps run on the numbers of the graph, each alone and all as a chain. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from inspect import Parameter
from typing import Any

import numpy as np

from autograd.check.truth.graph import Truth, did_you_mean
from autograd.check.truth.quantity import Quantity
from autograd.check.written.steps import StepError, WrittenStep, numbers_in


@dataclass(frozen=True, eq=False)
class Argument:
    """What a name in a formula stands for."""

    kind: str  # "value", "gradient", "constant", "step", "default"
    value: Any = None
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Evaluation:
    """The steps beside the truth; `constants` are words for formulas that come before all else.

    `scales` are the factors of those gradients that the course's convention takes m times.
    """

    truth: Truth
    steps: dict[str, WrittenStep]
    constants: dict[str, Any]
    scales: dict[str, float] = field(default_factory=dict)

    def scaled(self, scales: dict[str, float]) -> Evaluation:
        """The same with some gradients in the course's convention."""
        return replace(self, scales=scales)

    # ----------------------------------------------------------------------- what names mean

    def quantity_of(self, name: str) -> Quantity | None:
        """The quantity whose gradient a name like dZ2 means, in the chosen convention."""
        found = self.truth.target_of(name)
        if found is None or found.name not in self.scales:
            return found
        return replace(found, scale=self.scales[found.name])

    def problem(self, step: WrittenStep) -> str:
        """Why a step can't be judged, if that is known before it is run."""
        target = self.truth.target_of(step.name)
        if target is None:
            return self.truth.why_no_target(step.name)
        return target.problem or step.problem

    def arguments(self, step: WrittenStep) -> dict[str, Argument]:
        """What every argument of a step stands for on its own, the true gradients put in.

        Raises StepError if nobody knows.
        """
        return {each.name: self._argument(each) for each in step.parameters}

    def _argument(self, parameter: Parameter) -> Argument:
        name = parameter.name
        if name in self.constants:
            return Argument("constant", self.constants[name])
        known = self.truth.quantities.get(name)
        if known is not None and not known.problem:
            return Argument("value", known.value, known)
        gradient = self.quantity_of(name)
        if gradient is not None and gradient.gradient is not None:
            return Argument("gradient", gradient.like_value(gradient.expected), gradient)
        if name in self.steps and gradient is None:
            return Argument("step")
        if known is not None:
            return Argument("value", known.value, known)
        if parameter.default is not Parameter.empty:
            return Argument("default", parameter.default)
        if name in self.truth.constants:
            return Argument("constant", self.truth.constants[name])
        if gradient is not None:
            raise StepError(f"it uses {name}, but {gradient.problem}")
        words = [*self.truth.quantities, *(f"d{each}" for each in self.truth.quantities)]
        hint = did_you_mean(name, [*words, *self.constants, *self.truth.constants])
        raise StepError(
            f"it uses {name}, which is neither a named node, nor a gradient (dX of a node X), nor "
            f"a constant{hint}"
        )

    @cached_property
    def samples(self) -> int | None:
        """The number of samples: the constant m if there is one, or what the output averages."""
        m = self.truth.constants.get("m")
        number = numbers_in(m) if not isinstance(m, bool) else None
        if number is not None and not number.ndim and 0 < number < np.inf:
            return round(float(number))
        return self.truth.samples

    @cached_property
    def is_for_many(self) -> bool:
        """Whether some step has to do with several samples: it takes m, a sum or a mean."""
        return any(each.takes("m") or each.mentions("sum", "mean") for each in self.steps.values())

    # ------------------------------------------------------------------------------- running

    def run(self, step: WrittenStep, values: Mapping[str, Any]) -> np.ndarray:
        """Call a step. Raises StepError with what went wrong, in words."""
        if self.truth.target_of(step.name) is not None and (problem := self.problem(step)):
            raise StepError(problem)
        try:
            return step(values)
        except StepError:
            raise
        except Exception as error:  # whatever the learner's formula may raise
            arrays = {name: numbers_in(value) for name, value in values.items()}
            shapes = [f"{name} {a.shape}" for name, a in arrays.items() if a is not None and a.ndim]
            at = f" (with {', '.join(shapes)})" if shapes else ""
            text = str(error)
            if "mismatch in its core dim" in text:
                text = "the shapes don't fit"
            if "read-only" in text:
                text += ": it writes into an array that is no argument of it, so write into a copy"
            raise StepError(f"it raised {type(error).__name__}: {text}{at}") from error

    def values_alone(self, step: WrittenStep) -> dict[str, Any]:
        """The numbers a step is called with on its own."""
        return {
            name: self._helper(name) if argument.kind == "step" else argument.value
            for name, argument in self.arguments(step).items()
        }

    def _helper(self, name: str) -> np.ndarray:
        """The result of a step that is no gradient: the learner's own."""
        helper = self.steps[name]
        self._refuse_cycle(name)
        if helper.formula is None and helper.array is None:
            raise StepError(f"it uses {name}, but {self.problem(helper)}")
        return self.run(helper, self.values_alone(helper))

    def chain(self) -> dict[str, np.ndarray | StepError]:
        """What every step gives with the learner's own results put in, or why it gives nothing."""
        done: dict[str, np.ndarray | StepError] = {}
        needs = {name: [] if self.cycle(name) else its for name, its in self._needs.items()}
        for name in TopologicalSorter(needs).static_order():
            try:
                self._refuse_cycle(name)
                values = self.values_alone(self.steps[name])
                for needed in self._needs[name]:
                    result = done.get(needed)
                    if not isinstance(result, np.ndarray):
                        raise StepError(f"it needs {needed}, which gives nothing")
                    target = self.truth.target_of(needed)
                    values[needed] = target.like_value(result) if target is not None else result
                done[name] = self.run(self.steps[name], values)
            except StepError as error:
                done[name] = error
        return done

    # ------------------------------------------------------------------- what needs what

    @cached_property
    def _needs(self) -> dict[str, list[str]]:
        """For each step the other steps whose results it takes."""
        nodes = {name for name, each in self.truth.quantities.items() if not each.problem}
        words = self.steps.keys() - self.constants.keys() - nodes
        return {
            name: [each.name for each in step.parameters if each.name in words]
            for name, step in self.steps.items()
        }

    def ancestors(self, name: str) -> dict[str, str]:
        """All steps that a step builds upon, nearest first, each with the one that needs it."""
        found: dict[str, str] = {}
        queue = [name]
        for current in queue:
            for needed in self._needs[current]:
                if needed not in found:
                    found[needed] = current
                    queue.append(needed)
        return found

    def cycle(self, name: str) -> list[str]:
        """A circle of steps through this one, ending where it starts; empty if there is none."""
        return self._cycles[name]

    @cached_property
    def _cycles(self) -> dict[str, list[str]]:
        return {name: self._cycle(name) for name in self.steps}

    def _cycle(self, name: str) -> list[str]:
        needed_by = self.ancestors(name)
        trail = [name] if name in needed_by else []
        while trail and (len(trail) == 1 or trail[0] != name):
            trail.insert(0, needed_by[trail[0]])
        return trail

    def _refuse_cycle(self, name: str) -> None:
        if self.cycle(name):
            raise StepError(say_cycle(self.cycle(name)))

    def is_helper(self, step: WrittenStep) -> bool:
        """Whether a step is no gradient, but other steps make use of it."""
        return self.truth.target_of(step.name) is None and any(
            step.name in needed for name, needed in self._needs.items() if name != step.name
        )


def say_cycle(names: list[str]) -> str:
    """Steps that rest on each other, in words."""
    if len(names) == 2:
        return f"the step needs its own result: {names[0]}"
    return f"the steps need each other in a circle: {' needs '.join(names)}"
