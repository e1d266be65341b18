"""Mistakes inside a formula: an operation of it is changed, and the rest is run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from autograd import TABLE
from autograd.check.case import Attempt, Case, same
from autograd.check.mistakes.table import INSIDE, mistake
from autograd.check.parts import Part, apply

_TURNS = {"add": "subtract", "subtract": "add", "multiply": "divide", "divide": "multiply"}
_SIGNS = {"add": "+", "subtract": "−", "multiply": "·", "divide": "/", "matmul": "@"}
_EXPONENTS = (1, 2, 3, 0.5, -1, -2)


@mistake("operation superfluous", INSIDE, 1.5)
def _operation_superfluous(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for part in _inner(case, attempt):
        for arg in part.args:
            if isinstance(arg, Part) and arg.shape == part.shape:
                fix = f"write {_text(case, arg)} for {_text(case, part)}"
                words = f"{_text(case, part)} stands where {_text(case, arg)} belongs"
                yield from _with(case, attempt, {part: arg}, words, fix)


@mistake("wrong operation", INSIDE, 1.48)
def _wrong_operation(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """A plus for a minus, a product for a quotient; in elementwise or matrix products, a swap."""
    for part in _operations(case, attempt):
        other = _TURNS.get(part.op.name)
        if other is not None:
            turned = apply(TABLE[other], part.args, {})
            words = f"{_text(case, part)}: {_SIGNS[part.op.name]} stands where {_SIGNS[other]} "
            if turned is not None and turned.shape == part.shape:
                fix = f"write {_text(case, turned)}"
                yield from _with(case, attempt, {part: turned}, f"{words}belongs", fix)


@mistake("wrong exponent", INSIDE, 1.55)
def _wrong_exponent(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for part in _operations(case, attempt):
        if part.op.name == "square":
            base, given = part.args[0], 2.0
        elif part.op.name == "power" and np.ndim(part.args[1]) == 0:
            base, given = part.args[0], part.args[1]
        else:
            continue
        for exponent in _EXPONENTS:
            if isinstance(base, Part) and exponent != given and not isinstance(given, Part):
                right = apply(TABLE["power"], (base, exponent), {}) if exponent != 1 else base
                if right is not None:
                    yield from _stands_for(case, attempt, part, right)


@mistake("exponent missing", INSIDE, 1.6)
def _exponent_missing(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for user, slot, part in _places(case, attempt):
        if user.op.name in ("power", "square"):
            continue
        for exponent in (2, 0.5):
            right = apply(TABLE["power"], (part, exponent), {})
            if right is not None:
                yield from _stands_for(case, attempt, part, right, at=(user, slot))


@mistake("quantity inside", INSIDE, 1.6)
def _quantity_inside(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """A name that is right in one place of the formula and wrong in another."""
    places = [(user, slot, part) for user, slot, part in _places(case, attempt) if part.name]
    names = [part.name for _, _, part in places]
    for user, slot, part in places:
        if names.count(part.name) < 2 or part.name not in case.arguments:
            continue
        is_gradient = case.arguments[part.name].kind == "gradient"
        for other in case.candidates:
            if is_gradient == (other.kind == "gradient") and other.name != part.name:
                right = Part(other.value, name=other.name)
                where = user.text(lambda number: _number(case, number))
                words = f"{part.name} stands where {other.name} belongs"
                words += f" in {where}" if where else ""
                fix = f"put {other.name} there"
                yield from _with(case, attempt, {part: right}, words, fix, at=(user, slot))


@mistake("part transposed", INSIDE, 1.45)
def _part_transposed(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for user, slot, part in _places(case, attempt):
        if len(part.shape) == 2 and user.op.name != "transpose":
            right = apply(TABLE["transpose"], (part,), {"axes": None})
            if right is not None:
                yield from _stands_for(case, attempt, part, right, at=(user, slot))


@mistake("part swapped", INSIDE, 1.45)
def _part_swapped(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for part in _operations(case, attempt):
        if part.op.name in ("matmul", "subtract", "divide"):
            right = apply(part.op, part.args[::-1], {})
            if right is not None:
                extra = 0.0 if part.op.name == "matmul" else 0.1
                yield from _stands_for(case, attempt, part, right, extra=extra)


@mistake("derivative inside", INSIDE, 1.45)
def _derivative_inside(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """Somewhere in the formula an activation's derivative is missing, or another stands there."""
    for user, slot, part in _places(case, attempt):
        for slope in case.slopes:
            if slope.right.shape != part.shape:
                continue
            text = _text(case, part)
            missing = f"the derivative {slope.name} is missing at {text}"
            for words, wrong in [(missing, np.ones(())), *slope.wrong]:
                fix = f"use {slope.whole}"
                if words is missing:
                    fix = f"multiply {text} by {slope.whole}"
                right = apply(TABLE["multiply"], (part, Part(slope.right / wrong)), {})
                if right is not None and np.all(np.isfinite(right.value)):
                    yield from _with(case, attempt, {part: right}, words, fix, at=(user, slot))


