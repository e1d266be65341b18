"""Groups of nodes: found by name or by module, nested, drawn open or as one box. Knows no DOT."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd import Node
from autograd.account import Names
from autograd.account.text import shown
from autograd.symbols.algebra import power
from viz.picture.model import Arrow, Box

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

    Leaves are told by their names, or by their place in `model`. Of the results, those belong to a
    group that lie between its leaves and the last result that takes one of them in: `x @ W.T + b`,
    but nothing that is computed from it. An activation that is a module of `model` has a group of
    its own, in the place that it has among the modules. The root belongs to no group.
    """
    if model is not None:
        kinds = _kinds(model)
        told = {node: _labelled(name, kinds) for name, node in model.named_parameters()}
    else:
        kinds = {}
        told = {node: prefixes(names[node]) for node in order if node.op is None}
    found = _owners(order, told)
    for level in range(max(map(len, found.values()), default=0), 0, -1):
        _keep_between(order, found, level)
    if kinds:
        _place_activations(order, found, kinds)
    if model is None:
        found |= {node: path for node in order if (path := prefixes(names[node]))}
    found[order[-1]] = ()
    return found


def _owners(order: Sequence[Node], told: Mapping[Node, Path]) -> dict[Node, Path]:
    """The groups of the leaves, and of every result that of its freshest argument.

    That is the argument with the fewest operations before it: of W and A in `W @ A`, W.
    """
    found: dict[Node, Path] = {}
    depth: dict[Node, int] = {}
    for node in order:
        args = [arg for arg in node.args if isinstance(arg, Node)]
        depth[node] = 1 + max((depth[arg] for arg in args), default=-1)
        fresh = min((arg for arg in args if found[arg]), key=depth.__getitem__, default=None)
        found[node] = told.get(node, ()) or (found[fresh] if fresh is not None else ())
    return found


def _keep_between(order: Sequence[Node], found: dict[Node, Path], level: int) -> None:
    """Take out of the groups of this level what leads to no result that takes a leaf of them in."""
    views: set[Node] = set()  # the leaves, and what is made of nothing else in an array
    core: set[Node] = set()
    for node in order:
        path, args = found[node][:level], {arg for arg in node.args if isinstance(arg, Node)}
        if len(path) < level:
            continue
        inside = {arg for arg in args if found[arg][:level] == path}
        if len(found[node]) > level or _joins(node, inside, views, core):
            core.add(node)
        elif args <= views and (node.op is None or np.ndim(node.data)):
            views.add(node)
    needed: set[Node] = set()
    for node in reversed(order):
        path = found[node][:level]
        if len(path) < level:
            continue
        if node in core or node in needed or node.op is None:
            needed.update(a for a in node.args if isinstance(a, Node) and found[a][:level] == path)
        else:
            found[node] = path[:-1]


def _joins(node: Node, inside: set[Node], views: set[Node], core: set[Node]) -> bool:
    """Whether a result takes in a leaf and something else, or two such results; W² does not."""
    if views.isdisjoint(inside):
        return len(inside) > 1 and inside <= core
    other = any(arg not in views for arg in node.args if isinstance(arg, Node))
    least = np.ndim(node.data) > 0  # a factor is something else for numbers, but not for arrays
    plain = [arg for arg in node.args if not isinstance(arg, Node) and np.ndim(arg) >= least]
    return other or bool(plain and node.op is not power)


def _place_activations(
    order: Sequence[Node], found: dict[Node, Path], kinds: Mapping[str, str]
) -> None:
    """Give modules without parameters the operations of their name behind the module before."""
    uses: dict[Node, list[Node]] = {}
    for node in order:
        for arg in {arg for arg in node.args if isinstance(arg, Node)}:
            uses.setdefault(arg, []).append(node)
    owned = {path[:i] for path in found.values() for i in range(1, len(path) + 1)}
    before: Path = ()
    for name, kind in kinds.items():
        path = _labelled(f"{name}.", kinds)
        if path not in owned and before:
            inside = (node for node in order if found[node][: len(before)] == before)
            behind = [use for node in inside for use in uses.get(node, ())]
            for use in behind:
                named = use.op.name.replace("_", "") == kind.lower()
                if named and found[use] == path[: len(found[use])]:
                    found[use] = path
                    owned.add(path)
        before = path if path in owned else before


