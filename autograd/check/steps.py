"""The lines together: what their names stand for, alone and as a chain. Judges nothing."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from autograd.check.facts import Facts, Quantity
from autograd.check.lines import Line, StepError, target_of


@dataclass(frozen=True, eq=False)
class Argument:
    """What a name in a formula stands for."""

    kind: str  # "value", "gradient", "constant", "step", "default"
    value: Any = None
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Derivation:
    """The steps beside the facts, and the words that formulas may use."""

    facts: Facts
    lines: dict[str, Line]
    constants: dict[str, Any]
    scales: dict[str, float] = field(default_factory=dict)

    def scaled(self, scales: dict[str, float]) -> Derivation:
        """The same with some gradients in the course's convention."""
        return replace(self, scales=scales)

    def quantity_of(self, name: str) -> Quantity | None:
        """The quantity whose gradient a name like dZ2 means, in the chosen convention."""
        found = target_of(self.facts, name)
        if found is None or found.name not in self.scales:
            return found
        return replace(found, scale=self.scales[found.name])

    def argument(self, line: Line, parameter: inspect.Parameter) -> Argument:
        """What a parameter of a formula stands for. Raises StepError if nobody knows."""
        name = parameter.name
        if name in self.constants:
            return Argument("constant", self.constants[name])
        known = self.facts.quantities.get(name)
        if known is not None and not known.problem:
            return Argument("value", known.value, known)
        gradient = self.quantity_of(name)
        if gradient is not None and gradient.gradient is not None:
            return Argument("gradient", _like(gradient.truth, gradient.value), gradient)
        if name in self.lines and self.lines[name].target is None:
            return Argument("step")
        if known is not None:
            return Argument("value", known.value, known)
        if parameter.default is not inspect.Parameter.empty:
            return Argument("default", parameter.default)
        if name in self.facts.plain:
            return Argument("constant", self.facts.plain[name])
        if gradient is not None:
            raise StepError(f"it uses {name}, but {gradient.problem}")
        raise StepError(self._unknown(name))

    def _unknown(self, name: str) -> str:
        words = [*self.facts.quantities, *(f"d{each}" for each in self.facts.quantities)]
        words += [*self.constants, *self.facts.plain]
        close = difflib.get_close_matches(name, words, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]}?" if close else ""
        return (
            f"it uses {name}, which is neither a named node, nor a gradient (dX of a node X), nor "
            f"a constant{hint}"
        )

    def arguments(self, line: Line) -> dict[str, Argument]:
        """What every argument of a step stands for on its own, the true gradients put in."""
        return {each.name: self.argument(line, each) for each in line.parameters}

    @cached_property
    def is_for_many(self) -> bool:
        """Whether some step has to do with several samples: it takes m, a sum or a mean."""
        return any(line.takes("m") or line.uses("sum", "mean") for line in self.lines.values())

    # ---------------------------------------------------------------------------- evaluation

    def values_alone(self, line: Line) -> dict[str, Any]:
        """The numbers a step is called with on its own."""
        values = {}
        for name, argument in self.arguments(line).items():
            if argument.kind == "step":  # a helper that is no gradient: the learner's own
                helper = self.lines[name]
                self.refuse_circle(helper)
                if helper.problem and helper.formula is None and helper.array is None:
                    raise StepError(f"it uses {name}, but {helper.problem}")
                values[name] = self.run(helper, self.values_alone(helper))
            else:
                values[name] = argument.value
        return values

    def chain(self) -> dict[str, np.ndarray | StepError]:
        """What every step gives with the learner's own results put in, or why it gives nothing."""
        done: dict[str, np.ndarray | StepError] = {}
        for name in self._order():
            line = self.lines[name]
            try:
                self.refuse_circle(line)
                values = self.values_alone(line)
                for needed in self.needs(line):
                    result = done.get(needed)
                    if not isinstance(result, np.ndarray):
                        raise StepError(f"it needs {needed}, which gives nothing")
                    target = self.lines[needed].target
                    values[needed] = _like(result, target.value if target else None)
                done[name] = self.run(line, values)
            except StepError as error:
                done[name] = error
        return done

    def _order(self) -> list[str]:
        """The steps, those needed before those that need them; circles are left open."""
        open_needs = {
            name: [] if name in self._circles else needs for name, needs in self._needs.items()
        }
        return list(TopologicalSorter(open_needs).static_order())

    def run(self, line: Line, values: Mapping[str, Any]) -> np.ndarray:
        """Call a step. Raises StepError with what went wrong, in words."""
        if line.problem and line.target is not None:
            raise StepError(line.problem)
        try:
            return line(values)
        except StepError:
            raise
        except Exception as error:  # whatever the learner's formula may raise
            shapes = ", ".join(
                f"{name} {np.shape(value)}"
                for name, value in values.items()
                if not callable(value) and np.shape(value)
            )
            at = f" (with {shapes})" if shapes else ""
            text = (
                "the shapes don't fit" if "mismatch in its core dim" in str(error) else str(error)
            )
            raise StepError(f"it raised {type(error).__name__}: {text}{at}") from error

    def needs(self, line: Line) -> list[str]:
        """The other steps whose results a step takes."""
        return self._needs[line.name]

    @cached_property
    def _needs(self) -> dict[str, list[str]]:
        return {name: self._needed_by(line) for name, line in self.lines.items()}

    def _needed_by(self, line: Line) -> list[str]:
        found = []
        for parameter in line.parameters:
            name = parameter.name
            if name not in self.lines or name in self.constants:
                continue
            known = self.facts.quantities.get(name)
            if known is None or known.problem:
                found.append(name)
        return found

    def refuse_circle(self, line: Line) -> None:
        """Raise StepError for a step that is needed by what it needs."""
        cycle = self.cycle(line.name)
        if cycle:
            raise StepError(say_circle(cycle))

    def cycle(self, name: str) -> list[str]:
        """A circle of steps through this one, ending where it starts; empty if there is none."""
        return self._circles.get(name, [])

    @cached_property
    def _circles(self) -> dict[str, list[str]]:
        try:
            TopologicalSorter(self._needs).prepare()
        except CycleError:
            circles = {name: self._circle(name) for name in self.lines}
            return {name: circle for name, circle in circles.items() if circle}
        return {}

    def _circle(self, name: str) -> list[str]:
        trail, stack = {name: [name]}, [name]
        while stack:
            current = stack.pop()
            for needed in self.needs(self.lines[current]):
                if needed == name:
                    return [*trail[current], name]
                if needed not in trail:
                    trail[needed] = [*trail[current], needed]
                    stack.append(needed)
        return []

    def is_helper(self, line: Line) -> bool:
        """Whether a step is no gradient, but other steps make use of it."""
        return line.target is None and any(
            line.name in self.needs(other) for other in self.lines.values() if other is not line
        )

    def ancestors(self, name: str) -> Iterator[str]:
        """All steps that a step builds upon, nearest first."""
        found, queue = {name}, [name]
        for current in queue:
            for needed in self.needs(self.lines[current]):
                if needed not in found:
                    found.add(needed)
                    queue.append(needed)
                    yield needed


def say_circle(names: list[str]) -> str:
    """Steps that rest on each other, in words."""
    if len(names) == 2:
        return f"the step needs its own result: {names[0]}"
    return f"the steps need each other in a circle: {' needs '.join(names)}"


def _like(array: np.ndarray, value: Any) -> Any:
    """A gradient as formulas expect it: a float where the value is one."""
    return float(array.item()) if isinstance(value, float) and array.size == 1 else array
