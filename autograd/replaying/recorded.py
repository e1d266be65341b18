"""What all replays have: the nodes they stand for, the levels, and recording again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from autograd.card.op import plain
from autograd.graph.derivatives import gradients
from autograd.graph.modes import enable_grad
from autograd.graph.node import Node
from autograd.graph.order import toposort
from autograd.nodes.rerun import rerun


class Replay:
    """A recorded graph that runs again with other numbers."""

    output: Node
    inputs: list[Node]
    wrt: list[Node]
    level: dict[Node, int]

    def __init__(self, order: list[Node], own: list[Node], inputs: list[Node], wrt: list[Node]):
        self.output, self.inputs, self.wrt = own[-1], inputs, wrt
        self._known = set(inputs)
        self._selects = any(node.op is not None and node.op.selects for node in order)

    @property
    def levels(self) -> list[list[tuple[str, int]]]:
        """For each level, the operations in it and how many of each."""
        found: list[dict[str, int]] = [{} for _ in range(max(self.level.values()))]
        for node, number in self.level.items():
            if number:
                names = found[number - 1]
                names[node.op.name] = names.get(node.op.name, 0) + 1
        return [list(names.items()) for names in found]

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a replay is bound to the nodes it was made of, so it is neither copied nor pickled: "
            "call replay() on the copy of the graph"
        )

    def _check(self, numbers: Mapping[Node, Any]) -> None:
        """Raise ValueError if the numbers are not those of the inputs."""
        if numbers.keys() != self._known:
            said = [f"no numbers for {node!r}" for node in self.inputs if node not in numbers]
            said += [f"{node!r} is none of the inputs" for node in numbers.keys() - self._known]
            raise ValueError(f"replay: {'; '.join(said)}")


def reached(order: Sequence[Node]) -> set[Node]:
    """The nodes that a gradient reaches from the last one: all, unless a rule is missing."""
    cards = {node.op for node in order} - {None}
    if not any(None in card.vjps for card in cards):
        return set(order)
    found = {order[-1]}
    for node in reversed(order):
        if node in found:
            slots = enumerate(node.args)
            found.update(arg for slot, arg in slots if node.op.rule(slot) and isinstance(arg, Node))
    return found


def again(output: Node, numbers: Mapping[Node, Any], wrt: Sequence[Node]) -> tuple[Node, list[Any]]:
    """The graph recorded once more, with other numbers in some leaves, and its gradients.

    What a replay falls back on for what only a sweep over nodes does: naming the operation that
    made a NaN, and shielding branches not taken from it.
    """
    with enable_grad():  # within a call, which is quiet
        twins = rerun(toposort(output), numbers)
        root = twins[output]
        return root, gradients(root, [twins[node] for node in wrt])


def floats(node: Node, given: Any) -> np.ndarray:
    """What is given for a node, as an array of floats."""
    array = np.asarray(plain(given))
    if array.dtype.kind not in "biuf":
        raise TypeError(f"replay: {node!r} gets {given!r}, which is not made of real numbers")
    return array if array.dtype.kind == "f" else array.astype(np.float64)
