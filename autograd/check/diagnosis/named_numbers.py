"""Numbers that have a name in a derivation: constants, m, the sizes of layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.check.diagnosis.factors import NamedNumber
from autograd.check.judge.evaluation import Evaluation
from autograd.check.written.steps import WrittenStep, numbers_in


def named_numbers(evaluation: Evaluation, step: WrittenStep) -> list[NamedNumber]:
    """Numbers that a factor may be named after: constants in use, m, the sizes of layers."""
    found = dict(_constants(evaluation))
    m = evaluation.truth.samples
    if m and m not in found.values():
        found.setdefault("m", float(m))
    for name, size in _layer_sizes(evaluation):
        found.setdefault(name, size)
    if step.mentions("mean", "average"):
        for name, size in _axes(evaluation, step):
            if size not in found.values():
                found.setdefault(name, size)
    return list(found.items())


def _constants(evaluation: Evaluation) -> Iterator[NamedNumber]:
    used = {each.name for step in evaluation.steps.values() for each in step.parameters}
    for name, value in evaluation.truth.constants.items():
        number = numbers_in(value)
        if (name in used or name in evaluation.constants) and not isinstance(value, bool):
            if number is not None and not np.ndim(value):
                yield name, float(number)


def _layer_sizes(evaluation: Evaluation) -> Iterator[NamedNumber]:
    """n[1], the size of A1 or Z1 (or of the input X) that is not the number of samples."""
    m, truth = evaluation.samples, evaluation.truth
    arrays: dict[str, Any] = {
        name: each for name, each in truth.constants.items() if isinstance(each, np.ndarray)
    }
    for name, each in (truth.quantities | arrays).items():
        layer = re.fullmatch(r"[AaZzHh](\d+)", name)
        number = layer[1] if layer else "0" if name in ("X", "x") else ""
        if number and len(each.shape) == 2 and m in each.shape:
            yield f"n[{number}]", float(each.shape[0 if each.shape[1] == m else 1])


def _axes(evaluation: Evaluation, step: WrittenStep) -> Iterator[NamedNumber]:
    """The sizes of what a mean in the formula may go over."""
    for parameter in step.parameters:
        found = evaluation.quantity_of(parameter.name)
        for axis, size in enumerate(found.shape if found is not None else ()):
            yield f"the size of axis {axis}", float(size)
