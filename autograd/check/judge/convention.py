"""Whose convention the steps follow: gradients of J throughout, or the course's."""

from __future__ import annotations

from typing import Literal

from autograd.check.judge.evaluation import Evaluation
from autograd.check.judge.judge import Judge

Convention = Literal["auto", "J", "course"]


def judge_of(
    evaluation: Evaluation, convention: Convention, rtol: float | None, atol: float
) -> Judge:
    """The judge of a derivation in the wanted convention; "auto": in that which it follows."""
    plain = Judge(evaluation, rtol, atol)
    if convention == "J":
        return plain
    m = evaluation.samples
    if m is None and convention == "course":
        raise ValueError(
            "derivation: convention='course' needs the number of samples, and the output is no "
            "mean: give m=…"
        )
    scaled = evaluation if m is None else evaluation.scaled(_times_m(evaluation, m))
    course = Judge(scaled, rtol, atol, beside=plain)
    return course if convention == "course" or _follows(plain, course) else plain


def _times_m(evaluation: Evaluation, m: int) -> dict[str, float]:
    """The gradients of all that has an entry per sample are m times those of J."""
    truth = evaluation.truth
    return {
        name: float(m)
        for name, each in truth.quantities.items()
        if each.computed
        and each.node is not truth.output
        and (m in each.shape or isinstance(each.value, float))
    }


def _follows(plain: Judge, course: Judge) -> bool:
    """Whether the steps follow the course: some dZ is m times the gradient, and some dW or db
    makes up for it; and more steps are right that way.
    """
    scales = course.evaluation.scales
    if course.evaluation is plain.evaluation or 1.0 in scales.values():
        return False
    steps = [
        (step, target)
        for step in plain.evaluation.steps.values()
        if (target := plain.evaluation.quantity_of(step.name)) is not None
    ]
    right = {step.name for step, _ in steps if plain.is_right(step)}
    if len(right) == len(steps):
        return False
    by_course = {step.name for step, _ in steps if course.is_right(step)}
    seeds = any(target.name in scales and step.name in by_course - right for step, target in steps)
    making_up = any(
        target.name not in scales and (step.array is not None or step.name not in right)
        for step, target in steps
        if step.name in by_course
    )
    return seeds and making_up and len(by_course) > len(right)
