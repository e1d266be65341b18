"""`derivation`: every step judged on its own and as a chain, in the convention that it follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from autograd import Node
from autograd.check.blindspots import ONE_SAMPLE
from autograd.check.facts import Facts
from autograd.check.judge import Judge
from autograd.check.labels import sample_count
from autograd.check.lines import read_line
from autograd.check.report import Report
from autograd.check.steps import Derivation

Convention = Literal["auto", "J", "course"]


def derivation(
    output: Any,
    steps: Mapping[str, Any],
    *,
    names: Mapping[str, Any] | None = None,
    convention: Convention = "auto",
    rtol: float | None = None,
    atol: float = 0.0,
    **constants: Any,
) -> Report:
    """Proof-read hand-derived gradients of `output`, a single number, against the true ones.

    `steps` maps names like `dZ2` (or `dJ/dZ2`) to formulas whose arguments are names: of nodes
    (`A1`), of gradients (`dZ2`) or of constants; or to arrays. Nodes have their `name=`, or the one
    in `names`, usually `locals()`, whose plain numbers, arrays and functions serve as constants.
    `constants` come before all else. Formulas get floats for Values and float64 arrays for Tensors,
    as the graph saw them. A step that is no gradient (`s`) is a helper for the others.

    Each step is judged on its own, with the true gradients put in, and as a chain, with the results
    of the other steps. In the course's convention the gradient of what has the samples along an
    axis belongs to the sum of the losses, and only those of the parameters to their mean: "auto"
    takes it where the steps follow it, "J" never, "course" always.

    `rtol` is relative to the largest entry of a gradient; without it, it fits the dtypes. Raises
    ValueError if `output` is not one number or needs no gradient; whatever is wrong with a step is
    said in the report.
    """
    if convention not in ("auto", "J", "course"):
        raise ValueError(f"derivation: convention={convention!r}; write 'auto', 'J' or 'course'")
    facts = Facts(output, names or {})
    for name, constant in constants.items():
        if isinstance(constant, Node):
            constants[name] = constant.numpy()
    facts.plain.update(constants)  # formulas and factors may be named after them
    lines = {name: read_line(facts, name, given) for name, given in steps.items()}
    plain = Derivation(facts, lines, constants)
    judge = Judge(plain, rtol, atol)
    if convention != "J":
        course = _in_course_convention(plain, required=convention == "course")
        other = Judge(course, rtol, atol, beside=judge)
        if convention == "course" or _follows(judge, other):
            judge = other
    alone = sample_count(plain) == 1 and not plain.is_for_many
    return Report(
        facts.label(facts.output),
        [judge.step(line) for line in lines.values()],
        [ONE_SAMPLE] if alone else [],
    )


def _in_course_convention(plain: Derivation, *, required: bool) -> Derivation:
    """The gradients of all that has an entry per sample, times m."""
    m = sample_count(plain)
    if m is None:
        if required:
            raise ValueError(
                "derivation: convention='course' needs the number of samples, and the output is no "
                "mean: give m=…"
            )
        return plain
    per_sample = {
        name: float(m)
        for name, each in plain.facts.quantities.items()
        if each.computed
        and each.node is not plain.facts.output
        and (m in each.shape or isinstance(each.value, float))
    }
    return plain.scaled(per_sample)


def _follows(plain: Judge, course: Judge) -> bool:
    """Whether the steps follow the course: some dZ is m times the gradient, and some dW or db
    makes up for it; and more steps are right that way.
    """
    scales = course.derivation.scales
    if plain.derivation is course.derivation or 1.0 in scales.values():
        return False
    lines = [line for line in plain.derivation.lines.values() if line.target is not None]
    if all(plain.is_right(line) for line in lines):
        return False
    seeds = [
        line
        for line in lines
        if line.target and line.target.name in scales
        if course.is_right(line) and not plain.is_right(line)
    ]
    making_up = [
        line
        for line in lines
        if line.target and line.target.name not in scales and course.is_right(line)
        if line.array is not None or not plain.is_right(line)
    ]
    gained = sum(map(course.is_right, lines)) > sum(map(plain.is_right, lines))
    return bool(seeds and making_up and gained)
