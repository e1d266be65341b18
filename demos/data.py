"""The Wisconsin breast-cancer data that scikit-learn ships: 569 tumours, 30 numbers for each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nn.data import Standardizer, train_test_split


class Data(NamedTuple):
    """Samples as rows, features standardised with the statistics of the training samples."""

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    """1 for a benign tumour, 0 for a malignant one."""
    y_test: np.ndarray
    features: list[str]


def breast_cancer(*, seed: int = 0) -> Data:
    """The data, split into three quarters for training and one for testing, classes alike."""
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
