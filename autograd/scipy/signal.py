"""Convolution over any of the axes of two arrays, on nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd.numpy as np
from autograd.card.op import shape_of

Axes = tuple[Sequence[int], Sequence[int]]


def convolve(
    A: Any, B: Any, axes: Axes | None = None, dot_axes: Axes = ((), ()), mode: str = "full"
) -> Any:
    """The convolution of `A` and `B` along pairs of `axes` (None: all), summed over `dot_axes`.

    The axes of the result: those left over of `A`, those left over of `B`, and the convolved ones.
    `mode` is "full", "same" (as long as `A`, from the middle) or "valid" (no zeros taken in).
    """
    if axes is None:
        both = range(len(shape_of(A)))
        axes = (both, both)
    a, kept_a = _arranged(A, axes[0], dot_axes[0])
    b, kept_b = _arranged(B, axes[1], dot_axes[1])
    count = len(axes[0])
    sizes = list(zip(shape_of(a)[2:], shape_of(b)[2:], strict=True))
    spans = [_span(n, m, mode) for n, m in sizes]
    # As many zeros on both sides as the kernel reaches beyond the outputs wanted.
    margins = [
        (max(0, m - 1 - start), max(0, start + length - n))
        for (n, m), (start, length) in zip(sizes, spans, strict=True)
    ]
    padded = np.pad(a, [(0, 0), (0, 0), *margins])
    total: Any = 0.0
    for place in np.ndindex(*shape_of(b)[2:]):
        window = tuple(
            slice(left + start - j, left + start - j + length)
            for j, (left, _), (start, length) in zip(place, margins, spans, strict=True)
        )
        total = total + np.tensordot(
            padded[(slice(None), slice(None), *window)],
            b[(slice(None), slice(None), *place)],
            axes=([1], [1]),
        )
    total = np.moveaxis(total, -1, 1)
    return np.reshape(total, (*kept_a, *kept_b, *shape_of(total)[2 : 2 + count]))


def _arranged(x: Any, axes: Sequence[int], dot_axes: Sequence[int]) -> tuple[Any, tuple[int, ...]]:
    """`x` with its axes in the order left over (as one), summed over (as one), convolved."""
    shape = shape_of(x)
    along = [axis % len(shape) for axis in axes]
    summed = [axis % len(shape) for axis in dot_axes]
    kept = [axis for axis in range(len(shape)) if axis not in along and axis not in summed]
    left = tuple(shape[axis] for axis in kept)
    moved = np.transpose(x, (*kept, *summed, *along))
    rows, columns = math.prod(left), math.prod([shape[axis] for axis in summed])
    return np.reshape(moved, (rows, columns, *(shape[axis] for axis in along))), left


def _span(n: int, m: int, mode: str) -> tuple[int, int]:
    """Where the wanted part of a full convolution of sizes n and m starts, and its length."""
    if mode == "full":
        return 0, n + m - 1
    if mode == "same":
        return (m - 1) // 2, n
    if mode == "valid":
        return min(n, m) - 1, max(n, m) - min(n, m) + 1
    raise ValueError(f"convolve: mode is 'full', 'same' or 'valid', not {mode!r}")
