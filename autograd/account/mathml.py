"""The LaTeX that formulas are written in, as MathML, which browsers show unaided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from autograd.account.text import GREEK

_TOKEN = re.compile(
    r"\\(?:text|mathrm|operatorname)\{[^{}]*\}|\\begin\{bmatrix\}|\\end\{bmatrix\}"
    r"|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S"
)
_OPERATORS = {
    "cdot": "⋅", "odot": "⊙", "times": "×", "partial": "∂", "top": "⊤", "sum": "∑", "infty": "∞",
    "le": "≤", "ge": "≥", "ne": "≠", "lt": "<", "gt": ">", "prod": "∏", "circ": "∘",
    "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "pm": "±", "in": "∈", "top ": "⊤",
}  # fmt: skip
_GREEK = {name: letter for letter, name in GREEK.items()}
_SPACES = {"quad": "1em", "enspace": "0.5em", "thinspace": "0.17em", ",": "0.17em", " ": "0.33em"}
_NOTHING = ("left", "right", "displaystyle", "!")


def to_mathml(tex: str, spoken: str) -> str:
    """A formula as a `<math>` element, `spoken` being its text; any LaTeX gives valid XML."""
    tokens = _TOKEN.findall(tex)[::-1]
    body = ""
    while tokens:  # a stray brace closes nothing
        body += "".join(_row(tokens))
    words = escape(spoken, quote=True)
    return f'<math display="block" alttext="{words}"><mrow>{body}</mrow></math>'


def _row(tokens: list[str], *ends: str) -> Iterator[str]:
    """The elements up to a closing brace or one of `ends`, which is taken too."""
    made: list[str] = []
    while tokens:
        token = tokens.pop()
        if token == "}" or token in ends:
            break
        if token in "^_":
            base = made.pop() if made else "<mrow></mrow>"
            script = _argument(tokens)
            kind = "msup" if token == "^" else "msub"
            made.append(f"<{kind}>{base}{script}</{kind}>")
        else:
            made.append(_element(token, tokens))
    yield from made


def _argument(tokens: list[str]) -> str:
    """What stands in braces, or the one token that follows."""
    if not tokens:
        return "<mrow></mrow>"
    token = tokens.pop()
    return f"<mrow>{''.join(_row(tokens))}</mrow>" if token == "{" else _element(token, tokens)


def _element(token: str, tokens: list[str]) -> str:
    if token == "{":
        return f"<mrow>{''.join(_row(tokens))}</mrow>"
    if not token.startswith("\\"):
        return _plain(token)
    name = token[1:]
    word = re.fullmatch(r"(text|mathrm|operatorname)\{(.*)\}", name)
    if word is not None:
        kind = "mtext" if word[1] == "text" else "mi"
        inside = re.sub(r"\\(.)", _unescaped, word[2])
        return f"<{kind}>{escape(inside)}</{kind}>"
    if name == "frac":
        return f"<mfrac>{_argument(tokens)}{_argument(tokens)}</mfrac>"
    if name == "sqrt":
        return f"<msqrt>{_argument(tokens)}</msqrt>"
    if name == "begin{bmatrix}":
        return _matrix(tokens)
    if name in _SPACES:
        return f'<mspace width="{_SPACES[name]}"/>'
    if name in _NOTHING:
        return ""
    if name in _OPERATORS:
        return f"<mo>{escape(_OPERATORS[name])}</mo>"
    return f"<mi>{escape(_GREEK.get(name, name))}</mi>"


def _unescaped(match: re.Match[str]) -> str:
    return "\u2009" if match[1] in ", " else match[1]


def _plain(token: str) -> str:
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    return f"<mi>{token}</mi>" if token.isalpha() else f"<mo>{escape(token)}</mo>"


def _matrix(tokens: list[str]) -> str:
    rows: list[list[str]] = [[""]]
    while tokens and tokens[-1] != r"\end{bmatrix}":
        token = tokens.pop()
        if token == r"\cr":
            rows.append([""])
        elif token == "&":
            rows[-1].append("")
        else:
            rows[-1][-1] += _element(token, tokens)
    if tokens:
        tokens.pop()
    cells = "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in row)}</mtr>" for row in rows)
    return f"<mo>[</mo><mtable>{cells}</mtable><mo>]</mo>"
