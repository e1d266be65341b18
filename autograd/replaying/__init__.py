"""Record once, run many: a graph replayed with new numbers. Knows nodes and cards, no kind of node.

`scalars` turns a graph of Values into operations on whole levels, `arrays` a graph of Tensors into
NumPy calls; both read the rules of the cards with `tracing` and run what that wrote as a `program`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.graph.modes import watch_comparisons
from autograd.graph.node import Node
from autograd.graph.order import toposort
from autograd.replaying.arrays import ArrayReplay
from autograd.replaying.guard import BranchError, checks_of, compared
from autograd.replaying.scalars import ScalarReplay

__all__ = ["BranchError", "replay"]


def replay(
    output: Node,
    *,
    inputs: Sequence[Node],
    wrt: Sequence[Node],
    guard: watch_comparisons | None = None,
) -> ScalarReplay | Any:
    """Compile the graph of `output` into a function of its `inputs`.

    `step = replay(loss, inputs=[x, y], wrt=parameters)`; then `value, grads = step({x: …, y: …})`
    runs forward and backward with these numbers; `grads` is a list in the order of `wrt`. All other
    leaves, the parameters among them, have the data that they hold at the call. The recorded graph
    is not changed.

    Python branches and `where` conditions stay as they were recorded. Record inside
    `with watch_comparisons() as watched:` and give `guard=watched`, and a call with which one of
    the comparisons would come out otherwise raises `BranchError`.

    A graph of Values may get arrays of length m for its inputs: it then runs for m samples at once.
    A graph of Tensors gets arrays of the recorded shapes. Raises ValueError for a node that the
    output does not depend on, or that requires no gradient: what is computed from such a node alone
    is not in the graph.
    """
    checks = checks_of(guard)
    order = toposort(output, *compared(checks))
    own = order[: 1 + next(i for i, node in enumerate(order) if node is output)]
    known = {"wrt": set(own), "inputs": set(order)}
    for role, nodes in (("inputs", inputs), ("wrt", wrt)):
        for node in nodes:
            if not isinstance(node, Node) or node.op is not None:
                raise ValueError(f"replay: {role} holds {node!r}, which is no leaf of a graph")
            if node not in known[role]:
                raise ValueError(f"replay: the output does not depend on {node!r} in {role}")
            if not node.requires_grad:
                raise ValueError(
                    f"replay: {node!r} in {role} requires no gradient, so what is computed from it "
                    "alone was not recorded: record with one that does"
                )
    scalar = all(kind.fit is None for kind in {type(node) for node in order})
    return (ScalarReplay if scalar else ArrayReplay)(order, own, list(inputs), list(wrt), checks)
