"""The graph of a replay by levels: each a column of nodes, or of large graphs of operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeGuard

from autograd import Node, toposort
from viz.picture.groups import Path
from viz.picture.model import Arrow, Box, Role


class Replay(Protocol):
    """What is read of a compiled replay."""

    output: Node
    level: Mapping[Node, int]

    @property
    def levels(self) -> Sequence[Sequence[tuple[str, int]]]:
        """For each level, the operations in it and how many of each."""
        ...


def is_replay(root: object) -> TypeGuard[Replay]:
    """Whether this is a replay rather than a node."""
    return all(hasattr(root, name) for name in ("output", "level", "levels"))


def by_level(step: Replay) -> list[Node]:
    """The recorded nodes in topological order, level by level."""
    return sorted(toposort(step.output), key=lambda node: step.level.get(node, 0))


def columns(step: Replay, order: Sequence[Node]) -> dict[Node, Path]:
    """Every node's level in words: "level 3: 16 × multiply, 1 × add"."""
    leaves = sum(node.op is None for node in order)
    words = [f"level 0: {leaves:,} {'leaf' if leaves == 1 else 'leaves'}"]
    for i, found in enumerate(step.levels, 1):
        words.append(f"level {i}: {', '.join(f'{count:,} × {name}' for name, count in found)}")
    return {node: (words[step.level.get(node, 0)],) for node in order}


def in_columns(boxes: list[Box]) -> list[Box]:
    """The boxes column by column, those of constant arrays among the leaves."""
    places = {group: i for i, group in enumerate(dict.fromkeys(b.group for b in boxes if b.group))}
    for box in boxes:
        box.group = box.group or next(iter(places), ())
    return sorted(boxes, key=lambda box: places.get(box.group, 0))


def summary(
    step: Replay, order: Sequence[Node], inputs: Collection[Node]
) -> tuple[list[Box], list[Arrow]]:
    """A box for each operation of a level with the number of its nodes, and what passes between.

    Levels one after the other of the same number of the same operation are drawn as one.
    """
    runs = _runs(step)
    kinds = {node: (runs[step.level.get(node, 0)], *_kind(node, inputs)) for node in order}
    ids = {kind: f"n{i}" for i, kind in enumerate(dict.fromkeys(kinds.values()))}
    counts = Counter(kinds.values())
    boxes = [_sum_box(ids[kind], *kind, counts[kind]) for kind in ids]
    root = ids[kinds[step.output]]
    for box in boxes:
        box.role = "loss" if box.id == root and step.output.op is not None else box.role
    uses = Counter(
        (ids[kinds[arg]], ids[kinds[node]])
        for node in order
        for arg in node.args
        if isinstance(arg, Node) and kinds[arg] != kinds[node]
    )
    names = {box.id: box.name for box in boxes}
    arrows = []
    for i, ((tail, head), count) in enumerate(uses.items()):
        speech = f"{names[tail]} into {names[head]}: {count:,} uses"
        arrow = Arrow(f"e{i}", tail, head, lines=[f"{count:,}"], kind="count", speech=speech)
        arrows.append(arrow)
    return boxes, arrows


def _runs(step: Replay) -> list[range]:
    """For every level, the levels that it is drawn with."""
    runs = [range(1)]
    levels = step.levels
    for i, found in enumerate(levels, 1):
        same = i > 1 and len(found) == 1 and list(found) == list(levels[i - 2])
        runs.append(range(runs[-1].start if same else i, i + 1))
    for i in range(len(runs) - 2, -1, -1):  # those before the last of a run learn of its end
        if runs[i].start == runs[i + 1].start:
            runs[i] = runs[i + 1]
    return runs


def _sum_box(place: str, run: range, what: str, role: Role, count: int) -> Box:
    if len(run) == 1:
        return Box(place, role, f"{count:,} × {what}", group=(f"level {run.start}",))
    name = f"{len(run)} times {count // len(run):,} × {what}"
    return Box(place, role, name, group=(f"levels {run.start} to {run.stop - 1}",))


def _kind(node: Node, inputs: Collection[Node]) -> tuple[str, Role]:
    if node.op is not None:
        return node.op.name, "operation"
    role: Role = "input" if node in inputs else "parameter" if node.requires_grad else "constant"
    return role, role
