"""Mistakes in a derivative itself: left out, one too many, of the wrong function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograd import Node
from autograd.check.algebra import activation_cards
from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.local_derivatives import derivative_name
from autograd.check.diagnosis.mistakes.table import DERIVATIVE, mistake
from autograd.check.judge.tolerance import nearly_equal
from autograd.check.truth.formula import local_formula

_MANY = 60  # activations; a graph of Values has that many


@mistake("derivative missing", DERIVATIVE, 1.2)
def _derivative_missing(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for activation in _on_the_way(step, attempt):
        local = step.truth.local(activation)
        if local.shape == attempt.result.shape:
            name = derivative_name(activation, step.word)
            words, fix = f"the derivative {name} is missing", f"multiply by {name}"
            fix += _written_out(step, activation)
            yield attempt.found(words, fix, yours=attempt.result * local)


@mistake("derivative superfluous", DERIVATIVE, 1.4)
def _derivative_superfluous(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for activation in _on_the_way(step, attempt):
        local = step.truth.local(activation)
        if local.shape == attempt.ours.shape:
            name = derivative_name(activation, step.word)
            words, fix = f"the derivative {name} is one too many", f"leave out {name}"
            extra = 0.0 if activation.op.activation else 0.25
            yield attempt.found(words, fix, extra=extra, ours=attempt.ours * local)


@mistake("wrong derivative", DERIVATIVE, 1.3)
def _wrong_derivative(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """The rule of the activation above, at a wrong place, or that of another activation."""
    if len(step.contributions) != 1 or attempt.ours is not step.ours:
        return
    user = step.contributions[0].user
    if user not in step.truth.activations:
        return
    x, y = (user.operands[0], step.word(user.args[0])), (step.truth.seen[user], step.word(user))
    right_place = f"use {derivative_name(user, step.word)}"
    for op in dict.fromkeys([user.op, *activation_cards()]):
        params = (user.params or {}) if op is user.op else {}
        for at, shown in (x, y):
            for result, right in ((op(at, **params), x[1]), (at, y[1])):
                if op is not user.op:
                    words = f"the derivative of {op.name} stands where that of {user.op.name} "
                    words, fix = f"{words}belongs", right_place + _written_out(step, user)
                elif shown != right:
                    words = f"evaluated at {shown} instead of {right}"
                    fix = right_place if right == x[1] else f"use {right}"
                else:
                    continue
                with np.errstate(all="ignore"):
                    part = op.pull(0, step.truth.gradient[user], result, (at,), params)
                ours = np.asarray(part, dtype=float) * step.target.scale
                yield attempt.found(words, fix, extra=0.2 * (op is not user.op), ours=ours)


@mistake("softmax diagonal", DERIVATIVE, 1.3)
def _softmax_diagonal(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    node = step.target.node
    if node is None or attempt.ours is not step.ours or np.ndim(step.truth.seen[node]) == 0:
        return
    z = np.asarray(step.truth.seen[node], dtype=float)
    for other, g in step.truth.gradient.items():
        y = np.asarray(step.truth.seen[other], dtype=float)
        if other is not node and any(nearly_equal(y, _softmax(z, axis)) for axis in range(z.ndim)):
            name = step.word(other)
            yield attempt.found(
                "only the diagonal of the softmax Jacobian is there, but every output depends on "
                "every input",
                f"use {name} * (d{name} - the sum of d{name} * {name} over the classes)",
                ours=g * y * (1 - y) * step.target.scale,
            )


def _on_the_way(step: ExaminedStep, attempt: Attempt) -> Sequence[Node]:
    """The activations whose derivative may be missing or superfluous in a result."""
    shapes = {attempt.ours.shape, attempt.result.shape}
    near = step.truth.activations
    if len(near) > _MANY and step.target.node is not None:
        users = {user for user, _ in step.truth.users[step.target.node]}
        near = [node for node in near if node in users or node is step.target.node]
    return [node for node in near if np.shape(step.truth.seen[node]) in shapes]


def _written_out(step: ExaminedStep, activation: Node) -> str:
    formula = local_formula(step.truth, activation)
    return f" = {formula}" if formula else ""


def _softmax(z: np.ndarray, axis: int) -> np.ndarray:
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)
