"""Groups of nodes: found by name or by module, nested, drawn open or as one box. Knows no DOT."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd import Node
from viz.model import Arrow, Box
from viz.names import Names
from viz.text import shown

Path = tuple[str, ...]
_PART = re.compile(r"\[[^\]]*\]|[^.\[\]]+")


def prefixes(name: str) -> Path:
    """The groups that a name tells: layers.0.weight is in layers, and there in layers.0."""
    parts = list(_PART.finditer(name))
    return tuple(name[: part.end()] for part in parts[:-1])


def find_model(variables: Mapping[str, Any], order: Collection[Node]) -> Any:
    """A model among the caller's variables, some parameters of which are in the graph; or None."""
    nodes = set(order)
    for value in list(variables.values()):
        walk = getattr(type(value), "named_parameters", None)
        if callable(walk) and any(node in nodes for _, node in value.named_parameters()):
            return value
    return None


def groups_of(order: Sequence[Node], names: Names, model: Any = None) -> dict[Node, Path]:
    """The path of groups of every node, from the outermost; () is no group.

    Leaves are told by their names, or by their place in `model`. A result without a prefix of its
    own belongs to its freshest argument, the one with the fewest operations before it: that puts
    `W @ a + b` and what is applied to it to `W`. The root belongs to no group.
    """
    if model is not None:
        kinds = _kinds(model)
        told = {node: _labelled(name, kinds) for name, node in model.named_parameters()}
    else:
        told = {node: prefixes(names[node]) for node in order}
    found: dict[Node, Path] = {}
    depth: dict[Node, int] = {}
    for node in order:
        args = [arg for arg in node.args if isinstance(arg, Node)]
        depth[node] = 1 + max((depth[arg] for arg in args), default=-1)
        fresh = min((arg for arg in args if found[arg]), key=depth.__getitem__, default=None)
        found[node] = told.get(node, ()) or (found[fresh] if fresh is not None else ())
    found[order[-1]] = ()
    return found


def _kinds(model: Any) -> dict[str, str]:
    walk = getattr(model, "named_modules", None)
    return {name: type(module).__name__ for name, module in walk()} if callable(walk) else {}


def _labelled(name: str, kinds: Mapping[str, str]) -> Path:
    """The groups of a parameter, each with the kind of its module: layers.0 (Linear)."""
    return tuple(f"{at} ({kinds[at]})" if at in kinds else at for at in prefixes(name))


def to_collapse(
    paths: Iterable[Path], collapse: bool | Collection[str] | None, limit: int
) -> set[Path]:
    """The groups to be drawn as one box. None: those whose picture would exceed `limit` nodes."""
    paths = list(paths)
    every = {path[:i] for path in paths for i in range(1, len(path) + 1)}
    if collapse is False or (collapse is None and len(paths) <= limit):
        return set()
    if collapse is True:
        return {path for path in every if len(path) == 1}
    if collapse is not None:
        wanted = {path for path in every if path[-1] in collapse}
        unknown = set(collapse) - {path[-1] for path in wanted}
        if unknown:
            known = ", ".join(sorted({path[-1] for path in every})[:20]) or "none"
            raise ValueError(f"draw: no group is called {min(unknown)!r}; there are {known}")
        return wanted
    for level in range(max(map(len, paths)), 1, -1):  # as deep as fits
        cut = {path for path in every if len(path) == level}
        if len({path[:level] if path[:level] in cut else i for i, path in enumerate(paths)}) <= (
            limit
        ):
            return cut
    return {path for path in every if len(path) == 1}


def collapsed(
    boxes: Sequence[Box], arrows: Sequence[Arrow], cut: Collection[Path]
) -> tuple[list[Box], list[Arrow]]:
    """The picture with these groups as single boxes, the shapes that pass written at their border.

    Of the arrows between the same two boxes one is kept for every value that passes.
    """
    inside: dict[str, tuple[str, ...]] = {}
    for box in boxes:
        path = next((box.group[:i] for i in range(1, 9) if box.group[:i] in cut), None)
        if path is not None:
            inside[box.id] = path
    ids = {path: f"g{i}" for i, path in enumerate(dict.fromkeys(inside.values()))}
    members: dict[Path, list[Box]] = {path: [] for path in ids}
    kept: list[Box] = []
    for box in boxes:
        path = inside.get(box.id)
        if path is None:
            kept.append(box)
            continue
        if not members[path]:
            kept.append(Box(ids[path], "group", shown(path[-1]), group=path[:-1]))
        members[path].append(box)
    by_id = {box.id: box for box in kept}
    for path, found in members.items():
        weights = sum(box.role == "parameter" for box in found)
        by_id[ids[path]].note = f"{len(found)} nodes, {weights} of them parameters"
    shapes = {box.id: box.shape or "1 number" for box in boxes}
    place = {box.id: ids[inside[box.id]] if box.id in inside else box.id for box in boxes}
    seen: set[tuple[str, str]] = set()
    left: list[Arrow] = []
    for arrow in arrows:
        tail, head = place[arrow.tail], place[arrow.head]
        if (tail, head) == (arrow.tail, arrow.head):
            left.append(arrow)
        elif tail != head and (arrow.tail, head) not in seen:
            seen.add((arrow.tail, head))
            left.append(
                replace(
                    arrow, tail=tail, head=head, lines=[shapes[arrow.tail]], result="", kind="shape"
                )
            )
    return kept, _joined(left)


def _joined(arrows: list[Arrow]) -> list[Arrow]:
    """Arrows that cross a border side by side with the same shape become one: 30 × (1 number)."""
    bundles: dict[tuple[str, str, str], list[Arrow]] = {}
    for arrow in arrows:
        grouped = "g" in (arrow.tail[0], arrow.head[0])
        key = (arrow.tail, arrow.head, " ".join(arrow.lines) if grouped else arrow.id)
        bundles.setdefault(key, []).append(arrow)
    joined = []
    for bundle in bundles.values():
        first = bundle[0]
        if len(bundle) > 1:
            size, sign = max(each.size for each in bundle), {each.sign for each in bundle}
            lines = [f"{len(bundle)} values of {line}" for line in first.lines]
            if first.lines == ["1 number"]:
                lines = [f"{len(bundle)} numbers"]
            first = replace(first, lines=lines, size=size, sign=sign.pop() if len(sign) == 1 else 0)
        joined.append(first)
    return joined
