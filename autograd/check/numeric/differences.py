"""The slope of a function of one number, by extrapolated central differences. Knows NumPy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

STEPS = 7
RATIO = 4.0  # from one step to the next
SCALES = tuple(2.0 ** -(4 + 6 * k) for k in range(6))  # first steps at x ~ 1: 2⁻⁴ … 2⁻³⁴
EPS = float(np.finfo(np.float64).eps)

Function = Callable[[float], np.ndarray]
Sample = tuple[float, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Estimate:
    """The slope of each output, how far it can be trusted, and both slopes where they differ."""

    slope: np.ndarray
    error: np.ndarray
    kink: tuple[float, float] | None = None

    @property
    def doubt(self) -> float:
        """The largest error, relative to the slope; infinite where nothing was measured."""
        relative = self.error / (np.nan_to_num(np.abs(self.slope)) + 1e-3)
        return float(np.max(np.nan_to_num(relative, nan=np.inf, posinf=np.inf), initial=0.0))


def differentiate(f: Function, x: float, centre: np.ndarray | None = None) -> Estimate:
    """The derivative of a vector-valued `f` at `x`; `centre` is f(x) if it is known.

    Ridders' method: central differences with steps that shrink by 4, extrapolated to step 0
    (Richardson: the errors are powers of h²), of which each output takes the entry that agrees best
    with its neighbours. Steps at which `f` is not finite (a log left of 0) are left out. Where the
    slopes of both sides differ, or the entries do, an edge, a pole or a kink may be near: the same
    is tried with smaller steps, down to those that rounding spoils.
    """
    middle = f(x) if centre is None else centre
    kink: _Kink | None = None
    measured: list[Estimate] = []
    for first in _first_steps(x):
        samples = _sample(f, x, first)
        sides = _Sides.of(samples, middle)
        found = sides.kink()
        if found is None:
            beside = sides.steps_beside(kink) if kink is not None else 0
            measured.append(Estimate(*_extrapolate(samples[beside:], middle)))
            if measured[-1].doubt <= 1e-6:
                return measured[-1]
        kink = kink or found
    best = min(measured, key=lambda each: each.doubt, default=None)
    if kink is not None and (best is None or np.isinf(best.doubt)):
        return Estimate(*_extrapolate(samples, middle), kink.slopes)
    assert best is not None
    return best


def _first_steps(x: float) -> list[float]:
    """The first steps to try: such that fit the size of x, then smaller ones."""
    largest, *smaller = (scale * max(abs(x), 1.0) for scale in SCALES)
    near = [SCALES[0] * abs(x)] if 0 < abs(x) < 1 else []
    return [largest, *near, *smaller]


def _sample(f: Function, x: float, first: float) -> list[Sample]:
    steps = [first / RATIO**k for k in range(STEPS)]
    # the step that is really taken is a difference of floats
    return [((x + h) - (x - h), f(x + h), f(x - h)) for h in steps]


def _extrapolate(samples: list[Sample], middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best entry of the Richardson tableau for each output, and its error."""
    best = np.full(middle.shape, np.nan)
    error = np.full(middle.shape, np.inf)
    row: list[np.ndarray] = []
    noise = EPS * np.abs(middle)
    with np.errstate(all="ignore"):
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


class _Kink(NamedTuple):
    """The output with the clearest kink, and its slopes to the left and to the right."""

    row: int
    slopes: tuple[float, float]


class _Sides(NamedTuple):
    """The slopes to the left and to the right, by step and output, and how rounding moves them."""

    left: np.ndarray
    right: np.ndarray
    rounding: np.ndarray

    @classmethod
    def of(cls, samples: list[Sample], middle: np.ndarray) -> _Sides:
        widths = np.array([width for width, _, _ in samples])[:, None]
        ups, downs = (np.array(each) for each in list(zip(*samples, strict=True))[1:])
        with np.errstate(all="ignore"):
            left, right = 2 * (middle - downs) / widths, 2 * (ups - middle) / widths
        return cls(left, right, 8 * EPS * np.abs(middle) / widths)

    def gaps(self) -> np.ndarray:
        """How far the slopes differ; infinite where one is none."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(abs(self.right - self.left), nan=np.inf, posinf=np.inf)

    def floor(self) -> np.ndarray:
        """The smallest gap of each output that is more than rounding."""
        return np.min(self.gaps() + self.rounding, axis=0, initial=np.inf)

    def steps_beside(self, kink: _Kink) -> int:
        """How many steps still reach a kink that greater ones have shown: the gap is there."""
        was = abs(kink.slopes[1] - kink.slopes[0])
        if not np.isfinite(was):
            return 0
        left, right, gaps = (each[:, kink.row] for each in (self.left, self.right, self.gaps()))
        size = np.nan_to_num(abs(left) + abs(right)) / sum(map(abs, kink.slopes))
        gone = gaps + self.rounding[:, kink.row] <= 0.1 * was * np.maximum(size, 1)
        return int(np.argmax(gone)) if gone.any() else len(gone)

    def kink(self) -> _Kink | None:
        """The clearest kink; None if there is none.

        Where the function is smooth, the gap shrinks with the step (by 4), until rounding makes it
        grow; at a kink it stays, at a jump it grows from the start.
        """
        gaps = self.gaps()
        last = gaps[-1]
        with np.errstate(invalid="ignore"):
            size = np.nan_to_num(abs(self.left[-1]) + abs(self.right[-1]), posinf=0.0)
            visible = last > 1e-6 * size + 8 * self.rounding[-1]
            stays = np.isinf(last) | ((last > 0.6 * gaps[-2]) & (gaps[-2] > 0.6 * gaps[-3]))
            only_noise = (self.floor() < 0.1 * last) & (np.argmin(gaps, axis=0) > 0)
        rows = np.flatnonzero(visible & stays & ~(only_noise & np.isfinite(last)))
        if not rows.size:
            return None
        row = int(rows[np.argmax(last[rows])])
        return _Kink(row, (float(self.left[-1][row]), float(self.right[-1][row])))
