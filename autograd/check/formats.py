"""The table of a report as text, Markdown, HTML and LaTeX. Knows rows of words, no derivation."""

from __future__ import annotations

import html
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_COLOURS = {"✓": "34", "✗": "31", "?": "33", "~": "33"}  # blue and red: told apart by most eyes

_TEX_MARKS = {"✓": r"$\checkmark$", "✗": r"$\times$", "?": "?", "~": r"$\sim$"}
_TEX_WORDS = {
    "\\": r"\textbackslash{}",
    **{letter: rf"\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "→": r"$\rightarrow$",
    "−": "$-$",
    "·": r"$\cdot$",
    "⊙": r"$\odot$",
    "ᵀ": r"$^{\top}$",
    "²": "$^2$",
    "Σ": r"$\Sigma$",
    "σ": r"$\sigma$",
    "λ": r"$\lambda$",
}


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
    column = max([4, *(_columns(row.name) for row in rows)])
    lines = [summary[:1].upper() + summary[1:], "", f"{_pad('step', column)}  own  chain"]
    for row in rows:
        head = f"{_pad(row.name, column)}  {_paint(row.mark, colour)}    "
        head += f"{_paint(row.chain_mark, colour)}"
        body = [line for each in row.remarks for line in _wrap(each, width - column - 14)]
        lines.append(head + (f"      {body[0]}" if body else ""))
        lines += [" " * (column + 14) + line for line in body[1:]]
    return "\n".join([*lines, *(line for note in notes for line in ("", *_wrap(note, width)))])


def markdown(rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table in Markdown."""
    body = [
        f"| {_md(name)} | {mark} | {chain_mark} | {'<br>'.join(map(_md, remarks))} |"
        for name, mark, chain_mark, remarks in rows
    ]
    below = [line for note in notes for line in ("", _md(note))]
    return "\n".join(["| step | own | chain | |", "|---|:-:|:-:|---|", *body, *below])


def as_html(summary: str, rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table in HTML, for a notebook."""
    body = "".join(
        f"<tr><td><code>{html.escape(name)}</code></td><td>{mark}</td><td>{chain_mark}</td>"
        f"<td style='text-align:left'>{'<br>'.join(map(html.escape, remarks))}</td></tr>"
        for name, mark, chain_mark, remarks in rows
    )
    head = "<tr><th>step</th><th>own</th><th>chain</th><th></th></tr>"
    below = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    return f"<p>{html.escape(summary)}</p><table>{head}{body}</table>{below}"


def latex(rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table in LaTeX, a tabular."""
    body = [
        rf"\texttt{{{_tex(name)}}} & {_TEX_MARKS[mark]} & {_TEX_MARKS[chain_mark]} & "
        rf"{_tex('; '.join(remarks))} \\"
        for name, mark, chain_mark, remarks in rows
    ]
    head = [r"\begin{tabular}{lccp{0.7\linewidth}}", r"step & own & chain & \\ \hline"]
    return "\n".join([*head, *body, r"\end{tabular}", *(f"\n{_tex(note)}" for note in notes)])


def _tex(words: str) -> str:
    return "".join(_TEX_WORDS.get(letter, letter) for letter in words)


def _md(words: str) -> str:
    return "".join(f"\\{letter}" if letter in "|*_<>`\\" else letter for letter in words)


def _columns(words: str) -> int:
    """How many columns of a terminal a text takes: Chinese letters take two, accents none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return len(words) + wide - sum(bool(unicodedata.combining(letter)) for letter in words)


def _pad(words: str, width: int) -> str:
    return words + " " * (width - _columns(words))


def _wrap(sentence: str, width: int) -> list[str]:
    return textwrap.wrap(sentence, max(width, 40), subsequent_indent="  ")


def _paint(mark: str, colour: bool) -> str:
    return f"\033[{_COLOURS[mark]}m{mark}\033[0m" if colour else mark
