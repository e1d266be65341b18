"""Models that train: PyTorch's modules, losses and optimisers in the notes' notation.

The same layer code runs on Tensors or, with `node=Value`, on arrays of Values.
"""

from nn import data, init, optim
from nn.layers import LeakyReLU, Linear, ReLU, Sequential, Sigmoid, Tanh
from nn.losses import BCELoss, BCEWithLogitsLoss, Loss, MSELoss
from nn.models import MLP, Classifier, LogisticRegression
from nn.module import Module
from nn.training import DivergenceError, History, fit

__all__ = [
    "MLP",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Classifier",
    "DivergenceError",
    "History",
    "LeakyReLU",
    "Linear",
    "LogisticRegression",
    "Loss",
    "MSELoss",
    "Module",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "data",
    "fit",
    "init",
    "optim",
]
