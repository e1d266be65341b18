"""Backpropagation as the notes derive it (N3.3-N3.7), in plain NumPy: no graph, no autograd.

A twin for every layer and every loss of `nn`, with its derivative written out. Samples are rows
here, columns in the notes: `dW = dzᵀ a` for their `dW = dz aᵀ`, and `db` sums over the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.by_hand.functions import Array, log_softmax, sigmoid, softmax, softplus
from nn.by_hand.layers import ACTIVATIONS, LAYERS, Layer, twin
from nn.by_hand.losses import LOSSES
from nn.module import Module

__all__ = ["ACTIVATIONS", "LAYERS", "LOSSES", "Layer", "backpropagation", "twin"]
__all__ += ["log_softmax", "sigmoid", "softmax", "softplus"]


def backpropagation(model: Module, loss: Module, X: Any, y: Any) -> tuple[Any, dict[str, Array]]:
    """The loss, and its derivative by each parameter of the model, named as in `state_dict`."""
    layer = twin(model)
    output = layer.forward(np.asarray(X, dtype=float))
    J, dz = LOSSES[type(loss).__name__](loss, output, np.asarray(y))
    layer.backward(dz)
    return J, layer.gradients
