"""Reverse-mode differentiation of any order over a graph of floats and NumPy arrays."""

from autograd.graph import Node, detect_nan, gradients, no_grad, toposort, zero_grad
from autograd.op import TABLE, Op, op
from autograd.rules.elementwise import (
    absolute,
    add,
    cos,
    divide,
    exp,
    leaky_relu,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    subtract,
    tanh,
    where,
)
from autograd.rules.linalg import matmul
from autograd.rules.reductions import mean, reduce_max, reduce_min, reduce_sum
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
from autograd.tensor import Tensor
from autograd.value import Value
