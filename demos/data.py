"""Data that scikit-learn ships: 569 tumours (Wisconsin), 1797 handwritten digits; two moons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nn.data import Split, Standardizer, train_test_split


class Data(NamedTuple):
    """Samples as rows, features standardised with the statistics of the training samples."""

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    """1 for a benign tumour, 0 for a malignant one."""
    y_test: np.ndarray
    features: list[str]


def breast_cancer(*, seed: int = 0) -> Data:
    """569 tumours, three quarters for training and one for testing, classes alike."""
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    split = train_test_split(bunch.data, bunch.target, test_size=0.25, rng=seed)
    standardize = Standardizer.fit(split.X_train)
    return Data(
        standardize(split.X_train),
        standardize(split.X_test),
        split.y_train,
        split.y_test,
        [str(name) for name in bunch.feature_names],
    )


def digits(*, seed: int = 0) -> Split:
    """1797 images of 8 × 8 pixels from 0 to 1, as rows of 64, and the digits written on them."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return train_test_split(bunch.data / 16, bunch.target, test_size=0.25, rng=seed)


def moons(n_samples: int, *, noise: float = 0.2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points in two half circles that reach into each other, and which of the two."""
    from sklearn.datasets import make_moons

    X, y = make_moons(n_samples, noise=noise, random_state=seed)
    return X, y
