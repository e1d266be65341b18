"""Mistakes inside a formula: an operation of it is changed, and the rest is run again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.account import text
from autograd.check.algebra import ADD, DIVIDE, MATMUL, MULTIPLY, POWER, SQUARE, SUBTRACT, TRANSPOSE
from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.mistakes.table import INSIDE, mistake
from autograd.check.judge.tolerance import nearly_equal
from autograd.check.written.expression import Expression

_TURNS = {ADD: SUBTRACT, SUBTRACT: ADD, MULTIPLY: DIVIDE, DIVIDE: MULTIPLY}
_SIGNS = {ADD: "+", SUBTRACT: "−", MULTIPLY: "·", DIVIDE: "/"}
_EXPONENTS = (1, 2, 3, 0.5, -1, -2)

Place = tuple[Expression, int]  # an operation, and one of its operand slots


@mistake("operation superfluous", INSIDE, 1.5, simple=True)
def _operation_superfluous(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for part in _inner(step, attempt):
        for arg in part.parts.values():
            if arg.shape == part.shape:
                yield from _stands_for(step, attempt, part, arg)


@mistake("wrong operation", INSIDE, 1.48, simple=True)
def _wrong_operation(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """A plus for a minus, a product for a quotient."""
    for part in _operations(step, attempt):
        turned = Expression.of(_TURNS[part.op], *part.args) if part.op in _TURNS else None
        if turned is not None and turned.shape == part.shape:
            signs = f"{_SIGNS[part.op]} stands where {_SIGNS[turned.op]} belongs"
            words = f"{_text(step, part)}: {signs}"
            yield from _with(step, attempt, part, turned, words, f"write {_text(step, turned)}")


@mistake("wrong exponent", INSIDE, 1.55, simple=True)
def _wrong_exponent(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for part in _operations(step, attempt):
        if part.op not in (POWER, SQUARE):
            continue
        base, given = (*part.args, 2.0)[:2]
        if not isinstance(base, Expression) or isinstance(given, Expression) or np.ndim(given):
            continue
        for exponent in _EXPONENTS:
            if exponent != given:
                right = Expression.of(POWER, base, exponent) if exponent != 1 else base
                yield from _stands_for(step, attempt, part, right)


@mistake("exponent missing", INSIDE, 1.6, simple=True)
def _exponent_missing(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for at, part in _places(step, attempt):
        if at[0].op not in (POWER, SQUARE):
            for exponent in (2, 0.5):
                right = Expression.of(POWER, part, exponent)
                yield from _stands_for(step, attempt, part, right, at=at)


@mistake("quantity inside", INSIDE, 1.6)
def _quantity_inside(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """A name that is right in one place of the formula and wrong in another."""
    places = [(at, part) for at, part in _places(step, attempt) if part.name]
    names = [part.name for _, part in places]
    for at, part in places:
        if names.count(part.name) < 2 or part.name not in step.arguments:
            continue
        is_gradient = step.arguments[part.name].kind == "gradient"
        for other in step.candidates:
            if is_gradient == (other.kind == "gradient") and other.name != part.name:
                right = Expression(other.value, name=other.name)
                words = f"{part.name} stands where {other.name} belongs{_in(step, at)}"
                yield from _with(step, attempt, part, right, words, f"put {other.name} there", at)


@mistake("part transposed", INSIDE, 1.45, simple=True)
def _part_transposed(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for at, part in _places(step, attempt):
        if len(part.shape) == 2 and at[0].op is not TRANSPOSE:
            right = Expression.of(TRANSPOSE, part, axes=None)
            yield from _stands_for(step, attempt, part, right, at=at)


@mistake("part swapped", INSIDE, 1.45, simple=True)
def _part_swapped(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for part in _operations(step, attempt):
        if part.op in (MATMUL, SUBTRACT, DIVIDE):
            right = Expression.of(part.op, *part.args[::-1])
            extra = 0.0 if part.op is MATMUL else 0.1
            yield from _stands_for(step, attempt, part, right, extra=extra)


@mistake("derivative inside", INSIDE, 1.45)
def _derivative_inside(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """Somewhere in the formula an activation's derivative is missing, or another stands there."""
    for at, part in _places(step, attempt):
        for local in step.local_derivatives:
            if local.right.shape != part.shape:
                continue
            text = _text(step, part)
            missing = f"the derivative {local.name} is missing at {text}"
            fixes = [(missing, np.ones(()), f"multiply {text} by {local.whole}")]
            fixes += [(each.words, each.value, f"use {local.whole}") for each in local.wrong]
            for words, wrong, fix in fixes:
                right = Expression.of(MULTIPLY, part, Expression(local.right / wrong))
                if right is not None and np.all(np.isfinite(right.value)):
                    yield from _with(step, attempt, part, right, words, fix, at)


