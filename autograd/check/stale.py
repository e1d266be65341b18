"""The gradients that one gets with a parameter as it is after its update. Knows the graph only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from autograd import Node, gradients
from autograd.check.facts import Facts, fit
from autograd.check.precision import rerun


def stale_gradients(facts: Facts, target: Node) -> Iterator[tuple[list[Node], np.ndarray]]:
    """For each updated parameter, and for all of them: the gradient of `target` computed with it.

    First with the new numbers on the way back only, then with a forward pass of them as well.
    """
    changed = list(facts.changed)
    groups = [[leaf] for leaf in changed] + ([changed] if len(changed) > 1 else [])
    for leaves in groups:
        data = {leaf: facts.changed[leaf] for leaf in leaves}
        backward = _pulled_back(facts, data).get(target)
        if backward is not None:
            yield leaves, backward
        twins = rerun(facts.order, {**facts.seen, **data}, np.float64)
        forward = gradients(twins[facts.output], [twins[target]])[0]
        yield leaves, np.asarray(forward, dtype=float)


def _pulled_back(facts: Facts, data: Mapping[Node, np.ndarray]) -> dict[Node, np.ndarray]:
    """The sweep with other data in some leaves, and all else as the forward pass left it."""
    found = {facts.output: np.ones(np.shape(facts.seen[facts.output]))}
    for node in reversed(facts.order):
        if node is facts.output or node not in facts.gradient:
            continue
        total = np.zeros(np.shape(facts.seen[node]))
        for user, slot in facts.users[node]:
            if user in found and user.op.rule(slot) is not None:
                pairs = zip(user.args, user.operands, strict=True)
                operands = [
                    data.get(arg, raw) if isinstance(arg, Node) else raw for arg, raw in pairs
                ]
                params = user.params or {}
                part = user.op.pull(slot, found[user], facts.seen[user], operands, params)
                total = total + fit(np.asarray(part, dtype=float), total.shape)
        found[node] = total
    return found
