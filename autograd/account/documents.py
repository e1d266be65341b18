"""Words and formulas as Markdown, HTML, LaTeX and terminals show them unchanged.

One writer for all that reports; what is in a report is not known here.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from autograd.account.text import GREEK

# ---------------------------------------------------------------------------------- Markdown

_GRAVE = "\N{MODIFIER LETTER GRAVE ACCENT}"  # does not end a code span


def code(words: str) -> str:
    """Words as code."""
    return f"`{words.replace('`', _GRAVE)}`"


def inert(words: str) -> str:
    """Words with which Markdown and HTML do nothing."""
    return re.sub(r"([\\`*_{}<>#|$~!&]|\](?=[(\[:]))", r"\\\1", words)


def display(tex: str) -> str:
    """A formula in a block of its own.

    Markdown eats a backslash before punctuation and reads < and >, so neither stands there.
    """
    tex = tex.replace(r"\,", r"\thinspace ").replace(r"\ ", r"\enspace ")
    tex = tex.replace("<", r"\lt ").replace(">", r"\gt ")
    return f"$$\n{re.sub(r' {2,}', ' ', tex)}\n$$\n"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown, all columns but the first and last are centred."""
    rule = ["---", *[":-:"] * (len(head) - 2), "---"]
    return "\n".join([_row(head), f"|{'|'.join(rule)}|", *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


# -------------------------------------------------------------------------------------- HTML


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are HTML, the last column is set to the left."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}"
        f"<td style='text-align:left'>{last}</td></tr>"
        for *cells, last in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"


def html(words: str) -> str:
    """Words with which HTML does nothing."""
    return escape(words)


# ------------------------------------------------------------------------------------- LaTeX

_LATEX = {
    "\\": r"\textbackslash{}",
    **{letter: rf"\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "→": r"$\rightarrow$",
    "−": "$-$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "⊙": r"$\odot$",
    "ᵀ": r"$^{\top}$",
    "²": "$^2$",
    "³": "$^3$",
    "✓": r"$\checkmark$",
    "✗": r"$\times$",
    "∂": r"$\partial$",
    **{letter: rf"$\{name}$" for letter, name in GREEK.items()},
}


def latex(words: str) -> str:
    """Words with which LaTeX does nothing, the signs of formulas among them as it has them."""
    return "".join(_LATEX.get(letter, letter) for letter in words)


def latex_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A tabular; the cells are LaTeX, the last column is a wide paragraph."""
    columns = f"l{'c' * (len(head) - 2)}p{{0.7\\linewidth}}"
    lines = [rf"\begin{{tabular}}{{{columns}}}", rf"{' & '.join(head)}\\ \hline"]
    lines += [rf"{' & '.join(row)} \\" for row in rows]
    return "\n".join([*lines, r"\end{tabular}"])


def aligned(left: str, rights: Iterable[str]) -> str:
    """Equations below each other, with amsmath."""
    lines = " \\\\\n".join(f"  &= {right}" for right in rights)
    return f"\\begin{{align*}}\n{left}\n{lines}\n\\end{{align*}}"


# ---------------------------------------------------------------------------------- terminals


def columns(words: str) -> int:
    """How many columns of a terminal words take: Chinese letters take two, accents none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return len(words) + wide - sum(bool(unicodedata.combining(letter)) for letter in words)


def padded(words: str, width: int) -> str:
    """Words with blanks up to a width."""
    return words + " " * (width - columns(words))


def wrapped(sentences: Iterable[str], width: int) -> list[str]:
    """Sentences, each from a line of its own on."""
    return [
        line
        for sentence in sentences
        for line in textwrap.wrap(sentence, max(width, 40), subsequent_indent="  ")
    ]
