"""When two arrays count as equal. Knows nothing of graphs or learners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# By dtype: some thousand roundings of float64 and float32, a few of float16.
_RTOL = {"float64": 1e-9, "float32": 2e-4, "float16": 3e-2}


@dataclass(frozen=True)
class Tolerance:
    """`rtol` is relative to the largest entry, since cancellation spoils small entries most."""

    rtol: float
    atol: float = 0.0

    def accepts(self, yours: np.ndarray, ours: np.ndarray) -> bool:
        """Equal shape and entries; a single number stands for every entry, and for a single one."""
        if yours.shape not in (ours.shape, ()):
            if not (ours.ndim == 0 and yours.size == 1):
                return False
            yours = yours.reshape(())
        if not ours.size:
            return True
        with np.errstate(all="ignore"):
            gap = float(np.abs(yours - ours).max())
            return gap <= self.atol + self.rtol * float(np.abs(ours).max())


_ROUNDING = Tolerance(1e-12)


def nearly_equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays have the same shape and are equal but for rounding."""
    return a.shape == b.shape and _ROUNDING.accepts(a, b)


def rtol_of(*dtypes: np.dtype) -> float:
    """The tolerance that fits the narrowest of some floating-point dtypes."""
    return max(_RTOL.get(str(dtype), 1e-9) for dtype in dtypes)


def largest_difference(
    yours: np.ndarray, ours: np.ndarray
) -> tuple[tuple[int, ...], float, float] | None:
    """The entry that differs most (the largest if none does): its index and both numbers.

    None if the shapes don't fit.
    """
    if yours.size == ours.size == 1:
        return (0,) * ours.ndim, float(yours.item()), float(ours.item())
    if yours.shape not in (ours.shape, ()) or not ours.size:
        return None
    yours = np.broadcast_to(yours, ours.shape)
    with np.errstate(all="ignore"):
        gap = np.nan_to_num(np.abs(yours - ours), nan=np.inf)
    if gap.max() <= 1e-12 * np.abs(ours).max():  # rounding: then the largest entry
        gap = np.abs(ours)
    index = tuple(int(i) for i in np.unravel_index(int(gap.argmax()), ours.shape))
    return index, float(yours[index]), float(ours[index])
