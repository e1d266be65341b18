"""Gradients against central differences. Knows a function and its inputs, no derivation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd import Node, toposort
from autograd.account import text
from autograd.check.numeric.differences import Estimate, differentiate
from autograd.check.numeric.functions import (
    Function,
    entry_name,
    flat,
    gradient_of,
    input_leaf,
    jacobian_of,
    labels_of,
    leaf_of,
    nodes_of,
    probe,
)


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
    if not callable(f):
        raise TypeError(f"gradcheck: f is {type(f).__name__}, not a function of the inputs")
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"gradcheck: order={order!r}; write 1 for the first order, 2 for both")
    if at_kinks not in ("raise", "skip"):
        raise ValueError(f"gradcheck: at_kinks={at_kinks!r}; write 'raise' or 'skip'")
    if not inputs:
        raise ValueError("gradcheck: give f's inputs after f, as in gradcheck(f, x, w)")
    leaves = [input_leaf(number, each) for number, each in enumerate(inputs)]
    labels = labels_of(f, leaves)
    checked = f
    for level in range(1, order + 1):
        found = _compare(checked, leaves, labels, level, rtol, atol)
        if found.wrong or (found.kink and at_kinks == "raise"):
            guilty = _guilty(nodes_of(f(*leaves)), level, rtol, atol, bool(found.wrong))
            if not found.wrong:
                raise NotDifferentiableError(f"gradcheck: {found.kink}. {guilty}".rstrip())
            culprit = guilty or (_NO_CULPRIT if found.measured else "")
            raise GradcheckError(f"gradcheck: {found.wrong}. {culprit}".rstrip())
        checked = gradient_of(checked)
    return True


_NO_CULPRIT = (
    "Every operation in it is right by itself, so look at f: does it leave the graph (.item(), "
    ".numpy()), change data, or use random numbers?"
)


class _Comparison(NamedTuple):
    """The entry that is wrong most and the first kink, in words; empty where there is none."""

    wrong: str
    kink: str = ""
    measured: bool = True  # that it is wrong, or only not to be told


def _compare(
    f: Function, leaves: Sequence[Node], labels: Sequence[str], level: int, rtol: float, atol: float
) -> _Comparison:
    """The Jacobian of `f` against central differences, entry by entry."""
    outputs = nodes_of(f(*leaves))
    ours = jacobian_of(outputs, leaves)
    before = flat(outputs)
    if not np.array_equal(before, flat(nodes_of(f(*leaves))), equal_nan=True):
        return _Comparison("f gives different numbers for the same inputs")
    size = max(1.0, np.max(abs(before), initial=0))
    worst, wrong, kink, measured = 1.0, "", "", True
    for position, leaf in enumerate(leaves):
        held = leaf.numpy()
        for index in np.ndindex(leaf.shape):
            at = probe(f, leaves, position, index)
            estimate = differentiate(at, float(held[index]), before)
            mine = ours[position][(slice(None), *index)]
            where = labels[position] + (str(list(index)) if index else "")
            if estimate.kink is not None:
                kink = kink or _say_kink(estimate, where)
                continue
            excess = _excess(mine, estimate, rtol, atol * size)
            if not excess.size:
                continue
            row = int(np.argmax(excess))
            slope, error = estimate.slope[row], estimate.error[row]
            told = bool(np.isnan(mine[row]) or abs(mine[row] - slope) > 10 * error)
            if (told, excess[row]) > (bool(wrong) and measured, worst) and excess[row] > 1:
                worst, measured = float(excess[row]), told
                fault = "is wrong" if measured else _UNMEASURED
                wrong = (
                    f"d{entry_name(outputs, row, labels, level)}/d{where} {fault}: autograd gives "
                    f"{text.number(mine[row], 10)}, central differences "
                    f"{text.number(slope, 10)} ± {text.number(error, 1)}"
                )
    return _Comparison(wrong, kink, measured)


_UNMEASURED = "cannot be measured here, too near to an edge or a kink"


def _excess(mine: np.ndarray, estimate: Estimate, rtol: float, atol: float) -> np.ndarray:
    """How many times its tolerance each entry is off; infinite where nothing can be told."""
    size = np.maximum(abs(mine), abs(estimate.slope))
    with np.errstate(invalid="ignore"):
        gap = abs(mine - estimate.slope)
        settled = np.isfinite(gap) & (estimate.error <= 1e-3 * size + 1e3 * atol)
        excess = gap / (rtol * size + 10 * estimate.error + atol)
        return np.where(settled | (gap <= rtol * size + atol), excess, np.inf)


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
    leaves = [leaf_of(node.operands[k], like=node.args[k]) for k in slots]

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
        if found.wrong and wrong and found.measured:
            rule = "rule" if current == 1 else f"rule at order {current}"
            return f"The operation {name} has a wrong {rule}: {found.wrong}"
        if found.wrong if wrong else found.kink:
            words = "; ".join(filter(None, [node.op.kink, *_edges(node, slots)]))
            known = f" ({words})" if words else ""
            return f"The operation is {name}{known}; move the input away from there"
        checked = gradient_of(checked)
    return ""


def _edges(node: Node, slots: Sequence[int]) -> list[str]:
    """Where the arguments of an operation may lie, if not everywhere."""
    domains = [(k, each.text) for k, each in enumerate(node.op.domain) if k in slots]
    return [f"argument {k}: {text}" for k, text in domains if text != "any real"]


def _say_kink(estimate: Estimate, where: str) -> str:
    assert estimate.kink is not None
    left, right = estimate.kink
    near = "not differentiable here, or too near to"
    for slope, side in ((left, "left"), (right, "right")):
        if not np.isfinite(slope):
            return f"{near} an edge to be measured: f is not finite on the {side} of {where}"
    return (
        f"{near} a kink to be measured: by {where} the slope is {text.number(left, 6)} on the left "
        f"and {text.number(right, 6)} on the right"
    )


def _key(operand: Any) -> Any:
    return operand.tobytes() if isinstance(operand, np.ndarray) else operand
