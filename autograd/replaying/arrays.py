"""A graph of Tensors as a program: forward and backward, each rule read call by call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.card.op import quietly
from autograd.graph.modes import detecting
from autograd.graph.node import Node
from autograd.graph.order import leading_to
from autograd.replaying.guard import Check
from autograd.replaying.program import Program
from autograd.replaying.recorded import Replay, again, floats
from autograd.replaying.register import Register
from autograd.replaying.tracing import Trace


class ArrayReplay(Replay):
    """A graph of Tensors, compiled; call it with arrays of the recorded shapes.

    `source` shows the program. Several threads may call it at once.
    """

    def __init__(
        self,
        order: list[Node],
        own: list[Node],
        inputs: list[Node],
        wrt: list[Node],
        checks: list[Check],
    ) -> None:
        super().__init__(order, own, inputs, wrt)
        if np.prod(self.output.shape) != 1:
            raise ValueError(
                f"replay: the output has the shape {self.output.shape}, and gradients are those of "
                "one number: reduce it first, with .sum()"
            )
        self.level = _levels(order)
        self._checks = checks
        trace = Trace()
        at = {node: Register(trace, node.raw) for node in order if node.op is None}
        leaves, given = list(at), list(at.values())
        results = quietly(self._traced, trace, order, own, at)
        self._program = Program(trace, given, results)
        self._leaves = [leaves[i] for i in self._program.takes]
        self._unread = set(inputs).difference(self._leaves)

    def _traced(
        self, trace: Trace, order: list[Node], own: list[Node], at: dict[Node, Any]
    ) -> list[Any]:
        """The output, the gradients, and what the comparisons gave, `at` the leaves given."""
        for node in order:
            if node.op is not None:
                at[node] = _forward(trace, node, _arguments(node.args, at))
        grads = _backward(trace, own, self.wrt, at)
        outcomes = [
            trace.read(check.op.forward, _arguments(check.args, at), check.params)
            for check in self._checks
        ]
        return [at[self.output], *grads, *outcomes]

    @property
    def source(self) -> str:
        """The program, as the text of a Python function of NumPy calls."""
        return self._program.source

    def __repr__(self) -> str:
        return (
            f"<replay of {sum(map(bool, self.level.values()))} operations on arrays in "
            f"{len(self.levels)} levels, by {len(self._program)} NumPy calls>"
        )

    def __call__(self, numbers: Mapping[Any, Any] | None = None) -> tuple[Any, list[Any]]:
        """The output and its gradients for inputs of the recorded shapes."""
        called: tuple[Any, list[Any]] = quietly(self._called, numbers or {})
        return called

    def _called(self, numbers: Mapping[Any, Any]) -> tuple[Any, list[Any]]:
        self._check(numbers)
        data = [
            _fitting(leaf, numbers[leaf]) if leaf in numbers else leaf.raw for leaf in self._leaves
        ]
        for node in self._unread:
            _fitting(node, numbers[node])
        value, *grads = self._program(data)
        if self._checks:
            outcomes, grads = grads[len(self.wrt) :], grads[: len(self.wrt)]
            for check, outcome in zip(self._checks, outcomes, strict=True):
                check.compare(outcome)
        if detecting() or (self._selects and any(map(_has_nan, grads))):
            given = {node: _fitting(node, numbers[node]) for node in self.inputs}
            root, grads = again(self.output, given, self.wrt)
            value = root.raw
        return np.asarray(value)[()], grads


def _levels(order: Sequence[Node]) -> dict[Node, int]:
    level: dict[Node, int] = {}
    for node in order:
        before = (level[arg] for arg in node.args if isinstance(arg, Node))
        level[node] = 1 + max(before) if node.op is not None else 0
    return level


def _arguments(args: Sequence[Any], at: Mapping[Any, Any]) -> list[Any]:
    return [at[arg] if isinstance(arg, Node) else arg for arg in args]


def _forward(trace: Trace, node: Node, args: list[Any]) -> Any:
    """The result of a node. A Value among Tensors stays a float, which no dtype gives way to."""
    if type(node).fit is None:
        return trace.call(_on_floats, [node.op, node.params or {}, *args], {}, "made")
    return trace.read(node.op.forward, args, node.params or {})


def _backward(trace: Trace, order: list[Node], wrt: list[Node], at: Mapping[Any, Any]) -> list[Any]:
    """The gradients, added up in the order in which a sweep over the nodes would."""
    output, wanted = order[-1], {*wrt, *leading_to(order, wrt)}
    found: dict[Node, Any] = {output: output.seed(None)}
    for node in reversed(order):
        if node.op is None or node not in found or node not in wanted:
            continue
        for slot, (arg, operand) in enumerate(zip(node.args, node.operands, strict=True)):
            if isinstance(arg, Node) and arg in wanted and node.op.rule(slot) is not None:
                part = _pulled(trace, node, slot, found[node], at)
                part = _fitted(trace, part, operand, type(output).fit)
                found[arg] = found[arg] + part if arg in found else part
    return [found[node] if node in found else node.zero() for node in wrt]


def _pulled(trace: Trace, node: Node, slot: int, g: Any, at: Mapping[Any, Any]) -> Any:
    """What the rule of one argument gives."""
    op, params, args = node.op, node.params or {}, _arguments(node.args, at)
    if type(node).fit is None:
        return trace.call(_pull_floats, [op, slot, params, g, at[node], *args], {}, "made")
    if op.variadic:
        return trace.read(op.vjps[0], [g, at[node], *args], {"slot": slot, **params})
    return trace.read(op.vjps[slot], [g, at[node], *args], params)


def _fitted(trace: Trace, part: Any, operand: Any, fit: Any) -> Any:
    """A part with broadcasting undone; numbers alone, where `fit` is None, have none."""
    if fit is None:
        return part
    if type(operand) is not np.ndarray:
        return trace.call(fit, [part, operand], {}, "made")
    if part.shape == operand.shape and part.dtype == operand.dtype:
        return part
    like = np.broadcast_to(np.zeros((), operand.dtype), operand.shape)  # all that fit looks at
    return trace.read(fit, [part, like], {})


def _on_floats(op: Any, params: dict[str, Any], *args: float) -> Any:
    return op.on_floats(args, params)


def _pull_floats(op: Any, slot: int, params: dict[str, Any], g: Any, y: Any, *args: Any) -> Any:
    return op.pull(slot, g, y, args, params)


def _fitting(node: Node, given: Any) -> Any:
    """An input in the shape and dtype of its node."""
    raw = node.raw
    if type(given) is np.ndarray and type(raw) is np.ndarray:
        if given.shape == raw.shape and given.dtype == raw.dtype:
            return given
    array = floats(node, given)
    if array.shape != np.shape(raw):
        raise ValueError(
            f"replay: {node.name or 'an input'} was recorded with the shape {np.shape(raw)} and is "
            f"now {array.shape}"
        )
    return array.astype(raw.dtype, copy=False) if type(raw) is np.ndarray else array.item()


def _has_nan(gradient: Any) -> bool:
    return bool(np.isnan(np.add.reduce(gradient, axis=None)) and np.isnan(gradient).any())
