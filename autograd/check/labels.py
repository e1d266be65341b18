"""Numbers that have a name in a derivation: constants, m, the sizes of layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.check.lines import Line
from autograd.check.ratios import Label
from autograd.check.steps import Derivation


def labels(derivation: Derivation, line: Line) -> list[Label]:
    """Numbers that a factor may be named after: constants in use, m, the sizes of layers."""
    found = dict(_constants(derivation))
    m = derivation.facts.samples
    if m and m not in found.values():
        found.setdefault("m", float(m))
    for name, size in _layer_sizes(derivation):
        found.setdefault(name, size)
    if line.uses("mean", "average"):
        for name, size in _axes(derivation, line):
            if size not in found.values():
                found.setdefault(name, size)
    return list(found.items())


def sample_count(derivation: Derivation) -> int | None:
    """The number of samples: the constant m if there is one, or what the output is the mean of."""
    given = derivation.constants.get("m", derivation.facts.plain.get("m"))
    if isinstance(given, int | float | np.number) and not isinstance(given, bool) and given > 0:
        return round(float(given))
    return derivation.facts.samples


def _constants(derivation: Derivation) -> Iterator[Label]:
    used = {each.name for line in derivation.lines.values() for each in line.parameters}
    plain = {name: each for name, each in derivation.facts.plain.items() if name in used}
    for name, value in {**plain, **derivation.constants}.items():
        number: Any = value
        if not isinstance(value, bool) and np.isscalar(value) and np.isreal(number):
            yield name, float(number)


def _layer_sizes(derivation: Derivation) -> Iterator[Label]:
    """n[1], the size of A1 or Z1 (or of the input X) that is not the number of samples."""
    m = sample_count(derivation)
    shapes = {name: each.shape for name, each in derivation.facts.quantities.items()}
    for name, shape in {**shapes, **{k: np.shape(x) for k, x in _arrays(derivation)}}.items():
        layer = re.fullmatch(r"[AaZzHh](\d+)", name)
        number = layer[1] if layer else "0" if name in ("X", "x") else ""
        if number and len(shape) == 2 and m in shape:
            yield f"n[{number}]", float(shape[0 if shape[1] == m else 1])


def _arrays(derivation: Derivation) -> Iterator[tuple[str, np.ndarray]]:
    for name, each in derivation.facts.plain.items():
        if isinstance(each, np.ndarray):
            yield name, each


def _axes(derivation: Derivation, line: Line) -> Iterator[Label]:
    """The sizes of what a mean in the formula may go over."""
    for parameter in line.parameters:
        found = derivation.quantity_of(parameter.name)
        for axis, size in enumerate(found.shape if found is not None else ()):
            yield f"the size of axis {axis}", float(size)
