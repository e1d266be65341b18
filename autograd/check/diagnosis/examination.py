"""A step under examination, and what has been tried on it. Knows no kind of mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograd import Node
from autograd.check.diagnosis.candidates import Candidate, candidates_for
from autograd.check.diagnosis.factors import Factor, FactorNames, NamedNumber
from autograd.check.diagnosis.local_derivatives import LocalDerivative
from autograd.check.diagnosis.named_numbers import named_numbers
from autograd.check.judge.evaluation import Argument, Evaluation
from autograd.check.judge.tolerance import Tolerance
from autograd.check.truth.formula import gradient_formula
from autograd.check.truth.graph import Contribution, Truth
from autograd.check.truth.quantity import Quantity
from autograd.check.written.expression import Expression, take_apart
from autograd.check.written.steps import StepError, WrittenStep, numbers_in


@dataclass(frozen=True)
class Finding:
    """One mistake that was undone: the name of its card, its words, and how to correct it."""

    mistake: str
    words: str
    correction: str
    cost: float


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
    formula: Expression | None = None

    @cached_property
    def expression(self) -> Expression | None:
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

    @property
    def cost(self) -> float:
        """How far-fetched the explanation is."""
        return sum(each.cost for each in self.findings)


@dataclass(frozen=True)
class ExaminedStep:
    """A step as it was written, what it should have been, and all a mistake may be made of."""

    evaluation: Evaluation
    written: WrittenStep
    target: Quantity
    arguments: dict[str, Argument]
    values: dict[str, Any]
    tolerance: Tolerance
    by_course: bool = False

    @property
    def truth(self) -> Truth:
        """The graph."""
        return self.evaluation.truth

    @property
    def name(self) -> str:
        """The name of the step."""
        return self.written.name

    @cached_property
    def ours(self) -> np.ndarray:
        """What the result should have been."""
        return self.target.expected

    @property
    def ours_in_words(self) -> str:
        """The name of what the result should have been: dJ/db2, or m times that."""
        whole = f"d{self.truth.label(self.truth.output)}/d{self.target.name}"
        return f"m·{whole}" if self.target.scale != 1 else whole

    @cached_property
    def contributions(self) -> list[Contribution]:
        """What the gradient is the sum of."""
        return self.truth.contributions(self.target.node)

    # ----------------------------------------------------------------------------- attempts

    def call(self, values: Mapping[str, Any]) -> np.ndarray | None:
        """The learner's formula at other values; None if it fails there."""
        try:
            return self.evaluation.run(self.written, values)
        except StepError:
            return None

    def fits(self, attempt: Attempt) -> bool:
        """Whether the attempt explains the result."""
        return attempt.yours is not None and self.tolerance.accepts(attempt.yours, attempt.ours)

    def is_untouched(self, attempt: Attempt, name: str) -> bool:
        """Whether an argument still has the value that the learner's formula got."""
        return attempt.values[name] is self.values[name]

    @cached_property
    def formula(self) -> Expression | None:
        """The learner's formula taken apart, if it can be."""
        return self.apart(self.values)

    def apart(self, values: Mapping[str, Any]) -> Expression | None:
        """The learner's formula taken apart where its arguments have other values."""
        if self.written.formula is None:
            return None
        return take_apart(self.written.call, {name: values[name] for name in self.arguments})

    # ------------------------------------------------------------ what mistakes are made of

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arguments that a mistake may lie in: values, gradients and constant arrays."""
        found = {}
        for name, argument in self.arguments.items():
            array = numbers_in(self.values[name])
            known = argument.kind in ("value", "gradient")
            if array is None or not (known or argument.kind == "constant"):
                continue
            beside_values = type(self.values[name]) is type(self.target.value) is float
            if known or array.ndim or beside_values:
                found[name] = array
        return found

    @cached_property
    def candidates(self) -> list[Candidate]:
        """All that could stand in the place of an argument, but not the answer itself."""
        return candidates_for(self.evaluation, self.target, self.contributions, self.tolerance)

    @cached_property
    def local_derivatives(self) -> list[LocalDerivative]:
        """The derivatives of the graph's activations, with what may stand there by mistake."""
        return [self.local_derivative(node) for node in self.truth.activations[:20]]

    def local_derivative(self, activation: Node) -> LocalDerivative:
        """That of one of them."""
        if activation not in self._local:
            self._local[activation] = LocalDerivative(self.truth, activation, self.word)
        return self._local[activation]

    @cached_property
    def _local(self) -> dict[Node, LocalDerivative]:
        return {}

    @cached_property
    def known(self) -> list[tuple[str, np.ndarray, str]]:
        """What may stand inside the formula: its name, its value, and how one would write it."""
        derivatives = [(each.name, each.right, each.formula) for each in self.local_derivatives]
        gradients = [
            (each.name, each.value, gradient_formula(self.truth, each.quantity.node))
            for each in self.candidates
            if each.kind == "gradient" and each.quantity is not None
        ]
        return derivatives + gradients

    @cached_property
    def numbers(self) -> list[NamedNumber]:
        """Numbers that a factor may be named after: constants in use, m, the sizes of layers."""
        return named_numbers(self.evaluation, self.written)

    @cached_property
    def factors(self) -> FactorNames:
        """What a factor may be called."""
        return FactorNames(self.numbers)

    def factor(self, attempt: Attempt, yours: np.ndarray, ours: np.ndarray) -> Factor | None:
        """The name of the one factor between two arrays of a shape, if there is one other than 1.

        A few numbers fit many names, so then only the simpler ones count.
        """
        if not ours.size or not np.any(ours) or not np.all(np.isfinite(yours)):
            return None
        at = np.unravel_index(int(np.argmax(np.abs(ours))), ours.shape)
        factor = float(yours[at] / ours[at])
        if factor == 0 or self.tolerance.accepts(yours, ours):
            return None
        rtol = self.tolerance.rtol
        if not Tolerance(rtol).accepts(yours, ours * factor):
            return None
        exact, few = rtol < 1e-6, ours.size <= 2
        depth = (3 if few and attempt.findings else 4) if exact else 1 if few else 3
        return self.factors.find(factor, 1e-11 if exact and few else rtol, depth=depth)

    # -------------------------------------------------------------------------------- words

    @cached_property
    def texts(self) -> dict[Expression, str]:
        """The parts of the formula that were written out already."""
        return {}

    def word(self, node: Any) -> str:
        """The learner's name of a node, or where it stands."""
        if self.truth.named(node):
            return self.truth.label(node)
        users = self.truth.users.get(node, [])
        if node.op is None and users:
            return f"the input of {users[0][0].op.name}"
        return f"the result of {node.op.name}" if node.op else "an unnamed node"

    def axes_words(self, shape: tuple[int, ...], axes: tuple[int, ...]) -> str:
        """Axes as the learner would say it: the samples (axis 1)."""
        return " and ".join(
            f"the samples (axis {axis})"
            if shape[axis] == self.evaluation.samples
            else f"axis {axis}"
            for axis in axes
        )
