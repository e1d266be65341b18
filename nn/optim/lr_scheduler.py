"""Schedules of the learning rate: `step()` at the end of an epoch sets `optimizer.lr`.

Each is a function of the number of steps taken, so nothing but that number needs to be saved. An
`optimizer.lr` that is set by hand is what a schedule goes on from.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nn.arguments import whole_number
from nn.optim.optimizer import Optimizer


@dataclass(eq=False, repr=False)
class LRScheduler:
    """`lr = rate(t)` after `t` steps; a subclass says how, from the optimiser's lr at the start."""

    optimizer: Optimizer

    def __post_init__(self) -> None:
        optimizer = self.optimizer
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__} takes an optimizer, and not {optimizer!r}")
        if optimizer.initial_lr is None or optimizer.lr != optimizer.scheduled_lr:
            optimizer.initial_lr = optimizer.lr  # and else another schedule has changed lr
        for name in {"step_size", "T_max", "total_iters"} & vars(self).keys():
            whole_number(name, getattr(self, name))
        self.move_to(0)

    @property
    def base_lr(self) -> float:
        """The learning rate that the schedule changes: as it was given, or set by hand since."""
        return self.optimizer.initial_lr or 0.0

    def rate(self, t: int) -> float:
        """The learning rate after `t` steps of the schedule."""
        raise NotImplementedError

    def step(self) -> None:
        """Set the learning rate of the next epoch; from what it is now, if it was set by hand."""
        optimizer, before = self.optimizer, self.optimizer.scheduled_lr
        if optimizer.lr != before:
            optimizer.initial_lr = self.base_lr * optimizer.lr / before if before else optimizer.lr
        self.move_to(self.last_epoch + 1)

    def move_to(self, t: int) -> None:
        """Set the learning rate to that after `t` steps."""
        self.last_epoch = t
        self.optimizer.lr = self.optimizer.scheduled_lr = self.rate(t)


@dataclass(eq=False, repr=False)
class LambdaLR(LRScheduler):
    """The learning rate at the start times `lr_lambda(t)`."""

    lr_lambda: Callable[[int], float]

    def rate(self, t: int) -> float:
        return self.base_lr * self.lr_lambda(t)


@dataclass(eq=False, repr=False)
class StepLR(LRScheduler):
    """Multiplies the learning rate by `gamma` every `step_size` steps."""

    step_size: int
    gamma: float = 0.1

    def rate(self, t: int) -> float:
        return float(self.base_lr * self.gamma ** (t // self.step_size))


@dataclass(eq=False, repr=False)
class ExponentialLR(LRScheduler):
    """Multiplies the learning rate by `gamma` every step."""

    gamma: float

    def rate(self, t: int) -> float:
        return float(self.base_lr * self.gamma**t)


@dataclass(eq=False, repr=False)
class CosineAnnealingLR(LRScheduler):
    """Goes down to `eta_min` in `T_max` steps along half a cosine (Loshchilov 2016), and up."""

    T_max: int
    eta_min: float = 0.0

    def rate(self, t: int) -> float:
        height = (1 + math.cos(math.pi * t / self.T_max)) / 2
        return self.eta_min + (self.base_lr - self.eta_min) * height


@dataclass(eq=False, repr=False)
class LinearLR(LRScheduler):
    """A warm-up: from `start_factor` to `end_factor` times the rate in `total_iters` steps."""

    start_factor: float = 1 / 3
    end_factor: float = 1.0
    total_iters: int = 5

    def rate(self, t: int) -> float:
        done = min(t, self.total_iters) / self.total_iters
        return self.base_lr * (self.start_factor + (self.end_factor - self.start_factor) * done)


@dataclass(eq=False, repr=False)
class SequentialLR(LRScheduler):
    """One schedule after another, changing at `milestones`: a warm-up, then a cosine."""

    schedulers: Sequence[LRScheduler]
    milestones: Sequence[int]

    def __post_init__(self) -> None:
        count = len(self.schedulers)
        if count != len(self.milestones) + 1:
            raise ValueError(
                f"SequentialLR: {count} schedulers need {count - 1} milestones, not "
                f"{len(self.milestones)}"
            )
        super().__post_init__()

    def rate(self, t: int) -> float:
        turn = bisect_right(self.milestones, t)
        return self.schedulers[turn].rate(t - (self.milestones[turn - 1] if turn else 0))
