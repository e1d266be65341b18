"""`Optimizer`: what all rules for stepping along the gradients share; clipping of gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass
from typing import Any

import numpy as np

from autograd import Tensor, Value, zero_grad
from nn.arguments import not_negative, only_to_none
from nn.nodes import whole

_NOT_NEGATIVE = ("lr", "momentum", "weight_decay", "eps")


@dataclass(eq=False, repr=False)
class Optimizer:
    """Steps the parameters along their gradients; a subclass says how, in `change`.

    `lr` may be set at any time. What an optimiser remembers of a parameter lies in `state`, a
    dictionary for each, in the order of `parameters`.
    """

    params: InitVar[Iterable[Tensor | Value]]
    lr: float = 1e-3

    def __post_init__(self, params: Iterable[Tensor | Value]) -> None:
        for name in [name for name in _NOT_NEGATIVE if name in vars(self)]:
            not_negative(name, getattr(self, name))
        if not isinstance(params, Iterable):
            raise TypeError(
                f"{type(self).__name__} takes parameters, and no {type(params).__name__}: give "
                "model.parameters()"
            )
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
        self.initial_lr: float | None = None  # what schedules multiply, once there is one,
        self.scheduled_lr: float | None = None  # and what they made of it; else lr was set by hand
        self.state: list[dict[str, Any]] = [{} for _ in self.parameters]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Set the gradients of all parameters back to None; `set_to_none=False` is refused."""
        only_to_none(set_to_none)
        zero_grad(self.parameters)

    def step(self) -> None:
        """Change every parameter that has a gradient, and what is remembered: all or nothing."""
        memory = list(map(dict.copy, self.state))
        changed = [
            (node, node.data - self.change(node.data, node.grad, state))
            for node, state in zip(self.parameters, memory, strict=True)
            if node.grad is not None
        ]

        def store() -> None:
            for node, data in changed:
                node.data = data
            self.state = memory

        whole(store)

    def change(self, w: Any, g: Any, state: dict[str, Any]) -> Any:
        """What to subtract from the parameter `w` with the gradient `g` and this memory of it."""
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """The numbers it was made with, `lr` as it is now."""
        known = ("parameters", "state")
        return {name: thing for name, thing in vars(self).items() if name not in known}

    def state_dict(self) -> dict[str, Any]:
        """Settings and memory: with the parameters, all that the next steps depend on."""
        return {"settings": self.settings(), "state": [dict(each) for each in self.state]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over settings and memory of an optimiser of the same kind and parameters.

        Raises ValueError, and changes nothing, if they don't fit.
        """
        settings, state = state_dict["settings"], state_dict["state"]
        mine = type(self).__name__
        if set(settings) != set(self.settings()):
            raise ValueError(
                f"the state has the settings {sorted(settings)}, and {mine} has "
                f"{sorted(self.settings())}: it is that of another optimiser"
            )
        if len(state) != len(self.parameters):
            raise ValueError(
                f"the state is that of {len(state)} parameters, and this {mine} has "
                f"{len(self.parameters)}"
            )
        for node, memory in zip(self.parameters, state, strict=True):
            for name, thing in memory.items():
                if np.shape(thing) not in ((), np.shape(node.data)):
                    raise ValueError(f"{mine}: {name} has shape {np.shape(thing)} in the state")
        vars(self).update({**settings, "state": [dict(memory) for memory in state]})


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
