"""`draw`: the graph of a node as a picture with values, gradients and the chain rule on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Literal

from autograd import Node
from autograd.account.names import variables_of_caller
from autograd.account.text import shown
from viz import options
from viz.options import Show
from viz.picture.compose import MOST, picture_of, picture_of_replay
from viz.picture.levels import Replay, is_replay
from viz.picture.model import Box, Picture
from viz.rendering.dot import to_dot
from viz.rendering.program import RENDERED, render
from viz.rendering.svg import accessible
from viz.rendering.theme import THEMES

_LONGEST_TITLE = 120


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
        picture can't be rendered, OSError if the file can't be written. Without the Graphviz of the
        system there is no .pdf, and .png has Latin, Greek, Cyrillic and Hebrew letters only: others
        are empty boxes, of which a RuntimeWarning tells; .svg has them all.
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
        groups = dict.fromkeys(" ".join(box.group) for box in self.picture.boxes)
        speech |= {f"h{i}": words for i, words in enumerate(groups) if self.picture.levels}
        return accessible(self._rendered("svg"), title, description, speech, prefix)

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
        level: tuple[str, ...] = ()
        for box, row in zip(picture.boxes, rows, strict=True):
            if picture.levels and box.group != level:
                level = box.group
                lines += ["", *level]
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
    grad = "" if box.gradient is None else f"{box.gradient.symbol}: {box.gradient.said}"
    name = f"{box.name} = {box.formula}" if box.formula else box.name
    return name, box.role, box.shape, value, grad


def draw(
    root: Node | Replay,
    *,
    title: str | None = None,
    direction: Literal["LR", "TB", "auto"] = "auto",
    names: Mapping[str, Any] | None = None,
    inputs: Node | Iterable[Node] = (),
    show: Collection[Show] = ("data", "grad", "local", "shape"),
    fused: bool | Literal["auto"] = "auto",
    depth: int | None = None,
    focus: Node | None = None,
    group: Literal["module", "name"] | Any = None,
    collapse: bool | Collection[str] | None = None,
    max_nodes: int = MOST,
    legend: bool = True,
    theme: Literal["light", "dark", "print"] = "light",
    precision: int = 4,
    time_limit: float = 60.0,
) -> Drawing:
    """Draw everything that `root` was computed from; call `root.backward()` first for gradients.

    Of a compiled replay, `autograd.replay(…)`, the recorded graph is drawn by levels, a column for
    each; of a large one, a box for each operation of a level with the number of its nodes.

    `names` maps names to nodes (`locals()` will do) and goes before a node's own name; nodes with
    neither are called as the caller's variables, or v1, v2, …. `inputs` are leaves to be drawn as
    inputs rather than parameters, also if nothing depends on them. `direction` is by default to the
    right for a few single numbers, else down. `fused` puts each operation into the box of its
    result ("auto": in all but the smallest graphs). `depth` draws only so many steps back from the
    root, `focus` only the paths through one node.

    `group` frames what belongs together, nested: by the prefixes of the names ("name":
    `layers.0.weight`, `W[0]`), by the modules of a model that is among the caller's variables
    ("module"), or of a model given; parameters of it that nothing depends on are drawn, too.
    `collapse` draws groups as one box each: all (True), none (False), those named, or by default as
    many as a large graph asks for; a graph of more than `max_nodes` is grouped unasked if it can
    be. Gradients that are nodes, from `create_graph`, are told apart and tied to what they are the
    gradients of if they are stored, or if what was differentiated is a variable of the caller.
    Nothing is stored in the graph.

    A gradient is called ∂J/∂x if it is that of the root `J`; ∂L/∂x, with a letter that is free, if
    the pass started at what comes after the root; else x.grad, as where passes have added up.

    Raises TypeError for a root that is no node, ValueError for a graph of more than `max_nodes`
    and for options that make no sense.
    """
    options.one_of("draw: direction", direction, ("LR", "TB", "auto"))
    options.one_of("draw: theme", theme, THEMES)
    options.seconds("draw: time_limit", time_limit)
    given = {**locals(), "variables": variables_of_caller()}
    asked = options.Options(**{each.name: given[each.name] for each in fields(options.Options)})
    if is_replay(root):
        picture = picture_of_replay(root, asked)
    elif isinstance(root, Node):
        picture = picture_of(root, asked)
    else:
        raise TypeError(f"draw: the root is {type(root).__name__}, not a Value or Tensor")
    picture.title = shown(str(title), _LONGEST_TITLE) if title else ""
    picture.legend = legend
    if direction != "auto":
        picture.direction = direction
    return Drawing(picture, theme, time_limit)
