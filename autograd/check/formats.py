"""The table of a report as text, Markdown, HTML and LaTeX. Knows rows of words, no derivation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.account import documents
from autograd.account.documents import columns, inert, padded, wrapped

_HEAD = ("step", "own", "chain", "")
_COLOURS = {"✓": "34", "✗": "31", "?": "33", "~": "33"}  # blue and red: told apart by most eyes


class Row(NamedTuple):
    """A step: its name, ✓ ✗ ? ~ on its own and in the chain, and sentences on it."""

    name: str
    mark: str
    chain_mark: str
    remarks: list[str]


def text(
    summary: str, rows: Sequence[Row], notes: Sequence[str], *, width: int, colour: bool
) -> str:
    """The table for a terminal, `width` columns wide, its marks in colour if that is wanted."""
    column = max([4, *(columns(row.name) for row in rows)])
    lines = [summary[:1].upper() + summary[1:], "", f"{padded('step', column)}  own  chain"]
    for row in rows:
        head = f"{padded(row.name, column)}  {_paint(row.mark, colour)}    "
        head += f"{_paint(row.chain_mark, colour)}"
        body = wrapped(row.remarks, width - column - 14)
        lines.append(head + (f"      {body[0]}" if body else ""))
        lines += [" " * (column + 14) + line for line in body[1:]]
    return "\n".join([*lines, *(line for note in notes for line in ("", *wrapped([note], width)))])


def markdown(rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table in Markdown."""
    cells = (
        (inert(name), mark, chain_mark, "<br>".join(map(inert, remarks)))
        for name, mark, chain_mark, remarks in rows
    )
    below = [line for note in notes for line in ("", inert(note))]
    return "\n".join([documents.markdown_table(_HEAD, cells), *below])


def as_html(summary: str, rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table in HTML, for a notebook."""
    html = documents.html
    cells = (
        (f"<code>{html(name)}</code>", mark, chain_mark, "<br>".join(map(html, remarks)))
        for name, mark, chain_mark, remarks in rows
    )
    below = "".join(f"<p>{html(note)}</p>" for note in notes)
    return f"<p>{html(summary)}</p>{documents.html_table(_HEAD, cells)}{below}"


def latex(rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table in LaTeX, a tabular."""
    tex = documents.latex
    cells = (
        (rf"\texttt{{{tex(name)}}}", _mark(mark), _mark(chain_mark), tex("; ".join(remarks)))
        for name, mark, chain_mark, remarks in rows
    )
    return "\n".join([documents.latex_table(_HEAD, cells), *(f"\n{tex(note)}" for note in notes)])


def _mark(mark: str) -> str:
    return r"$\sim$" if mark == "~" else documents.latex(mark)


def _paint(mark: str, colour: bool) -> str:
    return f"\033[{_COLOURS[mark]}m{mark}\033[0m" if colour else mark
