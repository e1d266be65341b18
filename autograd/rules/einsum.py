"""Einstein's summation. Subscripts reach the card with every axis named, so that its rule is one.

The gradient of an operand is again a sum: of `g` and the other operands, over what the operand
lacks. A diagonal (`ii`) is put back by an identity matrix, an axis summed alone by a row of ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from autograd.op import ATOM, Op, case, implements, ndim_of, op, shape_of
from autograd.rules.shape import array_of, refuse

# From this many products on, NumPy's search for a good order (25 µs) pays for itself.
_MANY = 10_000


def _pull(g: Any, y: Any, *args: Any, slot: int, subscripts: str, optimize: Any) -> Any:
    before, _, result = subscripts.partition("->")
    terms = before.split(",")
    own = terms.pop(slot)
    others = [arg for place, arg in enumerate(args) if place != slot]
    sizes = _sizes([own, *terms], [args[slot], *others])
    reached = _sizes([result, *terms], [y, *others])
    free = (letter for letter in ascii_letters if letter not in subscripts)
    target = ""
    for letter, size in zip(own, shape_of(args[slot]), strict=True):
        if letter in target:
            fresh = next(free)
            terms.append(letter + fresh)
            others.append(np.eye(sizes[letter], dtype=g.dtype))
            target += fresh
            continue
        if reached.get(letter) != size:
            terms.append(letter)
            others.append(np.ones(size, dtype=g.dtype))
        target += letter
    return _einsum(
        g,
        *others,
        subscripts=f"{','.join([result, *terms])}->{target}",
        optimize=bool(optimize) or math.prod(sizes.values()) > _MANY,
    )


def _sizes(terms: Sequence[str], args: Sequence[Any]) -> dict[str, int]:
    """The size of every letter; a size of 1 is broadcast."""
    sizes: dict[str, int] = {}
    for term, arg in zip(terms, args, strict=True):
        for letter, size in zip(term, shape_of(arg), strict=True):
            sizes[letter] = size if sizes.get(letter, 1) == 1 else sizes[letter]
    return sizes


_einsum: Op = op(
    "einsum",
    lambda *args, subscripts, optimize: np.einsum(subscripts, *args, optimize=optimize),
    _pull,
    variadic=True,
    tex=(r"\operatorname{einsum}(%s)", ATOM),
    text=("einsum(%s)", ATOM),
    linear=(0,),
    cases=(
        case((2, 3), (3, 4), subscripts="ij,jk->ik", optimize=False),
        case((2, 3), (3, 4), (4,), subscripts="ij,jk,k->i", optimize=True),
        case((3, 3), subscripts="ii->i", optimize=False),
        case((3, 3, 3), subscripts="iii->", optimize=False),
        case((2, 3), subscripts="ij->j", optimize=False),
        case((2, 2, 3), (3,), subscripts="aab,b->ab", optimize=False),
        case((1, 3), (2, 1), subscripts="ij,ij->ij", optimize=False),
        case((), (2,), subscripts=",i->i", optimize=False),
        case((0, 2), (2,), subscripts="ij,j->i", optimize=False),
    ),
)


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
    return _einsum(*arrays, subscripts=_named(text, arrays), optimize=optimize)


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
