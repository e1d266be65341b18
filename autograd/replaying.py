"""Record once, run many: a graph replayed with new numbers. Knows nodes and cards, no kind of node.

A scalar graph is sorted into levels, so that all arguments of a level lie before it; a level is
grouped by operation, and each group runs as one NumPy operation on index arrays, forward through
the card's array map and backward through its rules. A graph of arrays is replayed node by node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd.graph import Node, toposort
from autograd.op import Op, plain

Reduction = Literal["mean", "sum"] | None
Places = np.ndarray | slice

# How many numbers a block of samples holds: what stays in the cache of a core.
BLOCK = 2**18


def replay(output: Node, *, inputs: Sequence[Node], wrt: Sequence[Node]) -> ScalarReplay | Any:
    """Compile the graph of `output` into a function of its `inputs`.

    `step = replay(loss, inputs=[x, y], wrt=parameters)`; then `value, grads = step({x: …, y: …})`
    runs forward and backward with these numbers; `grads` is a list in the order of `wrt`. All other
    leaves, the parameters among them, have the data that they hold at the call. The recorded graph
    is not changed. Python branches and `where` conditions stay as they were recorded.

    A graph of Values may get arrays of length m for its inputs: it then runs for m samples at once.
    A graph of Tensors gets arrays of the recorded shapes. Raises ValueError for a node that the
    output does not depend on, or that requires no gradient: what is computed from such a node alone
    is not in the graph.
    """
    order = toposort(output)
    known = set(order)
    for role, nodes in (("inputs", inputs), ("wrt", wrt)):
        for node in nodes:
            if not isinstance(node, Node) or node.op is not None:
                raise ValueError(f"replay: {role} holds {node!r}, which is no leaf of a graph")
            if node not in known:
                raise ValueError(f"replay: the output does not depend on {node!r} in {role}")
            if not node.requires_grad:
                raise ValueError(
                    f"replay: {node!r} in {role} requires no gradient, so what is computed from it "
                    "alone was not recorded: record with one that does"
                )
    kinds = {type(node) for node in order}
    if len(kinds) > 1:
        raise TypeError("replay: Values and Tensors in one graph can't be replayed together")
    scalar = type(output).fit is None
    return (ScalarReplay if scalar else ArrayReplay)(output, order, list(inputs), list(wrt))


def _leading_to(order: Sequence[Node], wrt: Sequence[Node]) -> set[Node]:
    """The nodes through which a gradient flows to one of `wrt`."""
    found = set(wrt)
    for node in order:
        if any(isinstance(arg, Node) and arg in found for arg in node.args):
            found.add(node)
    return found


def _checked(inputs: Sequence[Node], numbers: Mapping[Node, Any]) -> None:
    missing = [node for node in inputs if node not in numbers]
    known = set(inputs)
    extra = [node for node in numbers if node not in known]
    if missing or extra:
        said = [f"no numbers for {node!r}" for node in missing]
        said += [f"{node!r} is none of the inputs" for node in extra]
        raise ValueError(f"replay: {'; '.join(said)}")


class Scatter(NamedTuple):
    """Where the parts that a group's rule gives are added: each place once, after adding up."""

    slot: int
    members: Places | None  # which of the group have an argument that wants a gradient; None: all
    into: np.ndarray | None  # for each part, the number of its place; None: one part for each
    order: np.ndarray  # the parts sorted by place
    starts: np.ndarray  # where each place's parts begin in that order
    places: Places


class Group(NamedTuple):
    """The nodes of one level with one operation: one NumPy operation."""

    op: Op
    params: dict[str, Any]
    at: slice  # where the results lie
    args: tuple[Places, ...]  # where the arguments lie
    scatters: list[Scatter]


