"""Right derivations to check the checker with: graphs, and their gradients as people write them."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from autograd import Node, Tensor, Value
from autograd.check import Report, derivation


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


@dataclass(frozen=True)
class Example:
    """A scalar graph with its names, and right formulas for its gradients as source text."""

    output: Node
    names: Mapping[str, Any]
    formulas: Mapping[str, str]

    def steps(self, **changes: str) -> dict[str, Callable[..., Any]]:
        return {name: formula(text) for name, text in {**self.formulas, **changes}.items()}


def formula(source: str) -> Callable[..., Any]:
    """The text of a formula as a function of the names in it."""
    names = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    words = [name for name in dict.fromkeys(names) if name not in WORDS]
    return eval(f"lambda {', '.join(words)}: {source}", dict(WORDS))


def judge(example: Example, steps: dict[str, Any], **options: Any) -> Report:
    return derivation(example.output, steps, names=example.names, **options)


WORDS = {"np": np, "sigmoid": sigmoid}


def two_layers(
    m: int = 7,
    *,
    sizes: tuple[int, int, int] = (3, 4, 2),
    dtype: Any = np.float64,
    activation: Callable[[Any], Any] = ag.tanh,
    derivative: str = "1 - A1**2",
    seed: int = 0,
) -> Example:
    """The network of the notes, N3.1 and N3.2, in columns, and N3.3 to N3.6 as they should be."""
    rng = np.random.default_rng(seed)
    n0, n1, n2 = sizes
    X = rng.normal(size=(n0, m)).astype(dtype)
    Y = (rng.random((n2, m)) < 0.5).astype(dtype)
    W1 = Tensor(rng.normal(size=(n1, n0)), dtype=dtype)
    b1 = Tensor(rng.normal(size=(n1, 1)), dtype=dtype)
    W2 = Tensor(rng.normal(size=(n2, n1)), dtype=dtype)
    b2 = Tensor(rng.normal(size=(n2, 1)), dtype=dtype)
    Z1 = W1 @ X + b1
    A1 = activation(Z1)
    Z2 = W2 @ A1 + b2
    A2 = ag.sigmoid(Z2)
    J = (-(Y * ag.log(A2) + (1 - Y) * ag.log(1 - A2))).sum() / m
    return Example(
        J,
        {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "m": m}
        | {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "J": J},
        {
            "dA2": "-(Y / A2 - (1 - Y) / (1 - A2)) / m",
            "dZ2": "(A2 - Y) / m",
            "dW2": "dZ2 @ A1.T",
            "db2": "dZ2.sum(axis=1, keepdims=True)",
            "dA1": "W2.T @ dZ2",
            "dZ1": f"dA1 * ({derivative})",
            "dW1": "dZ1 @ X.T",
            "db1": "dZ1.sum(axis=1, keepdims=True)",
        },
    )


def course() -> Example:
    """The same network as the course derives it: dZ of the sum of the losses, 1/m in dW and db."""
    return Example(
        (example := two_layers()).output,
        example.names,
        {
            "dZ2": "A2 - Y",
            "dW2": "dZ2 @ A1.T / m",
            "db2": "np.sum(dZ2, axis=1, keepdims=True) / m",
            "dA1": "W2.T @ dZ2",
            "dZ1": "dA1 * (1 - A1**2)",
            "dW1": "1 / m * dZ1 @ X.T",
            "db1": "1 / m * np.sum(dZ1, axis=1, keepdims=True)",
        },
    )


def rows() -> Example:
    """Samples as rows, biases with one axis, ReLU."""
    rng = np.random.default_rng(1)
    m = 11
    X, Y = rng.normal(size=(m, 3)), rng.normal(size=(m, 2))
    W1, b1 = Tensor(rng.normal(size=(3, 5))), Tensor(rng.normal(size=5))
    W2, b2 = Tensor(rng.normal(size=(5, 2))), Tensor(rng.normal(size=2))
    H = X @ W1 + b1
    A = ag.relu(H)
    P = A @ W2 + b2
    J = ((P - Y) ** 2).mean()
    return Example(
        J,
        {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "H": H, "A": A, "P": P, "m": m},
        {
            "dP": "2 * (P - Y) / (m * P.shape[1])",
            "dW2": "A.T @ dP",
            "db2": "dP.sum(axis=0)",
            "dA": "dP @ W2.T",
            "dH": "dA * (H > 0)",
            "dW1": "X.T @ dH",
            "db1": "dH.sum(0)",
        },
    )


def softmax() -> Example:
    """Softmax and cross-entropy over classes in rows of the array, samples in columns."""
    rng = np.random.default_rng(2)
    m = 7
    X = rng.normal(size=(3, m))
    Y = np.eye(5)[rng.integers(0, 5, m)].T
    W, b = Tensor(rng.normal(size=(5, 3))), Tensor(rng.normal(size=(5, 1)))
    Z = W @ X + b
    E = ag.exp(Z)
    A = E / E.sum(axis=0, keepdims=True)
    J = -(Y * ag.log(A)).sum() / m
    return Example(
        J,
        {"X": X, "Y": Y, "W": W, "b": b, "Z": Z, "A": A, "m": m},
        {
            "dA": "-Y / A / m",
            "dZ": "A * (dA - (dA * A).sum(axis=0, keepdims=True))",
            "dW": "dZ @ X.T",
            "db": "dZ.sum(axis=1, keepdims=True)",
        },
    )


def regularised() -> Example:
    """Logistic regression with an L2 penalty, weights a column."""
    rng = np.random.default_rng(3)
    m, lam = 13, 0.3
    X = rng.normal(size=(4, m))
    Y = (rng.random((1, m)) < 0.5) * 1.0
    w, b = Tensor(rng.normal(size=(4, 1))), Tensor(rng.normal(size=(1, 1)))
    z = w.T @ X + b
    a = ag.sigmoid(z)
    L = -(Y * ag.log(a) + (1 - Y) * ag.log(1 - a))
    J = L.sum() / m + lam / (2 * m) * (w * w).sum()
    return Example(
        J,
        {"X": X, "Y": Y, "w": w, "b": b, "z": z, "a": a, "L": L, "m": m, "lam": lam},
        {
            "da": "(-Y / a + (1 - Y) / (1 - a)) / m",
            "dz": "da * a * (1 - a)",
            "dw": "X @ dz.T + lam / m * w",
            "db": "dz.sum(axis=1, keepdims=True)",
        },
    )


def linear() -> Example:
    """Linear regression with half the mean squared error; one-dimensional arrays."""
    rng = np.random.default_rng(4)
    m = 9
    X, y = rng.normal(size=(m, 3)), rng.normal(size=m)
    w, b = Tensor(rng.normal(size=3)), Tensor(0.7)
    p = X @ w + b
    e = p - y
    J = (e * e).sum() / (2 * m)
    return Example(
        J,
        {"X": X, "y": y, "w": w, "b": b, "p": p, "e": e, "m": m},
        {"de": "e / m", "dp": "(p - y) / m", "dw": "X.T @ dp", "db": "dp.sum()"},
    )


def batch_norm() -> Example:
    """Batch normalisation over samples in rows, with a random cotangent."""
    rng = np.random.default_rng(5)
    m = 7
    X = Tensor(rng.normal(size=(m, 3)))
    gamma, beta = Tensor(rng.normal(size=3)), Tensor(rng.normal(size=3))
    C = rng.normal(size=(m, 3))
    mu = X.mean(axis=0)
    D = X - mu
    var = (D * D).mean(axis=0)
    s = ag.sqrt(var + 1e-5)
    H = D / s
    O = H * gamma + beta  # noqa: E741
    J = (C * O).sum()
    return Example(
        J,
        {"X": X, "gamma": gamma, "beta": beta, "C": C, "m": m}
        | {"mu": mu, "D": D, "var": var, "s": s, "H": H, "O": O},
        {
            "dO": "C",
            "dgamma": "(dO * H).sum(axis=0)",
            "dbeta": "dO.sum(axis=0)",
            "dH": "dO * gamma",
            "ds": "-(dH * D / s**2).sum(axis=0)",
            "dvar": "ds / (2 * s)",
            "dD": "dH / s + dvar * 2 * D / m",
            "dmu": "-dD.sum(axis=0)",
            "dX": "(m * dH - dH.sum(0) - H * (dH * H).sum(0)) / (m * s)",
        },
    )


def one_sample() -> Example:
    """N1.2: logistic regression on one sample, in Values."""
    x1, x2, y = 1.3, -0.4, 1.0
    w1, w2, b = Value(0.6), Value(-1.1), Value(0.2)
    z = w1 * x1 + w2 * x2 + b
    a = ag.sigmoid(z)
    L = -(y * ag.log(a) + (1 - y) * ag.log(1 - a))
    return Example(
        L,
        {"x1": x1, "x2": x2, "y": y, "w1": w1, "w2": w2, "b": b, "z": z, "a": a, "L": L},
        {
            "da": "-y / a + (1 - y) / (1 - a)",
            "dz": "a - y",
            "dw1": "x1 * dz",
            "dw2": "x2 * dz",
            "db": "dz",
        },
    )


EXAMPLES: dict[str, Callable[[], Example]] = {
    "two layers, tanh": two_layers,
    "two layers, one output": lambda: two_layers(sizes=(3, 4, 1)),
    "two layers, m = 569": lambda: two_layers(569, sizes=(30, 4, 1)),
    "two layers, float32": lambda: two_layers(dtype=np.float32),
    "two layers, sigmoid": lambda: two_layers(activation=ag.sigmoid, derivative="A1 * (1 - A1)"),
    "two layers, relu": lambda: two_layers(activation=ag.relu, derivative="Z1 > 0"),
    "the course": course,
    "rows": rows,
    "softmax": softmax,
    "regularised": regularised,
    "linear": linear,
    "batch norm": batch_norm,
    "one sample": one_sample,
}
