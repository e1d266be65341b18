"""The backward pass: gradients from a result to what it was computed from.

Knows of a node what it holds (see `graph`) and its card; no NumPy, no kind of node, no operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.graph.modes import detecting
from autograd.graph.order import leading_to, results

Gradient = Any
Fit = Callable[[Gradient, Any], Gradient]
Pull = Callable[[Any, int, Any, Gradient], Gradient]
_NONE: dict[str, Any] = {}


def sweep(order: list[Any], found: dict[Any, Gradient], pull: Pull) -> dict[Any, Gradient]:
    """Reverse mode: every result passes its gradient on to its arguments, which add up what comes.

    `order` has results before arguments; `found` begins with the gradient that arrives at the
    first. What argument number `slot` of a node gets is said by `pull`.
    """
    for node in order:
        if node in found:  # else nothing arrived here
            for slot, arg in enumerate(node.nodes):
                if arg is not None and arg.requires_grad and node.op.rule(slot) is not None:
                    part = pull(node, slot, arg, found[node])
                    # never in place: what arrived may be shared with a sibling
                    found[arg] = found[arg] + part if arg in found else part
    return found


class Pulling:
    """What an argument gets by the rule of its slot, for `sweep`; with care, which takes time.

    The rule reads the plain numbers that the operation saw, or, `recorded`, the nodes themselves.
    `fit` undoes broadcasting: it brings a part to the shape and dtype of the operand. Where floats
    overflow or divide by zero, the rule gives infinities; under `detect_nan` they are refused. Each
    use is put in the `log`. With `shielded`, below an operation that selects (`where`, `maximum`,
    …), a zero gradient times an infinite local derivative is zero, since the branch was not taken
    (0 · ∞ is NaN otherwise).
    """

    def __init__(
        self, fit: Fit | None, log: list[Any] | None, *, recorded: bool, shielded: bool = False
    ) -> None:
        self.fit, self.log, self.recorded, self.shielded = fit, log, recorded, shielded
        self.watched = detecting()
        self.unselected: set[Any] = set()

    def __call__(self, node: Any, slot: int, arg: Any, g: Gradient) -> Gradient:
        op, params = node.op, node.params or _NONE
        y, args = (node, node.args) if self.recorded else (node.raw, node.operands)
        below = self.shielded and (op.selects or node in self.unselected)
        if below:
            self.unselected.add(arg)
        part = op.pull(slot, g, y, args, params, shielded=below)
        fitted = part if self.fit is None else self.fit(part, node.operands[slot])
        if self.watched:
            op.watch_backward(slot, fitted, node)
        if self.log is not None:
            self.log.append((node, slot, arg, part, fitted))
        return fitted


def unrolled(
    order: list[Any], found: dict[Any, Gradient], fit: Fit | None, recorded: bool
) -> dict[Any, Gradient]:
    """`sweep` by the bare rules, written out for one and for two arguments; the bits are the same.

    Backward passes run this unless they need care, since it takes 0.25 µs for a Value and 1.6 µs
    for a small Tensor, where `sweep` takes 4.2 and 5.9 (`python -m benchmarks.profile`).
    """
    for node in order:
        if node not in found:
            continue
        g, op, left = found[node], node.op, node.left
        rules, params = op.vjps, node.params or _NONE
        if op.arity == 1:
            y, a = (node, left) if recorded else (node.raw, node.a)
            part = rules[0](g, y, a, **params)
            if fit is not None:
                part = fit(part, node.a)
            found[left] = found[left] + part if left in found else part
        elif op.arity == 2:
            right, y, a, b = node.right, node.raw, node.a, node.b
            if recorded:
                y, a, b = node, a if left is None else left, b if right is None else right
            if left is not None and left.requires_grad and rules[0] is not None:
                part = rules[0](g, y, a, b, **params)
                if fit is not None:
                    part = fit(part, node.a)
                found[left] = found[left] + part if left in found else part
            if right is not None and right.requires_grad and rules[1] is not None:
                part = rules[1](g, y, a, b, **params)
                if fit is not None:
                    part = fit(part, node.b)
                found[right] = found[right] + part if right in found else part
        else:
            _sweep_many(node, found, fit, recorded)
    return found


def _sweep_many(node: Any, found: dict[Any, Gradient], fit: Fit | None, recorded: bool) -> None:
    """One step of `unrolled`, for any number of arguments."""
    y, args = (node, node.args) if recorded else (node.raw, node.a)
    for slot, (arg, operand) in enumerate(zip(node.left, node.a, strict=True)):
        rule = node.op.rule(slot)
        if rule is not None and arg is not None and arg.requires_grad:
            part = rule(found[node], y, *args, **(node.params or _NONE))
            if fit is not None:
                part = fit(part, operand)
            found[arg] = found[arg] + part if arg in found else part


def pull_back(
    root: Any,
    gradient: Any = None,
    *,
    create_graph: bool = False,
    log: list[Any] | None = None,
    wrt: Sequence[Any] | None = None,
    order: list[Any] | None = None,
) -> dict[Any, Gradient]:
    """The gradient of `root` by every node it depends on and that requires one. Stores nothing.

    With `wrt`, by these nodes, and only as far as they need. `order` is that of an earlier call.
    """
    order = backward_order(root, wrt) if order is None else order
    seed, fit = root.arriving(gradient, recorded=create_graph), type(root).fit
    if create_graph:
        for node in order:
            _refuse_stale(node)
    if fit is None and not create_graph:  # plain floats don't warn, they raise
        return _swept(order, {root: seed}, fit, create_graph, log, wrt)
    found: dict[Any, Gradient] = root.quietly(
        _swept, order, {root: seed}, fit, create_graph, log, wrt
    )
    return found


def _swept(
    order: list[Any],
    start: dict[Any, Gradient],
    fit: Fit | None,
    recorded: bool,
    log: list[Any] | None,
    wrt: Sequence[Any] | None,
) -> dict[Any, Gradient]:
    """The sweep that is fast, unless care is needed."""
    careful = log is not None or detecting()
    if not careful:
        try:
            found = unrolled(order, dict(start), fit, recorded)
        except ArithmeticError:  # plain floats raise where arrays give infinity
            careful = True
    if careful:
        found = sweep(order, dict(start), Pulling(fit, log, recorded=recorded))
    if _selects(order) and _any_nan(found, found if wrt is None else wrt, leaves=wrt is None):
        if log is not None:
            log.clear()
        found = sweep(order, start, Pulling(fit, log, recorded=recorded, shielded=True))
    return found


def backward_order(root: Any, wrt: Sequence[Any] | None) -> list[Any]:
    """The results that a sweep from `root` (to `wrt`) visits. Raises ValueError if it can't."""
    if not root.requires_grad:
        raise ValueError(
            f"{root!r} has nothing to differentiate: it was made under no_grad(), by detach(), or "
            "from constants only"
        )
    if wrt is None:
        order = results(root, set())
    else:  # a gradient inside of another function would else sweep all that came before
        ends = set(wrt)
        # One end can't have been computed from itself, so what is behind it need not be walked.
        order = leading_to(results(root, set(ends) if len(ends) == 1 else set()), ends)
    order.reverse()
    return order


def _selects(order: list[Any]) -> bool:
    """Whether an operation among these results passes only some operands on."""
    for node in order:  # no generator: it would cost as much as a small sweep
        if node.op.selects:
            return True
    return False


def _any_nan(found: dict[Any, Gradient], nodes: Iterable[Any], *, leaves: bool) -> bool:
    """Whether one of the nodes (with `leaves`, of the leaves among them) got a gradient of NaN."""
    for node in nodes:
        if (node.op is None or not leaves) and node in found and node.is_nan(found[node]):
            return True
    return False


def _refuse_stale(node: Any) -> None:
    """A recorded sweep reads the nodes themselves, so their data must be what it was."""
    for arg, raw in zip(node.nodes, node.operands, strict=True):
        if arg is not None and arg.op is None and not arg.same(raw):
            raise RuntimeError(
                f"the data of {arg!r} was changed after {node.op.name} used it: run the forward "
                "pass again before create_graph=True"
            )
