"""Optimisers: what to do with the gradients once they are there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor, Value, zero_grad


class Optimizer:
    """Steps the parameters along their gradients; a subclass says how, in `change`.

    `lr` may be set at any time. What an optimiser remembers of a parameter lies in `state`, a
    dictionary for each, in the order of `parameters`.
    """

    def __init__(self, params: Iterable[Tensor | Value], *, lr: float) -> None:
        self.parameters = list(params)
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} got no parameters: was the iterator used up?")
        for place, node in enumerate(self.parameters):
            if not isinstance(node, Tensor | Value) or node.op is not None:
                raise TypeError(
                    f"{type(self).__name__}: parameter {place} is {node!r}, which is no leaf of a "
                    "graph; give model.parameters()"
                )
        if len(set(self.parameters)) < len(self.parameters):
            raise ValueError(f"{type(self).__name__} got a parameter twice")
        self.lr = _not_negative("lr", lr)
        self.state: list[dict[str, Any]] = [{} for _ in self.parameters]

    def zero_grad(self) -> None:
        """Set the gradients of all parameters back to None."""
        zero_grad(self.parameters)

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        for node, state in zip(self.parameters, self.state, strict=True):
            if node.grad is not None:
                w = node.data
                node.data = w - self.change(w, node.grad, state)

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        """What to subtract from the parameter `w`, whose gradient is `g`."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent, `w := w − lr · dJ/dw` (N1.1), with PyTorch's momentum.

    With momentum μ, the gradient is replaced by `v := μ v + (1 − dampening) g`, where `v` starts as
    the first gradient; with `nesterov` by `g + μ v`. `weight_decay` adds `weight_decay · w` to `g`.
    """

    def __init__(
        self,
        params: Iterable[Tensor | Value],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr=lr)
        self.momentum = _not_negative("momentum", momentum)
        self.dampening = dampening
        self.weight_decay = _not_negative("weight_decay", weight_decay)
        self.nesterov = nesterov
        if nesterov and (not momentum or dampening):
            raise ValueError("nesterov=True needs a momentum above 0 and no dampening")

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        """The step of one parameter."""
        if self.weight_decay:
            g = g + self.weight_decay * w
        if self.momentum:
            v = g
            if "velocity" in state:
                v = self.momentum * state["velocity"] + (1 - self.dampening) * g
            state["velocity"] = v
            g = g + self.momentum * v if self.nesterov else v
        return self.lr * g


def _not_negative(name: str, number: float) -> float:
    if not number >= 0:
        raise ValueError(f"{name}={number}: give a number that is not negative")
    return number
