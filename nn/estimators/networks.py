"""Networks as scikit-learn has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, Self, cast

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from nn import init, optim
from nn.activations import Identity, ReLU, Sigmoid, Tanh
from nn.callbacks import EarlyStopping
from nn.data import train_test_split
from nn.estimators.base import Classifier, Estimator
from nn.layers import Linear, Sequential
from nn.losses import Loss, MSELoss
from nn.models import MLP
from nn.objective import Objective
from nn.regularization import L2
from nn.training import fit

ACTIVATIONS = {"identity": Identity, "logistic": Sigmoid, "relu": ReLU, "tanh": Tanh}


@dataclass(eq=False, repr=False)
class Network(Estimator):
    """What `MLPClassifier` and `MLPRegressor` share."""

    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: Literal["identity", "logistic", "relu", "tanh"] = "relu"
    _: KW_ONLY
    solver: Literal["adam", "sgd", "lbfgs"] = "adam"
    alpha: float = 1e-4
    batch_size: int | Literal["auto"] = "auto"
    learning_rate_init: float = 1e-3
    max_iter: int = 200
    shuffle: bool = True
    random_state: Any = None
    tol: float = 1e-4
    verbose: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 10

    @property
    def coefs_(self) -> list[np.ndarray]:
        """The weights of each layer, `(n_in, n_out)` as in scikit-learn."""
        return [layer.weight.numpy().T for layer in self._linear()]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """The biases of each layer."""
        return [layer.bias.numpy() for layer in self._linear()]

    def _linear(self) -> list[Linear]:
        check_is_fitted(self)
        return [each for each in cast(Sequential, self.module_).layers if isinstance(each, Linear)]

    def _learn(self, X: Any, y: Any, weight: Any, outputs: int, loss: Loss) -> Self:
        for name, known in (("activation", ACTIVATIONS), ("solver", ("adam", "sgd", "lbfgs"))):
            if getattr(self, name) not in known:
                raise ValueError(f"{name}={getattr(self, name)!r}: give one of {', '.join(known)}")
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        sizes = [X.shape[1], *np.ravel(self.hidden_layer_sizes).astype(int), outputs]
        make = ACTIVATIONS[self.activation]
        self.module_ = MLP(sizes, make, init=init.xavier_uniform, rng=rng)
        if self.solver == "lbfgs":
            total = len(X) if weight is None else weight.sum()
            objective = Objective(self.module_, loss, X, y, weight, L2(self.alpha / total))
            found = self.minimize(objective, "lbfgs", self.tol, self.max_iter)
            self.loss_, self.loss_curve_ = found.loss, [found.loss]
            return self
        return self._descend(X, y, weight, loss, rng)

    def _descend(self, X: Any, y: Any, weight: Any, loss: Loss, rng: np.random.Generator) -> Self:
        held_out = None
        if self.early_stopping:
            X, y, weight, held_out = self._hold_out(X, y, weight, rng)
        size = min(200, len(X)) if self.batch_size == "auto" else self.batch_size
        total = len(X) if weight is None else weight.sum()
        history = fit(
            self.module_,
            X,
            y,
            loss=loss,
            optimizer=self._optimizer(),
            epochs=self.max_iter,
            batch_size=None if size >= len(X) else size,
            shuffle=self.shuffle,
            sample_weight=weight,
            penalty=L2(self.alpha / (total if size >= len(X) else size)),
            validation=held_out,
            early_stopping=EarlyStopping(
                self.n_iter_no_change, min_delta=self.tol, restore_best=self.early_stopping
            ),
            rng=rng,
            progress=bool(self.verbose),
        )
        if history.interrupted:
            raise KeyboardInterrupt
        self.n_iter_ = len(history)
        self.loss_curve_, self.loss_ = history.loss, history.loss[-1]
        if not history.stopped:
            self.warn(f"the loss still falls by more than tol={self.tol:g}")
        return self

    def _hold_out(self, X: Any, y: Any, weight: Any, rng: np.random.Generator) -> tuple[Any, ...]:
        """Samples, targets and weights to learn from, and samples with targets aside."""
        kinds = y.ndim == 1 and isinstance(self, ClassifierMixin)
        part = self.validation_fraction
        split = train_test_split(np.arange(len(X)), y, test_size=part, stratify=kinds, rng=rng)
        learned, aside = split.X_train, split.X_test
        weight = None if weight is None else weight[learned]
        return X[learned], y[learned], weight, (X[aside], y[aside])

    def _optimizer(self) -> optim.Optimizer:
        parameters, lr = self.module_.parameters(), self.learning_rate_init
        if self.solver == "adam":
            return optim.Adam(parameters, lr)
        nesterov = self.nesterovs_momentum and self.momentum > 0
        return optim.SGD(parameters, lr, self.momentum, nesterov=nesterov)


@dataclass(eq=False, repr=False)
class MLPClassifier(Classifier, Network):
    """`sklearn.neural_network.MLPClassifier`: layers of units, for any number of classes."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train from new weights."""
        X, y, weight = self.samples(X, y, sample_weight)
        indices = self.indices(y)
        return self._learn(X, indices, weight, self.n_outputs(), self.loss_function())


@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, Network):  # type: ignore[misc]
    """`sklearn.neural_network.MLPRegressor`: layers of units, for one or more numbers."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train from new weights, on half the squared error."""
        X, y, weight = self.samples(X, y, sample_weight, multi_output=True, y_numeric=True)
        self._one_number = y.ndim == 1
        target = y.reshape(len(y), -1).astype(float)
        return self._learn(X, target, weight, target.shape[1], HalfSquared())

    def predict(self, X: Any) -> np.ndarray:
        """The numbers for each sample."""
        output = self.output(X)
        return output[:, 0] if self._one_number else output

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class HalfSquared(MSELoss):
    """`(x − y)² / 2`: what scikit-learn's regressors minimise."""

    def entries(self, input: Any, target: np.ndarray) -> Any:  # noqa: A002
        return 0.5 * super().entries(input, target)
