"""`draw`: the graph of a node as a picture with values, gradients and the chain rule on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from autograd import Node, toposort
from viz.dot import to_dot
from viz.groups import Path as Group
from viz.groups import collapsed, find_model, groups_of, to_collapse
from viz.model import Box, Picture
from viz.names import Names, caller, variables
from viz.painter import Painter
from viz.render import RENDERED, dress, render
from viz.selection import backward_part, direction_of, flow_of, pairs_of, selected
from viz.text import shown
from viz.theme import THEMES

Show = Literal["data", "grad", "local", "shape", "dtype"]

_LONGEST_TITLE = 120
_FULL, _FEW, _MOST = 300, 8, 1500  # nodes up to which a picture is detailed, unfused, drawn at all
_THUMBNAILS = 60  # nodes up to which large arrays have thumbnails


class Drawing:
    """A picture of a graph as it was when drawn; later changes of the graph don't reach it.

    `save` writes it, `print` shows it as text, a notebook displays it.
    """

    def __init__(self, picture: Picture, theme: str, time_limit: float) -> None:
        self.picture = picture
        self.time_limit = time_limit
        self.source: str = to_dot(picture, THEMES[theme])
        """The DOT source, the same bytes in every run."""

    def save(self, path: str | Path) -> Path:
        """Write the picture in the format that the suffix names: .svg .png .pdf .dot .json.

        Returns the path. Raises ValueError for another suffix, RenderError (a RuntimeError) if the
        picture can't be rendered, OSError if the file can't be written.
        """
        path = Path(path)
        kind = path.suffix.lower().lstrip(".")
        writers = {
            "svg": lambda: self.svg().encode(),
            "dot": lambda: self.source.encode(),
            "gv": lambda: self.source.encode(),
            "json": lambda: self.json().encode(),
        }
        if kind not in writers and kind not in RENDERED:
            raise ValueError(
                f"{path.name!r}: a picture is saved as .svg, .png, .pdf, .dot or .json"
            )
        content = writers[kind]() if kind in writers else self._rendered(kind)
        path.write_bytes(content)
        return path

    def svg(self) -> str:
        """The picture as an SVG element, to be put into a file or a page."""
        speech = {box.id: box.speech for box in self.picture.boxes}
        speech |= {arrow.id: arrow.speech for arrow in self.picture.arrows}
        speech |= {f"legend_{role}": f"legend: {role}" for role in self.picture.roles}
        prefix = "c" + hashlib.sha256(self.source.encode()).hexdigest()[:10]
        description = "; ".join(box.speech for box in self.picture.boxes[:50])
        title = self.picture.title or f"The graph of {self.picture.root}"
        speech |= {"legend": "legend", "graph0": title}
        return dress(self._rendered("svg"), title, description, speech, prefix)

    def png(self) -> bytes:
        """The picture as a PNG file's content."""
        return self._rendered("png")

    def json(self) -> str:
        """The picture's content (boxes, arrows, texts) as JSON."""
        return json.dumps(asdict(self.picture), ensure_ascii=False, indent=1) + "\n"

    def to_graphviz(self) -> Any:
        """The picture as a `graphviz.Source`, for those who work on with that package."""
        import graphviz

        return graphviz.Source(self.source)

    def _rendered(self, kind: str) -> bytes:
        return render(self.source, kind, time_limit=self.time_limit)

    def __str__(self) -> str:
        picture = self.picture
        lines = [picture.title] if picture.title else []
        rows = [_row(box) for box in picture.boxes]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("   ".join(cells).rstrip())
        return "\n".join(lines)

    def __repr__(self) -> str:
        nodes, edges = len(self.picture.boxes), len(self.picture.arrows)
        return f"<Drawing of {self.picture.root}: {nodes} nodes, {edges} edges>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": str(self)}


def _row(box: Box) -> tuple[str, ...]:
    """A box as a line of the text drawing."""
    value = "" if box.value is None else f"= {box.value.line}"
    grad = "" if box.gradient is None else f"{box.gradient.symbol}: {box.gradient.line}"
    name = f"{box.name} = {box.formula}" if box.formula else box.name
    return name, box.role, box.shape, value, grad


