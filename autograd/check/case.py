"""A wrong step under examination, and what has been tried on it. Knows no kind of mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograd import Node
from autograd.check.compare import Tolerance, agree
from autograd.check.facts import Facts, Quantity, Use
from autograd.check.formula import chain_rule
from autograd.check.labels import labels, sample_count
from autograd.check.lines import Line, StepError
from autograd.check.parts import Part, take_apart
from autograd.check.ratios import Label, Names, Ratio
from autograd.check.slopes import Slope, slope_of
from autograd.check.steps import Argument, Derivation


@dataclass(frozen=True)
class Finding:
    """One mistake that was undone: the name of its card, its words, and how to correct it."""

    mistake: str
    words: str
    correction: str
    cost: float


@dataclass(frozen=True, eq=False)
class Candidate:
    """Something that may belong in a place of the formula: a value, a gradient or a constant."""

    name: str
    kind: str
    value: np.ndarray
    quantity: Quantity | None = None


@dataclass(frozen=True, eq=False)
class Attempt:
    """The learner's result with some mistakes undone, beside the truth with others put in.

    Either side may be moved: a missing sum is added to `yours`, a superfluous one to `ours`.
    `yours` is None where the formula can't be evaluated. `formula` is the learner's formula with
    the mistakes inside it undone, if it can be taken apart.
    """

    values: dict[str, Any]
    yours: np.ndarray | None
    ours: np.ndarray
    findings: tuple[Finding, ...] = ()
    formula: Part | None = None

    @cached_property
    def parts(self) -> Part | None:
        """The formula at these values."""
        return self.formula.at(self.values) if self.formula is not None else None

    def found(self, words: str, correction: str, *, extra: float = 0.0, **changes: Any) -> Attempt:
        """This attempt with one more mistake undone; the search fills in the card's name."""
        finding = Finding("", words, correction, extra)
        return replace(self, findings=(*self.findings, finding), **changes)

    @property
    def result(self) -> np.ndarray:
        """The learner's result; only asked for where there is one."""
        assert self.yours is not None
        return self.yours

    def untouched(self, case: Case, name: str) -> bool:
        """Whether an argument still has the value that the learner's formula got."""
        return self.values[name] is case.values[name]

    @property
    def cost(self) -> float:
        """How far-fetched the explanation is."""
        return sum(each.cost for each in self.findings)


