"""Gradients against central differences. Knows a function and its inputs, no derivation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd import Node, Tensor, Value, gradients, toposort
from autograd.account import text
from autograd.check.numeric.differences import Estimate, differentiate

Function = Callable[..., Any]


class GradcheckError(AssertionError):
    """A gradient that central differences contradict."""


class NotDifferentiableError(GradcheckError):
    """The slopes to the left and to the right differ, so no gradient could be right."""


def gradcheck(
    f: Function,
    *inputs: Any,
    order: int = 2,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    at_kinks: Literal["raise", "skip"] = "raise",
) -> bool:
    """Compare every entry of the Jacobian of `f` with central differences, to the given order.

    `inputs` are numbers, arrays or nodes, all taken in float64; `f` gets nodes and returns one, of
    any shape, or several. The second order is the full Hessian of the output contracted with a
    fixed random array. The differences are extrapolated and bring their own error estimate (see
    `differences`), so an entry is wrong if it is off by more than `rtol` (relative), `atol` (times
    the size of `f`) and ten such errors together.

    Returns True. Raises GradcheckError with the worst entry, both numbers and the operation whose
    rule is wrong by itself; NotDifferentiableError at a kink, unless `at_kinks="skip"`.
    """
    if order < 1:
        raise ValueError(f"gradcheck: order={order}, but the first order is 1")
    if at_kinks not in ("raise", "skip"):
        raise ValueError(f"gradcheck: at_kinks={at_kinks!r}; write 'raise' or 'skip'")
    leaves = [_leaf(each) for each in inputs]
    if not leaves:
        raise ValueError("gradcheck: give f's inputs after f, as in gradcheck(f, x, w)")
    labels = _labels(f, leaves)
    checked = f
    for level in range(1, order + 1):
        found = _compare(checked, leaves, labels, level, rtol, atol)
        if found.wrong or (found.kink and at_kinks == "raise"):
            guilty = _guilty(_nodes(f(*leaves)), level, rtol, atol, bool(found.wrong))
            if not found.wrong:
                raise NotDifferentiableError(f"gradcheck: {found.kink}. {guilty}".rstrip())
            raise GradcheckError(f"gradcheck: {found.wrong}. {guilty or _NO_CULPRIT}")
        checked = _gradient_of(checked)
    return True


_NO_CULPRIT = (
    "Every operation in it is right by itself, so look at f: does it leave the graph (.item(), "
    ".numpy()), change data, or use random numbers?"
)


class _Comparison(NamedTuple):
    """The entry that is wrong most and the first kink, in words; empty where there is none."""

    wrong: str
    kink: str = ""


def _compare(
    f: Function, leaves: Sequence[Node], labels: Sequence[str], level: int, rtol: float, atol: float
) -> _Comparison:
    """The Jacobian of `f` against central differences, entry by entry."""
    outputs = _nodes(f(*leaves))
    ours = _jacobian(outputs, leaves)
    before = _flat(outputs)
    if not np.array_equal(before, _flat(_nodes(f(*leaves))), equal_nan=True):
        return _Comparison("f gives different numbers for the same inputs")
    size = max(1.0, np.max(abs(before), initial=0))
    worst, wrong, kink = 1.0, "", ""
    for position, leaf in enumerate(leaves):
        held = leaf.numpy()
        for index in np.ndindex(leaf.shape):
            at = _probe(f, leaves, position, index)
            estimate = differentiate(at, float(held[index]), before)
            mine = ours[position][(slice(None), *index)]
            where = labels[position] + (str(list(index)) if index else "")
            if estimate.kink is not None:
                kink = kink or _say_kink(estimate, where)
                continue
            excess = _excess(mine, estimate, rtol, atol * size)
            row = int(np.argmax(excess)) if excess.size else 0
            if excess.size and excess[row] > worst:
                worst = float(excess[row])
                wrong = (
                    f"d{_entry(outputs, row, labels, level)}/d{where} is wrong: autograd gives "
                    f"{text.number(mine[row], 10)}, central differences "
                    f"{text.number(estimate.slope[row], 10)} ± "
                    f"{text.number(estimate.error[row], 1)}"
                )
    return _Comparison(wrong, kink)


def _excess(mine: np.ndarray, estimate: Estimate, rtol: float, atol: float) -> np.ndarray:
    """How many times its tolerance each entry is off; infinite where nothing can be told."""
    size = np.maximum(abs(mine), abs(estimate.slope))
    with np.errstate(invalid="ignore"):
        gap = abs(mine - estimate.slope)
        settled = np.isfinite(gap) & (estimate.error <= 1e-3 * size + 1e3 * atol)
        return np.where(settled, gap / (rtol * size + 10 * estimate.error + atol), np.inf)


def _probe(
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
            return _flat(_nodes(f(*moved)))

    return at


def _jacobian(outputs: Sequence[Any], leaves: Sequence[Node]) -> list[np.ndarray]:
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


def _gradient_of(f: Function) -> Function:
    """The gradient of `f`, contracted with fixed random numbers, as a function like `f`."""

    def gradient(*leaves: Node) -> Any:
        rng = np.random.default_rng(20)
        total = None
        for output in _nodes(f(*leaves)):
            if not (isinstance(output, Node) and output.requires_grad):
                continue
            seed = rng.uniform(0.5, 1.5, output.shape) * rng.choice([-1.0, 1.0])
            parts = gradients(output, leaves, gradient=seed, create_graph=True)
            total = parts if total is None else [a + b for a, b in zip(total, parts, strict=True)]
        return [np.zeros(leaf.shape) for leaf in leaves] if total is None else total

    return gradient


def _guilty(outputs: Sequence[Any], level: int, rtol: float, atol: float, wrong: bool) -> str:
    """The first operation of the graph that shows the same fault by itself."""
    tried = set()
    for root in outputs:
        for node in toposort(root) if isinstance(root, Node) else ():
            if node.op is None:
                continue
            key = (node.op.name, repr(node.params), *(_key(each) for each in node.operands))
            if key in tried:
                continue
            tried.add(key)
            found = _fault(node, level, rtol, atol, wrong)
            if found:
                return found
    return ""


def _fault(node: Node, level: int, rtol: float, atol: float, wrong: bool) -> str:
    """What is wrong with one operation at the operands it saw; empty if nothing is."""
    params = node.params or {}
    slots = [k for k, arg in enumerate(node.args) if isinstance(arg, Node) and arg.requires_grad]
    leaves = [_leaf(node.operands[k], like=node.args[k]) for k in slots]

    def alone(*moved: Node) -> Any:
        operands = list(node.operands)
        for slot, each in zip(slots, moved, strict=True):
            operands[slot] = each
        return node.op(*operands, **params)

    name = f"'{node.op.name}'"
    labels = [f"argument {slot}" for slot in slots]
    checked: Function = alone
    for current in range(1, level + 1):
        found = _compare(checked, leaves, labels, current, rtol, atol)
        if found.wrong and wrong:
            rule = "rule" if current == 1 else f"rule at order {current}"
            return f"The operation {name} has a wrong {rule}: {found.wrong}"
        if found.kink and not wrong:
            known = f" ({node.op.kink})" if getattr(node.op, "kink", "") else ""
            return f"The operation is {name}{known}; move the input away from there"
        checked = _gradient_of(checked)
    return ""


# ------------------------------------------------------------------------------------------ words


def _say_kink(estimate: Estimate, where: str) -> str:
    assert estimate.kink is not None
    left, right = estimate.kink
    return (
        f"not differentiable here: by {where} the slope is {text.number(left, 6)} on the left "
        f"and {text.number(right, 6)} on the right"
    )


def _entry(outputs: Sequence[Any], row: int, labels: Sequence[str], level: int) -> str:
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


def _labels(f: Function, leaves: Sequence[Node]) -> list[str]:
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


# ---------------------------------------------------------------------------------------- numbers


def _leaf(given: Any, *, like: Any = None) -> Node:
    """A fresh float64 leaf: a Value for a single number, a Tensor for an array."""
    kind = given if isinstance(given, Node) else like
    name = given.name if isinstance(given, Node) else None
    data = given.numpy() if isinstance(given, Node) else given
    if isinstance(kind, Value) or (kind is None and np.isscalar(data)):
        return Value(data, name=name)
    return Tensor(data, dtype=np.float64, name=name)


def _nodes(result: Any) -> list[Any]:
    """What a function returned as a flat list of nodes and plain arrays."""
    if isinstance(result, Node):
        return [result]
    if isinstance(result, list | tuple):
        return [each for part in result for each in _nodes(part)]
    if isinstance(result, np.ndarray) and result.dtype == object:
        return [each for part in result.ravel() for each in _nodes(part)]
    if result is None:
        raise TypeError("gradcheck: f returns None: is a `return` missing?")
    return [np.asarray(result, dtype=float)]


def _flat(outputs: Sequence[Any]) -> np.ndarray:
    """The numbers of all outputs in one row, in float64."""
    arrays = (each.numpy() if isinstance(each, Node) else each for each in outputs)
    rows = [np.ravel(array).astype(float) for array in arrays]
    return np.concatenate(rows) if rows else np.zeros(0)


def _key(operand: Any) -> Any:
    return operand.tobytes() if isinstance(operand, np.ndarray) else operand
