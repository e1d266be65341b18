"""What may belong in a place of a formula: values, gradients, constants. Knows no mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograd import Node
from autograd.check.judge.evaluation import Evaluation
from autograd.check.judge.tolerance import Tolerance
from autograd.check.truth.graph import Contribution
from autograd.check.truth.quantity import Quantity
from autograd.check.written.steps import numbers_in

_MOST = 120


@dataclass(frozen=True, eq=False)
class Candidate:
    """Something that may belong in a place of the formula: a value, a gradient or a constant."""

    name: str
    kind: str
    value: np.ndarray
    quantity: Quantity | None = None


def candidates_for(
    evaluation: Evaluation,
    target: Quantity,
    contributions: list[Contribution],
    tolerance: Tolerance,
) -> list[Candidate]:
    """All that could stand in the place of an argument, but not the answer itself."""
    found = [*_quantities(evaluation, target, tolerance), *_constants(evaluation, contributions)]
    return [each for each in found if each.value.dtype.kind == "f"][:_MOST]


def _quantities(
    evaluation: Evaluation, target: Quantity, tolerance: Tolerance
) -> Iterator[Candidate]:
    taken, truth = set(), evaluation.truth
    for each in truth.quantities.values():
        if each.node is not None and each.node in taken:
            continue
        taken.add(each.node)
        yield Candidate(each.name, "value", np.asarray(each.value), each)
        if each.gradient is None or each.node is truth.output or each.node is target.node:
            continue
        gradient = (evaluation.quantity_of(f"d{each.name}") or each).expected
        same_shape = gradient.shape == target.expected.shape
        if not (same_shape and tolerance.accepts(gradient, target.expected)):
            yield Candidate(f"d{each.name}", "gradient", gradient, each)


def _constants(evaluation: Evaluation, contributions: list[Contribution]) -> Iterator[Candidate]:
    """The learner's arrays, and the single numbers that stand beside the target in the graph."""
    beside = {
        float(raw)
        for each in contributions
        for arg, raw in zip(each.consumer.args, each.consumer.operands, strict=True)
        if not isinstance(arg, Node) and np.ndim(raw) == 0 and abs(raw) not in (0, 1)
    }
    for name, value in evaluation.truth.constants.items():
        array = numbers_in(value) if not isinstance(value, list | tuple | bool) else None
        if array is not None and (array.ndim or float(array) in beside):
            yield Candidate(name, "constant", array)