@mistake("factor inside", INSIDE, 1.6)
def _factor_inside(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    factors = {"2": 2.0, "1/2": 0.5, "−1": -1.0}
    for name, x in case.labels:
        if x not in (0.0, 1.0):
            factors |= {name: x, f"1/{name}": 1 / x}
    for user, slot, part in _places(case, attempt):
        for name, factor in list(factors.items())[:12]:
            right = apply(TABLE["multiply"], (factor, part), {})
            if right is not None:
                text = _text(case, part)
                minus = name == "−1"
                words = f"{text} " + ("has the wrong sign" if minus else f"lacks the factor {name}")
                fix = f"multiply {text} by {name}"
                yield from _with(case, attempt, {part: right}, words, fix, at=(user, slot))


@mistake("wrong part", INSIDE, 1.6)
def _wrong_part(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    """A part that is none of the known quantities stands where one of them belongs."""
    for part in _inner(case, attempt):
        for name, value, shown in case.known:
            if value.shape == part.shape and not same(value, np.asarray(part.value, dtype=float)):
                size = 0.01 * min(len(part.order), 20)
                text = _text(case, part)
                fix = f"write {shown or name} for {text}"
                whole = f"{name} = {shown}" if shown else name
                words = f"{text} stands where {whole} belongs"
                new = Part(value, name="")
                yield from _with(case, attempt, {part: new}, words, fix, extra=size)


# ---------------------------------------------------------------------------------------- helpers


def _operations(case: Case, attempt: Attempt) -> list[Part]:
    """The operations of the formula, if there are digits enough to tell them apart."""
    root = attempt.parts
    if root is None or (case.tolerance.rtol > 1e-6 and case.ours.size < 8):
        return []
    return [part for part in root.order if part.op is not None]


def _inner(case: Case, attempt: Attempt) -> list[Part]:
    """The operations below the last one."""
    return _operations(case, attempt)[:-1]


def _places(case: Case, attempt: Attempt) -> Iterator[tuple[Part, int, Part]]:
    """Every operand slot: the operation, the slot, the part that stands in it."""
    for user in _operations(case, attempt):
        for slot, arg in enumerate(user.args):
            if isinstance(arg, Part):
                yield user, slot, arg


def _stands_for(
    case: Case,
    attempt: Attempt,
    part: Part,
    right: Part,
    *,
    at: tuple[Part, int] | None = None,
    extra: float = 0.0,
) -> Iterator[Attempt]:
    """The attempt with one part instead of another, in these words."""
    old, new = _text(case, part), _text(case, right)
    words, fix = f"{old} stands where {new} belongs", f"write {new} for {old}"
    where = at[0].text(lambda number: _number(case, number)) if at is not None else ""
    words += f" in {where}" if where else ""
    yield from _with(case, attempt, {part: right}, words, fix, at=at, extra=extra)


def _with(
    case: Case,
    attempt: Attempt,
    change: Mapping[Part, Part],
    words: str,
    fix: str,
    *,
    at: tuple[Part, int] | None = None,
    extra: float = 0.0,
) -> Iterator[Attempt]:
    """The attempt with a part changed, everywhere or in one operand slot."""
    root = attempt.parts
    assert root is not None
    if at is not None:
        user, slot = at
        ((_, right),) = change.items()
        made = apply(user.op, [*user.args[:slot], right, *user.args[slot + 1 :]], user.params)
        if made is None:
            return
        change = {user: made}
    new = root.replaced(change)
    if new is not None:
        yours = np.asarray(new.value, dtype=float)
        yield attempt.found(words, fix, extra=extra, yours=yours, formula=new)


def _text(case: Case, part: Part) -> str:
    """A part as the learner may find it in the formula."""
    if part not in case.texts:
        shown = part.text(lambda number: _number(case, number))
        case.texts[part] = shown or f"a part ({_kind(part)})"
    return case.texts[part]


def _kind(part: Part) -> str:
    return f"the result of {part.op.name}" if part.op is not None else part.name


def _number(case: Case, number: float) -> str:
    small = number.is_integer() and abs(number) <= 4
    everyday = small or ((1000 * number).is_integer() and number not in case.sizes)
    ratio = None if everyday else case.ratio_names.find(number, 1e-12, depth=3)
    return ratio.name if ratio is not None else f"{number:.6g}".replace("-", "−")
