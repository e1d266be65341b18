"""What a node holds in `.grad`: a gradient, a zero and why it is one, or none and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd import Contribution, Node
from autograd.account import text
from autograd.account.contributions import BackwardPass, output, summed_over
from autograd.account.letters import Letters
from autograd.account.names import Names
from autograd.account.values import Numbers
from autograd.symbols.algebra import choice, is_linear

State = Literal["none yet", "zero", "not wanted", "value"]

_TERMS = 4  # of a sum that is written out


@dataclass
class StoredGradient:
    """The gradient that a node holds, or why it holds none: `reason` is a few words."""

    state: State
    symbol: str
    numbers: Numbers | None = None
    reason: str = ""
    total: str = ""  # the sum over the uses, where there are several
    note: str = ""

    @property
    def line(self) -> str:
        """What is said in place of a number, or the number with its reason."""
        words = {"none yet": "no gradient yet", "not wanted": "no gradient wanted"}.get(self.state)
        if words is not None:
            return words + (f": {self.reason}" if self.reason else "")
        number = self.numbers.line if self.numbers else ""
        return f"{number} ({self.reason})" if self.reason else number

    @property
    def said(self) -> str:
        """All of it on one line, with the sum over the uses and the note."""
        total = (
            f" {self.total}" if self.total.startswith("=") else f", {self.total}" * bool(self.total)
        )
        return self.line + total + f", {self.note}" * bool(self.note)


def sum_of(uses: Sequence[Contribution], names: Names) -> str:
    """The sum of what several uses contribute, in words for arrays."""
    if any(np.size(use.fitted) != 1 for use in uses):
        into = [names[use.consumer] for use in uses]
        return f"sum over {len(uses)} uses: {', '.join(dict.fromkeys(into))}"
    terms = [text.factor(np.sum(use.fitted), names.digits) for use in uses]
    if len(terms) > _TERMS:
        terms = [*terms[:2], "…", f"{terms[-1]}   ({len(terms)} uses)"]
    return "= " + " + ".join(terms)


def why_zero(uses: Sequence[Contribution], taken: BackwardPass | None, letters: Letters) -> str:
    """Why nothing comes through these uses, told from the first; empty where there is none."""
    if any(np.any(use.fitted) for use in uses):
        return "its parts cancel"
    return (
        _why_nothing(uses[0], taken.gradients[uses[0].consumer], letters) if uses and taken else ""
    )


def _why_nothing(use: Contribution, upstream: Any, letters: Letters) -> str:
    consumer = use.consumer
    op, name, gradient = consumer.op, letters.names[consumer], letters.gradient(consumer)
    if not np.any(upstream):
        return f"{gradient} is zero"
    if summed_over(use) and np.any(use.part):
        return f"its entries cancel in the sum that undoes broadcasting to {name}"
    where = "" if np.all(upstream) else f" where {gradient} is not zero"
    if op is choice:
        return f"masked: {name} takes the other branch{where}"
    if op.selects and (op.activation or op.arity > 1):
        return f"{op.name} is off in {name}{where}"
    if op.arity == 1 and op.elementwise:
        return f"{op.name} is flat here{where}{': saturated' * _saturated(consumer)}"
    others = (x for i, x in enumerate(consumer.operands) if i != use.slot and is_linear(op, i))
    if any(not np.any(x) for x in others):
        return f"times zero in {name}"
    if op.elementwise:
        return f"the local derivative in {name} is 0{where}"
    return f"{op.name} lets nothing of {gradient} through"


def _saturated(node: Node) -> bool:
    """Whether steps of a tenth to either side change nothing, which tells tanh 20 from cos 0."""
    (x,) = node.operands
    step = 0.1 * np.maximum(np.abs(x), 1.0)
    with np.errstate(all="ignore"):
        beside = [node.op.forward(moved, **(node.params or {})) for moved in (x - step, x + step)]
    return all(np.array_equal(each, output(node), equal_nan=True) for each in beside)
