"""Which nodes of a graph a recorded backward pass made, and whose gradients they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Node, enable_grad, gradients, toposort

_MOST = 1000  # nodes of a graph that is compared with a backward pass recorded anew


@dataclass
class Recorded:
    """The recorded gradients in a graph, and the nodes that their pass made."""

    pairs: dict[Node, Node] = field(default_factory=dict)  # gradient -> whose it is
    made: set[Node] = field(default_factory=set)
    of: str = ""  # the name of what was differentiated, where nothing was stored

    def names(self, own: Mapping[Node, str]) -> dict[str, Node]:
        """What to call the gradients: x.grad if it is stored there, else ∂J/∂x."""
        pattern = f"∂{self.of}/∂%s" if self.of else "%s.grad"
        return {pattern % own[node]: gradient for gradient, node in self.pairs.items()}


def recorded(order: Sequence[Node], variables: Mapping[str, Any]) -> Recorded:
    """What `backward(create_graph=True)` or `gradients(…, create_graph=True)` left in a graph.

    Gradients that were stored are found at their nodes. Others are found by recording the pass of
    each of the caller's variables once more: the same steps on the same nodes are the same pass.
    """
    kept = set(order)
    found = Recorded()
    for node in order:
        if isinstance(node.grad, Node) and node.grad in kept:
            found.pairs.setdefault(node.grad, node)
    if found.pairs:
        forward = _behind([node for node in order if isinstance(node.grad, Node)])
        found.made = _made(order, forward) | (found.pairs.keys() - forward)
    elif len(order) <= _MOST and any(map(_may_start, order)):
        tried = [_matched(order, root, name) for name, root in _roots(order, variables)]
        found = max([found, *tried], key=lambda each: (len(each.pairs), -len(each.made)))
    return found


def _behind(nodes: Sequence[Node]) -> set[Node]:
    """The nodes, and all that they were computed from."""
    found: set[Node] = set()
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(arg for arg in node.args if isinstance(arg, Node))
    return found


def _made(order: Sequence[Node], forward: set[Node]) -> set[Node]:
    return {node for node in order if node.op is not None and node not in forward}


def _may_start(node: Node) -> bool:
    """Whether a node may be the gradient 1 with which a recorded pass starts."""
    return node.op is None and not node.requires_grad and node.name is None


def _roots(order: Sequence[Node], variables: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    """The caller's variables whose gradients may be in the graph."""
    leaves = {node for node in order if node.op is None and node.requires_grad}
    for name, value in list(variables.items()):
        single = isinstance(value, Node) and value.op is not None and value.requires_grad
        if not single or value is order[-1] or np.size(value.data) != 1:
            continue
        behind = toposort(value)
        if len(behind) <= _MOST and order[-1] not in behind and not leaves.isdisjoint(behind):
            yield value.name or name, value


def _matched(order: Sequence[Node], root: Node, name: str) -> Recorded:
    """The nodes of the graph that do what a pass from `root`, recorded again, does."""
    forward = toposort(root)
    wanted = [node for node in forward if node.requires_grad]
    try:
        with enable_grad():
            again = gradients(root, wanted, create_graph=True)
    except RuntimeError:  # the numbers have changed since: there is no such pass any more
        return Recorded()
    steps: dict[Any, int] = {}
    own, kept = set(forward), set(order)
    places = {place: node for node, place in _places(order, own, steps).items()}
    found = Recorded(of=name)
    for node, gradient in zip(wanted, again, strict=True):
        place = _places(toposort(gradient), own, steps)[gradient]
        match = places.get(place)
        if node in kept and match is not None and match.op is not None and match not in own:
            found.pairs.setdefault(match, node)
    found.made = _made(order, own) if found.pairs else set()
    return found


def _places(order: Sequence[Node], own: set[Node], steps: dict[Any, int]) -> dict[Node, int]:
    """A number for what each node does to what; the nodes in `own` are only equal to themselves."""
    found: dict[Node, int] = {}
    for node in order:
        if node in own:
            key: Any = id(node)
        elif node.op is None:
            key = ("leaf", np.shape(node.data), np.asarray(node.data).tobytes())
        else:
            args = [found[a] if isinstance(a, Node) else ("plain", repr(a)) for a in node.args]
            key = (node.op.name, repr(node.params), *args)
        found[node] = steps.setdefault(key, len(steps))
    return found
