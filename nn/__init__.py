"""Models that train: PyTorch's modules, losses and optimisers in the notes' notation.

The same layer code runs on Tensors or, with `node=Value`, on arrays of Values. `nn.estimators`,
imported on its own, has the models as scikit-learn's estimators; `nn.by_hand` derives all gradients
without autograd.

Randomness is an argument, never a global: `rng=` of models, layers and `fit` is a seed or a
generator. A program repeats itself number by number if one generator goes to all of them:

    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Dropout(rng=rng), nn.Linear(8, 1, rng=rng))
    nn.fit(model, X, y, batch_size=10, rng=rng)
"""

from typing import TYPE_CHECKING

import autograd
from nn import callbacks, data, init, optim
from nn.activations import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.callbacks import EarlyStopping
from nn.history import DivergenceError, History
from nn.layers import Linear, Sequential
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    L1Loss,
    Loss,
    MSELoss,
    class_weights,
)
from nn.models import MLP, Classifier, LogisticRegression
from nn.module import Module
from nn.regularization import L1, L2, BatchNorm1d, Dropout
from nn.saving import load, save
from nn.trainer import Callback, Epoch, Trainer
from nn.training import fit

__all__ = ["BatchNorm1d", "Classifier", "Dropout", "Linear", "Module", "Sequential"]
__all__ += ["ELU", "GELU", "Identity", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid"]
__all__ += ["MLP", "LogisticRegression", "Softmax", "Softplus", "Tanh"]
__all__ += ["BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "L1Loss", "Loss", "MSELoss"]
__all__ += ["L1", "L2", "callbacks", "class_weights", "data", "init", "optim"]
__all__ += ["Callback", "DivergenceError", "EarlyStopping", "Epoch", "History", "Trainer", "fit"]
__all__ += ["load", "save"]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        if name == "__version__":
            return autograd.__version__
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
