"""Numbers, arrays, shapes and names as people read them. Knows no graph and no layout."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.symbols import visible as visible  # for those who write reports

SMALL = 4  # arrays of up to SMALL × SMALL entries are shown in full
LONGEST_NAME = 40


def number(x: Any, digits: int = 4, *, sign: bool = False) -> str:
    """A number to `digits` significant digits: 0.5, −1.2e−5, ∞; with `sign`, +0.5, but 0."""
    x = float(x)
    if math.isnan(x):
        return "NaN"
    text = "∞" if math.isinf(x) else f"{abs(x):.{digits}g}"
    mantissa, e, exponent = text.partition("e")
    if e:
        text = f"{mantissa}e{int(exponent)}".replace("-", "−")
    if x < 0:
        return f"−{text}"
    return f"+{text}" if sign and x else text


def factor(x: Any, digits: int = 4) -> str:
    """A number as it stands in a sum or product: in parentheses if it is negative."""
    written = number(x, digits)
    return f"({written})" if written.startswith("−") else written


def rows(array: Any, digits: int = 4, *, sign: bool = False) -> list[list[str]] | None:
    """The entries of a small array as a grid of numbers; None if it is too large for that."""
    array = np.asarray(array)
    if array.ndim > 2 or array.size == 0 or any(size > SMALL for size in array.shape):
        return None
    return [[number(x, digits, sign=sign) for x in row] for row in np.atleast_2d(array)]


def summary(array: Any, digits: int = 4, *, sign: bool = False) -> list[tuple[str, str]]:
    """What stands for a large array: its least, mean and greatest entry."""
    array = np.asarray(array)
    if not array.size:
        return [("entries", "none")]
    with np.errstate(all="ignore"):
        mean, size = array.mean(), np.abs(array).max()
        if array.dtype.kind == "f" and abs(mean) <= 4 * np.finfo(array.dtype).eps * size:
            mean = 0.0  # but for rounding
        measures = (("min", array.min()), ("mean", mean), ("max", array.max()))
    return [(what, number(x, digits, sign=sign)) for what, x in measures]


def describe(data: Any, digits: int = 4, *, sign: bool = False) -> str:
    """A number, small array, or summary of a large array, on one line."""
    array = np.asarray(data)
    if not array.ndim:
        return number(array, digits, sign=sign)
    grid = rows(array, digits, sign=sign)
    if grid is None:
        return ", ".join(f"{what} {text}" for what, text in summary(array, digits, sign=sign))
    lines = [f"[{', '.join(row)}]" for row in grid]
    return lines[0] if array.ndim == 1 else f"[{', '.join(lines)}]"


def shape(sizes: Sequence[int]) -> str:
    """A shape as on paper: 4 × 30; a single axis is a number of entries; () is empty."""
    if not sizes:
        return ""
    if len(sizes) > 1:
        return " × ".join(map(str, sizes))
    return f"{sizes[0]} entries" if sizes[0] != 1 else "1 entry"


def shape_to_tex(sizes: Sequence[int]) -> str:
    """The same as LaTeX."""
    return (
        re.sub(r" (\w+)", r"\\text{ \1}", shape(sizes))
        if len(sizes) == 1
        else r" \times ".join(map(str, sizes))
    )


def axes(numbers: Sequence[int]) -> str:
    """The axes of a sum: axis 1; axes 0 and 1."""
    if len(numbers) == 1:
        return f"axis {numbers[0]}"
    return f"axes {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def shown(name: str, longest: int = LONGEST_NAME) -> str:
    """A name made fit to be drawn: one line, no control characters, shortened in the middle."""
    if len(name) > longest:
        half = (longest - 1) // 2
        name = f"{name[:half]}…{name[-half:]}"
    return visible(name) if name.strip() else f"“{visible(name)}”"


_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", _NAMES, strict=True))
"""The Greek letters that LaTeX has, with their names there."""

_LITERAL = str.maketrans("\\{}$&#^_~%<>`*|[]", "＼｛｝＄＆＃＾＿～％＜＞｀＊｜［］")  # noqa: RUF001
_COMPLEMENT = re.compile(r"\(1 [−-] (\w+)\)")
_INDEXED = re.compile(r"([^\W\d_]+)_?(\d*)((?:\[-?\w+(?:, ?-?\w+)*\])*)('*)")


def name_to_tex(name: str) -> str:
    """A name as LaTeX: w1 and W[0] with an index, alpha as a Greek letter, the rest upright."""
    rest = _COMPLEMENT.fullmatch(name)
    if rest is not None:
        return rf"\left(1 - {name_to_tex(rest[1])}\right)"
    match = _INDEXED.fullmatch(name)
    if match is None:
        return rf"\text{{{shown(name).translate(_LITERAL)}}}"
    base, digits, brackets, primes = match.groups()
    base = GREEK.get(base, base)
    if base in _NAMES:
        letter = rf"\{base}"
    else:
        letter = base if len(base) == 1 else rf"\mathrm{{{base}}}"
    indices = [digits] * bool(digits) + re.findall(r"-?\w+", brackets)
    index = ",".join(part.replace("_", "＿") for part in indices)  # noqa: RUF001
    return letter + (f"_{{{index}}}" if index else "") + primes


def entries_to_tex(value: Any, digits: int) -> str:
    """What `describe` says of an array, as LaTeX."""
    grid = rows(value, digits)
    if grid is None:
        measures = summary(value, digits)
        return r",\ ".join(rf"\text{{{what} }}{number_to_tex(x)}" for what, x in measures)
    lines = r" \cr ".join(" & ".join(map(number_to_tex, row)) for row in grid)
    return rf"\begin{{bmatrix}}{lines}\end{{bmatrix}}"


def number_to_tex(text: str) -> str:
    """What `number` wrote, as LaTeX."""
    text = text.replace("−", "-").replace("∞", r"\infty ").replace("NaN", r"\text{NaN}")
    return re.sub(r"e(-?\d+)", r" \\cdot 10^{\1}", text) if "e" in text else text
