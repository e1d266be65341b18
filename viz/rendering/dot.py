"""A picture as DOT source: tables for fixed places, everything from outside escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any, cast

from autograd.account.text import shown
from viz.picture.model import Arrow, Box, Kind, Picture, Role
from viz.rendering.labels import ENTRIES, GAP, box_label, colored, drawn, escaped, faint, sign_color
from viz.rendering.theme import SHAPES, Theme

FONT = "Arial"  # one name, whose widths every renderer knows; the SVG names others beside it


def to_dot(picture: Picture, theme: Theme) -> str:
    """The DOT source of a picture; the same picture gives the same bytes."""
    return "\n".join(_lines(picture, theme)) + "\n"


def _lines(picture: Picture, theme: Theme) -> Iterator[str]:
    yield "digraph chainrule {"
    yield f"  graph [{_head(picture, theme)}]"
    yield (
        f'  node [fontname="{FONT}", fontsize=12, fontcolor="{theme.ink}", penwidth=1.2, '
        'margin="0.09,0.05", width=0.3, height=0.3]'
    )
    yield (
        f'  edge [fontname="{FONT}", fontsize=10, fontcolor="{theme.faint}", '
        f'color="{theme.faint}", arrowsize=0.7, penwidth=1]'
    )
    yield from _levels(picture, theme) if picture.levels else _clusters(picture, theme)
    largest = max((arrow.size for arrow in picture.arrows), default=0.0)
    for arrow in picture.arrows:
        yield f"  {arrow.tail} -> {arrow.head} [{_arrow(arrow, largest, theme)}]"
    if picture.legend:
        yield from _legend(picture, theme)
    yield "}"


def _levels(picture: Picture, theme: Theme) -> Iterator[str]:
    """The boxes in ranks, each with a heading; the headings are in a line of their own."""
    ranks: dict[str, list[str]] = {}
    boxes, headings = [], []
    for box in picture.boxes:
        ranks.setdefault(" ".join(box.group), []).append(box.id)
        label = box_label(box, picture, theme)
        boxes.append(f"  {box.id} [{_shape(box, picture, theme)}, label={label}]")
    for i, (words, ids) in enumerate(ranks.items()):
        title, _, what = words.partition(": ")
        rows = "".join(f"<br/>{faint(each, theme)}" for each in what.split(", ") if each)
        label = f"<<b>{escaped(title)}</b>{rows}>"
        headings.append(f'  h{i} [id="h{i}", shape=plaintext, label={label}]')
        headings.append(f"  {{ rank=same; {'; '.join([f'h{i}', *ids])} }}")
    headings.append(f"  {' -> '.join(f'h{i}' for i in range(len(ranks)))} [style=invis, weight=99]")
    # what comes first lies to the left of its row, but at the foot of its column
    yield from (*boxes, *headings) if picture.direction == "LR" else (*headings, *boxes)


def _clusters(picture: Picture, theme: Theme) -> Iterator[str]:
    """The boxes, each in the frames of its groups; a frame stands where its first box does."""
    tree: dict[str, Any] = {}
    for box in picture.boxes:
        here = tree
        for i in range(1, len(box.group) + 1):
            here = here.setdefault("/".join((*box.group[:i], "")), {})
        here[box.id] = box
    yield from _cluster(tree, picture, theme, count())


def _cluster(
    tree: dict[str, Any], picture: Picture, theme: Theme, ids: count[int]
) -> Iterator[str]:
    for key, inside in tree.items():
        if isinstance(inside, Box):
            box = inside
            label = box_label(box, picture, theme)
            yield f"  {box.id} [{_shape(box, picture, theme)}, label={label}]"
            continue
        place = next(ids)
        words = shown(key.removesuffix("/").rpartition("/")[2])
        label = f'<<font point-size="11" color="{theme.faint}"><b>{escaped(words)}</b></font>>'
        yield f"  subgraph cluster_{place} {{"
        yield (
            f'  graph [id="cluster{place}", label={label}, labeljust="l", style="rounded", '
            f'color="{theme.rule}", margin=16]'
        )
        yield from _cluster(inside, picture, theme, ids)
        yield "  }"


def _head(picture: Picture, theme: Theme) -> str:
    across = picture.direction == "LR"
    parts = [
        f"rankdir={picture.direction}",
        f'bgcolor="{theme.paper}"',
        f'fontname="{FONT}"',
        f'fontcolor="{theme.ink}"',
        "fontsize=18",
        f"ranksep={0.35 if across else 0.3}",
        f"nodesep={0.25 if across else 0.3}",
        'pad="0.2"',
        'labelloc="t"',
        f"label={_heading(picture, theme)}",
        'outputorder="edgesfirst"',
    ]
    if picture.compact:  # so large that straight lines, sooner, are better than fair curves, later
        parts += ["splines=line", "nslimit=4", "nslimit1=4", "mclimit=0.4"]
    return ", ".join(parts)


def _heading(picture: Picture, theme: Theme) -> str:
    """The title, and under it how to read the arrows."""
    lines = [f"<b>{escaped(picture.title)}</b>"] if picture.title else []
    if picture.legend and not picture.compact:
        words = f" {GAP}·{GAP} ".join(_reading(picture, theme))
        lines += [f'<font point-size="11" color="{theme.faint}">{words}</font>'] if words else []
    if not lines:
        return '""'
    cells = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
    return f'<<table border="0" cellborder="0" cellspacing="2" cellpadding="2">{cells}</table>>'


def _shape(box: Box, picture: Picture, theme: Theme) -> str:
    return f'{_role_shape(box.role, theme, fused=picture.fused)}, id="{box.id}"'


def _role_shape(role: Role, theme: Theme, *, fused: bool) -> str:
    shape = "ellipse" if role == "operation" and not fused else SHAPES[role]
    style = "filled,rounded" if role in ("operation", "result") and shape == "box" else "filled"
    if role == "gradient":
        style = "filled,dashed"
    extra = ', peripheries=2, margin="0,0"' if role == "loss" else ""
    return (
        f'shape={shape}, style="{style}", fillcolor="{theme.fills[role]}", '
        f'color="{theme.lines[role]}"{extra}'
    )


# ------------------------------------------------------------------------------------ arrows


def _arrow(arrow: Arrow, largest: float, theme: Theme) -> str:
    color = sign_color(arrow.sign, theme) or theme.faint
    parts = [f'id="{arrow.id}"', f'color="{color}"', f"penwidth={_width(arrow.size, largest)}"]
    lines = [escaped(drawn(part)) for line in arrow.lines for part in _broken(line)]
    if arrow.result:
        lines.append(colored(escaped(arrow.result), color))
    if arrow.kind == "pair":
        parts += ['style="dashed"', "dir=none", "constraint=false"]
    if lines:
        space = '<td width="9"></td>'  # between a thick arrow and its label
        cells = "".join(f'<tr>{space}<td align="left">{line}</td></tr>' for line in lines)
        below = round(3 + _width(arrow.size, largest))  # to stand clear of the stroke
        cells += f'<tr>{space}<td height="{below}"></td></tr>'
        table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="1">'
        parts.append(f"label=<{table}{cells}</table>>")
    return ", ".join(parts)


def _broken(line: str) -> list[str]:
    """Words in two lines, for the frames of groups are laid out around boxes, not labels."""
    start = "sum over "
    return [start.strip(), line.removeprefix(start)] if line.startswith(start) else [line]


def _width(size: float, largest: float) -> float:
    """1 to 6 pixels by magnitude; the small exponent keeps small gradients visible."""
    if not (largest > 0 and size > 0):
        return 1.0
    return round(1 + 5 * (size / largest) ** 0.3, 2)


# ------------------------------------------------------------------------------------ legend


def _legend(picture: Picture, theme: Theme) -> Iterator[str]:
    """The roles that occur, as small shapes in a frame beside the root, where there is room."""
    keys = [f"legend_{role}" for role in SHAPES if role in picture.roles]
    across = picture.direction == "LR"
    yield "  subgraph cluster_legend {"
    yield f'    graph [id="legend", label="", style="rounded", color="{theme.rule}", margin=8]'
    yield f'    node [fontsize=10, fontcolor="{theme.faint}", margin="0.08,0.03", height=0.2]'
    for key in keys:
        role = cast(Role, key.removeprefix("legend_"))
        shape = _role_shape(role, theme, fused=picture.fused)
        yield f'    {key} [id="{key}", {shape}, label=<{role}>]'
    if not across and len(keys) > 1:
        yield f"    {{ rank=same; edge [style=invis]; {' -> '.join(keys)} }}"
    yield "  }"
    before = _last_before_root(picture)
    if before:
        beside = ", ".join(keys if across else keys[:1])
        yield f"  {before} -> {{ {beside} }} [style=invis, weight=0]"


def _last_before_root(picture: Picture) -> str:
    """The box whose arrow to the root is on the longest way; empty where nothing leads there."""
    ends = (box.id for box in picture.boxes if box.role == "loss" or box.name == picture.root)
    root = next(ends, "")
    rank: dict[str, int] = {}
    for arrow in picture.arrows:
        rank[arrow.head] = max(rank.get(arrow.head, 0), rank.get(arrow.tail, 0) + 1)
    tails = [arrow.tail for arrow in picture.arrows if arrow.head == root]
    return max(tails, key=lambda tail: rank.get(tail, 0), default="")


_KINDS: dict[Kind, str] = {
    "product": "on an arrow: local derivative × upstream gradient = contribution",
    "formula": "on an arrow: what flows back along it",
    "local": "on an arrow: the local derivative",
    "shape": "on an arrow: the shape of what passes",
    "count": "on an arrow: how many results are used",
}


def _reading(picture: Picture, theme: Theme) -> list[str]:
    """How to read what is written on the arrows, and their colours and widths."""
    kinds = Counter(arrow.kind for arrow in picture.arrows if arrow.lines)
    usual = max(_KINDS, key=lambda kind: kinds[kind])
    words = [_KINDS[usual]] if kinds[usual] else []
    if any(ENTRIES in drawn(" ".join(arrow.lines)) for arrow in picture.arrows):
        words.append(f"{ENTRIES} entry by entry")
    sized = [arrow for arrow in picture.arrows if arrow.size]
    signs = {arrow.sign for arrow in sized}
    words += [colored("+ positive", theme.plus)] * (1 in signs)
    words += [colored("− negative", theme.minus)] * (-1 in signs)
    words += ["grey: of both signs"] * (0 in signs)
    words += ["the thicker, the larger"] * (len({arrow.size for arrow in sized}) > 1)
    words += ["dashed: a value and its gradient"] * ("pair" in {a.kind for a in picture.arrows})
    return words
