"""The judge of a derivation in one convention: right or wrong, and why. Knows no convention."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from autograd.check.blindspots import ADVICE, blind_spots
from autograd.check.case import Case
from autograd.check.compare import Tolerance, agree, rtol_of, worst
from autograd.check.diagnose import Explanation, explain
from autograd.check.facts import Quantity
from autograd.check.formula import chain_rule
from autograd.check.lines import Line, StepError
from autograd.check.report import Step, Verdict
from autograd.check.steps import Derivation, say_circle


class Judge:
    """Compares the steps of a derivation, each evaluated once."""

    def __init__(
        self,
        derivation: Derivation,
        rtol: float | None,
        atol: float,
        beside: Judge | None = None,
    ) -> None:
        self.derivation, self.rtol, self.atol = derivation, rtol, atol
        self.plain = beside  # the judge of the other convention, if this is the course's
        self.alone: dict[str, np.ndarray | StepError] = {}

    # ---------------------------------------------------------------------------- comparing

    def result(self, line: Line) -> np.ndarray | StepError:
        """What a step gives on its own, or why it gives nothing."""
        if line.name not in self.alone:
            try:
                if line.target is None or line.target.gradient is None:
                    raise StepError(line.problem)
                values = self.derivation.values_alone(line)
                self.alone[line.name] = self.derivation.run(line, values)
            except StepError as error:
                self.alone[line.name] = error
        return self.alone[line.name]

    def target(self, line: Line) -> Quantity:
        """The quantity of a step, in the convention of this judge."""
        assert line.target is not None
        scale = self.derivation.scales.get(line.target.name, 1.0)
        found = self.derivation.quantity_of(line.name)
        return found if found is not None and scale != 1 else line.target

    def tolerance(self, line: Line, yours: np.ndarray, *, strict: bool = False) -> Tolerance:
        """What fits the dtypes; `strict` without allowance for rounding."""
        rtol = (
            self.rtol
            if self.rtol is not None
            else rtol_of(self.derivation.facts.dtype, yours.dtype)
        )
        plain = Tolerance(rtol, self.atol)
        node = self.target(line).node
        if strict or node is None or agree(yours, self.target(line).truth, plain):
            return plain
        noise = self.derivation.facts.noise.get(node, 0.0)
        return plain.beside(noise * self.target(line).scale)

    def is_right(self, line: Line) -> bool:
        """Whether a step is right on its own."""
        yours = self.result(line)
        return not isinstance(yours, StepError) and self.agrees(line, yours)

    def agrees(self, line: Line, yours: np.ndarray) -> bool:
        """Whether a result is the true gradient."""
        return agree(yours, self.target(line).truth, self.tolerance(line, yours))

    def is_right_in_chain(self, line: Line) -> bool | None:
        """Whether a step is right with the learner's own results; None if there are none."""
        if line.target is None or line.target.gradient is None:
            return None
        result = self.chain[line.name]
        return None if isinstance(result, StepError) else self.agrees(line, result)

    @cached_property
    def chain(self) -> dict[str, np.ndarray | StepError]:
        """What the steps give as a chain."""
        return self.derivation.chain()

    # ------------------------------------------------------------------------------ judging

    def step(self, line: Line) -> Step:
        """The verdict on a step, with all that the report says about it."""
        yours = self.result(line)
        if line.target is None or line.target.gradient is None:
            helper = self.derivation.is_helper(line)
            words = "a helper of other steps, taken as it is" if helper else line.problem
            return Step(line.name, "not comparable", diagnosis=words, is_helper=helper)
        target = self.target(line)
        rule = chain_rule(self.derivation.facts, target.node)
        formula = f"{line.name} = {rule}" if rule and target.scale == 1 else ""
        if not np.all(np.isfinite(target.truth)):
            words = f"the gradient itself is not finite here ({_first(target.truth)})"
            return Step(line.name, "not comparable", diagnosis=words, formula=formula)
        if isinstance(yours, StepError):
            return self._failed(line, yours, formula)
        if not np.all(np.isfinite(yours)):
            words = f"your {line.name} holds {_first(yours)}"
            return self._failed(line, StepError(words), formula, yours)
        chain_ok = self.is_right_in_chain(line)
        common: dict[str, Any] = {
            "chain_ok": chain_ok,
            "formula": formula,
            "worst": (entry := worst(yours, target.truth)),
            "shapes": (yours.shape, target.shape) if entry is None and target.truth.size else None,
            "inherits": self._inherited(line) if chain_ok is not True else (),
        }
        if self.agrees(line, yours):
            return self._circular(line) or self._right(line, yours, common)
        return self._wrong(line, yours, common)

    def _circular(self, line: Line) -> Step | None:
        """Steps that are right but rest on each other prove nothing."""
        cycle = self.derivation.cycle(line.name)
        if not cycle or not all(self.is_right(self.derivation.lines[name]) for name in cycle):
            return None
        return Step(line.name, "not comparable", say_circle(cycle))

    def _right(self, line: Line, yours: np.ndarray, common: dict[str, Any]) -> Step:
        weak = blind_spots(self._case(line, yours), yours)
        if weak:
            words = "; ".join(weak)
            return Step(line.name, "proves little", words, ADVICE, **common)
        by_course = self.plain is not None and not self.plain.is_right(line)
        verdict: Verdict = "right by the course's convention" if by_course else "right"
        return Step(line.name, verdict, **common)

    def _wrong(self, line: Line, yours: np.ndarray, common: dict[str, Any]) -> Step:
        target = self.target(line)
        found = self._explain(line, yours)
        if found.ways:
            details = {"mistakes": found.mistakes, **common}
            return Step(line.name, "wrong", found.words, found.correction, **details)
        if worst(yours, target.truth) is None:
            words = f"its shape is {yours.shape}, but {target.name} has {target.shape}"
            return Step(line.name, "not comparable", words, **common)
        return Step(line.name, "wrong", _unexplained(line, yours, target), **common)

    def _failed(
        self, line: Line, error: StepError, formula: str, yours: np.ndarray | None = None
    ) -> Step:
        """A step that gave nothing, or no numbers; perhaps a known mistake is why."""
        try:
            values = self.derivation.values_alone(line)
        except StepError:
            values = None
        if values is not None and not line.problem:
            found = self._explain(line, yours)
            if found.ways:
                words = f"{found.words}; so {error}"
                details: dict[str, Any] = {"mistakes": found.mistakes, "formula": formula}
                return Step(line.name, "wrong", words, found.correction, **details)
        return Step(line.name, "not comparable", diagnosis=str(error), formula=formula)

    def _explain(self, line: Line, yours: np.ndarray | None) -> Explanation:
        """What explains a result: to the precision of float64 if it can be, since few digits fit
        many explanations.
        """
        case = self._case(line, yours)
        exact = replace(case, tolerance=Tolerance(min(case.tolerance.rtol, 1e-9)))
        found = explain(exact, yours)
        return found if found.ways or case.tolerance == exact.tolerance else explain(case, yours)

    def _inherited(self, line: Line) -> tuple[str, ...]:
        """The steps below whose mistakes a step inherits."""
        wrong = [
            name
            for name in self.derivation.ancestors(line.name)
            if not self.is_right(self.derivation.lines[name])
            and self.derivation.lines[name].target is not None
        ]
        return tuple(wrong)

    def _case(self, line: Line, yours: np.ndarray | None) -> Case:
        values = self.derivation.values_alone(line)
        rough = np.zeros(()) if yours is None else yours
        return Case(
            self.derivation,
            line,
            self.target(line),
            self.target(line).truth,
            self.derivation.arguments(line),
            values,
            self.tolerance(line, rough, strict=True),
            course=self.plain is not None,
        )


def _unexplained(line: Line, yours: np.ndarray, target: Quantity) -> str:
    """All that can be said of a difference that no card explains."""
    truth = target.truth
    if not np.any(yours):
        return f"your {line.name} is zero everywhere"
    at = np.unravel_index(int(np.argmax(np.abs(truth))), truth.shape)
    if np.any(truth) and yours.shape == truth.shape and truth.size > 1:
        factor = float(yours[at] / truth[at])
        if factor and agree(yours, factor * truth, Tolerance(1e-6)):
            return (
                f"your {line.name} is {factor:.6g} times the gradient in every entry, but no known "
                "mistake makes this factor"
            )
    return "none of the known mistakes, nor two of them together, explains the difference"


def _first(array: np.ndarray) -> str:
    """The first entry that is not finite, and where it stands."""
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    return f"{array[index]} at {list(index)}" if index else f"{array[index]}"