def draw(
    root: Node,
    *,
    title: str | None = None,
    direction: Literal["LR", "TB", "auto"] = "auto",
    names: Mapping[str, Any] | None = None,
    inputs: Iterable[Node] = (),
    show: Collection[Show] = ("data", "grad", "local", "shape"),
    fused: bool | Literal["auto"] = "auto",
    depth: int | None = None,
    focus: Node | None = None,
    group: Literal["module", "name"] | Any = None,
    collapse: bool | Collection[str] | None = None,
    max_nodes: int = _MOST,
    legend: bool = True,
    theme: Literal["light", "dark", "print"] = "light",
    precision: int = 4,
    time_limit: float = 60.0,
) -> Drawing:
    """Draw everything that `root` was computed from; call `root.backward()` first for gradients.

    `names` maps names to nodes (`locals()` will do) and goes before a node's own name; nodes with
    neither are called as the caller's variables, or v1, v2, …. `inputs` are leaves to be drawn as
    inputs rather than parameters. `fused` puts each operation into the box of its result ("auto":
    in all but the smallest graphs). `depth` draws only so many steps back from the root, `focus`
    only the paths through one node. `group` frames what belongs together, nested: by the prefixes
    of the names ("name": `layers.0.weight`, `W[0]`), by the modules of a model that is among the
    caller's variables ("module"), or of a model given. `collapse` draws groups as one box each:
    all (True), none (False), those named, or by default as many as a large graph asks for; a graph
    of more than `max_nodes` is grouped unasked if it can be. Nothing is stored in the graph.

    Raises TypeError for a root that is no node, ValueError for a graph of more than `max_nodes`.
    """
    if not isinstance(root, Node):
        raise TypeError(f"draw: the root is {type(root).__name__}, not a Value or Tensor")
    if direction not in ("LR", "TB", "auto"):
        raise ValueError(f"draw: direction={direction!r} is none of 'LR', 'TB' and 'auto'")
    if theme not in THEMES:
        raise ValueError(f"draw: theme={theme!r} is none of {', '.join(THEMES)}")
    order = toposort(root)
    kept = selected(order, root, depth, focus)
    visible = variables(caller())
    names_ = Names(order, names, visible, digits=precision)
    pairs = pairs_of(kept)
    if pairs:
        grads = {f"{names_[node]}.grad": gradient for gradient, node in pairs.items()}
        names_ = Names(order, names, {**grads, **visible}, digits=precision)
    groups, cut = _grouping(order, kept, names_, visible, group, collapse, max_nodes)
    if len(kept) > max_nodes and not cut:
        raise ValueError(
            f"draw: {len(kept):,} nodes are more than max_nodes={max_nodes:,}: draw a part with "
            f"depth= (steps back from the root) or focus= (the paths through one node), give the "
            f"parameters names with prefixes (layers.0.weight) or pass group=model, or pass "
            f"max_nodes={len(kept)} and a time_limit= in seconds"
        )
    painter = Painter(
        names_,
        root,
        flow_of(root),
        inputs=set(inputs),
        show=show,
        digits=precision,
        fused=len(kept) > _FEW if fused == "auto" else fused,
        compact=len(kept) > _FULL,
        heat=len(kept) <= _THUMBNAILS,
        groups=groups,
        pairs=pairs,
        backward=backward_part(kept),
    )
    boxes, arrows = painter.paint(kept)
    if cut:
        boxes, arrows = collapsed(boxes, arrows, cut)
        if len(boxes) > max_nodes:
            raise ValueError(
                f"draw: even with its groups as single boxes, the graph has {len(boxes):,} nodes, "
                f"more than max_nodes={max_nodes:,}: draw a part with depth= or focus="
            )
    picture = Picture(
        title=shown(title, _LONGEST_TITLE) if title else "",
        direction=direction_of(kept) if direction == "auto" else direction,
        root=painter.names.root,
        boxes=boxes,
        arrows=arrows,
        compact=len(boxes) > _FULL,
        fused=painter.fused,
        legend=legend,
    )
    return Drawing(picture, theme, time_limit)


def _grouping(
    order: Sequence[Node],
    kept: Sequence[Node],
    names: Names,
    visible: Mapping[str, Any],
    group: Any,
    collapse: bool | Collection[str] | None,
    max_nodes: int,
) -> tuple[dict[Node, Group], set[Group]]:
    """The groups of the nodes, and which of them are to be single boxes."""
    if group is None and len(kept) <= max_nodes and not collapse:
        return {}, set()
    if isinstance(group, str) and group not in ("module", "name"):
        raise ValueError(f"draw: group={group!r} is none of 'module', 'name' and a model")
    if group is not None and not isinstance(group, str) and not hasattr(group, "named_parameters"):
        raise TypeError(f"draw: group= is a {type(group).__name__} without named_parameters()")
    model = None if group == "name" else group
    if group is None or group == "module":
        model = find_model(visible, order)
    groups = groups_of(order, names, model)
    if not any(groups[node] for node in kept):
        return {}, set()
    paths = [groups[node] for node in kept]
    return groups, to_collapse(paths, collapse, min(max_nodes, _MOST))