class ScalarReplay:
    """A graph of Values, compiled; call it with a number or an array of m numbers per input."""

    def __init__(
        self, output: Node, order: list[Node], inputs: list[Node], wrt: list[Node]
    ) -> None:
        self.inputs, self.wrt = inputs, wrt
        wanted = _leading_to(order, wrt)
        level: dict[Node, int] = {}
        groups: dict[tuple[Any, ...], list[Node]] = {}
        leaves: list[Node] = []
        for node in order:
            if node.op is None:
                level[node] = 0
                leaves.append(node)
                continue
            level[node] = 1 + max(level[arg] for arg in node.args if isinstance(arg, Node))
            groups.setdefault((level[node], node.op.name, _key(node.params)), []).append(node)
        place: dict[Any, int] = {}
        for node in leaves:
            place[node] = len(place)
        constants: list[float] = []
        of_number: dict[str, int] = {}  # by text, which tells 0.0 from -0.0
        for nodes in groups.values():
            for node in nodes:
                for arg in node.args:
                    if not isinstance(arg, Node) and str(arg) not in of_number:
                        of_number[str(arg)] = len(leaves) + len(constants)
                        constants.append(float(arg))
        self._leaves, self._constants = leaves, np.array(constants)
        next_place = len(leaves) + len(constants)
        self.groups: list[Group] = []
        self._levels: list[int] = []
        for key in sorted(groups, key=lambda key: key[0]):
            nodes = groups[key]
            at = slice(next_place, next_place + len(nodes))
            for i, node in enumerate(nodes):
                place[node] = next_place + i
            next_place = at.stop
            columns = [
                [place[arg] if isinstance(arg, Node) else of_number[str(arg)] for arg in args]
                for args in zip(*(node.args for node in nodes), strict=True)
            ]
            args = tuple(np.array(column) for column in columns)
            scatters = [
                _scatter(slot, [node.args[slot] in wanted for node in nodes], args[slot])
                for slot in range(len(args))
                if nodes[0].op.rule(slot) is not None
                and any(node.args[slot] in wanted for node in nodes)
            ]
            op, params = nodes[0].op, nodes[0].params or {}
            self.groups.append(Group(op, params, at, tuple(map(_run_of, args)), scatters))
            self._levels.append(key[0])
        self._size = next_place
        self._output = place[output]
        self._inputs = [place[node] for node in inputs]
        self._wrt = [place[node] for node in wrt]

    @property
    def levels(self) -> list[list[tuple[str, int]]]:
        """For each level, the operations in it and how many of each."""
        found: dict[int, list[tuple[str, int]]] = {}
        for number, group in zip(self._levels, self.groups, strict=True):
            found.setdefault(number, []).append((group.op.name, group.at.stop - group.at.start))
        return list(found.values())

    def __repr__(self) -> str:
        return (
            f"<replay of {self._size} numbers in {len(self.levels)} levels and "
            f"{len(self.groups)} groups>"
        )

    def __call__(
        self, numbers: Mapping[Node, Any] | None = None, *, reduction: Reduction = "mean"
    ) -> tuple[Any, list[Any]]:
        """The output and its gradients, for one sample or for arrays of m.

        Of m samples, "mean" and "sum" reduce both over the samples; None gives arrays of length m.
        """
        if reduction not in ("mean", "sum", None):
            raise ValueError(f'replay: reduction={reduction!r}; give "mean", "sum" or None')
        numbers = numbers or {}
        _checked(self.inputs, numbers)
        given = [np.asarray(plain(numbers[node]), dtype=np.float64) for node in self.inputs]
        lengths = {array.shape for array in given if array.ndim}
        if len(lengths) > 1 or any(len(shape) > 1 for shape in lengths):
            raise ValueError(
                "replay: inputs are numbers or arrays of one length, not of the shapes "
                f"{sorted(array.shape for array in given)}"
            )
        with np.errstate(all="ignore"):
            if not lengths:
                values = self._forward(given, ())
                grads = self._backward(values)
                return float(values[self._output]), [float(grads[i]) for i in self._wrt]
            return self._in_blocks(given, lengths.pop()[0], reduction)

    def _in_blocks(
        self, given: list[np.ndarray], count: int, reduction: Reduction
    ) -> tuple[Any, list[Any]]:
        """Many samples, as many at a time as the cache holds."""
        width = max(1, BLOCK // self._size)
        outputs, parts = [], []
        for start in range(0, count, width):
            block = [array[start : start + width] if array.ndim else array for array in given]
            samples = min(width, count - start)
            values = self._forward(block, (samples,))
            grads = self._backward(values)[self._wrt]
            outputs.append(values[self._output].copy())
            parts.append(grads if reduction is None else grads.sum(axis=1))
        output = np.concatenate(outputs) if outputs else np.zeros(0)
        if reduction is None:
            columns = np.concatenate(parts, axis=1) if parts else np.zeros((len(self._wrt), 0))
            return output, list(columns)
        total = np.sum(parts, axis=0) if parts else np.zeros(len(self._wrt))
        scale = 1.0 if reduction == "sum" else count
        with np.errstate(all="warn"):  # the mean of nothing is NaN, and NumPy says so
            return float(output.sum() / scale), [float(part) for part in total / scale]

    def _forward(self, given: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
        values = np.empty((self._size, *shape))
        leaves = np.array([node.raw for node in self._leaves])
        known = np.concatenate([leaves, self._constants])
        values[: len(known)] = known.reshape((-1,) + (1,) * len(shape))
        for place, array in zip(self._inputs, given, strict=True):
            values[place] = array
        for op, params, at, args, _ in self.groups:
            operands = [values[where] for where in args]
            if isinstance(op.forward, np.ufunc):
                op.forward(*operands, out=values[at])
            else:
                values[at] = op.forward(*operands, **params)
        return values

    def _backward(self, values: np.ndarray) -> np.ndarray:
        grads = np.zeros_like(values)
        grads[self._output] = 1.0
        for op, params, at, args, scatters in reversed(self.groups):
            g, y = grads[at], values[at]
            operands = [values[where] for where in args]
            for slot, members, into, order, starts, places in scatters:
                part = op.vjps[slot](g, y, *operands, **params)
                if members is not None:
                    part = part[members]
                if into is None:
                    grads[places] += part
                elif part.ndim == 1:
                    grads[places] += np.bincount(into, part, len(starts))
                else:
                    grads[places] += np.add.reduceat(part[order], starts, axis=0)
        return grads


def _key(params: dict[str, Any] | None) -> Any:
    """What makes the parameters of two nodes the same."""
    return None if not params else repr(sorted(params.items()))


def _run_of(places: np.ndarray) -> Places:
    """Consecutive places as a slice, which NumPy reads without copying."""
    first = int(places[0])
    if len(places) == 1 or np.array_equal(places, np.arange(first, first + len(places))):
        return slice(first, first + len(places))
    return places


def _scatter(slot: int, wanted: list[bool], places: np.ndarray) -> Scatter:
    chosen = np.flatnonzero(wanted)
    members = None if len(chosen) == len(wanted) else chosen
    targets = places[chosen]
    order = np.argsort(targets, kind="stable")
    unique, starts, into = np.unique(targets[order], return_index=True, return_inverse=True)
    if len(unique) == len(targets):  # nothing to add up, so nothing to sort
        return Scatter(slot, members, None, order, starts, _run_of(targets))
    place_of_part = np.empty_like(into)
    place_of_part[order] = into
    return Scatter(slot, members, place_of_part, order, starts, _run_of(unique))


class ArrayReplay:
    """A graph of Tensors, compiled into a list of NumPy calls on arrays of the recorded shapes."""

    def __init__(
        self, output: Node, order: list[Node], inputs: list[Node], wrt: list[Node]
    ) -> None:
        self.inputs, self.wrt = inputs, wrt
        self._fit: Any = type(output).fit
        self._output, self._shape, self._one = len(order) - 1, output.shape, output.seed(None)
        place = {node: i for i, node in enumerate(order)}
        self._size = len(order)
        self._leaves = [(place[node], node) for node in order if node.op is None]
        self._inputs = {node: place[node] for node in inputs}
        self._wrt = [place[node] for node in wrt]
        wanted = _leading_to(order, wrt)
        self._steps = []
        for node in order:
            if node.op is None:
                continue
            args = [
                (place[arg], None) if isinstance(arg, Node) else (None, raw)
                for arg, raw in zip(node.args, node.operands, strict=True)
            ]
            pulls = [
                (slot, node.op.rule(slot), place[arg])
                for slot, arg in enumerate(node.args)
                if isinstance(arg, Node) and arg in wanted and node.op.rule(slot) is not None
            ]
            self._steps.append((node.op.forward, node.params or {}, place[node], args, pulls))

    def __repr__(self) -> str:
        return f"<replay of {len(self._steps)} operations on arrays>"

    def __call__(self, numbers: Mapping[Node, Any] | None = None) -> tuple[Any, list[Any]]:
        """The output and its gradients for inputs of the recorded shapes."""
        numbers = numbers or {}
        _checked(self.inputs, numbers)
        values: list[Any] = [None] * self._size
        for i, leaf in self._leaves:
            values[i] = leaf.raw
        for node, i in self._inputs.items():
            array = np.asarray(plain(numbers[node]), dtype=node.raw.dtype)
            if array.shape != node.raw.shape:
                raise ValueError(
                    f"replay: {node.name or 'an input'} was recorded with the shape "
                    f"{node.raw.shape} and is now {array.shape}"
                )
            values[i] = array
        seen: list[Any] = [None] * self._size
        with np.errstate(all="ignore"):
            for forward, params, at, args, _ in self._steps:
                operands = [raw if i is None else values[i] for i, raw in args]
                seen[at] = operands
                values[at] = forward(*operands, **params)
            found: list[Any] = [None] * self._size
            found[self._output] = self._one
            for _, params, at, _, pulls in reversed(self._steps):
                g = found[at]
                if g is None:
                    continue
                operands, y = seen[at], values[at]
                for slot, rule, i in pulls:
                    part = self._fit(rule(g, y, *operands, **params), operands[slot])
                    found[i] = part if found[i] is None else found[i] + part
        grads = [
            np.zeros_like(leaf.raw) if found[i] is None else np.array(found[i])
            for i, leaf in zip(self._wrt, self.wrt, strict=True)
        ]
        return np.asarray(values[self._output])[()], grads
