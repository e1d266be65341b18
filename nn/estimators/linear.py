"""Logistic regression as scikit-learn has it: the exact minimum of a convex objective."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, Self

import numpy as np
from sklearn.utils import compute_class_weight

from nn import init
from nn.estimators.base import Classifier
from nn.layers import Linear
from nn.objective import Objective
from nn.regularization import L2


@dataclass(eq=False, repr=False)
class LogisticRegression(Classifier):
    """`sklearn.linear_model.LogisticRegression` with an L2 penalty, multinomial for many classes.

    It finds the minimum of `C · Σ weight · L + ‖w‖² / 2`.
    """

    _: KW_ONLY
    C: float = 1.0
    fit_intercept: bool = True
    class_weight: dict[Any, float] | Literal["balanced"] | None = None
    solver: Literal["lbfgs", "newton"] = "lbfgs"
    tol: float = 1e-7
    max_iter: int = 1000

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Find the minimum; warns with ConvergenceWarning if it was not reached."""
        if not self.C > 0:
            raise ValueError(f"C={self.C}: give a number above 0")
        X, y, weight = self.samples(X, y, sample_weight)
        y = self.indices(y)
        weight = np.ones(len(X)) if weight is None else weight
        if self.class_weight is not None:
            weight = weight * self._class_weights(y, weight)[y]
        self.module_ = Linear(X.shape[1], self.n_outputs(), self.fit_intercept, init=init.zeros)
        penalty = L2(1 / (self.C * weight.sum()))
        objective = Objective(self.module_, self.loss_function(), X, y, weight, penalty)
        # Of the objective above, not of its mean: then `tol` bounds the error of `coef_`.
        tol = max(self.tol / (self.C * weight.sum()), 1e-14)
        self.minimize(objective, self.solver, tol, self.max_iter)
        state = self.module_.state_dict()
        self.coef_ = state["weight"]
        self.intercept_ = state.get("bias", np.zeros(self.n_outputs()))
        return self

    def _class_weights(self, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """The factor for each class; balanced, all classes weigh the same in sum."""
        if self.class_weight == "balanced":
            counts = np.bincount(y, weight)
            return np.asarray(counts.sum() / (len(counts) * counts))
        each = compute_class_weight(self.class_weight, classes=self.classes_, y=self.classes_[y])
        return np.asarray(each)

    def decision_function(self, X: Any) -> np.ndarray:
        """The logits: one for each sample, or one for each class."""
        z = self.output(X)
        return z[:, 0] if z.shape[1] == 1 else z
