"""From a graph or a replay to the picture of it: what is selected, named, grouped and painted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Node, toposort
from autograd.account import Account, Names
from autograd.account.contributions import pass_that_stored
from autograd.account.letters import Letters
from viz.options import Options
from viz.picture.boxes import BoxBuilder
from viz.picture.groups import Path as Group
from viz.picture.groups import collapsed, find_model, groups_of, to_collapse
from viz.picture.levels import Replay, by_level, columns, in_columns, summary
from viz.picture.model import Arrow, Box, Picture
from viz.picture.recorded import recorded

MOST = 1500  # nodes up to which a picture is drawn at all, unless more are asked for
_ACROSS = 8  # operations one after the other that are legible across a page
_FULL, _FEW = 300, 8  # nodes up to which it is detailed, and unfused
_COLUMNS = 8  # levels of a replay that are drawn from left to right
_THUMBNAILS = 60  # nodes up to which large arrays have thumbnails


def picture_of(root: Node, options: Options) -> Picture:
    """The picture of everything that a node was computed from."""
    order = toposort(root)
    whole = options.depth is None and options.focus is None
    kept = _selected(order, root, options.depth, options.focus)
    model = _model(order, options)
    weights = [node for _, node in model.named_parameters()] if model is not None else []
    unused = _unused_by(order, [*options.inputs, *weights]) if whole else []
    order, kept = [*unused, *order], [*unused, *kept]
    account = _account(order, options, options.variables, unused)
    passed = recorded(kept, options.variables)
    if passed.pairs:
        known = passed.names({node: account.name(node) for node in passed.pairs.values()})
        account = _account(order, options, {**options.variables, **known}, unused)
    groups, cut = _grouping(order, kept, account.names, model, options)
    if len(kept) > options.max_nodes and not cut:
        raise ValueError(
            f"draw: {len(kept):,} nodes are more than max_nodes={options.max_nodes:,}: draw a part "
            "with depth= (steps back from the root) or focus= (the paths through one node), give "
            "the parameters names with prefixes (layers.0.weight) or pass group=model, or pass "
            f"max_nodes={len(kept)} and a time_limit= in seconds"
        )
    fused = len(kept) > _FEW if options.fused == "auto" else options.fused
    builder = _builder(account, options, kept, groups, fused=fused, compact=len(kept) > _FULL)
    builder.pairs, builder.backward = passed.pairs, passed.made
    boxes, arrows = builder.build(kept)
    if cut:
        boxes, arrows = collapsed(boxes, arrows, cut)
        if len(boxes) > options.max_nodes:
            raise ValueError(
                f"draw: even with its groups as single boxes, the graph has {len(boxes):,} nodes, "
                f"more than max_nodes={options.max_nodes:,}: draw a part with depth= or focus="
            )
    compact = len(boxes) > _FULL
    return Picture("", _direction_of(kept), account.names.root, boxes, arrows, compact, fused)


def _account(
    order: Sequence[Node], options: Options, visible: Mapping[str, Any], unused: Sequence[Node] = ()
) -> Account:
    """The account of the pass that left the gradients that the nodes hold, if there was one."""
    taken = pass_that_stored(order[-1])
    seed = 1 if taken is None else taken.seed
    names = Names(order, options.names, visible, digits=options.precision, seed=seed)
    return Account(Letters(names), taken, set(unused))


def _builder(
    account: Account,
    options: Options,
    nodes: Sequence[Node],
    groups: Mapping[Node, Group],
    **how: Any,
) -> BoxBuilder:
    heat = len(nodes) <= _THUMBNAILS
    return BoxBuilder(account, set(options.inputs), options.show, groups=groups, heat=heat, **how)


def _model(order: Sequence[Node], options: Options) -> Any:
    """The model that the graph is grouped by, if it is grouped by one."""
    group = options.group
    if isinstance(group, str) and group not in ("module", "name"):
        raise ValueError(f"draw: group={group!r} is none of 'module', 'name' and a model")
    if group is not None and not isinstance(group, str):
        if not hasattr(group, "named_parameters"):
            raise TypeError(f"draw: group= is a {type(group).__name__} without named_parameters()")
        return group
    unasked = group is None and (len(order) > options.max_nodes or options.collapse)
    model = find_model(options.variables, order) if group == "module" or unasked else None
    if group == "module" and model is None:
        raise ValueError(
            "draw: group='module' finds no model among your variables with a parameter in this "
            "graph: pass the model itself, group=model, or group by names, group='name'"
        )
    return model


def _grouping(
    order: Sequence[Node], kept: Sequence[Node], names: Names, model: Any, options: Options
) -> tuple[dict[Node, Group], set[Group]]:
    """The groups of the nodes, and which of them are to be single boxes."""
    if options.group is None and len(kept) <= options.max_nodes and not options.collapse:
        return {}, set()
    groups = groups_of(order, names, model)
    paths = [groups[node] for node in kept]
    return groups, to_collapse(paths, options.collapse, min(options.max_nodes, MOST))


def picture_of_replay(step: Replay, options: Options) -> Picture:
    """The picture of a compiled replay: a column for each level, of nodes or, if many, of sums."""
    asked = (options.depth, options.focus, options.group, options.collapse or None)
    if any(each is not None for each in asked):
        raise ValueError("draw: a replay is drawn by levels: without depth, focus, group, collapse")
    options.inputs = {*options.inputs, *getattr(step, "inputs", ())}
    order, account = by_level(step), _account(toposort(step.output), options, options.variables)
    if len(order) > min(_FULL, options.max_nodes):
        boxes, arrows = summary(step, order, options.inputs)
        if len(boxes) > options.max_nodes:
            raise ValueError(
                f"draw: {len(boxes):,} groups in {len(step.levels):,} levels are more than "
                f"max_nodes={options.max_nodes:,}: pass max_nodes={len(boxes)} and a time_limit="
            )
        return _leveled(account.names.root, boxes, arrows)
    builder = _builder(account, options, order, columns(step, order), stretches=False)
    boxes, arrows = builder.build(order)
    return _leveled(account.names.root, in_columns(boxes), arrows)


def _leveled(root: str, boxes: list[Box], arrows: list[Arrow]) -> Picture:
    columns_ = len({box.group for box in boxes})
    direction = "LR" if columns_ <= _COLUMNS else "TB"
    return Picture("", direction, root, boxes, arrows, levels=True)


# ------------------------------------------------------------------------ which nodes are drawn


def _direction_of(order: Sequence[Node]) -> str:
    """Left to right for a few single numbers; down the page for long chains and for wide arrays."""
    arrays = any(np.size(operand) > 1 for node in order for operand in node.operands)
    depth: dict[Node, int] = {}
    for node in order:
        args = [depth[arg] for arg in node.args if isinstance(arg, Node) and arg in depth]
        depth[node] = 1 + max(args, default=-1)
    return "TB" if arrays or max(depth.values(), default=0) > _ACROSS else "LR"


def _unused_by(order: Sequence[Node], leaves: Iterable[Node]) -> list[Node]:
    """Those of the leaves, wanting a gradient, on which nothing in a graph depends."""
    kept = set(order)
    fresh = dict.fromkeys(leaf for leaf in leaves if leaf not in kept)
    return [leaf for leaf in fresh if leaf.op is None and leaf.requires_grad]


def _selected(
    order: Sequence[Node], root: Node, depth: int | None, focus: Node | None
) -> list[Node]:
    """The nodes to be drawn, in topological order."""
    kept = set(order)
    if focus is not None:
        if focus not in kept:
            raise ValueError("draw: focus= is not part of the graph of the root")
        kept &= {*toposort(focus), *_results_of(focus, order)}
    if depth is not None:
        kept &= _near(root, depth)
    return [node for node in order if node in kept]


def _results_of(node: Node, order: Sequence[Node]) -> set[Node]:
    """What depends on a node."""
    found = {node}
    for each in order:
        if any(isinstance(arg, Node) and arg in found for arg in each.args):
            found.add(each)
    return found


def _near(root: Node, depth: int) -> set[Node]:
    """The nodes that are at most `depth` steps back from the root."""
    near, last = {root}, [root]
    for _ in range(depth):
        last = [arg for node in last for arg in node.args if isinstance(arg, Node)]
        last = [arg for arg in dict.fromkeys(last) if arg not in near]
        near.update(last)
    return near
