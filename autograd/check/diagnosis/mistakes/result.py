"""Mistakes that show in the result as a whole: a factor, a sum, the shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from autograd.check.algebra import DIVIDE, MULTIPLY
from autograd.check.diagnosis.examination import Attempt, ExaminedStep
from autograd.check.diagnosis.factors import Factor
from autograd.check.diagnosis.mistakes.table import RESULT, mistake
from autograd.check.written.expression import Expression


@mistake("factor", RESULT, 1.0, simple=True)
def _factor(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    same_shape = attempt.result.shape == attempt.ours.shape
    factor = step.factor(attempt, attempt.result, attempt.ours) if same_shape else None
    if factor is not None:
        words = _say_factor(step, factor, alone=not attempt.findings)
        fix = _drop(step, attempt, factor) or _undo_factor(factor)
        yield attempt.found(words, fix, yours=attempt.result / factor.value)


@mistake("sum missing", RESULT, 1.0, simple=True)
def _sum_missing(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    yours, ours = attempt.result, attempt.ours
    for axes, total in _sums(yours, ours.shape):
        keep = ", keepdims=True" if ours.ndim == yours.ndim else ""
        axis = axes[0] if len(axes) == 1 else axes
        words = f"the sum over {step.axes_words(yours.shape, axes)} is missing"
        fix = f"sum over {_axes(axes)}: .sum(axis={axis}{keep})"
        yield attempt.found(words, fix, yours=total)


@mistake("sum superfluous", RESULT, 1.2, simple=True)
def _sum_superfluous(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for axes, total in _sums(attempt.ours, attempt.result.shape):
        words = f"summed over {step.axes_words(attempt.ours.shape, axes)}, one sum too many"
        yield attempt.found(words, f"leave out the sum over {_axes(axes)}", ours=total)


@mistake("sum over the wrong axis", RESULT, 1.2)
def _sum_over_wrong_axis(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    if len(step.contributions) != 1 or attempt.ours is not step.ours:
        return
    whole, shape = step.contributions[0].part, step.target.shape
    right = tuple(
        axis
        for axis in range(whole.ndim)
        if axis < whole.ndim - len(shape)
        or shape[axis - whole.ndim + len(shape)] != whole.shape[axis]
    )
    for axes, total in _sums(whole * step.target.scale, attempt.result.shape) if right else ():
        if axes != right:
            words = f"summed over {step.axes_words(whole.shape, axes)} instead of "
            words += step.axes_words(whole.shape, right)
            extra = 0.3 if set(axes) > set(right) else 0.0  # rather one sum too many
            yield attempt.found(words, f"sum over {_axes(right)}", extra=extra, ours=total)


@mistake("transposed", RESULT, 1.0, simple=True)
def _transposed(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    yours = attempt.result
    if yours.ndim >= 2 and yours.mT.shape == attempt.ours.shape:
        words = f"your {step.name} is the transpose of {step.ours_in_words} "
        words += "(the factors in the wrong order?)"
        yield attempt.found(words, "transpose it", yours=yours.mT)


@mistake("shape lost", RESULT, 1.0, simple=True)
def _shape_lost(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    yours, ours = attempt.result, attempt.ours
    if yours.shape == ours.shape or yours.size != ours.size or not ours.ndim:
        return
    if _core(yours.shape) == _core(ours.shape):
        lost = yours.ndim < ours.ndim
        words = f"the shape is {yours.shape}, but {step.target.name} has {ours.shape}"
        words += ": keepdims is lost" if lost else ""
        fix = "sum with keepdims=True" if lost else f"use .reshape{ours.shape}"
        yield attempt.found(words, fix, yours=yours.reshape(ours.shape))


@mistake("quantity missing", RESULT, 1.5)
def _quantity_missing(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for other in step.candidates:
        if other.kind != "gradient" and _fits_into(other.value.shape, attempt.result.shape):
            words, fix = f"the factor {other.name} is missing", f"multiply by {other.name}"
            yield attempt.found(words, fix, yours=attempt.result * other.value)


@mistake("quantity superfluous", RESULT, 1.6)
def _quantity_superfluous(step: ExaminedStep, attempt: Attempt) -> Iterator[Attempt]:
    for other in step.candidates:
        if other.kind != "gradient" and _fits_into(other.value.shape, attempt.ours.shape):
            words, fix = f"the factor {other.name} is one too many", f"leave out {other.name}"
            yield attempt.found(words, fix, ours=attempt.ours * other.value)


# ----------------------------------------------------------------------------------------- words


def _say_factor(step: ExaminedStep, factor: Factor, *, alone: bool) -> str:
    subject = f"your {step.name}" if alone else "what remains"
    if factor.name == "−1":
        return f"{subject} has the wrong sign: it is −{step.ours_in_words}"
    times = "of" if abs(factor.value) < 1 else "times"
    words = f"{subject} is {factor.text} {times} {step.ours_in_words}"
    if factor.also:
        words += f" (or {' or '.join(factor.also)}, which is the same number here)"
    reason = _reason(step, factor)
    return f"{words}: {reason}" if reason else words


def _reason(step: ExaminedStep, factor: Factor) -> str:
    """Where a factor m or 1/m most likely comes from."""
    count = step.evaluation.samples
    m = next((name for name, x in step.numbers if x == count), "m")
    upstream = [name for name, each in step.arguments.items() if each.kind == "gradient"]
    if _is_one_over_m(step, factor) and upstream and not step.by_course:
        carried = f"{upstream[0]} carries the 1/{m} already"
        is_mean = step.written.mentions("mean")
        return f"a mean stands where the sum belongs, {carried}" if is_mean else carried
    if count is None or count < 2 or not np.isclose(factor.value, count, rtol=1e-9):
        return ""
    if step.by_course:
        return f"in the course's convention the 1/{m} belongs here"
    if upstream:
        return ""
    return (
        "it is the gradient of the sum of the losses, not of their mean (the course's "
        f"convention, provided that dW and db carry the 1/{m})"
    )


def _is_one_over_m(step: ExaminedStep, factor: Factor) -> bool:
    count = step.evaluation.samples or 0
    return count > 1 and bool(np.isclose(factor.value, 1 / count, rtol=1e-9))


def _drop(step: ExaminedStep, attempt: Attempt, factor: Factor) -> str:
    """What to take out of the formula, if the factor stands there as it is."""
    root = attempt.expression
    for part in root.order if root is not None else ():
        for slot, number in enumerate(part.args if part.op in (MULTIPLY, DIVIDE) else ()):
            rest = part.args[1 - slot]
            is_number = not isinstance(number, Expression) and np.ndim(number) == 0
            if not (is_number and isinstance(rest, Expression)) or (part.op, slot) == (DIVIDE, 0):
                continue
            inside = 1 / float(number) if part.op is DIVIDE else float(number)
            if np.isclose(inside, factor.value, rtol=1e-12):
                without = root.replaced({part: rest}) if root is not None else None
                if without is not None and _fits(step, attempt, without):
                    return f"drop the {factor.name}"
    is_mean = _is_one_over_m(step, factor) and step.written.mentions("mean")
    return "take the sum, not the mean" if is_mean else ""


def _fits(step: ExaminedStep, attempt: Attempt, formula: Expression) -> bool:
    return step.fits(replace(attempt, yours=np.asarray(formula.value, dtype=float)))


def _undo_factor(factor: Factor) -> str:
    if factor.name == "−1":
        return "change the sign"
    if abs(factor.value) < 1 and not factor.reciprocal.startswith("1/"):
        return f"multiply by {factor.reciprocal}"
    return f"divide by {factor.name}"


def _axes(axes: tuple[int, ...]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"the axes {' and '.join(map(str, axes))}"


# --------------------------------------------------------------------------------------- helpers


def _sums(
    array: np.ndarray, shape: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """All sums over some axes that have a given shape, apart from axes of size 1."""
    axes = [axis for axis, size in enumerate(array.shape) if size > 1]
    for count in range(1, len(axes) + 1):
        for some in combinations(axes, count):
            kept = tuple(size for axis, size in enumerate(array.shape) if axis not in some)
            if _core(kept) == _core(shape):
                yield some, array.sum(axis=some).reshape(shape)


def _fits_into(inner: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    """Whether an array broadcasts against another without stretching it."""
    pairs = zip(inner[::-1], outer[::-1], strict=False)
    return len(inner) <= len(outer) and all(size in (1, other) for size, other in pairs)


def _core(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its axes of size 1."""
    return tuple(size for size in shape if size != 1)
