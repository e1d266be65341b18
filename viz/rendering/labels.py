"""The labels of DOT: tables with fixed places, in which everything from outside is escaped."""

from __future__ import annotations

from html import escape

from autograd.account.stored import StoredGradient
from autograd.account.values import Numbers
from viz.picture.model import Box, Picture
from viz.rendering.theme import Theme

GAP = "&#160;"
ENTRIES = "◦"  # for ⊙, which the fonts of the renderers lack: the same in every format


def box_label(box: Box, picture: Picture, theme: Theme) -> str:
    """The label of a box: head, value, gradient; in a compact picture the head alone."""
    head = f"<b>{escaped(box.name)}</b>"
    if box.formula:
        head += f" = {escaped(drawn(box.formula))}"
    if box.note:
        lines = f"<tr><td>{head}</td></tr><tr><td>{faint(box.note, theme)}</td></tr>"
        return f'<<table border="0" cellborder="0" cellspacing="2">{lines}</table>>'
    if picture.compact:
        return f"<{head}>"
    if box.shape:
        head += f"{GAP * 3}{faint(box.shape, theme)}"
    if box.value is None and box.gradient is None:
        return f"<{head}>"
    rows = [f'<tr><td align="left" colspan="2">{head}</td></tr>']
    if box.value is not None:
        rows.append(_row("value", _numbers(box.value, theme), theme))
        rows += [_row("", faint(box.value.note, theme), theme)] * bool(box.value.note)
    if box.gradient is not None:
        rows.append(_row(_gradient_label(box.gradient), _gradient(box.gradient, theme), theme))
        rows.extend(
            _row("", faint(extra, theme), theme)
            for extra in (box.gradient.total, box.gradient.note)
            if extra
        )
    inside = "".join(rows)
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{inside}</table>>'


def _gradient_label(gradient: StoredGradient) -> str:
    """∂J/∂w, or a word where long names would make the label wider than the number."""
    return escaped(gradient.symbol) if len(gradient.symbol) <= 16 else "gradient"


def _row(label: str, content: str, theme: Theme) -> str:
    label = f'<font color="{theme.faint}" point-size="10">{label}{GAP}</font>' if label else ""
    return f'<tr><td align="left">{label}</td><td align="left">{content}</td></tr>'


def _numbers(shown: Numbers, theme: Theme, color: str = "") -> str:
    if shown.scalar and shown.grid is not None:
        return colored(shown.grid[0][0], color)
    if shown.grid is None:
        cells = "".join(
            f'<td align="left">{faint(what, theme)} {colored(number, color)}</td>'
            for what, number in shown.measures
        )
        table = f"{_TABLE}<tr>{cells}</tr></table>"
        if shown.heat is None:
            return table
        inside = f"<tr><td>{table}</td><td>{_heat(shown.heat, theme)}</td></tr>"
        return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2">{inside}</table>'
    lines = (
        "".join(f'<td align="left">{colored(_aligned(x), color)}</td>' for x in row)
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
    size = f'fixedsize="true" width="{6 * len(heat[0]) + 2}" height="{6 * len(heat) + 2}"'
    frame = f'border="1" color="{theme.rule}" cellborder="0" cellspacing="0" cellpadding="0" {size}'
    return f"<table {frame}>{rows}</table>"


_TABLE = '<table border="0" cellborder="0" cellspacing="3" cellpadding="0">'


def _aligned(number: str) -> str:
    """A number in a column: without a sign it is indented by the width of one."""
    return number if number[0] in "+−" else GAP * 2 + number


def _gradient(gradient: StoredGradient, theme: Theme) -> str:
    if gradient.numbers is None:
        return faint(gradient.line, theme)
    body = _numbers(gradient.numbers, theme, sign_color(gradient.numbers.sign, theme))
    if not gradient.reason:
        return body
    if gradient.state == "zero":
        return f"0 {faint(gradient.reason, theme)}"
    return body


def sign_color(sign: int, theme: Theme) -> str:
    """The colour of a sign; none for 0."""
    return {1: theme.plus, -1: theme.minus}.get(sign, "")


def colored(text: str, color: str) -> str:
    """Text in a colour and bold; as it is without one."""
    return f'<font color="{color}"><b>{text}</b></font>' if color else text


def faint(text: str, theme: Theme) -> str:
    """Small grey text."""
    return f'<font color="{theme.faint}" point-size="10">{escaped(text)}</font>'


def drawn(formula: str) -> str:
    """A formula with the signs that every renderer can draw."""
    return formula.replace("⊙", ENTRIES)


def escaped(text: str) -> str:
    """Text from outside: nothing in it means anything to DOT, to HTML labels or to XML."""
    return escape(text, quote=True).replace("\\", "&#92;")
