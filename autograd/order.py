"""The order of a graph. Knows of a node only `op`, `left` and `right`; imports nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def toposort(*roots: Any) -> list[Any]:
    """Every node that the root was computed from, arguments before results, the root last.

    Depth first with a stack of its own (Tarjan 1976), so a chain of a million nodes is no deeper
    than one of ten; the order depends on the graph alone. Of several roots, what the first was
    computed from comes first.
    """
    order: list[Any] = []
    seen: set[Any] = set()
    stack: list[Any] = [*reversed(roots)]
    while stack:
        node = stack.pop()
        if node is None:  # the node below has all its arguments in the order
            order.append(stack.pop())
        elif node not in seen:
            seen.add(node)
            left, right = node.left, node.right
            if left is None is right:
                order.append(node)
                continue
            stack += (node, None)
            arguments = reversed(left) if type(left) is tuple else (right, left)
            stack += [arg for arg in arguments if arg is not None]
    return order


def results(root: Any, seen: set[Any]) -> list[Any]:
    """The same order without leaves, which a sweep need not visit; unrolled like the sweep.

    Leaves out the nodes `seen` before, and what only they were computed from.
    """
    order: list[Any] = []
    stack: list[Any] = [root] if root.op is not None else []
    emit, visit, push, pop = order.append, seen.add, stack.append, stack.pop
    while stack:
        node = pop()
        if node is None:
            emit(pop())
            continue
        if node in seen:
            continue
        visit(node)
        left, right = node.left, node.right
        if type(left) is tuple:
            push(node)
            push(None)
            stack += [arg for arg in reversed(left) if arg is not None and arg.op is not None]
            continue
        deeper = left is not None and left.op is not None and left not in seen
        if right is not None and right.op is not None and right not in seen:
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
