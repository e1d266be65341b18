"""Mistakes in what a formula is given: the wrong thing, at the wrong place, the wrong way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Node, toposort
from autograd.check.diagnosis.candidates import Candidate
from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.mistakes.table import ARGUMENT, mistake
from autograd.check.judge.tolerance import nearly_equal


@mistake("argument transposed", ARGUMENT, 1.1)
def _argument_transposed(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for name in step.arrays:
        array = np.asarray(attempt.values[name])
        words = f"{name} is the wrong way round: it has to be transposed"
        done = any(each.words == words for each in attempt.findings)
        if array.ndim == 2 and not done and not nearly_equal(array, array.T):
            fix = f"write {name}.T for {name}, or {name} for {name}.T"
            yield _put(step, attempt, name, array.T, words, fix)


@mistake("wrong place", ARGUMENT, 1.2)
def _wrong_place(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """g'(a) for g'(z), or the reverse."""
    for name, activation, other in _neighbours(step):
        if step.is_untouched(attempt, name):
            at_input = other.name == step.word(activation.args[0])
            fix = f"use {step.local_derivative(activation).name if at_input else other.name}"
            words = f"evaluated at {name} instead of {other.name}"
            yield _put(step, attempt, name, other.value, words, fix)


@mistake("wrong quantity", ARGUMENT, 1.6)
def _wrong_quantity(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """The wrong layer's cache, dA for dZ, one matrix for another."""
    near = {(name, other.name) for name, _, other in _neighbours(step)}
    for name, array in step.arrays.items():
        if not step.is_untouched(attempt, name):
            continue
        is_gradient = step.arguments[name].kind == "gradient"
        for other in step.candidates:
            if is_gradient != (other.kind == "gradient") or (name, other.name) in near:
                continue
            if not nearly_equal(array, other.value):
                words, fix = _misplaced(step, name, other), f"put {other.name} where {name} stands"
                extra = 0.0 if other.value.shape == array.shape else 0.2
                yield _put(step, attempt, name, other.value, words, fix, extra)


def _put(
    step: ExaminedStep,
    attempt: Attempt,
    name: str,
    array: np.ndarray,
    words: str,
    correction: str,
    extra: float = 0.0,
) -> Attempt:
    """The attempt with another value for one argument."""
    given = float(array) if isinstance(step.values[name], float) and array.ndim == 0 else array
    values = {**attempt.values, name: given}
    return attempt.found(words, correction, extra=extra, values=values, yours=step.call(values))


def _neighbours(step: ExaminedStep) -> Iterator[tuple[str, Node, Candidate]]:
    """Arguments at one end of an activation that the gradient passes, with the other end."""
    for name, argument in step.arguments.items():
        node = argument.quantity.node if argument.quantity else None
        if argument.kind != "value" or node is None:
            continue
        for activation in step.truth.activations:
            inner = activation.args[0]
            if node is not inner and node is not activation:
                continue
            if step.target.node is None or step.target.node not in toposort(inner):
                continue
            other = inner if node is activation else activation
            value = np.asarray(step.truth.seen[other], dtype=float)
            if not nearly_equal(step.arrays[name], value):
                yield name, activation, Candidate(step.word(other), "value", value)


def _misplaced(step: ExaminedStep, name: str, other: Candidate) -> str:
    """What to say about one thing standing where another belongs."""
    words = f"{name} stands where {other.name} belongs"
    stem = name.rstrip("0123456789")
    if stem != name and stem != other.name and other.name.rstrip("0123456789") == stem:
        return f"the wrong layer: {words}"
    skipped = _skipped(step.arguments[name].quantity, other)
    return f"the derivative {skipped} is missing: {words}" if skipped else words


def _skipped(given: Any, other: Candidate) -> str:
    """tanh'(Z1), if one is the gradient of the output of tanh and the other that of its input."""
    if other.kind != "gradient" or other.quantity is None or given is None or given.node is None:
        return ""
    op = given.node.op
    if op is None or not op.elementwise or op.arity != 1:
        return ""
    passed = given.node.args[0] is other.quantity.node
    return f"{op.name}'({other.quantity.name})" if passed else ""
