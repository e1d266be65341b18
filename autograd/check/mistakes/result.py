"""Mistakes that show in the result as a whole: a factor, a sum, the shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from autograd.check.case import Attempt, Case
from autograd.check.mistakes.table import RESULT, mistake
from autograd.check.parts import Part
from autograd.check.ratios import Ratio


@mistake("factor", RESULT, 1.0)
def _factor(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    same_shape = attempt.result.shape == attempt.ours.shape
    ratio = case.ratio(attempt, attempt.result, attempt.ours) if same_shape else None
    if ratio is not None:
        yield attempt.found(
            _say_factor(case, ratio, alone=not attempt.findings),
            _drop(case, attempt, ratio) or _undo_factor(ratio),
            yours=attempt.result / ratio.value,
        )


@mistake("sum missing", RESULT, 1.0)
def _sum_missing(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    yours, ours = attempt.result, attempt.ours
    for axes, total in _sums(yours, ours.shape):
        keep = ", keepdims=True" if ours.ndim == yours.ndim else ""
        axis = axes[0] if len(axes) == 1 else axes
        yield attempt.found(
            f"the sum over {case.axes_words(yours.shape, axes)} is missing",
            f"sum over {_axes(axes)}: .sum(axis={axis}{keep})",
            yours=total,
        )


@mistake("sum superfluous", RESULT, 1.2)
def _sum_superfluous(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for axes, total in _sums(attempt.ours, attempt.result.shape):
        yield attempt.found(
            f"summed over {case.axes_words(attempt.ours.shape, axes)}, one sum too many",
            f"leave out the sum over {_axes(axes)}",
            ours=total,
        )


@mistake("sum over the wrong axis", RESULT, 1.2)
def _sum_over_wrong_axis(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    use = case.only_use
    if use is None or attempt.ours is not case.ours:
        return
    whole, shape = use.whole, case.target.shape
    right = tuple(
        axis
        for axis in range(whole.ndim)
        if axis < whole.ndim - len(shape)
        or shape[axis - whole.ndim + len(shape)] != whole.shape[axis]
    )
    for axes, total in _sums(whole * case.target.scale, attempt.result.shape) if right else ():
        if axes != right:
            yield attempt.found(
                f"summed over {case.axes_words(whole.shape, axes)} instead of "
                f"{case.axes_words(whole.shape, right)}",
                f"sum over {_axes(right)}",
                extra=0.3 if set(axes) > set(right) else 0.0,  # rather one sum too many
                ours=total,
            )


@mistake("transposed", RESULT, 1.0)
def _transposed(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    yours = attempt.result
    if yours.ndim >= 2 and yours.mT.shape == attempt.ours.shape:
        yield attempt.found(
            f"your {case.name} is the transpose of {case.truth} (the factors in the wrong order?)",
            "transpose it",
            yours=yours.mT,
        )


@mistake("shape lost", RESULT, 1.0)
def _shape_lost(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    yours, ours = attempt.result, attempt.ours
    if yours.shape == ours.shape or yours.size != ours.size or not ours.ndim:
        return
    if _core(yours.shape) == _core(ours.shape):
        lost = yours.ndim < ours.ndim
        yield attempt.found(
            f"the shape is {yours.shape}, but {case.target.name} has {ours.shape}"
            + (": keepdims is lost" if lost else ""),
            "sum with keepdims=True" if lost else f"use .reshape{ours.shape}",
            yours=yours.reshape(ours.shape),
        )


@mistake("quantity missing", RESULT, 1.5)
def _quantity_missing(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for other in case.candidates:
        if other.kind != "gradient" and _fits_into(other.value.shape, attempt.result.shape):
            yield attempt.found(
                f"the factor {other.name} is missing",
                f"multiply by {other.name}",
                yours=attempt.result * other.value,
            )


@mistake("quantity superfluous", RESULT, 1.6)
def _quantity_superfluous(case: Case, attempt: Attempt) -> Iterator[Attempt]:
    for other in case.candidates:
        if other.kind != "gradient" and _fits_into(other.value.shape, attempt.ours.shape):
            yield attempt.found(
                f"the factor {other.name} is one too many",
                f"leave out {other.name}",
                ours=attempt.ours * other.value,
            )


# ----------------------------------------------------------------------------------------- words


def _say_factor(case: Case, ratio: Ratio, *, alone: bool) -> str:
    subject = f"your {case.name}" if alone else "what remains"
    if ratio.name == "−1":
        return f"{subject} has the wrong sign: it is −{case.truth}"
    words = f"{subject} is {ratio.text} {'of' if abs(ratio.value) < 1 else 'times'} {case.truth}"
    if ratio.also:
        words += f" (or {' or '.join(ratio.also)}, which is the same number here)"
    reason = _reason(case, ratio)
    return f"{words}: {reason}" if reason else words


def _reason(case: Case, ratio: Ratio) -> str:
    """Where a factor m or 1/m most likely comes from."""
    count = case.samples
    m = next((name for name, x in case.labels if x == count), "m")
    upstream = [name for name, each in case.arguments.items() if each.kind == "gradient"]
    if count is None or count < 2:
        return ""
    if np.isclose(ratio.value, 1 / count, rtol=1e-9) and upstream and not case.course:
        carried = f"{upstream[0]} carries the 1/{m} already"
        return f"a mean stands where the sum belongs, {carried}" if case.uses("mean") else carried
    if np.isclose(ratio.value, count, rtol=1e-9) and case.course:
        return f"in the course's convention the 1/{m} belongs here"
    if np.isclose(ratio.value, count, rtol=1e-9) and not upstream:
        return (
            "it is the gradient of the sum of the losses, not of their mean (the course's "
            f"convention, provided that dW and db carry the 1/{m})"
        )
    return ""


def _drop(case: Case, attempt: Attempt, ratio: Ratio) -> str:
    """What to take out of the formula, if the factor stands there as it is."""
    root = attempt.parts
    for part in root.order if root is not None else ():
        name = part.op.name if part.op is not None else ""
        for slot, arg in enumerate(part.args if name in ("multiply", "divide") else ()):
            rest = part.args[1 - slot]
            number = arg if np.ndim(arg) == 0 and not isinstance(arg, Part) else None
            if number is None or not isinstance(rest, Part) or (name == "divide" and slot == 0):
                continue
            factor = 1 / float(number) if name == "divide" else float(number)
            if np.isclose(factor, ratio.value, rtol=1e-12):
                without = root.replaced({part: rest}) if root is not None else None
                if without is not None and _fits(case, attempt, without):
                    return f"drop the {ratio.name}"
    return "take the sum, not the mean" if _is_mean(case, ratio) else ""


def _fits(case: Case, attempt: Attempt, formula: Part) -> bool:
    return case.fits(replace(attempt, yours=np.asarray(formula.value, dtype=float)))


def _is_mean(case: Case, ratio: Ratio) -> bool:
    count = case.samples or 0
    is_one_over_m = count > 1 and bool(np.isclose(ratio.value, 1 / count, rtol=1e-9))
    return is_one_over_m and case.uses("mean")


def _undo_factor(ratio: Ratio) -> str:
    if ratio.name == "−1":
        return "change the sign"
    if abs(ratio.value) < 1 and not ratio.reciprocal.startswith("1/"):
        return f"multiply by {ratio.reciprocal}"
    return f"divide by {ratio.name}"


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
