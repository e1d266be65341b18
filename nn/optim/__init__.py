"""Optimisers, schedules, gradient clipping; second-order methods for convex models."""

from nn.optim import lr_scheduler
from nn.optim.algorithms import SGD, Adam, AdamW, RMSprop
from nn.optim.convex import minimize
from nn.optim.optimizer import Optimizer, clip_grad_norm_, clip_grad_value_

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop"]
__all__ += ["clip_grad_norm_", "clip_grad_value_", "lr_scheduler", "minimize"]
