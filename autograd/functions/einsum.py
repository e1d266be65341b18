"""Einstein's summation, its subscripts spelled out for the card."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.card.op import ndim_of, shape_of
from autograd.functions.arguments import array_of, refuse
from autograd.rules import einsum as cards


@implements(np.einsum)
def einsum(*operands: Any, out: Any = None, optimize: Any = False, **options: Any) -> Any:
    """Products summed over subscripts: `einsum("ij,jk", a, b)` or `einsum(a, [0, 1], b, [1, 2])`.

    `optimize` is NumPy's, for the forward pass. Raises ValueError if subscripts and operands don't
    fit, TypeError for NumPy's other options.
    """
    refuse("einsum", {"out": out, **options})
    if not operands:
        raise ValueError("einsum takes subscripts and operands")
    if isinstance(operands[0], str):
        text, arrays = operands[0], [array_of(each) for each in operands[1:]]
    else:
        arrays = [array_of(each) for each in operands[: len(operands) // 2 * 2 : 2]]
        text = ",".join(map(_as_letters, operands[1::2]))
        if len(operands) % 2:
            text += "->" + _as_letters(operands[-1])
    return cards.einsum(*arrays, subscripts=_named(text, arrays), optimize=optimize)


def _as_letters(axes: Sequence[Any]) -> str:
    """A list of axis numbers as subscripts; capitals first, so that numbers keep their order."""
    letters = ascii_uppercase + ascii_lowercase
    return "".join("..." if axis is Ellipsis else letters[axis] for axis in axes)


def _named(text: str, arrays: Sequence[Any]) -> str:
    """Subscripts with an output, and with letters in place of every ellipsis."""
    shapes = " ".join(str(shape_of(array)) for array in arrays)
    before, arrow, result = text.replace(" ", "").partition("->")
    terms = before.split(",")
    letters = before.replace("...", "").replace(",", "")
    if not set(letters + result.replace("...", "")) <= set(ascii_letters):
        raise ValueError(f"einsum: {text!r} has signs that are neither letters nor , -> ...")
    if len(terms) != len(arrays):
        raise ValueError(
            f"einsum: {text!r} names {len(terms)} operands, and there are {len(arrays)}: {shapes}"
        )
    free = "".join(letter for letter in ascii_letters if letter not in letters)
    broad = 0
    for place, (term, array) in enumerate(zip(terms, arrays, strict=True)):
        extra = ndim_of(array) - len(term.replace("...", ""))
        if term.count("...") > 1 or extra < 0 or (extra and "..." not in term):
            raise ValueError(
                f"einsum: {term!r} of {text!r} does not fit operand {place} of shape "
                f"{shape_of(array)}; write a letter for every axis, or ... for some"
            )
        # Counted from the last axis, as broadcasting does: the first letters are the last axes.
        terms[place] = term.replace("...", free[:extra][::-1])
        broad = max(broad, extra)
    if not arrow:
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
        result = "..." + "".join(once)
    elif broad and "..." not in result:
        raise ValueError(f"einsum: {text!r} drops the axes of ...: write ... in the output too")
    return f"{','.join(terms)}->{result.replace('...', free[:broad][::-1])}"
