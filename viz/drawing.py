"""`draw`: the graph of a node as a picture with values, gradients and the chain rule on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np

from autograd import Node, toposort
from viz.dot import to_dot
from viz.flow import Flow, backward_flow, plain
from viz.model import Box, Picture
from viz.names import Names, caller, variables
from viz.painter import Painter
from viz.render import RENDERED, dress, render
from viz.text import shown
from viz.theme import THEMES

Show = Literal["data", "grad", "local", "shape", "dtype"]

_LONGEST_TITLE = 120
_FULL, _FEW, _MOST = 300, 8, 1500  # nodes up to which a picture is detailed, unfused, drawn at all


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
    only the paths through one node. Nothing is stored in the graph.

    Raises TypeError for a root that is no node, ValueError for a graph of more than `max_nodes`.
    """
    if not isinstance(root, Node):
        raise TypeError(f"draw: the root is {type(root).__name__}, not a Value or Tensor")
    if direction not in ("LR", "TB", "auto"):
        raise ValueError(f"draw: direction={direction!r} is none of 'LR', 'TB' and 'auto'")
    if theme not in THEMES:
        raise ValueError(f"draw: theme={theme!r} is none of {', '.join(THEMES)}")
    order = toposort(root)
    kept = _selected(order, root, depth, focus)
    if len(kept) > max_nodes:
        raise ValueError(
            f"draw: {len(kept):,} nodes are more than max_nodes={max_nodes:,}: draw a part with "
            f"depth= (steps back from the root) or focus= (the paths through one node), or pass "
            f"max_nodes={len(kept)} and a time_limit= in seconds"
        )
    compact = len(kept) > _FULL
    painter = Painter(
        Names(order, names, variables(caller()), digits=precision),
        root,
        _flow(root),
        inputs=set(inputs),
        show=show,
        digits=precision,
        fused=len(kept) > _FEW if fused == "auto" else fused,
        compact=compact,
    )
    boxes, arrows = painter.paint(kept)
    picture = Picture(
        title=shown(title, _LONGEST_TITLE) if title else "",
        direction=_direction(kept) if direction == "auto" else direction,
        root=painter.names.root,
        boxes=boxes,
        arrows=arrows,
        compact=compact,
        fused=painter.fused,
        legend=legend,
    )
    return Drawing(picture, theme, time_limit)


def _direction(order: Sequence[Node]) -> str:
    """Left to right for single numbers; top to bottom for arrays, whose boxes are wide."""
    return (
        "TB" if any(np.size(operand) > 1 for node in order for operand in node.operands) else "LR"
    )


def _flow(root: Node) -> Flow | None:
    """The backward pass that filled the gradients, taken apart; None if there was none."""
    if root.grad is None or not root.requires_grad:
        return None
    return backward_flow(root, plain(root.grad))


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