@dataclass(frozen=True)
class Case:
    """A step, the truth, and everything that a mistake may be made of."""

    derivation: Derivation
    line: Line
    target: Quantity
    ours: np.ndarray
    arguments: dict[str, Argument]
    values: dict[str, Any]
    tolerance: Tolerance
    course: bool = False

    @property
    def facts(self) -> Facts:
        """The graph."""
        return self.derivation.facts

    @property
    def name(self) -> str:
        """The name of the step."""
        return self.line.name

    @property
    def truth(self) -> str:
        """What the result should have been, in words: dJ/db2, or m times that."""
        whole = f"d{self.facts.label(self.facts.output)}/d{self.target.name}"
        return f"m·{whole}" if self.target.scale != 1 else whole

    def call(self, values: Mapping[str, Any]) -> np.ndarray | None:
        """The learner's formula at other values; None if it fails there."""
        try:
            return self.derivation.run(self.line, values)
        except StepError:
            return None

    def fits(self, attempt: Attempt) -> bool:
        """Whether the attempt explains the result."""
        return attempt.yours is not None and agree(attempt.yours, attempt.ours, self.tolerance)

    # ------------------------------------------------------------------------ what there is

    @cached_property
    def formula(self) -> Part | None:
        """The learner's formula taken apart, if it can be."""
        return self.apart(self.values)

    def apart(self, values: Mapping[str, Any]) -> Part | None:
        """The learner's formula taken apart where its arguments have other values."""
        found: Part | None = None
        if self.line.formula is not None:
            found = take_apart(self.line.call, {name: values[name] for name in self.arguments})
        return found

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arguments that a mistake may lie in: values, gradients and constant arrays."""
        return {
            name: np.asarray(self.values[name], dtype=float)
            for name, argument in self.arguments.items()
            if argument.kind in ("value", "gradient")
            or (argument.kind == "constant" and self._is_data(self.values[name]))
        }

    def _is_data(self, value: Any) -> bool:
        """Whether a constant is data: an array, or a float beside a graph of Values."""
        return np.ndim(value) > 0 or (type(value) is float and type(self.target.value) is float)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """All that could stand in the place of an argument, but not the answer itself."""
        return [each for each in self._candidates() if each.value.dtype.kind == "f"][:120]

    def _candidates(self) -> Iterator[Candidate]:
        taken = set()
        for quantity in self.facts.quantities.values():
            if quantity.node is not None and quantity.node in taken:
                continue
            taken.add(quantity.node)
            yield Candidate(quantity.name, "value", np.asarray(quantity.value), quantity)
            if quantity.gradient is None or quantity.node is self.facts.output:
                continue
            scaled = self.derivation.quantity_of(f"d{quantity.name}") or quantity
            if quantity.node is not self.target.node and not self._is_answer(scaled.truth):
                yield Candidate(f"d{quantity.name}", "gradient", scaled.truth, quantity)
        beside = self._constants_beside()
        for name, value in {**self.facts.plain, **self.derivation.constants}.items():
            if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "fiu":
                yield Candidate(name, "constant", value.astype(float))
            elif isinstance(value, int | float) and value in beside:
                yield Candidate(name, "constant", np.asarray(value, dtype=float))

    @cached_property
    def slopes(self) -> list[Slope]:
        """The derivatives of the graph's activations, with what may stand there by mistake."""
        return [slope_of(self.facts, node, self.word) for node in self.facts.activations[:20]]

    @cached_property
    def known(self) -> list[tuple[str, np.ndarray, str]]:
        """What may stand inside the formula: its name, its value, and how one would write it."""
        slopes = [(each.name, each.right, each.shown) for each in self.slopes]
        gradients = [
            (each.name, each.value, chain_rule(self.facts, each.quantity.node))
            for each in self.candidates
            if each.kind == "gradient" and each.quantity is not None
        ]
        return slopes + gradients

    def _constants_beside(self) -> list[float]:
        """The single numbers that stand beside the target in the operations that use it."""
        uses = self.facts.uses(self.target.node) if self.target.node is not None else []
        constants = (
            raw
            for use in uses
            for arg, raw in zip(use.user.args, use.user.operands, strict=True)
            if not isinstance(arg, Node) and np.ndim(raw) == 0
        )
        return [float(raw) for raw in constants if abs(raw) not in (0, 1)]

    def _is_answer(self, truth: np.ndarray) -> bool:
        return truth.shape == self.ours.shape and agree(truth, self.ours, self.tolerance)

    # ----------------------------------------------------------------------- names of numbers

    @cached_property
    def labels(self) -> list[Label]:
        """Numbers that a factor may be named after: constants in use, m, the sizes of layers."""
        return labels(self.derivation, self.line)

    @cached_property
    def texts(self) -> dict[Part, str]:
        """The parts of the formula that were written out already."""
        return {}

    @cached_property
    def sizes(self) -> set[float]:
        """The labelled numbers."""
        return {number for _, number in self.labels}

    @cached_property
    def ratio_names(self) -> Names:
        """What a factor may be called."""
        return Names(self.labels)

    @cached_property
    def samples(self) -> int | None:
        """The number of samples: the constant m, or what the output is the mean of."""
        return sample_count(self.derivation)

    def axes_words(self, shape: tuple[int, ...], axes: tuple[int, ...]) -> str:
        """Axes as the learner would say it: the samples (axis 1)."""
        return " and ".join(
            f"the samples (axis {axis})" if shape[axis] == self.samples else f"axis {axis}"
            for axis in axes
        )

    def word(self, node: Any) -> str:
        """The learner's name of a node, or where it stands."""
        if self.facts.named(node):
            return self.facts.label(node)
        users = self.facts.users.get(node, [])
        if node.op is None and users:
            return f"the input of {users[0][0].op.name}"
        return f"the result of {node.op.name}" if node.op else "an unnamed node"

    def uses(self, name: str) -> bool:
        """Whether the learner's formula mentions a function."""
        return self.line.uses(name)

    # ---------------------------------------------------------------------------- what it takes

    @cached_property
    def only_use(self) -> Use | None:
        """The use of the target, if there is just one."""
        uses = self.facts.uses(self.target.node) if self.target.node is not None else []
        return uses[0] if len(uses) == 1 else None

    def ratio(self, attempt: Attempt, yours: np.ndarray, ours: np.ndarray) -> Ratio | None:
        """The name of the one factor between two arrays of a shape, if there is one other than 1.

        A few numbers fit many names, so then only the simpler ones count.
        """
        if not ours.size or not np.any(ours) or not np.all(np.isfinite(yours)):
            return None
        at = np.unravel_index(int(np.argmax(np.abs(ours))), ours.shape)
        factor = float(yours[at] / ours[at])
        if factor == 0 or agree(yours, ours, self.tolerance):
            return None
        if not agree(yours, ours * factor, Tolerance(self.tolerance.rtol)):
            return None
        exact, few = self.tolerance.rtol < 1e-6, ours.size <= 2
        depth = (3 if few and attempt.findings else 4) if exact else 1 if few else 3
        rtol = 1e-11 if exact and few else self.tolerance.rtol
        return self.ratio_names.find(factor, rtol, depth=depth)


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are equal but for rounding."""
    return a.shape == b.shape and agree(a, b, Tolerance(1e-12))
