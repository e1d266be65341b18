"""Graphs copied and pickled. Knows of nodes what they hold; nothing else in the engine knows it."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any, Self

from autograd.graph.node import Node, result
from autograd.graph.order import toposort


class Copied(Node):
    """A kind of node whose graphs are copied and pickled without recursion, whatever their size."""

    __slots__ = ()

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        for slot in Node.__slots__[1:]:
            setattr(twin, slot, getattr(self, slot))
        twin.raw, twin.grad = self.keep(copy(self.raw)), copy(self.grad)
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        for node in toposort(self):
            if id(node) not in memo:
                twin = copy(node)
                twin.grad = deepcopy(node.grad, memo)
                twin.left, twin.right = _twin(node.left, memo), _twin(node.right, memo)
                memo[id(node)] = twin
        return memo[id(self)]

    def __reduce__(self) -> tuple[Any, ...]:
        """Leaves are pickled one by one, so that they stay the same objects; the rest as a list."""
        if self.op is None:
            return _leaf, (type(self), self.raw, self.requires_grad, self.name, self.grad)
        order = toposort(self)
        place = {node: i for i, node in enumerate(order)}
        records = [node if node.op is None else _record(node, place) for node in order]
        return _rebuild, (records,)


def _twin(arg: Any, memo: dict[int, Any]) -> Any:
    if type(arg) is tuple:
        return tuple(_twin(each, memo) for each in arg)
    return None if arg is None else memo[id(arg)]


def _leaf(kind: type[Node], raw: Any, requires_grad: bool, name: str | None, grad: Any) -> Node:
    node = kind.constant(kind.keep(raw))
    node.requires_grad, node.name, node.grad = requires_grad, name, grad
    return node


def _record(node: Node, place: dict[Node, int]) -> tuple[Any, ...]:
    args = [None if arg is None else place[arg] for arg in node.nodes]
    return type(node), node.op, args, node.operands, node.params, node.raw, node.name, node.grad


def _rebuild(records: list[Any]) -> Node:
    nodes: list[Node] = []
    for record in records:
        if isinstance(record, Node):
            nodes.append(record)
            continue
        kind, op, places, operands, params, raw, name, grad = record
        args = [None if i is None else nodes[i] for i in places]
        node = result(kind, op, kind.keep(raw), args, list(map(kind.keep, operands)), params)
        node.name, node.grad = name, grad
        nodes.append(node)
    return nodes[-1]
