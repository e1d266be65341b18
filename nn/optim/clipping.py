"""Gradient clipping, between `backward()` and `step()`."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from autograd import Tensor, Value
from nn.arguments import not_negative


def clip_grad_norm_(
    parameters: Iterable[Tensor | Value], max_norm: float, norm_type: float = 2.0
) -> float:
    """Scale all gradients down together until their norm is at most `max_norm`; the norm before.

    Raises FloatingPointError, and changes nothing, if the norm is not finite.
    """
    if not not_negative("max_norm", max_norm):
        raise ValueError("max_norm=0 leaves nothing of the gradients: give a number above 0")
    nodes = [node for node in parameters if node.grad is not None]
    norms = [np.linalg.norm(np.ravel(node.grad), norm_type) for node in nodes]
    total = float(np.linalg.norm(norms, norm_type)) if norms else 0.0
    if not math.isfinite(total):
        raise FloatingPointError(f"the norm of the gradients is {total}: there is no clipping it")
    factor = max_norm / (total + 1e-6)
    if factor < 1:
        for node in nodes:
            node.grad = node.grad * factor
    return total


def clip_grad_value_(parameters: Iterable[Tensor | Value], clip_value: float) -> None:
    """Cut every entry of every gradient to `±clip_value`."""
    not_negative("clip_value", clip_value)
    for node in parameters:
        if node.grad is not None:
            cut = np.clip(node.grad, -clip_value, clip_value)
            node.grad = cut if isinstance(node, Tensor) else float(cut)
