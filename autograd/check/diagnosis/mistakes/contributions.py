"""Mistakes in the sum of contributions: one left out or scaled, one of a wrong operand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from autograd import Node
from autograd.check.algebra import ABSOLUTE, POWER, SQUARE
from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.mistakes.table import DERIVATIVE, mistake
from autograd.check.judge.tolerance import nearly_equal
from autograd.check.truth.formula import result_formula
from autograd.check.truth.graph import Contribution

_MOST = 6  # contributions


@mistake("contribution missing", DERIVATIVE, 1.3)
def _contribution_missing(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """One of several left out, or only the last one kept."""
    branches = _branches(step, attempt)
    for count in range(1, len(branches)):
        for left_out in combinations(branches, count):
            names = " and ".join(each.name for each in left_out)
            if all(each.is_penalty for each in left_out):
                words, fix = "the regularisation term is missing", "add the regularisation term"
            else:
                words = f"the contribution through {names} is missing"
                fix = f"add the contribution through {names}"
                if count == len(branches) - 1:
                    words += (
                        f": {step.target.name} is used {len(branches)} times and one use counted "
                        "(overwritten with = instead of added with +=?)"
                    )
            missing = np.sum([each.amount for each in left_out], axis=0)
            yield attempt.found(words, fix, ours=attempt.ours - missing)


@mistake("contribution scaled", DERIVATIVE, 1.4)
def _contribution_scaled(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """One of several with a factor too much: λ forgotten, 2·λ, the wrong sign."""
    if attempt.result.size < 2 or attempt.result.shape != attempt.ours.shape:
        return
    for each in _branches(step, attempt):
        rest = attempt.ours - each.amount
        factor = step.factor(attempt, attempt.result - rest, each.amount)
        if factor is None:
            continue
        words = "the regularisation term" if each.is_penalty else f"the part through {each.name}"
        words += f" has the factor {factor.text} too much"
        fix = f"multiply it by {factor.reciprocal}"
        if factor.name == "−1":
            words = words.replace(f"the factor {factor.text} too much", "the wrong sign")
            fix = "change its sign"
        extra = 0.0 if each.is_penalty else 0.3
        yield attempt.found(words, fix, extra=extra, ours=rest + factor.value * each.amount)


@mistake("wrong operand", DERIVATIVE, 1.6)
def _wrong_operand(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """The same as a wrong quantity, for a step that is an array: no formula to be tried again."""
    if step.written.array is None or attempt.ours is not step.ours:
        return
    args = (arg for each in step.contributions for arg in each.consumer.args)
    for node in dict.fromkeys(arg for arg in args if isinstance(arg, Node)):
        value, right = np.asarray(step.truth.seen[node]), step.word(node)
        for other in step.candidates:
            alike = other.kind == "value" and other.value.shape == value.shape
            if alike and not nearly_equal(other.value, value):
                words = f"{other.name} stands where {right} belongs"
                fix = f"put {right} where {other.name} stands"
                yield attempt.found(words, fix, ours=_with_operand(step, node, other.value))


# ---------------------------------------------------------------------------------------- helpers


class _Branch(NamedTuple):
    """All contributions of one operation together."""

    name: str
    amount: np.ndarray
    is_penalty: bool  # depends on the parameter alone, not on the data


def _branches(step: ExaminedStep, attempt: Attempt) -> Sequence[_Branch]:
    """What the gradient is the sum of, by the operations that use the node."""
    node = step.target.node
    if node is None or attempt.ours is not step.ours:
        return ()
    users: dict[Node, list[Contribution]] = {}
    for each in step.contributions:
        users.setdefault(each.consumer, []).append(each)
    if not 2 <= len(users) <= _MOST:
        return ()
    ends = [_destination(step, user) for user in users]
    return [
        _Branch(
            end if ends.count(end) == 1 else result_formula(step.truth, user) or end,
            np.sum([each.fitted for each in its], axis=0) * step.target.scale,
            _is_penalty(user, node),
        )
        for end, (user, its) in zip(ends, users.items(), strict=True)
    ]


def _is_penalty(user: Node, node: Node) -> bool:
    """Whether a use is w * w, w**2 or |w| of a parameter, as regularisation has it."""
    alone = all(arg is node or not isinstance(arg, Node) for arg in user.args)
    twice = len(user.args) == 2 and all(arg is node for arg in user.args)
    curved = twice or user.op in (POWER, SQUARE, ABSOLUTE)
    return node.op is None and alone and curved


def _destination(step: ExaminedStep, user: Node) -> str:
    """The nearest named result above a use."""
    node = user
    for _ in range(20):
        above = step.truth.users.get(node, [])
        if step.truth.named(node) or len(above) != 1:
            break
        node = above[0][0]
    return step.word(node)


def _with_operand(step: ExaminedStep, node: Node, data: np.ndarray) -> np.ndarray:
    """The truth if the operations above had seen other data in place of a node."""
    total = np.zeros(step.ours.shape)
    for each in step.contributions:
        pairs = list(zip(each.consumer.args, each.consumer.operands, strict=True))
        if any(arg is node for arg, _ in pairs):
            operands = [data if arg is node else raw for arg, raw in pairs]
            each = step.truth.contribution(each.consumer, each.slot, operands)
        total = total + each.fitted
    return total * step.target.scale
