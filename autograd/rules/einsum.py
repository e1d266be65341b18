"""Einstein's summation. Subscripts reach the card with every axis named, so that its rule is one.

The gradient of an operand is again a sum: of `g` and the other operands, over what the operand
lacks. A diagonal (`ii`) is put back by an identity matrix, an axis summed alone by a row of ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import ATOM, Op, op, shape_of

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
    return einsum(
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


einsum: Op = op(
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
