"""A parameter as it is after its update, where its numbers in the forward pass belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from autograd import Node, Tensor, gradients
from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.mistakes.table import DERIVATIVE, mistake
from autograd.check.truth.graph import Truth
from autograd.nodes.rerun import rerun


@mistake("stale parameter", DERIVATIVE, 1.3)
def _stale_parameter(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """A leaf was updated after the forward pass, and the learner took the new numbers."""
    target = step.target.node
    if target is None or attempt.ours is not step.ours or not step.truth.changed:
        return
    for leaves, moved in _stale_gradients(step.truth, target):
        name = " and ".join(map(step.word, leaves))
        its, are = ("its", "it is") if len(leaves) == 1 else ("their", "they are")
        yield attempt.found(
            f"computed with {name} as {are} after {its} update; the gradient belongs to the {name} "
            "of the forward pass",
            f"compute all gradients before {name} {are.split()[1]} updated",
            ours=moved * step.target.scale,
        )


def _stale_gradients(truth: Truth, target: Node) -> Iterator[tuple[list[Node], np.ndarray]]:
    """For each updated parameter, and for all of them: the gradient of `target` computed with it.

    First with the new numbers on the way back only, then with a forward pass of them as well.
    """
    changed = list(truth.changed)
    groups = [[leaf] for leaf in changed] + ([changed] if len(changed) > 1 else [])
    for leaves in groups:
        data = {leaf: truth.changed[leaf] for leaf in leaves}
        backward = _pulled_back(truth, data).get(target)
        if backward is not None:
            yield leaves, backward
        twins = rerun(truth.order, {**truth.seen, **data}, np.float64)
        forward = gradients(twins[truth.output], [twins[target]])[0]
        yield leaves, np.asarray(forward, dtype=float)


def _pulled_back(truth: Truth, data: Mapping[Node, np.ndarray]) -> dict[Node, np.ndarray]:
    """The sweep with other data in some leaves, and all else as the forward pass left it."""
    found = {truth.output: np.ones(np.shape(truth.seen[truth.output]))}
    for node in reversed(truth.order):
        if node is truth.output or node not in truth.gradient:
            continue
        total = np.zeros(np.shape(truth.seen[node]))
        for user, slot in truth.pulling(node):
            pairs = zip(user.args, user.operands, strict=True)
            operands = [data.get(arg, raw) if isinstance(arg, Node) else raw for arg, raw in pairs]
            params = user.params or {}
            part = user.op.pull(slot, found[user], truth.seen[user], operands, params)
            total = total + Tensor.fit(np.asarray(part, dtype=float), total)
        found[node] = total
    return found
