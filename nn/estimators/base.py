"""What the estimators share: checked data, weights, labels, the output of the module."""

from __future__ import annotations

import warnings
from typing import Any, cast

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from autograd import no_grad, sigmoid, softmax
from nn import optim
from nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, Loss
from nn.module import Module
from nn.nodes import numbers
from nn.objective import Objective


class Estimator(BaseEstimator):  # type: ignore[misc]
    """An estimator that learns by a module: checked data, weights, the output of the module."""

    module_: Module
    n_iter_: int

    def samples(self, X: Any, y: Any, sample_weight: Any, **options: Any) -> Any:
        """The data as arrays; what weighs nothing is left out."""
        X, y = validate_data(self, X, y, dtype=np.float64, **options)
        if sample_weight is None:
            return X, y, None
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        there = weight > 0
        if not there.any():
            raise ValueError("all samples have sample_weight 0: there is nothing to learn from")
        return X[there], y[there], weight[there]

    def output(self, X: Any) -> np.ndarray:
        """The output of the module for samples that are checked."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        with no_grad():
            return numbers(self.module_(X))

    def minimize(self, objective: Objective, method: Any, tol: float, max_iter: int) -> Any:
        """Move the parameters of the module to the minimum; warns if it was not reached."""
        found = optim.minimize(
            self.module_.parameters(),
            lambda: objective.forward()[0],
            method=method,
            tol=tol,
            max_iter=max_iter,
        )
        self.n_iter_ = max(found.n_iter, 1)
        if not found.converged:
            self.warn(found.message)
        return found

    def warn(self, why: str) -> None:
        """Warn with ConvergenceWarning that the minimum was not reached."""
        warnings.warn(
            f"{type(self).__name__} has not converged after {self.n_iter_} iterations: {why}; "
            "give a larger max_iter, or standardise the data",
            ConvergenceWarning,
            stacklevel=4,
        )


class Classifier(ClassifierMixin, Estimator):  # type: ignore[misc]
    """Labels of any kind, one logit for two classes and one for each of more."""

    classes_: np.ndarray

    def indices(self, y: np.ndarray) -> np.ndarray:
        """The labels as indices into `classes_`."""
        check_classification_targets(y)
        self.classes_, indices = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of 2 classes or more, and got one class: "
                f"{self.classes_[0]!r}"
            )
        return cast(np.ndarray, indices.ravel())

    def n_outputs(self) -> int:
        """How many logits the module gives for a sample."""
        return 1 if len(self.classes_) == 2 else len(self.classes_)

    def loss_function(self) -> Loss:
        """The loss of logits for so many classes."""
        return BCEWithLogitsLoss() if len(self.classes_) == 2 else CrossEntropyLoss()

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, in the order of `classes_`."""
        z = self.output(X)
        if z.shape[1] > 1:
            return np.asarray(softmax(z, axis=1))
        return np.hstack([sigmoid(-z), sigmoid(z)])

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest label of each sample."""
        z = self.output(X)
        place = z.argmax(axis=1) if z.shape[1] > 1 else (z[:, 0] > 0).astype(int)
        return cast(np.ndarray, self.classes_[place])
