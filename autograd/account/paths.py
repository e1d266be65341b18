"""The paths from a node to the root: their number, and the product of derivatives on each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograd import Node
from autograd.account.contributions import BackwardPass, local_derivative
from autograd.account.names import Names

Use = tuple[Node, int]  # a consumer, and the slot of its argument
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

    @property
    def complete(self) -> bool:
        """Whether all paths are listed."""
        return len(self.listed) == self.count


def paths_between(taken: BackwardPass, node: Node, names: Names) -> Paths:
    """Count the paths from `node` to the root of a pass, then list them if they are few."""
    counts = {taken.root: 1}
    for each in taken.order[1:]:
        counts[each] = sum(counts[use.consumer] for use in taken.to(each))
    factors = {use: local_derivative(*use) for use in taken.by_use}
    if counts[node] <= MOST:
        ways = _all_ways(taken, node)
    else:
        ways = [_largest_way(taken, node, factors)]
    return Paths(names[node], counts[node], tuple(_path(node, way, names, factors) for way in ways))


def _all_ways(taken: BackwardPass, node: Node) -> list[list[Use]]:
    """Every path as its edges, in the order of the uses; depth first without recursion."""
    ways: list[list[Use]] = []
    stack: list[tuple[Node, tuple[Use, ...]]] = [(node, ())]
    while stack:
        here, way = stack.pop()
        while here is not taken.root:
            first, *others = ((use.consumer, use.slot) for use in taken.to(here))
            stack.extend((use[0], (*way, use)) for use in reversed(others))
            here, way = first[0], (*way, first)
        ways.append(list(way))
    return ways


def _largest_way(taken: BackwardPass, node: Node, factors: Mapping[Use, float | None]) -> list[Use]:
    """The path with the largest product in absolute value (through arrays: the first)."""
    best: dict[Node, tuple[float, Use | None]] = {taken.root: (1.0, None)}
    for each in taken.order:
        for consumer, slot, *_ in taken.to(each):
            factor = factors[consumer, slot]
            size = best[consumer][0] * abs(1.0 if factor is None else factor)
            if each not in best or size > best[each][0]:
                best[each] = (size, (consumer, slot))
    way = []
    step = best[node][1]
    while step is not None:
        way.append(step)
        step = best[step[0]][1]
    return way


def _path(
    node: Node, way: Sequence[Use], names: Names, factors: Mapping[Use, float | None]
) -> Path:
    found = [factors[use] for use in way]
    known = [factor for factor in found if factor is not None]
    whole = len(known) == len(found)
    visited = (names[node], *(names[consumer] for consumer, _ in way))
    return Path(
        visited, tuple(known) if whole else (), math.prod(known, start=1.0) if whole else None
    )
