"""The order of a graph. Knows of a node only `op`, `left` and `right`; imports nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def toposort(*roots: Any) -> list[Any]:
    """Every node that the root was computed from, arguments before results, the root last.

    Of several roots, what the first was computed from comes first.
    """
    return _walk(roots, set(), leaves=True)


def results(root: Any, seen: set[Any]) -> list[Any]:
    """The same order without leaves, which a sweep need not visit.

    Leaves out the nodes `seen` before, and what only they were computed from.
    """
    return _walk((root,) if root.op is not None else (), seen, leaves=False)


def _walk(roots: Sequence[Any], seen: set[Any], *, leaves: bool) -> list[Any]:
    """Depth first with a stack of its own (Tarjan 1976), so a chain of a million nodes is no deeper
    than one of ten; the order depends on the graph alone. Written out for two arguments, as the
    sweep is.
    """
    order: list[Any] = []
    stack = [*reversed(roots)]
    emit, visit, push, pop = order.append, seen.add, stack.append, stack.pop
    while stack:
        node = pop()
        if node is None:  # the node below has all its arguments in the order
            emit(pop())
            continue
        if node in seen:
            continue
        visit(node)
        left, right = node.left, node.right
        if type(left) is tuple:
            stack += (node, None)
            stack += [
                arg for arg in reversed(left) if arg is not None and (leaves or arg.op is not None)
            ]
            continue
        deeper = left is not None and (leaves or left.op is not None) and left not in seen
        if right is not None and (leaves or right.op is not None) and right not in seen:
            push(node)
            push(None)
            push(right)
            if deeper:
                push(left)
        elif deeper:
            push(node)
            push(None)
            push(left)
        else:
            emit(node)
    return order


def leading_to(order: Iterable[Any], ends: Iterable[Any]) -> list[Any]:
    """The nodes in the order that were computed from one of `ends`."""
    reached = set(ends)
    leading = []
    for node in order:
        left = node.left
        if (
            left in reached
            or node.right in reached
            or (type(left) is tuple and not reached.isdisjoint(left))
        ):
            reached.add(node)
            leading.append(node)
    return leading
