"""Putting a name to a number: is 0.0017575 by any chance 1/m? Knows named numbers only."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograd.account.text import number

NamedNumber = tuple[str, float]


@dataclass(frozen=True)
class Factor:
    """A number with its name, and its reciprocal's; `also` are names that fit as well."""

    value: float
    name: str
    reciprocal: str
    also: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The name, with the number unless it is the name: 1/m (1/569)."""
        is_number = self.name.lstrip("−").replace("/", "").isdigit()
        return self.name if is_number else f"{self.name} ({_number(self.value)})"


class FactorNames:
    """All names that a factor may have, given some numbers with names.

    Simple are −1, then a name or its reciprocal, 2 and 1/2, then signs, small fractions, then two
    names or a name and a small fraction together.
    """

    def __init__(self, named: Sequence[NamedNumber]) -> None:
        self._sorted = sorted(_names(named), key=lambda each: each[1])
        self._numbers = [number for _, number, _, _ in self._sorted]

    def find(self, value: float, rtol: float, *, depth: int) -> Factor | None:
        """The simplest names of a number, or None; those equally simple are kept beside it."""
        if not math.isfinite(value) or value == 0:
            return None
        reach = abs(value) * max(rtol, 1e-12)
        near = self._sorted[
            bisect_left(self._numbers, value - reach) : bisect_right(self._numbers, value + reach)
        ]
        level = min((rank for rank, *_ in near), default=depth + 1)
        if level > depth:
            return None
        best = dict.fromkeys((name, under) for rank, _, name, under in near if rank == level)
        (name, reciprocal), *others = sorted(best, key=lambda each: "n[" in each[0])
        return Factor(value, name, reciprocal, tuple(other for other, _ in others))


def _names(named: Sequence[NamedNumber]) -> Iterator[tuple[int, float, str, str]]:
    """Rank, number, name and the reciprocal's name of all that a factor may be."""
    known = [(name, x) for name, x in named if math.isfinite(x) and x not in (0, 1, -1)]
    yield 0, -1.0, "−1", "−1"
    for name, x in known:
        yield 1, x, name, f"1/{name}"
        yield 1, 1 / x, f"1/{name}", name
        yield 2, -x, f"−{name}", f"−1/{name}"
        yield 2, -1 / x, f"−1/{name}", f"−{name}"
        yield from _with_fraction(name, x)
    for p in range(1, 13):
        for q in range(1, 13):
            if math.gcd(p, q) == 1 and p != q:
                rank = 1 if {p, q} == {1, 2} else 2 if max(p, q) <= 4 else 4
                name, reciprocal = _fraction(p, q), _fraction(q, p)
                yield rank, p / q, name, reciprocal
                yield max(rank, 2), -p / q, f"−{name}", f"−{reciprocal}"
    for i, (a, x) in enumerate(known):
        for b, y in known[i + 1 :]:
            yield 3, x * y, f"{a}·{b}", f"1/({a}·{b})"
            yield 3, 1 / (x * y), f"1/({a}·{b})", f"{a}·{b}"
            yield 3, x / y, f"{a}/{b}", f"{b}/{a}"
            yield 3, y / x, f"{b}/{a}", f"{a}/{b}"


def _with_fraction(name: str, x: float) -> Iterator[tuple[int, float, str, str]]:
    """A name, its reciprocal and their squares, times a small fraction of either sign."""
    for scale, word in ((x, name), (x * x, f"{name}²")):
        for p, q in _FRACTIONS:
            for sign, minus in ((1, ""), (-1, "−")):
                rank = 3 if sign == 1 and {p, q} <= {1, 2} else 4
                times, over = _times(p, word, q), _over(p, q, word)
                yield rank, sign * scale * p / q, minus + times, minus + _over(q, p, word)
                yield rank, sign / scale * p / q, minus + over, minus + _times(q, word, p)


_FRACTIONS = [(p, q) for p in range(1, 5) for q in range(1, 5) if math.gcd(p, q) == 1]


def _times(p: int, name: str, q: int) -> str:
    """A name times p/q."""
    top = name if p == 1 else f"{p}·{name}"
    return top if q == 1 else f"{top}/{q}"


def _over(p: int, q: int, name: str) -> str:
    """p/q divided by a name."""
    return f"{p}/{name}" if q == 1 else f"{p}/({q}·{name})"


def _number(x: float) -> str:
    """A number as a short fraction if it is one."""
    for denominator in (1, max(1, round(1 / abs(x)))):
        numerator = round(x * denominator)
        if math.isclose(numerator, x * denominator, rel_tol=1e-8):
            return _fraction(numerator, denominator).replace("-", "−")
    small = Fraction(x).limit_denominator(1000)
    near = math.isclose(small, x, rel_tol=1e-9)
    return str(small).replace("-", "−") if near else number(x, 6)


def _fraction(p: int, q: int) -> str:
    return str(p) if q == 1 else f"{p}/{q}"
