"""Mistakes in a derivative itself: left out, one too many, of the wrong function."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.local_derivatives import LocalDerivative
from autograd.check.diagnosis.mistakes.table import DERIVATIVE, mistake
from autograd.check.judge.tolerance import nearly_equal

_MANY = 60  # activations; a graph of Values has that many


@mistake("derivative missing", DERIVATIVE, 1.2)
def _derivative_missing(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for local in _on_the_way(step, attempt):
        if local.right.shape == attempt.result.shape:
            words, fix = f"the derivative {local.name} is missing", f"multiply by {local.whole}"
            yield attempt.found(words, fix, yours=attempt.result * local.right)


@mistake("derivative superfluous", DERIVATIVE, 1.4)
def _derivative_superfluous(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for local in _on_the_way(step, attempt):
        if local.right.shape == attempt.ours.shape:
            words, fix = f"the derivative {local.name} is one too many", f"leave out {local.name}"
            extra = 0.0 if local.node.op.activation else 0.25
            yield attempt.found(words, fix, extra=extra, ours=attempt.ours * local.right)


@mistake("wrong derivative", DERIVATIVE, 1.3)
def _wrong_derivative(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """The rule of the activation above, at a wrong place, or that of another activation."""
    if len(step.contributions) != 1 or attempt.ours is not step.ours:
        return
    user = step.contributions[0].consumer
    if user in step.truth.activations:
        for wrong in step.local_derivative(user).wrong:
            extra = 0.2 if wrong.of_another else 0.0
            ours = step.truth.gradient[user] * wrong.value * step.target.scale
            yield attempt.found(wrong.words, f"use {wrong.instead}", extra=extra, ours=ours)


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


def _on_the_way(step: ExaminedStep, attempt: Attempt) -> list[LocalDerivative]:
    """Those of the activations that may be missing or superfluous in a result."""
    shapes = {attempt.ours.shape, attempt.result.shape}
    near = step.truth.activations
    if len(near) > _MANY and step.target.node is not None:
        users = {user for user, _ in step.truth.users[step.target.node]}
        near = [node for node in near if node in users or node is step.target.node]
    return [
        step.local_derivative(node) for node in near if np.shape(step.truth.seen[node]) in shapes
    ]


def _softmax(z: np.ndarray, axis: int) -> np.ndarray:
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)
