"""The slope of a function of one number, by extrapolated central differences. Knows NumPy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

STEPS = 7
RATIO = 4.0  # from one step to the next; 2⁻⁴, 2⁻⁶, … 2⁻¹⁶ at x ~ 1
FIRST = 2.0**-4
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Estimate:
    """The slope of each output, how far it can be trusted, and both slopes where they differ."""

    slope: np.ndarray
    error: np.ndarray
    kink: tuple[float, float] | None = None


def differentiate(
    f: Callable[[float], np.ndarray], x: float, centre: np.ndarray | None = None
) -> Estimate:
    """The derivative of a vector-valued `f` at `x`; `centre` is f(x) if it is known.

    Ridders' method: central differences with steps that shrink by 4, extrapolated to step 0
    (Richardson: the errors are powers of h²), of which each output takes the entry that agrees best
    with its neighbours. Steps at which `f` is not finite (a log left of 0) are left out.
    """
    middle = f(x) if centre is None else centre
    estimate = _estimate(f, x, FIRST * max(abs(x), 1.0), middle)
    doubtful = estimate.kink is not None or not np.all(estimate.error <= 1e-6 * _size(estimate))
    if doubtful and 0 < abs(x) < 1:  # a pole or a kink nearer than the smallest step
        closer = _estimate(f, x, FIRST * abs(x), middle)
        if closer.kink is None and np.all(closer.error <= 1e-4 * _size(closer)):
            return closer
    return estimate


def _size(estimate: Estimate) -> np.ndarray:
    return np.nan_to_num(np.abs(estimate.slope)) + 1e-3


def _estimate(
    f: Callable[[float], np.ndarray], x: float, first: float, middle: np.ndarray
) -> Estimate:
    samples = _sample(f, x, first)
    return Estimate(*_extrapolate(samples, middle), _kink(samples, middle))


Sample = tuple[float, np.ndarray, np.ndarray]


def _sample(f: Callable[[float], np.ndarray], x: float, first: float) -> list[Sample]:
    steps = [first / RATIO**k for k in range(STEPS)]
    # the step that is really taken is a difference of floats
    return [((x + h) - (x - h), f(x + h), f(x - h)) for h in steps]


def _extrapolate(samples: list[Sample], middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best entry of the Richardson tableau for each output, and its error."""
    best = np.full(middle.shape, np.nan)
    error = np.full(middle.shape, np.inf)
    row: list[np.ndarray] = []
    noise = EPS * np.abs(middle)
    with np.errstate(invalid="ignore", over="ignore"):
        for width, up, down in samples:
            above, row = row, [(up - down) / width]
            for j, coarse in enumerate(above):
                weight = RATIO ** (2 * (j + 1))
                row.append((weight * row[j] - coarse) / (weight - 1))
                doubt = np.maximum(abs(row[-1] - row[-2]), abs(row[-1] - coarse)) + noise / width
                better = doubt < error
                best = np.where(better, row[-1], best)
                error = np.where(better, doubt, error)
    return best, error


def _kink(samples: list[Sample], middle: np.ndarray) -> tuple[float, float] | None:
    """The slopes on both sides of the output with the clearest kink.

    Where the function is smooth, the gap between the one-sided slopes shrinks with the step (by 4);
    at a kink it stays, at a jump it grows.
    """
    gaps, sides = [], []
    with np.errstate(invalid="ignore", over="ignore"):
        for width, up, down in samples[-3:]:
            right, left = 2 * (up - middle) / width, 2 * (middle - down) / width
            gaps.append(np.where(np.isnan(right) | np.isnan(left), np.inf, abs(right - left)))
            sides.append((left, right))
        rounding = 64 * EPS * np.abs(middle) / samples[-1][0]
        left, right = sides[-1]
        visible = np.nan_to_num(1e-6 * (abs(left) + abs(right)), posinf=0.0) + rounding
        stays = (gaps[2] > 0.6 * gaps[1]) & (gaps[1] > 0.6 * gaps[0])
        kinks = np.flatnonzero((gaps[2] > visible) & np.where(np.isinf(gaps[2]), True, stays))
    if not kinks.size:
        return None
    worst = kinks[np.argmax(gaps[2][kinks])]
    return float(left[worst]), float(right[worst])