def _kinds(model: Any) -> dict[str, str]:
    walk = getattr(model, "named_modules", None)
    return {name: type(module).__name__ for name, module in walk()} if callable(walk) else {}


def _labelled(name: str, kinds: Mapping[str, str]) -> Path:
    """The groups of a parameter, each with the kind of its module: layers.0 (Linear)."""
    places = prefixes(f"{name}x" if name.endswith(".") else name)
    return tuple(f"{at} ({kinds[at]})" if at in kinds else at for at in places)


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
    holds = {path[:-1] for path in every}  # those with groups in them
    for level in range(max(map(len, paths), default=0), 1, -1):  # as deep as fits
        cut = {
            path
            for path in every
            if len(path) == level or (len(path) < level and path not in holds)
        }
        places = [next((p[:i] for i in range(1, len(p) + 1) if p[:i] in cut), None) for p in paths]
        if len(set(places) - {None}) + places.count(None) <= limit:
            return cut
    return {path for path in every if len(path) == 1}


def collapsed(
    boxes: Sequence[Box], arrows: Sequence[Arrow], cut: Collection[Path]
) -> tuple[list[Box], list[Arrow]]:
    """The picture with these groups as single boxes, the shapes that pass written at their border.

    Of the arrows between the same two boxes one is kept for every value that passes.
    """
    ids: dict[Path, str] = {}
    members: dict[str, list[Box]] = {}
    kept: dict[str, Box] = {}  # by the place where a box is drawn: its own, or that of its group
    place: dict[str, str] = {}
    for box in boxes:
        path = next((box.group[:i] for i in range(1, 9) if box.group[:i] in cut), None)
        at = box.id if path is None else ids.setdefault(path, f"g{len(ids)}")
        place[box.id] = at
        members.setdefault(at, []).append(box)
        if at not in kept:
            kept[at] = box if path is None else Box(at, "group", shown(path[-1]), group=path[:-1])
    for at in ids.values():
        kept[at].note = _counted(members[at])
    shapes = {box.id: box.shape or "1 number" for box in boxes}
    joined = _joined(list(_crossing(arrows, place, shapes)))
    for arrow in joined:
        if arrow.kind == "shape":
            ends = f"{kept[arrow.tail].name} into {kept[arrow.head].name}"
            arrow.speech = f"{ends}: {arrow.lines[0]}"
    return list(kept.values()), joined


def _counted(inside: Sequence[Box]) -> str:
    """How many nodes are in a group, and how many of them are parameters."""
    weights = sum(box.role == "parameter" for box in inside)
    some = "a parameter" if weights == 1 else "parameters"
    nodes = "1 node" if len(inside) == 1 else f"{len(inside):,} nodes"
    return nodes + (f", {weights:,} of them {some}" if weights else "")


def _crossing(
    arrows: Iterable[Arrow], place: Mapping[str, str], shapes: Mapping[str, str]
) -> Iterator[Arrow]:
    """The arrows between places, one for each value that passes into or out of a group."""
    crossing: dict[tuple[str, str], Arrow] = {}
    for arrow in arrows:
        tail, head = place[arrow.tail], place[arrow.head]
        if (tail, head) == (arrow.tail, arrow.head):
            yield arrow
        elif tail != head:
            moved = replace(arrow, tail=tail, head=head)
            if arrow.kind != "pair":
                moved = replace(moved, lines=[shapes[arrow.tail]], result="", kind="shape")
                first = crossing.setdefault((arrow.tail, head), moved)
                if first is not moved:  # one arrow stands for two
                    first.size = max(first.size, arrow.size)
                    first.sign = first.sign if first.sign == arrow.sign else 0
                    continue
            yield moved


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
