"""The verdict on a step: the judge's word, and what the diagnosis has to say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograd.account.text import number
from autograd.check.diagnosis.blindspots import ADVICE, blind_spots
from autograd.check.diagnosis.examination import ExaminedStep
from autograd.check.diagnosis.search import Explanation, explain
from autograd.check.judge.evaluation import say_cycle
from autograd.check.judge.judge import Judge
from autograd.check.judge.tolerance import Tolerance, largest_difference
from autograd.check.report import Step
from autograd.check.truth.formula import gradient_formula
from autograd.check.truth.quantity import Quantity
from autograd.check.written.steps import StepError, WrittenStep


def verdict_on(step: WrittenStep, judge: Judge) -> Step:
    """The verdict on a step, with all that the report says about it."""
    yours = judge.result(step)
    if not judge.is_comparable(step):
        helper = judge.evaluation.is_helper(step)
        words = "a helper of other steps, taken as it is"
        words = words if helper else judge.evaluation.problem(step)
        return Step(step.name, "not comparable", diagnosis=words, is_helper=helper)
    target = judge.target(step)

    def formula() -> str:
        rule = gradient_formula(judge.evaluation.truth, target.node)
        return f"{step.name} = {rule}" if rule and target.scale == 1 else ""

    if not np.all(np.isfinite(target.expected)):
        words = f"the gradient itself is not finite here ({_first_hole(target.expected)})"
        return Step(step.name, "not comparable", diagnosis=words, writer=formula)
    if isinstance(yours, StepError):
        return _failed(step, judge, str(yours), formula)
    if not np.all(np.isfinite(yours)):
        words = f"your {step.name} holds {_first_hole(yours)}"
        return _failed(step, judge, words, formula, yours)
    chain_ok = judge.is_right_in_chain(step)
    entry = largest_difference(yours, target.expected)
    right = Step(
        step.name,
        "right",
        writer=formula,
        chain_ok=chain_ok,
        worst=entry,
        shapes=(yours.shape, target.shape) if entry is None and target.expected.size else None,
        inherits=judge.inherited(step) if chain_ok is not True else (),
    )
    found = _right if judge.agrees(step, yours) else _wrong
    return found(step, judge, yours, right)


def _right(step: WrittenStep, judge: Judge, yours: np.ndarray, right: Step) -> Step:
    cycle = judge.cycle_of_right(step)
    if cycle:
        return Step(step.name, "not comparable", say_cycle(cycle))
    weak = "; ".join(blind_spots(_examined(step, judge, yours), yours))
    if weak:
        return replace(right, verdict="proves little", diagnosis=weak, correction=ADVICE)
    if judge.beside is not None and not judge.beside.is_right(step):
        return replace(right, verdict="right by the course's convention")
    return right


def _wrong(step: WrittenStep, judge: Judge, yours: np.ndarray, right: Step) -> Step:
    target, found = judge.target(step), _explained(step, judge, yours)
    wrong = replace(right, verdict="wrong", mistakes=found.mistakes, correction=found.correction)
    if found.ways:
        return replace(wrong, diagnosis=found.words)
    if right.worst is None:
        words = f"its shape is {yours.shape}, but {target.name} has {target.shape}"
        return replace(right, verdict="not comparable", diagnosis=words)
    return replace(wrong, diagnosis=_unexplained(step, yours, target))


def _failed(
    step: WrittenStep,
    judge: Judge,
    error: str,
    formula: Callable[[], str],
    yours: np.ndarray | None = None,
) -> Step:
    """A step that gave nothing, or no numbers; perhaps a known mistake is why."""
    found = Explanation()
    if not judge.evaluation.problem(step):
        try:
            found = _explained(step, judge, yours)
        except StepError:  # an argument that nobody knows
            pass
    if not found.ways:
        return Step(step.name, "not comparable", diagnosis=error, writer=formula)
    words, mistakes = f"{found.words}; so {error}", found.mistakes
    return Step(step.name, "wrong", words, found.correction, writer=formula, mistakes=mistakes)


def _explained(step: WrittenStep, judge: Judge, yours: np.ndarray | None) -> Explanation:
    """What explains a result: to the precision of float64 if it can be, since few digits fit
    many explanations.
    """
    rough = _examined(step, judge, yours)
    exact = replace(rough, tolerance=Tolerance(min(rough.tolerance.rtol, 1e-9)))
    found = explain(exact, yours)
    return found if found.ways or rough.tolerance == exact.tolerance else explain(rough, yours)


def _examined(step: WrittenStep, judge: Judge, yours: np.ndarray | None) -> ExaminedStep:
    result = np.zeros(()) if yours is None else yours
    return ExaminedStep(
        judge.evaluation,
        step,
        judge.target(step),
        judge.evaluation.arguments(step),
        judge.evaluation.values_alone(step),
        judge.tolerance(step, result, strict=True),
        by_course=judge.beside is not None,
    )


def _unexplained(step: WrittenStep, yours: np.ndarray, target: Quantity) -> str:
    """All that can be said of a difference that no card explains."""
    truth = target.expected
    if not np.any(yours):
        return f"your {step.name} is zero everywhere"
    at = np.unravel_index(int(np.argmax(np.abs(truth))), truth.shape)
    if np.any(truth) and yours.shape == truth.shape and truth.size > 1:
        factor = float(yours[at] / truth[at])
        if factor and Tolerance(1e-6).accepts(yours, factor * truth):
            return (
                f"your {step.name} is {number(factor, 6)} times the gradient in every entry, "
                "but no known mistake makes this factor"
            )
    return "none of the known mistakes, nor two of them together, explains the difference"


def _first_hole(array: np.ndarray) -> str:
    """The first entry that is not finite, and where it stands."""
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    hole = number(array[index])
    return f"{hole} at {list(index)}" if index else hole
