"""Models that train: PyTorch's modules, losses and optimisers in the notes' notation.

The same layer code runs on Tensors or, with `node=Value`, on arrays of Values. `nn.estimators`,
imported on its own, has the models as scikit-learn's estimators; `nn.by_hand` derives all gradients
without autograd.
"""

from typing import TYPE_CHECKING

import autograd
from nn import data, init, optim
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
from nn.history import DivergenceError, EarlyStopping, History
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
from nn.training import Epoch, fit

__all__ = [
    "ELU",
    "GELU",
    "L1",
    "L2",
    "MLP",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "Classifier",
    "CrossEntropyLoss",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "Epoch",
    "History",
    "Identity",
    "L1Loss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "LogisticRegression",
    "Loss",
    "MSELoss",
    "Module",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "class_weights",
    "data",
    "fit",
    "init",
    "load",
    "optim",
    "save",
]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        if name == "__version__":
            return autograd.__version__
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
