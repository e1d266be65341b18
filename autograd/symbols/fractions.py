"""Rational formulas brought to one fraction in lowest terms. Knows no graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import gcd, isfinite, lcm
from typing import Any

from autograd.card.op import Op
from autograd.rules.arithmetic import add, divide, multiply, negative, power, subtract
from autograd.symbols.algebra import made_by
from autograd.symbols.symbol import Symbol

Monomial = tuple[tuple[int, int], ...]
"""Letter → exponent, the letters numbered as they were met: ((0, 1), (2, 3)) is x₀ x₂³."""

Polynomial = dict[Monomial, Fraction]

_ONE: Polynomial = {(): Fraction(1)}
_MOST = 60  # monomials beyond which a formula is left as it is


class TooLong(Exception):
    """The formula would grow rather than shrink."""


@dataclass
class _Ratio:
    """A polynomial over a product of polynomials, which are kept apart so that they can cancel."""

    top: Polynomial
    bottom: list[Polynomial] = field(default_factory=list)


def simplify(formula: Any, expand: Callable[[Symbol], Any] | None = None) -> Any:
    """The formula as one fraction in lowest terms: ((1 − y)/(1 − a) − y/a)·a(1 − a) is a − y.

    Sums, products, quotients and whole powers are worked out; all else counts as a letter. `expand`
    may give another formula for such a letter, or None. Formulas that would get long stay as
    they are. The value is the same wherever both are defined.
    """
    letters: dict[Any, tuple[int, Any]] = {}
    try:
        return _written(_read(formula, letters, expand), [each for _, each in letters.values()])
    except TooLong:
        return formula


def _read(formula: Any, letters: dict[Any, tuple[int, Any]], expand: Any) -> _Ratio:
    if not isinstance(formula, Symbol):
        return _Ratio(_number(formula))
    combine = _WORKED_OUT.get(formula.op) if formula.op is not None else None
    known = expand(formula) if expand is not None and combine is None else None
    if known is not None:
        return _read(known, letters, expand)
    if formula.op is power and formula.args[1] in range(-6, 7):
        return _lowest(_to_the(_read(formula.args[0], letters, expand), int(formula.args[1])))
    if combine is None:
        return _letter(formula, letters)
    args = formula.args
    if formula.op is divide:  # factor by factor, so that each can cancel
        args = (args[0], *_factors(args[1]))
    first, *others = (_read(arg, letters, expand) for arg in args)
    if not others:
        return combine(first)
    return reduce(lambda a, b: _lowest(combine(a, b)), others, first)


def _factors(formula: Any) -> list[Any]:
    """The formula as a product, whose factors are no products."""
    if made_by(formula, multiply):
        return [each for arg in formula.args for each in _factors(arg)]
    if made_by(formula, power) and formula.args[1] in range(2, 7):
        return _factors(formula.args[0]) * int(formula.args[1])
    return [formula]


def _number(number: Any) -> Polynomial:
    if not isinstance(number, int | float) or not isfinite(number):
        raise TooLong
    exact = Fraction(number).limit_denominator(10_000)
    if float(exact) != float(number):
        exact = Fraction(number)
    return {(): exact} if exact else {}


def _letter(symbol: Symbol, letters: dict[Any, tuple[int, Any]]) -> _Ratio:
    place, _ = letters.setdefault(symbol.key, (len(letters), symbol))
    return _Ratio({((place, 1),): Fraction(1)})


# ---------------------------------------------------------------------------- arithmetic of ratios


def _plus(a: _Ratio, b: _Ratio) -> _Ratio:
    shared: list[Polynomial] = []
    only_a, only_b = list(a.bottom), list(b.bottom)
    for factor in a.bottom:
        if factor in only_b:
            only_a.remove(factor)
            only_b.remove(factor)
            shared.append(factor)
    top = _sum(reduce(_product, only_b, a.top), reduce(_product, only_a, b.top))
    return _Ratio(top, [*shared, *only_a, *only_b])


def _times(a: _Ratio, b: _Ratio) -> _Ratio:
    return _Ratio(_product(a.top, b.top), [*a.bottom, *b.bottom])


def _minus(a: _Ratio) -> _Ratio:
    return _Ratio({monomial: -factor for monomial, factor in a.top.items()}, a.bottom)


def _over(a: _Ratio, b: _Ratio) -> _Ratio:
    if not b.top:
        raise TooLong
    top = reduce(_product, b.bottom, a.top)
    return _Ratio(top, [*a.bottom, b.top])


def _to_the(base: _Ratio, exponent: int) -> _Ratio:
    one = _Ratio(dict(_ONE))
    up = reduce(_times, [base] * abs(exponent), one)
    return up if exponent >= 0 else _over(one, up)


_WORKED_OUT: dict[Op, Callable[..., _Ratio]] = {
    add: _plus,
    subtract: lambda a, b: _plus(a, _minus(b)),
    multiply: _times,
    divide: _over,
    negative: _minus,
}


def _lowest(ratio: _Ratio) -> _Ratio:
    """Cancel: each factor below divides what stands above, or stays."""
    top, bottom = ratio.top, []
    if not top:
        return _Ratio({})
    for factor in (piece for each in ratio.bottom for piece in _split(each)):
        parts = [factor]
        if len(factor) == 1:  # a monomial: letter by letter
            ((monomial, number),) = factor.items()
            top = {each: x / number for each, x in top.items()}
            parts = [{((letter, 1),): Fraction(1)} for letter, n in monomial for _ in range(n)]
        for part in parts:
            divided = _divided(top, part)
            top = top if divided is None else divided
            bottom += [part] if divided is None else []
    if len(top) > _MOST:
        raise TooLong
    return _Ratio(top, bottom)


def _split(factor: Polynomial) -> list[Polynomial]:
    """a − a² as a and 1 − a: the letters that all terms share are a factor by themselves."""
    shared = reduce(lambda a, b: a & b, (Counter(dict(monomial)) for monomial in factor))
    common = tuple(sorted(shared.items()))
    if len(factor) == 1 or not common:
        return [factor]
    rest = {_joined(monomial, common, -1): number for monomial, number in factor.items()}
    return [{common: Fraction(1)}, rest]


# --------------------------------------------------------------------------------- polynomials


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    return _collected([*a.items(), *b.items()])


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) * len(b) > _MOST * _MOST:
        raise TooLong
    pairs = ((left, x, right, y) for left, x in a.items() for right, y in b.items())
    return _collected((_joined(left, right), x * y) for left, x, right, y in pairs)


def _collected(terms: Iterable[tuple[Monomial, Fraction]]) -> Polynomial:
    total: Polynomial = {}
    for monomial, factor in terms:
        total[monomial] = total.get(monomial, Fraction(0)) + factor
    return {monomial: factor for monomial, factor in total.items() if factor}


def _joined(a: Monomial, b: Monomial, sign: int = 1) -> Monomial:
    powers = dict(a)
    for letter, exponent in b:
        powers[letter] = powers.get(letter, 0) + sign * exponent
    return tuple(sorted((letter, exponent) for letter, exponent in powers.items() if exponent))


def _leading(polynomial: Polynomial) -> Monomial:
    """The largest monomial: letter by letter, the higher power first."""
    letters = max((letter for monomial in polynomial for letter, _ in monomial), default=-1) + 1
    return max(polynomial, key=lambda each: [dict(each).get(i, 0) for i in range(letters)])


def _divided(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """a / b where that is a polynomial, else None."""
    quotient: Polynomial = {}
    head = _leading(b)
    while a:
        lead = _leading(a)
        step = _joined(lead, head, -1)
        if any(exponent < 0 for _, exponent in step):
            return None
        term = {step: a[lead] / b[head]}
        quotient = _sum(quotient, term)
        a = _sum(a, _minus(_Ratio(_product(term, b))).top)
    return quotient


# ------------------------------------------------------------------------------------- writing


def _written(ratio: _Ratio, letters: list[Any]) -> Any:
    """The ratio as a formula: whole numbers above, one number below, positive terms first."""
    if not ratio.top:
        return 0
    top, scale = _primitive(ratio.top)
    factors = []
    for factor in ratio.bottom:
        plain, by = _primitive(factor)
        factors.append(plain)
        scale /= by
    size = Fraction(abs(scale.numerator))
    if len(top) == 1:  # 2 · a · b, not 2 · (a · b)
        top, size = {monomial: number * size for monomial, number in top.items()}, Fraction(1)
    above = _formula(top, letters)
    if size != 1:
        above = _value(size) * above
    below = [_formula(factor, letters) for factor in factors]
    if scale.denominator != 1:
        below.insert(0, _value(scale.denominator))
    if below:
        above = divide(above, _multiplied(below)) if _symbolic(above, below) else above / below[0]
    return -above if scale < 0 else above


def _symbolic(above: Any, below: list[Any]) -> bool:
    return isinstance(above, Symbol) or any(isinstance(each, Symbol) for each in below)


def _primitive(polynomial: Polynomial) -> tuple[Polynomial, Fraction]:
    """A multiple with whole factors without a common one, and what it was divided by."""
    factors = polynomial.values()
    top = reduce(gcd, (factor.numerator for factor in factors))
    scale = Fraction(top, reduce(lcm, (factor.denominator for factor in factors)))
    if all(factor < 0 for factor in factors):
        scale = -scale
    return {monomial: factor / scale for monomial, factor in polynomial.items()}, scale


def _formula(polynomial: Polynomial, letters: list[Any]) -> Any:
    terms = sorted(polynomial.items(), key=lambda term: (term[1] < 0, bool(term[0] == ()), term[0]))
    if any(monomial == () and factor > 0 for monomial, factor in terms) and terms[-1][1] < 0:
        terms.sort(key=lambda term: (term[1] < 0, term[0] != ()))  # 1 − a
    total: Any = 0
    for monomial, factor in terms:
        powers = [letters[i] if n == 1 else power(letters[i], n) for i, n in monomial]
        size = abs(factor)
        term = _multiplied([*([_value(size)] if size != 1 or not powers else []), *powers])
        total = total - term if factor < 0 else total + term
    return total


def _value(number: Fraction | int) -> int | float:
    return int(number) if number == int(number) else float(number)


def _multiplied(factors: Iterable[Any]) -> Any:
    return reduce(lambda a, b: a * b, factors)