@mistake("factor inside", INSIDE, 1.6, simple=True)
def _factor_inside(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    factors = {"2": 2.0, "1/2": 0.5, "−1": -1.0}
    for name, x in step.numbers:
        if x not in (0.0, 1.0):
            factors |= {name: x, f"1/{name}": 1 / x}
    for at, part in _places(step, attempt):
        for name, factor in list(factors.items())[:12]:
            text, right = _text(step, part), Expression.of(MULTIPLY, factor, part)
            lacks = "has the wrong sign" if name == "−1" else f"lacks the factor {name}"
            fix = f"multiply {text} by {name}"
            yield from _with(step, attempt, part, right, f"{text} {lacks}", fix, at)


@mistake("wrong part", INSIDE, 1.6)
def _wrong_part(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    """A part that is none of the known quantities stands where one of them belongs."""
    for part in _inner(step, attempt):
        for name, value, shown in step.known:
            inside = np.asarray(part.value, dtype=float)
            if value.shape == inside.shape and not nearly_equal(value, inside):
                text, whole = _text(step, part), f"{name} = {shown}" if shown else name
                words = f"{text} stands where {whole} belongs"
                fix = f"write {shown or name} for {text}"
                extra = 0.01 * min(len(part.order), 20)
                yield from _with(step, attempt, part, Expression(value), words, fix, extra=extra)


# ---------------------------------------------------------------------------------------- helpers


def _operations(step: ExaminedStep, attempt: Attempt) -> list[Expression]:
    """The operations of the formula, if there are digits enough to tell them apart."""
    root = attempt.expression
    if root is None or (step.tolerance.rtol > 1e-6 and step.ours.size < 8):
        return []
    return [part for part in root.order if part.op is not None]


def _inner(step: ExaminedStep, attempt: Attempt) -> list[Expression]:
    """The operations below the last one."""
    return _operations(step, attempt)[:-1]


def _places(step: ExaminedStep, attempt: Attempt) -> Iterator[tuple[Place, Expression]]:
    """Every operand slot with the part that stands in it."""
    for user in _operations(step, attempt):
        for slot, part in user.parts.items():
            yield (user, slot), part


def _stands_for(
    step: ExaminedStep,
    attempt: Attempt,
    part: Expression,
    right: Expression | None,
    *,
    at: Place | None = None,
    extra: float = 0.0,
) -> Iterator[Attempt]:
    """The attempt with one part instead of another, in these words."""
    if right is not None:
        old, new = _text(step, part), _text(step, right)
        words, fix = f"{old} stands where {new} belongs{_in(step, at)}", f"write {new} for {old}"
        yield from _with(step, attempt, part, right, words, fix, at, extra)


def _with(
    step: ExaminedStep,
    attempt: Attempt,
    part: Expression,
    right: Expression | None,
    words: str,
    fix: str,
    at: Place | None = None,
    extra: float = 0.0,
) -> Iterator[Attempt]:
    """The attempt with a part changed, everywhere or at one place; none where that fails."""
    if at is not None and right is not None:
        part, slot = at
        args = (*part.args[:slot], right, *part.args[slot + 1 :])
        right = Expression.of(part.op, *args, **part.params)
    root = attempt.expression
    new = root.replaced({part: right}) if root is not None and right is not None else None
    if new is not None:
        yours = np.asarray(new.value, dtype=float)
        yield attempt.found(words, fix, extra=extra, yours=yours, formula=new)


def _text(step: ExaminedStep, part: Expression) -> str:
    """A part as the learner may find it in the formula."""
    if part not in step.texts:
        shown = part.text(lambda number: _number(step, number))
        kind = f"the result of {part.op.name}" if part.op is not None else part.name
        step.texts[part] = shown or f"a part ({kind})"
    return step.texts[part]


def _in(step: ExaminedStep, at: Place | None) -> str:
    """Where a place is, if it is told."""
    where = at[0].text(lambda number: _number(step, number)) if at is not None else ""
    return f" in {where}" if where else ""


def _number(step: ExaminedStep, number: float) -> str:
    """A number as it is written in a formula, by its name if it has one."""
    small = number.is_integer() and abs(number) <= 4
    named = any(number == each for _, each in step.numbers)
    everyday = small or ((1000 * number).is_integer() and not named)
    factor = None if everyday else step.factors.find(number, 1e-12, depth=3)
    return factor.name if factor is not None else text.number(number, 6)
