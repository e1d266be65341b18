"""Optimisers: what to do with the gradients once they are there. PyTorch's, step for step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from autograd import Tensor, Value
from nn.arguments import by_name, share
from nn.optim.optimizer import Optimizer


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Gradient descent, `w := w − lr · dJ/dw` (N1.1), with PyTorch's momentum.

    With momentum μ, the gradient is replaced by `v := μ v + (1 − dampening) g`, where `v` starts as
    the first gradient; with `nesterov` by `g + μ v`. `weight_decay` adds `weight_decay · w` to `g`.
    """

    momentum: float = 0.0
    dampening: float = 0.0
    weight_decay: float = 0.0
    nesterov: bool = False

    def __post_init__(self, params: Iterable[Tensor | Value]) -> None:
        super().__post_init__(params)
        if self.nesterov and (not self.momentum or self.dampening):
            raise ValueError("nesterov=True needs a momentum above 0 and no dampening")

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        if self.weight_decay:
            g = g + self.weight_decay * w
        if self.momentum:
            v = g
            if "velocity" in state:
                v = self.momentum * state["velocity"] + (1 - self.dampening) * g
            state["velocity"] = v
            g = g + self.momentum * v if self.nesterov else v
        return self.lr * g


@dataclass(eq=False, repr=False)
class RMSprop(Optimizer):
    """Divides by a running root mean square of the gradient: `g / (√s + eps)`.

    `s := alpha s + (1 − alpha) g²`; with `centered` the square of a running mean is subtracted from
    it. With momentum μ, `v := μ v + g / (√s + eps)` is the step.
    """

    lr: float = 1e-2
    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum: float = 0.0
    centered: bool = False

    def __post_init__(self, params: Iterable[Tensor | Value]) -> None:
        super().__post_init__(params)
        share("alpha", self.alpha, all_of_it=False)

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        if self.weight_decay:
            g = g + self.weight_decay * w
        s = spread = self.alpha * state.get("square", 0.0) + (1 - self.alpha) * g * g
        state["square"] = s
        if self.centered:
            mean = state["mean"] = self.alpha * state.get("mean", 0.0) + (1 - self.alpha) * g
            spread = np.maximum(s - mean * mean, 0)  # rounding may leave it below 0
        g = g / (np.sqrt(spread) + self.eps)
        if self.momentum:
            g = state["velocity"] = self.momentum * state.get("velocity", 0.0) + g
        return self.lr * g


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """Momentum and RMSprop, both corrected for starting at zero (Kingma 2014).

    `m := β1 m + (1 − β1) g`, `v := β2 v + (1 − β2) g²`; the step number t is
    `lr · m/(1 − β1^t) / (√(v/(1 − β2^t)) + eps)`. `weight_decay` adds `weight_decay · w` to `g`;
    `amsgrad` takes the largest `v` so far.
    """

    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    amsgrad: bool = False

    def __post_init__(self, params: Iterable[Tensor | Value]) -> None:
        super().__post_init__(params)
        first, second = (share(f"betas[{i}]", self.betas[i], all_of_it=False) for i in (0, 1))
        self.betas = first, second

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        if self.weight_decay:
            g = g + self.weight_decay * w
        return self.lr * self.direction(g, state)

    def direction(self, g: Any, state: dict[str, Any]) -> Any:
        """What to subtract from the parameter at the learning rate 1, without weight decay."""
        first, second = self.betas
        t = state["t"] = state.get("t", 0) + 1
        m = state["m"] = first * state.get("m", 0.0) + (1 - first) * g
        v = state["v"] = second * state.get("v", 0.0) + (1 - second) * g * g
        if self.amsgrad:
            v = state["v_max"] = np.maximum(state.get("v_max", 0.0), v)
        return m / (1 - first**t) / (np.sqrt(v / (1 - second**t)) + self.eps)


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam whose `weight_decay` shrinks the weights beside the step, not through it (2017)."""

    weight_decay: float = 1e-2

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        return self.lr * (self.weight_decay * w + self.direction(g, state))


def optimizer_for(params: Iterable[Tensor | Value], optimizer: Any, lr: float | None) -> Optimizer:
    """The optimizer that is meant by an instance, a class, a name, or None for SGD."""
    kind = by_name(
        "optimizer", SGD if optimizer is None else optimizer, [SGD, RMSprop, Adam, AdamW]
    )
    if isinstance(kind, type):
        lr = 0.1 if lr is None and kind is SGD else lr
        return cast(Optimizer, kind(params, **({} if lr is None else {"lr": lr})))
    if not isinstance(kind, Optimizer):
        raise TypeError(f"optimizer={optimizer!r}: give an optimizer of nn.optim, or its name")
    if lr is not None:
        raise ValueError("fit: give an optimizer or lr, not both: the optimizer has its own lr")
    return kind
