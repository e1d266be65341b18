"""Mistakes in a derivative itself: left out, of the wrong function, at the wrong place, halved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from autograd import TABLE, Node
from autograd.check.case import Attempt, Case, same
from autograd.check.facts import Use
from autograd.check.formula import local_derivative, written
from autograd.check.mistakes.table import RULE, mistake
from autograd.check.slopes import ACTIVATIONS
from autograd.check.stale import stale_gradients

_MOST_PATHS = 6


@mistake("derivative missing", RULE, 1.2)
def _derivative_missing(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for activation in _on_the_way(case, attempt):
        local = case.facts.local(activation)
        if local.shape == attempt.result.shape:
            words = _derivative(case, activation)
            yield attempt.found(
                f"the derivative {words} is missing",
                f"multiply by {words}{_written_out(case, activation)}",
                yours=attempt.result * local,
            )


@mistake("derivative superfluous", RULE, 1.4)
def _derivative_superfluous(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for activation in _on_the_way(case, attempt):
        local = case.facts.local(activation)
        if local.shape == attempt.ours.shape:
            words = _derivative(case, activation)
            yield attempt.found(
                f"the derivative {words} is one too many",
                f"leave out {words}",
                extra=0.0 if activation.op.name in ACTIVATIONS else 0.25,
                ours=attempt.ours * local,
            )


@mistake("wrong derivative", RULE, 1.3)
def _wrong_derivative(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """The rule of the activation above, at a wrong place, or that of another activation."""
    use = case.only_use
    if use is None or use.user not in case.facts.activations or attempt.ours is not case.ours:
        return
    user, x, y = use.user, use.user.operands[0], case.facts.seen[use.user]
    place = case.word(user.args[0])
    for name in dict.fromkeys([user.op.name, *ACTIVATIONS]):
        op = TABLE[name]
        params = (user.params or {}) if op is user.op else {}
        for at, shown in ((x, place), (y, case.word(user))):
            for result, right in ((op(at, **params), place), (at, case.word(user))):
                if op is user.op and shown == right:
                    continue
                with np.errstate(all="ignore"):
                    part = op.pull(0, case.facts.gradient[user], result, (at,), params)
                fix = f"use {user.op.name}'({place})"
                if op is user.op:
                    words = f"evaluated at {shown} instead of {right}"
                    fix = fix if right == place else f"use {right}"
                else:
                    words = f"the derivative of {name} stands where that of {user.op.name} belongs"
                    fix += _written_out(case, user)
                yield attempt.found(
                    words,
                    fix,
                    extra=0.0 if op is user.op else 0.2,
                    ours=np.asarray(part, dtype=float) * case.target.scale,
                )


@mistake("contribution missing", RULE, 1.3)
def _contribution_missing(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """One of several paths left out, or only the last one kept."""
    paths = _paths(case, attempt)
    for count in range(1, len(paths)):
        for left_out in combinations(paths, count):
            names = " and ".join(path.name for path in left_out)
            if all(path.is_penalty for path in left_out):
                words, fix = "the regularisation term is missing", "add the regularisation term"
            else:
                words = f"the contribution through {names} is missing"
                fix = f"add the contribution through {names}"
                if count == len(paths) - 1:
                    words += (
                        f": {case.target.name} is used {len(paths)} times and one use counted "
                        "(overwritten with = instead of added with +=?)"
                    )
            missing = np.sum([path.amount for path in left_out], axis=0)
            yield attempt.found(words, fix, ours=attempt.ours - missing)


@mistake("contribution scaled", RULE, 1.4)
def _contribution_scaled(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """One of several paths with a factor too much: λ forgotten, 2·λ, the wrong sign."""
    if attempt.result.size < 2:
        return
    for path in _paths(case, attempt):
        rest = attempt.ours - path.amount
        if attempt.result.shape != rest.shape:
            return
        ratio = case.ratio(attempt, attempt.result - rest, path.amount)
        if ratio is not None:
            what = "the regularisation term" if path.is_penalty else f"the part through {path.name}"
            minus = ratio.name == "−1"
            yield attempt.found(
                f"{what} has "
                + ("the wrong sign" if minus else f"the factor {ratio.text} too much"),
                "change its sign" if minus else f"multiply it by {ratio.reciprocal}",
                extra=0.0 if path.is_penalty else 0.3,
                ours=rest + ratio.value * path.amount,
            )


@mistake("softmax diagonal", RULE, 1.3)
def _softmax_diagonal(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    node = case.target.node
    if node is None or attempt.ours is not case.ours or np.ndim(case.facts.seen[node]) == 0:
        return
    z = np.asarray(case.facts.seen[node], dtype=float)
    for other, g in case.facts.gradient.items():
        y = np.asarray(case.facts.seen[other], dtype=float)
        if other is not node and any(same(y, _softmax(z, axis)) for axis in range(z.ndim)):
            name = case.word(other)
            yield attempt.found(
                "only the diagonal of the softmax Jacobian is there, but every output depends on "
                "every input",
                f"use {name} * (d{name} - the sum of d{name} * {name} over the classes)",
                ours=g * y * (1 - y) * case.target.scale,
            )


@mistake("stale parameter", RULE, 1.3)
def _stale_parameter(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """A leaf was updated after the forward pass, and the learner took the new numbers."""
    target = case.target.node
    if target is None or attempt.ours is not case.ours or not case.facts.changed:
        return
    for leaves, moved in stale_gradients(case.facts, target):
        name = " and ".join(map(case.word, leaves))
        its, are = ("its", "it is") if len(leaves) == 1 else ("their", "they are")
        yield attempt.found(
            f"computed with {name} as {are} after {its} update; the gradient belongs to the {name} "
            "of the forward pass",
            f"compute all gradients before {name} {are.split()[1]} updated",
            ours=moved * case.target.scale,
        )


@mistake("wrong operand", RULE, 1.6)
def _wrong_operand(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """The same as a wrong argument, for a step that is an array: no formula can be tried again."""
    if case.line.array is None or case.target.node is None:
        return
    operands = {arg for use in case.facts.uses(case.target.node) for arg in use.user.args}
    for node in (arg for arg in operands if isinstance(arg, Node)):
        value = np.asarray(case.facts.seen[node])
        for other in case.candidates:
            if (
                other.kind != "value"
                or other.value.shape != value.shape
                or same(other.value, value)
            ):
                continue
            moved = _with_operand(case, attempt, node, other.value)
            if moved is not None:
                words = f"{other.name} stands where {case.word(node)} belongs"
                fix = f"put {case.word(node)} where {other.name} stands"
                yield attempt.found(words, fix, ours=moved)


# ---------------------------------------------------------------------------------------- helpers


class _Path(NamedTuple):
    name: str
    amount: np.ndarray
    is_penalty: bool  # depends on the parameter alone, not on the data


def _paths(case: Case, attempt: Attempt) -> Sequence[_Path]:
    """The contributions to the gradient, one for each operation that uses the node."""
    node = case.target.node
    if node is None or attempt.ours is not case.ours:
        return ()
    users: dict[Node, list[Use]] = {}
    for use in case.facts.uses(node):
        users.setdefault(use.user, []).append(use)
    if not 2 <= len(users) <= _MOST_PATHS:
        return ()
    ends = [_destination(case, user) for user in users]
    return [
        _Path(
            end if ends.count(end) == 1 else written(case.facts, user) or end,
            np.sum([use.amount for use in uses], axis=0) * case.target.scale,
            _is_penalty(user, node),
        )
        for end, (user, uses) in zip(ends, users.items(), strict=True)
    ]


def _is_penalty(user: Node, node: Node) -> bool:
    """Whether a use is w * w, w**2 or |w| of a parameter, as regularisation has it."""
    alone = all(arg is node or not isinstance(arg, Node) for arg in user.args)
    twice = len(user.args) == 2 and all(arg is node for arg in user.args)
    curved = twice or user.op.name in ("power", "square", "absolute")
    return node.op is None and alone and curved


def _destination(case: Case, user: Node) -> str:
    """The nearest named result above a use."""
    node = user
    for _ in range(20):
        above = case.facts.users.get(node, [])
        if case.facts.named(node) or len(above) != 1:
            break
        node = above[0][0]
    return case.word(node)


def _on_the_way(case: Case, attempt: Attempt) -> Sequence[Node]:
    """The activations whose derivative may be missing or superfluous in a result."""
    shapes = {attempt.ours.shape, attempt.result.shape}
    near = case.facts.activations
    if len(near) > 60 and case.target.node is not None:  # a graph of Values
        users = {user for user, _ in case.facts.users[case.target.node]}
        near = [node for node in near if node in users or node is case.target.node]
    return [node for node in near if np.shape(case.facts.seen[node]) in shapes]


def _derivative(case: Case, activation: Node) -> str:
    return f"{activation.op.name}'({case.word(activation.args[0])})"


def _written_out(case: Case, activation: Node) -> str:
    formula = local_derivative(case.facts, activation)
    return f" = {formula}" if formula else ""


def _with_operand(case: Case, attempt: Attempt, node: Node, data: Any) -> np.ndarray | None:
    """The truth if the operations above had seen other data in place of a node."""
    target = case.target.node
    if target is None or attempt.ours is not case.ours:
        return None
    total, touched = np.zeros(case.ours.shape), False
    for use in case.facts.uses(target):
        pairs = list(zip(use.user.args, use.user.operands, strict=True))
        if any(arg is node for arg, _ in pairs):
            touched = True
            operands = [data if arg is node else raw for arg, raw in pairs]
            use = case.facts.use(use.user, use.slot, operands)
        total = total + use.amount
    return total * case.target.scale if touched else None


def _softmax(z: np.ndarray, axis: int) -> np.ndarray:
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)
