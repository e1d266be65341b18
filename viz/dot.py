"""A picture as DOT source: tables for fixed places, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import count
from typing import Any, cast

from viz.model import Arrow, Box, Gradient, Numbers, Picture
from viz.text import shown
from viz.theme import SHAPES, Role, Theme

FONT = "Arial"  # one name, whose widths every renderer knows; the SVG names others beside it
_GAP = "&#160;"


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
        f'color="{theme.neutral}", arrowsize=0.7, penwidth=1]'
    )
    yield from _clusters(picture, theme)
    largest = max((arrow.size for arrow in picture.arrows), default=0.0)
    for arrow in picture.arrows:
        yield f"  {arrow.tail} -> {arrow.head} [{_arrow(arrow, largest, theme)}]"
    if picture.legend:
        yield from _legend(picture, theme)
    yield "}"


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
            label = _box_label(box, picture, theme)
            yield f"  {box.id} [{_shape(box, picture, theme)}, label={label}]"
            continue
        place = next(ids)
        words = shown(key.removesuffix("/").rpartition("/")[2])
        label = f'<<font point-size="11" color="{theme.faint}"><b>{_text(words)}</b></font>>'
        yield f"  subgraph cluster_{place} {{"
        yield (
            f'  graph [id="cluster{place}", label={label}, labeljust="l", style="rounded", '
            f'color="{theme.rule}", margin=10]'
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
    lines = [f"<b>{_text(picture.title)}</b>"] if picture.title else []
    if picture.legend and not picture.compact:
        words = f" {_GAP}·{_GAP} ".join(_reading(picture, theme))
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


# ------------------------------------------------------------------------------------- boxes


def _box_label(box: Box, picture: Picture, theme: Theme) -> str:
    head = f"<b>{_text(box.name)}</b>"
    if box.formula:
        head += f" = {_text(box.formula)}"
    if box.note:
        lines = f"<tr><td>{head}</td></tr><tr><td>{_faint(box.note, theme)}</td></tr>"
        return f'<<table border="0" cellborder="0" cellspacing="2">{lines}</table>>'
    if picture.compact:
        return f"<{head}>"
    if box.shape:
        head += f"{_GAP * 3}{_faint(box.shape, theme)}"
    if box.value is None and box.gradient is None:
        return f"<{head}>"
    rows = [f'<tr><td align="left" colspan="2">{head}</td></tr>']
    if box.value is not None:
        rows.append(_row("value", _numbers(box.value, theme), theme))
    if box.gradient is not None:
        rows.append(_row(_gradient_label(box.gradient), _gradient(box.gradient, theme), theme))
        rows.extend(
            _row("", _faint(extra, theme), theme)
            for extra in (box.gradient.total, box.gradient.note)
            if extra
        )
    inside = "".join(rows)
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{inside}</table>>'


def _gradient_label(gradient: Gradient) -> str:
    """∂J/∂w, or a word where long names would make the label wider than the number."""
    return _text(gradient.symbol) if len(gradient.symbol) <= 16 else "gradient"


def _row(label: str, content: str, theme: Theme) -> str:
    label = f'<font color="{theme.faint}" point-size="10">{label}{_GAP}</font>' if label else ""
    return f'<tr><td align="left">{label}</td><td align="left">{content}</td></tr>'


def _numbers(shown: Numbers, theme: Theme, color: str = "") -> str:
    if shown.scalar and shown.grid is not None:
        return _colored(shown.grid[0][0], color)
    if shown.grid is None:
        cells = "".join(
            f'<td align="left">{_faint(what, theme)} {_colored(number, color)}</td>'
            for what, number in shown.measures
        )
        table = f"{_TABLE}<tr>{cells}</tr></table>"
        if shown.heat is None:
            return table
        inside = f"<tr><td>{table}</td><td>{_heat(shown.heat, theme)}</td></tr>"
        return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{inside}</table>'
    lines = (
        "".join(f'<td align="left">{_colored(_aligned(x), color)}</td>' for x in row)
        for row in shown.grid
    )
    return f"{_TABLE}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _heat(heat: list[list[float]], theme: Theme) -> str:
    """A thumbnail: the bluer, the larger; the more orange, the further below zero."""
    rows = "".join(
        "".join(
            f'<td width="6" height="6" fixedsize="true" bgcolor="{theme.mixed(x)}"></td>'
            for x in row
        ).join(("<tr>", "</tr>"))
        for row in heat
    )
    frame = f'border="1" color="{theme.rule}" cellborder="0" cellspacing="0" cellpadding="0"'
    return f"<table {frame}>{rows}</table>"


_TABLE = '<table border="0" cellborder="0" cellspacing="3" cellpadding="0">'


def _aligned(number: str) -> str:
    """A number in a column: without a sign it is indented by the width of one."""
    return number if number[0] in "+−" else _GAP * 2 + number


def _gradient(gradient: Gradient, theme: Theme) -> str:
    if gradient.numbers is None:
        return _faint(gradient.line, theme)
    body = _numbers(gradient.numbers, theme, _sign_color(gradient.numbers.sign, theme))
    if not gradient.reason:
        return body
    if gradient.state == "zero":
        return f"0 {_faint(gradient.reason, theme)}"
    return body


def _sign_color(sign: int, theme: Theme) -> str:
    return {1: theme.plus, -1: theme.minus}.get(sign, "")


def _colored(text: str, color: str) -> str:
    return f'<font color="{color}"><b>{text}</b></font>' if color else text


def _faint(text: str, theme: Theme) -> str:
    return f'<font color="{theme.faint}" point-size="10">{_text(text)}</font>'


def _text(text: str) -> str:
    """Text from outside: nothing in it means anything to DOT, to HTML labels or to XML."""
    return escape(text, quote=True).replace("\\", "&#92;")


# ------------------------------------------------------------------------------------ arrows


def _arrow(arrow: Arrow, largest: float, theme: Theme) -> str:
    color = _sign_color(arrow.sign, theme) or theme.neutral
    parts = [f'id="{arrow.id}"', f'color="{color}"', f"penwidth={_width(arrow.size, largest)}"]
    lines = [_text(line) for line in arrow.lines]
    if arrow.result:
        lines.append(_colored(_text(arrow.result), color))
    if arrow.kind == "pair":
        parts += ['style="dashed"', "dir=none", "constraint=false"]
    if lines:
        space = '<td width="9"></td>'  # between a thick arrow and its label
        cells = "".join(f'<tr>{space}<td align="left">{line}</td></tr>' for line in lines)
        below = 6 if len(lines) == 1 else 3  # on a level arrow, to stand clear of its stroke
        cells += f'<tr>{space}<td height="{below}"></td></tr>'
        table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="1">'
        parts.append(f"label=<{table}{cells}</table>>")
    return ", ".join(parts)


def _width(size: float, largest: float) -> float:
    """1 to 6 pixels by magnitude; the small exponent keeps small gradients visible."""
    if not (largest > 0 and size > 0):
        return 1.0
    return round(1 + 5 * (size / largest) ** 0.3, 2)


# ------------------------------------------------------------------------------------ legend


def _legend(picture: Picture, theme: Theme) -> Iterator[str]:
    """The roles that occur, as small shapes in a frame: a row in either direction."""
    keys = [f"legend_{role}" for role in SHAPES if role in picture.roles]
    yield "  subgraph cluster_legend {"
    yield f'    graph [id="legend", label="", style="rounded", color="{theme.rule}", margin=8]'
    yield f'    node [fontsize=10, fontcolor="{theme.faint}", margin="0.08,0.03", height=0.2]'
    for key in keys:
        role = cast(Role, key.removeprefix("legend_"))
        shape = _role_shape(role, theme, fused=picture.fused)
        yield f'    {key} [id="{key}", {shape}, label=<{role}>]'
    if picture.direction == "TB" and len(keys) > 1:
        yield f"    {{ rank=same; edge [style=invis]; {' -> '.join(keys)} }}"
    yield "  }"


_KINDS = {
    "product": "on an arrow: local derivative × upstream gradient = contribution",
    "formula": "on an arrow: what flows back along it",
    "local": "on an arrow: the local derivative",
    "shape": "on an arrow: the shape of what passes",
}


def _reading(picture: Picture, theme: Theme) -> list[str]:
    """How to read what is written on the arrows, and their colours and widths."""
    words = []
    kinds = {arrow.kind for arrow in picture.arrows if arrow.lines}
    words += [_KINDS[kind] for kind in _KINDS if kind in kinds][:1]
    if any(arrow.sign for arrow in picture.arrows):
        words.append(_colored("+ positive", theme.plus))
        words.append(_colored("− negative", theme.minus))
    if any(arrow.size for arrow in picture.arrows):
        words.append("the thicker, the larger")
    if "pair" in {arrow.kind for arrow in picture.arrows}:
        words.append("dashed: a value and its gradient")
    return words
