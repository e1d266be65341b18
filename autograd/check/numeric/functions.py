"""Functions of nodes as functions of numbers: their inputs, outputs, Jacobians and gradients."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Node, Tensor, Value, gradients

Function = Callable[..., Any]


def probe(
    f: Function, leaves: Sequence[Node], position: int, index: tuple[int, ...]
) -> Callable[[float], np.ndarray]:
    """`f` as a function of one entry of one input."""

    kind: Any = type(leaves[position])

    def at(x: float) -> np.ndarray:
        moved = list(leaves)
        data = leaves[position].numpy()
        data[index] = x
        moved[position] = kind(data)
        with np.errstate(all="ignore"):
            return flat(nodes_of(f(*moved)))

    return at


def jacobian_of(outputs: Sequence[Any], leaves: Sequence[Node]) -> list[np.ndarray]:
    """For each leaf an array (entries of all outputs) × (shape of the leaf)."""
    rows = [row for output in outputs for row in _rows(output, leaves)]
    return [
        np.array([row[k] for row in rows], dtype=float).reshape(len(rows), *leaf.shape)
        for k, leaf in enumerate(leaves)
    ]


def _rows(output: Any, leaves: Sequence[Node]) -> Iterator[list[Any]]:
    """The gradients of each entry of one output; a result outside the graph has zeros."""
    shape = np.shape(output)
    for index in np.ndindex(shape):
        if isinstance(output, Node) and output.requires_grad:
            seed = np.zeros(shape)
            seed[index] = 1.0
            yield gradients(output, leaves, gradient=seed)
        else:
            yield [np.zeros(leaf.shape) for leaf in leaves]


def gradient_of(f: Function) -> Function:
    """The gradient of `f`, contracted with fixed random numbers, as a function like `f`."""

    def gradient(*leaves: Node) -> Any:
        rng = np.random.default_rng(20)
        total = None
        for output in nodes_of(f(*leaves)):
            if not (isinstance(output, Node) and output.requires_grad):
                continue
            seed = rng.uniform(0.5, 1.5, output.shape) * rng.choice([-1.0, 1.0])
            parts = gradients(output, leaves, gradient=seed, create_graph=True)
            total = parts if total is None else [a + b for a, b in zip(total, parts, strict=True)]
        return [np.zeros(leaf.shape) for leaf in leaves] if total is None else total

    return gradient


def entry_name(outputs: Sequence[Any], row: int, labels: Sequence[str], level: int) -> str:
    """The name of an entry of the outputs laid end to end."""
    for number, output in enumerate(outputs):
        shape = np.shape(output)
        size = int(np.prod(shape))
        if row < size:
            index = [int(i) for i in np.unravel_index(row, shape)] if shape else []
            if level > 1:
                return f"(df/d{labels[number]}{index or ''})"
            return f"f{number if len(outputs) > 1 else ''}{index or ''}"
        row -= size
    return "f"


def labels_of(f: Function, leaves: Sequence[Node]) -> list[str]:
    """What to call the inputs: their own names, else those of f's parameters."""
    try:
        parameters = [
            parameter.name
            for parameter in inspect.signature(f).parameters.values()
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
    except (TypeError, ValueError):  # a ufunc has no signature
        parameters = []
    parameters += [f"input{k}" for k in range(len(parameters), len(leaves))]
    return [leaf.name or label for leaf, label in zip(leaves, parameters, strict=False)]


def input_leaf(number: int, given: Any) -> Node:
    """The leaf of an input. Raises an error for what holds no finite real numbers."""
    data = np.asarray(given.numpy() if isinstance(given, Node) else given)
    if data.dtype.kind not in "biuf":
        kind = type(given).__name__
        what = f"an array of {data.dtype}" if isinstance(given, np.ndarray) else kind
        raise TypeError(f"gradcheck: input {number} is {what}; give real numbers, arrays or nodes")
    leaf = leaf_of(given)
    if not np.all(np.isfinite(leaf.numpy())):
        raise ValueError(
            f"gradcheck: input {number} holds NaN or infinity: there is no slope there"
        )
    return leaf


def leaf_of(given: Any, *, like: Any = None) -> Node:
    """A fresh float64 leaf: a Value for a single number, a Tensor for an array."""
    kind = given if isinstance(given, Node) else like
    name = given.name if isinstance(given, Node) else None
    data = given.numpy() if isinstance(given, Node) else given
    if isinstance(kind, Value) or (kind is None and np.isscalar(data)):
        return Value(data, name=name)
    return Tensor(data, dtype=np.float64, name=name)


def nodes_of(result: Any) -> list[Any]:
    """What a function returned as a flat list of nodes and plain arrays."""
    if isinstance(result, Node):
        return [result]
    if isinstance(result, list | tuple):
        return [each for part in result for each in nodes_of(part)]
    if isinstance(result, np.ndarray) and result.dtype == object:
        return [each for part in result.ravel() for each in nodes_of(part)]
    if result is None:
        raise TypeError("gradcheck: f returns None: is a `return` missing?")
    try:
        return [np.asarray(result, dtype=float)]
    except (TypeError, ValueError):
        kind = type(result).__name__
        raise TypeError(f"gradcheck: f returns {kind}; return nodes, or a list of them") from None


def flat(outputs: Sequence[Any]) -> np.ndarray:
    """The numbers of all outputs in one row, in float64."""
    arrays = (each.numpy() if isinstance(each, Node) else each for each in outputs)
    rows = [np.ravel(array).astype(float) for array in arrays]
    return np.concatenate(rows) if rows else np.zeros(0)
