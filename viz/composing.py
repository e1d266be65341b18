"""From a graph or a replay to the picture of it: what is selected, named, grouped and painted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from autograd import Node, toposort
from viz.flow import Flow
from viz.groups import Path as Group
from viz.groups import collapsed, find_model, groups_of, to_collapse
from viz.levels import Replay, by_level, columns, in_columns, summary
from viz.model import Arrow, Box, Picture
from viz.names import Names
from viz.painter import Painter
from viz.recorded import recorded
from viz.selection import direction_of, flow_of, selected, unused_by

MOST = 1500  # nodes up to which a picture is drawn at all, unless more are asked for
_FULL, _FEW = 300, 8  # nodes up to which it is detailed, and unfused
_COLUMNS = 8  # levels of a replay that are drawn from left to right
_THUMBNAILS = 60  # nodes up to which large arrays have thumbnails


@dataclass(frozen=True)
class Options:
    """What `draw` was asked for, as far as it decides what is in the picture."""

    visible: Mapping[str, Any]
    names: Mapping[str, Any] | None
    inputs: Sequence[Node]
    show: Collection[str]
    fused: bool | Literal["auto"]
    depth: int | None
    focus: Node | None
    group: Any
    collapse: bool | Collection[str] | None
    max_nodes: int
    precision: int


def picture_of(root: Node, options: Options) -> Picture:
    """The picture of everything that a node was computed from."""
    order = toposort(root)
    whole = options.depth is None and options.focus is None
    kept = selected(order, root, options.depth, options.focus)
    model = _model(order, options)
    weights = [node for _, node in model.named_parameters()] if model is not None else []
    unused = unused_by(order, [*options.inputs, *weights]) if whole else []
    order, kept = [*unused, *order], [*unused, *kept]
    flow = flow_of(root)
    named = partial(Names, order, options.names, digits=options.precision, seed=_seed(flow))
    names = named(options.visible)
    passed = recorded(kept, options.visible)
    if passed.pairs:
        known = passed.names({node: names[node] for node in passed.pairs.values()})
        names = named({**options.visible, **known})
    groups, cut = _grouping(order, kept, names, model, options)
    if len(kept) > options.max_nodes and not cut:
        raise ValueError(
            f"draw: {len(kept):,} nodes are more than max_nodes={options.max_nodes:,}: draw a part "
            "with depth= (steps back from the root) or focus= (the paths through one node), give "
            "the parameters names with prefixes (layers.0.weight) or pass group=model, or pass "
            f"max_nodes={len(kept)} and a time_limit= in seconds"
        )
    painter = Painter(
        names,
        root,
        flow,
        inputs=set(options.inputs),
        show=options.show,
        digits=options.precision,
        fused=len(kept) > _FEW if options.fused == "auto" else options.fused,
        compact=len(kept) > _FULL,
        heat=len(kept) <= _THUMBNAILS,
        groups=groups,
        pairs=passed.pairs,
        backward=passed.made,
        unused=set(unused),
    )
    boxes, arrows = painter.paint(kept)
    if cut:
        boxes, arrows = collapsed(boxes, arrows, cut)
        if len(boxes) > options.max_nodes:
            raise ValueError(
                f"draw: even with its groups as single boxes, the graph has {len(boxes):,} nodes, "
                f"more than max_nodes={options.max_nodes:,}: draw a part with depth= or focus="
            )
    compact = len(boxes) > _FULL
    return Picture("", direction_of(kept), names.root, boxes, arrows, compact, painter.fused)


def _seed(flow: Flow | None) -> Any:
    """The gradient with which the pass started that filled the others; 1 if there was none."""
    return 1 if flow is None else flow.seed


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
    model = find_model(options.visible, order) if group == "module" or unasked else None
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
    order, inputs = by_level(step), {*options.inputs, *getattr(step, "inputs", ())}
    flow, given, visible = flow_of(step.output), options.names, options.visible
    digits = options.precision
    names = Names(toposort(step.output), given, visible, digits=digits, seed=_seed(flow))
    if len(order) > min(_FULL, options.max_nodes):
        boxes, arrows = summary(step, order, inputs)
        if len(boxes) > options.max_nodes:
            raise ValueError(
                f"draw: {len(boxes):,} groups in {len(step.levels):,} levels are more than "
                f"max_nodes={options.max_nodes:,}: pass max_nodes={len(boxes)} and a time_limit="
            )
        return _leveled(names.root, boxes, arrows)
    painter = Painter(
        names,
        step.output,
        flow,
        inputs=inputs,
        show=options.show,
        digits=options.precision,
        heat=len(order) <= _THUMBNAILS,
        groups=columns(step, order),
        stretches=False,
    )
    boxes, arrows = painter.paint(order)
    return _leveled(names.root, in_columns(boxes), arrows)


def _leveled(root: str, boxes: list[Box], arrows: list[Arrow]) -> Picture:
    columns_ = len({box.group for box in boxes})
    direction = "LR" if columns_ <= _COLUMNS else "TB"
    return Picture("", direction, root, boxes, arrows, levels=True)
