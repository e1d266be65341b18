"""The paths from a node to the root: their number, and the product of derivatives on each."""

from __future__ import annotations

from dataclasses import dataclass

from autograd import Node
from viz.flow import Flow, Part, local_derivative
from viz.names import Names

MOST = 32  # paths that are listed; beyond it only the one of the largest product is


@dataclass(frozen=True)
class Path:
    """A way from a node to the root, with the local derivatives along it, and their product.

    `factors` is empty and `product` None where the path leads through arrays.
    """

    names: tuple[str, ...]
    factors: tuple[float, ...]
    product: float | None


@dataclass(frozen=True)
class Paths:
    """All paths from `name` to the root: their number, and up to 32 of them or the largest."""

    name: str
    count: int
    listed: tuple[Path, ...]


def paths_between(flow: Flow, node: Node, names: Names) -> Paths:
    """Count the paths from `node` to the root of the flow, then list them if they are few."""
    counts = {flow.root: 1}
    for each in flow.order:
        if each is not flow.root:
            counts[each] = sum(counts[part.consumer] for part in flow.parts.get(each, ()))
    factors = _factors(flow)
    if counts[node] <= MOST:
        ways = _all_ways(flow, node)
    else:
        ways = [_largest_way(flow, node, factors)]
    listed = tuple(_path(node, way, names, factors) for way in ways)
    return Paths(names[node], counts[node], listed)


def _factors(flow: Flow) -> dict[Part, float | None]:
    return {
        part: local_derivative(part.consumer, part.slot)
        for parts in flow.parts.values()
        for part in parts
    }


def _all_ways(flow: Flow, node: Node) -> list[list[Part]]:
    """Every path as its edges, in the order of the uses; depth first without recursion."""
    ways: list[list[Part]] = []
    stack: list[tuple[Node, tuple[Part, ...]]] = [(node, ())]
    while stack:
        here, way = stack.pop()
        while here is not flow.root:
            first, *others = flow.parts[here]
            stack.extend((part.consumer, (*way, part)) for part in reversed(others))
            here, way = first.consumer, (*way, first)
        ways.append(list(way))
    return ways


def _largest_way(flow: Flow, node: Node, factors: dict[Part, float | None]) -> list[Part]:
    """The path with the largest product in absolute value (through arrays: the first)."""
    best: dict[Node, tuple[float, Part | None]] = {flow.root: (1.0, None)}
    for each in flow.order:
        for part in flow.parts.get(each, ()):
            factor = factors[part]
            size = best[part.consumer][0] * abs(1.0 if factor is None else factor)
            if each not in best or size > best[each][0]:
                best[each] = (size, part)
    way = []
    step = best[node][1]
    while step is not None:
        way.append(step)
        step = best[step.consumer][1]
    return way


def _path(node: Node, way: list[Part], names: Names, factors: dict[Part, float | None]) -> Path:
    found = [factors[part] for part in way]
    known = [factor for factor in found if factor is not None]
    product: float | None = None
    if len(known) == len(found):
        product = 1.0
        for factor in known:
            product *= factor
    visited = (names[node], *(names[part.consumer] for part in way))
    return Path(visited, tuple(known) if product is not None else (), product)
