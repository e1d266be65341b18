"""Functions of every kind of operand, transforms of functions, and code written for NumPy."""

from collections.abc import Callable
from typing import Any, assert_type

import numpy as onp

import autograd
import autograd.numpy as np
from autograd import (
    Tensor,
    Value,
    checkpoint,
    concatenate,
    elementwise_grad,
    grad,
    grad_and_aux,
    hessian,
    jacobian,
    make_jvp,
    make_vjp,
    mean,
    sigmoid,
    softmax,
    svd,
    value_and_grad,
    where,
)

v, t, array = Value(0.5), Tensor([[1.0, 2.0], [3.0, 4.0]]), onp.ones((2, 2))

# ------------------------------------------------------------------------------------ functions

assert_type(sigmoid(v), Value)
assert_type(sigmoid(t), Tensor)
assert_type(sigmoid(0.5), float)
assert_type(sigmoid(array), onp.ndarray)
assert_type(autograd.maximum(v, 0), Value)
assert_type(autograd.maximum(t, array), Tensor)
assert_type(autograd.maximum(0.5, 1), float)
assert_type(autograd.leaky_relu(v, slope=0.2), Value)
assert_type(autograd.gelu(t), Tensor)
assert_type(autograd.sign(v), float)
assert_type(softmax(t, axis=0), Tensor)
assert_type(softmax(array), onp.ndarray)
assert_type(mean(t, axis=0), Tensor)
assert_type(where(t > 0, t, 0.0), Tensor)
assert_type(where(v > 0, v, 0.0), Value)
assert_type(concatenate([t, array], axis=1), Tensor)
assert_type(concatenate([array, array]), onp.ndarray)
assert_type(svd(t).S, Tensor)
assert_type(autograd.einsum("ij,jk->ik", t, array), Tensor)
assert_type(autograd.split(t, 2), list[Tensor])

autograd.sigmod(v)  # error
sigmoid("0.5")  # error
sigmoid(v, v)  # error
softmax(t, axes=0)  # error
autograd.leaky_relu(v, slop=0.2)  # error


def either(node: Tensor | Value) -> Tensor | Value:
    """A union of kinds goes through."""
    return sigmoid(node)


def anything(x: Any) -> Any:
    """What is unknown stays unknown."""
    return sigmoid(softmax(x) + 1)


# ----------------------------------------------------------------------------------- transforms


def curve(x: float, y: float = 1.0) -> float:
    """A function of floats."""
    return sigmoid(x) * y


def energy(w: onp.ndarray, X: onp.ndarray) -> float:
    """A function of arrays."""
    total: float = np.sum(np.tanh(X @ w) ** 2)
    return total


def layers(parameters: dict[str, onp.ndarray]) -> float:
    """A function of a tree."""
    total: float = np.sum(parameters["W"] ** 2)
    return total


row = onp.ones(2)
assert_type(grad(curve)(0.5), float)
assert_type(grad(curve)(0.5, 2.0), float)
slope = grad(curve)
assert_type(grad(slope)(0.5), float)
assert_type(grad(energy)(row, array), onp.ndarray)
assert_type(grad(layers)({"W": array}), dict[str, onp.ndarray])
assert_type(value_and_grad(energy)(row, array), tuple[float, onp.ndarray])
assert_type(elementwise_grad(curve)(0.5), float)
assert_type(hessian(curve)(0.5), float)
assert_type(make_vjp(curve)(0.5), tuple[Callable[[float], float], float])
assert_type(make_jvp(curve)(0.5)(1.0), tuple[float, float])
assert_type(checkpoint(curve)(0.5, y=2.0), float)


def with_aux(x: float) -> tuple[float, str]:
    """A number and something beside it."""
    return x * x, "aside"


assert_type(grad_and_aux(with_aux)(0.5), tuple[float, str])

second = grad(grad(lambda x: x**3))
print(second(2.0), jacobian(lambda x: x**2)(onp.ones(3)), hessian(lambda x: np.sum(x**3))(row))
print(
    grad(lambda p: p["a"] * p["b"])({"a": 2.0, "b": 3.0}),
    grad(lambda x, y: x * y, (0, 1))(1.0, 2.0),
)

grad(curve)("0.5")  # error
grad(curve)(0.5, z=2.0)  # error
grad(0.5)  # error
value_and_grad(energy)(row)  # error

# --------------------------------------------------------------------------------- NumPy's names

assert_type(np.tanh(v), Value)
assert_type(np.tanh(t), Tensor)
assert_type(np.tanh(0.5), float)
assert_type(np.tanh(array), onp.ndarray)
assert_type(np.sum(t, axis=0), Tensor)
assert_type(np.where(array > 0, t, 0.0), Tensor)
assert_type(np.where(array > 0), tuple[onp.ndarray, ...])
assert_type(np.concatenate([t, t]), Tensor)
assert_type(np.array([v, v * 2]), Tensor)
assert_type(np.array([1.0, 2.0]), onp.ndarray)
assert_type(np.linalg.norm(t), Tensor)
assert_type(np.linalg.inv(onp.eye(2)), onp.ndarray)
assert_type(np.pi, float)
print(
    np.add.reduce(array), np.random.default_rng(0).normal(size=2), np.float64(1), np.zeros(3).shape
)
print(np.argmax(t), np.shape(t), np.mean([v, v]))

np.tahn(v)  # error
np.linalg.nrom(t)  # error
