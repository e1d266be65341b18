"""Data on its way to a model: splits, standardisation, mini-batches. Samples are rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from nn.nodes import Rng
from nn.reading import Table as Table
from nn.reading import as_samples as as_samples
from nn.reading import read as read


class Split(NamedTuple):
    """What `train_test_split` gives, in scikit-learn's order."""

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray


def train_test_split(
    X: Any, y: Any, *, test_size: float = 0.25, stratify: bool = True, rng: Rng = None
) -> Split:
    """Put the share `test_size` of the samples, at random, aside for testing.

    With `stratify` both parts have the classes in `y` in the same proportions, up to rounding.
    Raises ValueError if a part would be empty, or a class too small to be in both parts.
    """
    X, y = np.asarray(X), np.asarray(y)
    check_samples(X, y)
    rng = np.random.default_rng(rng)
    count = round(test_size * len(X))
    if not 0 < count < len(X):
        raise ValueError(f"test_size={test_size} of {len(X)} samples leaves a part empty")
    if stratify:
        aside = _of_each_class(y, count, rng)
    else:
        aside = rng.permutation(len(X))[:count]
    test = np.zeros(len(X), dtype=bool)
    test[aside] = True
    return Split(X[~test], X[test], y[~test], y[test])


def _of_each_class(y: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Indices of `count` samples, from each class its share; the largest remainders round up."""
    labels, place, sizes = np.unique(y, return_inverse=True, return_counts=True)
    shares = count * sizes / len(y)
    quota = np.floor(shares).astype(int)
    up = np.argsort(quota - shares, kind="stable")[: count - quota.sum()]
    quota[up] += 1
    for label, size, part in zip(labels, sizes, quota, strict=True):
        if not 0 < part < size:
            raise ValueError(
                f"class {label} has {size} of the {len(y)} samples, and {part} of them would be "
                "for testing: change test_size, or give stratify=False"
            )
    groups = [np.flatnonzero(place.ravel() == each) for each in range(len(labels))]
    return np.concatenate(
        [rng.permutation(group)[:part] for group, part in zip(groups, quota, strict=True)]
    )


def stratified_folds(
    y: Any, k: int = 5, *, rng: Rng = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """`k` times the indices for training and those for testing; each sample is tested once.

    Every fold has the classes in `y` in the same proportions, up to one sample.
    """
    y, rng = np.asarray(y), np.random.default_rng(rng)
    labels, place, sizes = np.unique(y, return_inverse=True, return_counts=True)
    if not 2 <= k <= sizes.min(initial=len(y)):
        rarest = f"class {labels[sizes.argmin()]} has {sizes.min()} samples" if len(y) else "no y"
        raise ValueError(f"k={k} folds: {rarest}; give 2 folds or more, and a sample for each")
    groups = [np.flatnonzero(place.ravel() == each) for each in range(len(labels))]
    fold = np.empty(len(y), dtype=int)  # dealt out class after class, like cards
    fold[np.concatenate([rng.permutation(group) for group in groups])] = np.arange(len(y)) % k
    for each in range(k):
        yield np.flatnonzero(fold != each), np.flatnonzero(fold == each)


@dataclass(frozen=True)
class Standardizer:
    """`(x − mean) / scale` for each feature, with the numbers of the data it was fitted to.

    Fit it to the training data alone and apply it to both, or the test data leak into the model.
    """

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def fit(cls, X: Any) -> Self:
        """Mean and standard deviation of each column; a constant column keeps its scale.

        Raises ValueError naming the first entry that is NaN or infinite.
        """
        X = as_samples(X)
        if X.ndim != 2 or not X.size:
            raise ValueError(f"X has shape {X.shape}: give samples as rows, features as columns")
        bad = np.argwhere(~np.isfinite(X))
        if len(bad):
            row, column = bad[0]
            raise ValueError(
                f"X[{row}, {column}] is {X[row, column]}; in all, {len(set(bad[:, 0]))} of the "
                f"{len(X)} rows hold a number that is not finite"
            )
        scale = X.std(axis=0)
        scale[scale <= 1e-15 * np.abs(X).max(axis=0)] = 1.0
        return cls(X.mean(axis=0), scale)

    def __call__(self, X: Any) -> np.ndarray:
        """The standardised data."""
        return (as_samples(X) - self.mean) / self.scale

    def invert(self, X: Any) -> np.ndarray:
        """The data in their own units."""
        return np.asarray(X) * self.scale + self.mean


def batches(
    n_samples: int,
    batch_size: int | None = None,
    *,
    shuffle: bool = True,
    drop_last: bool = False,
    rng: Rng = None,
) -> Iterator[np.ndarray]:
    """The indices of one mini-batch after another; with `batch_size=None` of all samples at once.

    The last is smaller if `batch_size` does not divide `n_samples`; `drop_last` leaves it out.
    """
    if batch_size is None:
        yield np.arange(n_samples)
        return
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size}: give 1 or more")
    order = np.random.default_rng(rng).permutation(n_samples) if shuffle else np.arange(n_samples)
    for start in range(0, n_samples, batch_size):
        batch = order[start : start + batch_size]
        if not (drop_last and len(batch) < batch_size):
            yield batch


def check_samples(X: Any, y: Any) -> None:
    """Raise ValueError unless `X` and `y` have a row for each sample, and there is one."""
    if not np.ndim(X) or not np.ndim(y) or len(X) != len(y):
        raise ValueError(
            f"X has shape {np.shape(X)} and y {np.shape(y)}: both need one row for each sample"
        )
    if not len(X):
        raise ValueError("there are no samples")
