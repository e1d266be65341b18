"""The corpus that mistakes are injected into: the examples, deeper networks, a convolution."""

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor
from tests.check.corpus.examples import EXAMPLES, Example

DERIVATIVES = {
    "sigmoid": (ag.sigmoid, "A{0} * (1 - A{0})"),
    "tanh": (ag.tanh, "1 - np.tanh(Z{0})**2"),
    "relu": (ag.relu, "Z{0} > 0"),
    "leaky_relu": (ag.leaky_relu, "np.where(Z{0} > 0, 1, 0.01)"),
    "softplus": (ag.softplus, "sigmoid(Z{0})"),
}


def deep(activation: str, *, sizes: tuple[int, ...] = (3, 5, 4, 2), m: int = 11) -> Example:
    """N4.1: N3.7 for three layers, the last one a sigmoid."""
    rng = np.random.default_rng(6)
    g, derivative = DERIVATIVES[activation]
    A: Any = rng.normal(size=(sizes[0], m))
    Y = (rng.random((sizes[-1], m)) < 0.5) * 1.0
    names: dict[str, Any] = {"A0": A, "Y": Y, "m": m}
    formulas = {}
    last = len(sizes) - 1
    for k in range(1, last + 1):
        W = Tensor(rng.normal(size=(sizes[k], sizes[k - 1])))
        b = Tensor(rng.normal(size=(sizes[k], 1)))
        Z = W @ A + b
        A = ag.sigmoid(Z) if k == last else g(Z)
        names |= {f"W{k}": W, f"b{k}": b, f"Z{k}": Z, f"A{k}": A}
    for k in range(last, 0, -1):
        right = f"(A{k} - Y) / m" if k == last else f"dA{k} * ({derivative.format(k)})"
        formulas[f"dZ{k}"] = right
        formulas[f"dW{k}"] = f"dZ{k} @ A{k - 1}.T"
        formulas[f"db{k}"] = f"dZ{k}.sum(axis=1, keepdims=True)"
        if k > 1:
            formulas[f"dA{k - 1}"] = f"W{k}.T @ dZ{k}"
    J = -(Y * ag.log(A) + (1 - Y) * ag.log(1 - A)).sum() / m
    return Example(J, names, formulas)


def fused() -> Example:
    """The two layers of the notes with every step written out to the end."""
    example = EXAMPLES["two layers, tanh"]()
    return Example(
        example.output,
        example.names,
        {
            "dW2": "((A2 - Y) / m) @ A1.T",
            "db2": "((A2 - Y) / m).sum(axis=1, keepdims=True)",
            "dZ1": "(W2.T @ ((A2 - Y) / m)) * (1 - A1**2)",
            "dW1": "((W2.T @ dZ2) * (1 - A1**2)) @ X.T",
            "db1": "((W2.T @ dZ2) * (1 - A1**2)).sum(axis=1, keepdims=True)",
        },
    )


def log_softmax() -> Example:
    """Softmax and cross-entropy in one, samples as rows."""
    rng = np.random.default_rng(7)
    m = 7
    X, Y = rng.normal(size=(m, 4)), np.eye(3)[rng.integers(0, 3, m)]
    W, b = Tensor(rng.normal(size=(4, 3))), Tensor(rng.normal(size=3))
    Z = X @ W + b
    P = ag.softmax(Z, axis=1)
    J = -(Y * ag.log_softmax(Z, axis=1)).sum() / m + 0 * P.sum()
    return Example(
        J,
        {"X": X, "Y": Y, "W": W, "b": b, "Z": Z, "P": P, "m": m},
        {"dZ": "(P - Y) / m", "dW": "X.T @ dZ", "db": "dZ.sum(axis=0)"},
    )


def convolution() -> Example:
    """A convolution along one axis: windows of the input times kernels, by einsum."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(5, 9))
    V = Tensor(np.lib.stride_tricks.sliding_window_view(x, 3, axis=1))  # samples, places, taps
    K, b = Tensor(rng.normal(size=(2, 3))), Tensor(rng.normal(size=2))
    Z = ag.einsum("nts,fs->ntf", V, K) + b
    A = ag.tanh(Z)
    J = (A * A).sum() / 5
    return Example(
        J,
        {"V": V, "K": K, "b": b, "Z": Z, "A": A, "m": 5},
        {
            "dA": "2 * A / m",
            "dZ": "dA * (1 - A**2)",
            "dK": "np.einsum('ntf,nts->fs', dZ, V)",
            "db": "dZ.sum(axis=(0, 1))",
            "dV": "np.einsum('ntf,fs->nts', dZ, K)",
        },
    )


CORPUS: dict[str, Callable[[], Example]] = {
    **EXAMPLES,
    **{f"three layers, {each}": lambda each=each: deep(each) for each in DERIVATIVES},
    "two layers, fused": fused,
    "log-softmax": log_softmax,
    "convolution": convolution,
}
