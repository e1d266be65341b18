"""Reverse-mode differentiation of any order over a graph of floats and NumPy arrays."""

from importlib import import_module
from types import ModuleType

from autograd.graph import Node, gradients, toposort, zero_grad
from autograd.modes import detect_nan, no_grad
from autograd.op import TABLE, Op, op
from autograd.rules.activations import leaky_relu, relu, sigmoid, softplus
from autograd.rules.arithmetic import add, divide, multiply, negative, power, subtract
from autograd.rules.linalg import matmul
from autograd.rules.reductions import mean, reduce_max, reduce_min, reduce_sum
from autograd.rules.select import absolute, maximum, minimum, where
from autograd.rules.shape import (
    broadcast_to,
    concatenate,
    expand_dims,
    permute,
    ravel,
    squeeze,
    stack,
    swapaxes,
)
from autograd.rules.shape import reshape_to as reshape
from autograd.rules.transcendental import cos, exp, log, sin, sqrt, tanh
from autograd.tensor import Tensor
from autograd.value import Value

_LAZY = ("check", "symbols")

__all__ = [
    "TABLE",
    "Node",
    "Op",
    "Tensor",
    "Value",
    "absolute",
    "add",
    "broadcast_to",
    "check",
    "concatenate",
    "cos",
    "detect_nan",
    "divide",
    "exp",
    "expand_dims",
    "gradients",
    "leaky_relu",
    "log",
    "matmul",
    "maximum",
    "mean",
    "minimum",
    "multiply",
    "negative",
    "no_grad",
    "op",
    "permute",
    "power",
    "ravel",
    "reduce_max",
    "reduce_min",
    "reduce_sum",
    "relu",
    "reshape",
    "sigmoid",
    "sin",
    "softplus",
    "sqrt",
    "squeeze",
    "stack",
    "subtract",
    "swapaxes",
    "tanh",
    "toposort",
    "where",
    "zero_grad",
]


def __getattr__(name: str) -> ModuleType:
    """`autograd.check` and its like load when they are first asked for."""
    if name in _LAZY:
        return import_module(f"autograd.{name}")
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")
