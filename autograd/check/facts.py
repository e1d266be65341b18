"""What a graph knows: its names, the numbers its operations saw, its true gradients, its uses.

Knows nothing of the learner. All numbers are float64: a graph of a narrower dtype is run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd import Node, Value, gradients, toposort
from autograd.check.precision import as_seen, narrowest, rerun

_LARGE = 20_000  # nodes; above that no second run to learn how much rounding matters


@dataclass(frozen=True, eq=False)
class Quantity:
    """Something with a name: its value, and its true gradient or why there is none."""

    name: str
    value: Any
    gradient: np.ndarray | None
    problem: str = ""
    node: Node | None = None  # None for an array of Values
    scale: float = 1.0  # m where the learner's dZ is the gradient of the summed loss
    computed: bool = False  # the result of an operation, not a parameter

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return np.shape(self.value)

    @property
    def truth(self) -> np.ndarray:
        """The gradient in the learner's convention."""
        assert self.gradient is not None
        return self.gradient * self.scale


@dataclass(frozen=True, eq=False)
class Use:
    """One operand slot in which a node is used, and what comes back through it."""

    user: Node
    slot: int
    whole: np.ndarray  # before broadcasting is undone
    amount: np.ndarray


class Facts:
    """A scalar graph, read once. Raises ValueError if `output` is not a single number."""

    def __init__(self, output: Node, names: Mapping[str, Any]) -> None:
        if not isinstance(output, Node):
            raise TypeError(f"derivation: the output is {output!r}, not a node of a graph")
        shape = output.shape
        if int(np.prod(shape)) != 1:
            raise ValueError(
                f"derivation: the output has shape {shape}; gradients are of one number, so "
                "reduce it first, with .sum() or .mean()"
            )
        given = toposort(output)
        seen = as_seen(given)
        self.dtype = narrowest(given)
        self.changed = {
            node: node.numpy().astype(float)
            for node in given
            if node.op is None and not node.same(seen[node])
        }
        if self.dtype != np.float64:
            twins = rerun(given, seen, np.float64)
            output = twins[output]
            names = {name: _twin(each, twins) for name, each in names.items()}
            self.changed = {twins[node]: data for node, data in self.changed.items()}
            given = toposort(output)
            seen = as_seen(given)
        self.output, self.order, self.seen = output, given, seen
        self.words = {each: name for name, each in names.items() if isinstance(each, Node)}
        self.words |= {node: node.name for node in given if node.name}
        wanted = [node for node in given if node.requires_grad]
        with np.errstate(all="ignore"):
            self.gradient = dict(zip(wanted, gradients(output, wanted), strict=True))
        self.plain: dict[str, Any] = {}
        self.quantities = {each.name: each for each in self._find_quantities(names)}

    # ------------------------------------------------------------------------------- names

    def _find_quantities(self, names: Mapping[str, Any]) -> Iterator[Quantity]:
        counts: dict[str, int] = {}
        for node in self.order:
            if node.name:
                counts[node.name] = counts.get(node.name, 0) + 1
        for node in self.order:
            if node.name:
                twice = counts[node.name] > 1 and names.get(node.name) is not node
                yield self._quantity(
                    node.name, node, f"{counts[node.name]} nodes have this name" if twice else ""
                )
        for name, each in names.items():
            if isinstance(each, Node):
                yield self._quantity(name, each)
            elif _holds_values(each):
                yield self._array_of_values(name, np.asarray(each, dtype=object))
            else:
                self.plain[name] = each

    def _quantity(self, name: str, node: Node, problem: str = "") -> Quantity:
        reached = node in self.seen
        value = self.seen[node] if reached else node.numpy()
        if not reached:
            problem = f"{name} is not part of the graph of {self.label(self.output)}"
        elif node not in self.gradient:
            problem = f"{name} is a constant (requires_grad=False), so it has no gradient"
        gradient = None if problem else np.asarray(self.gradient[node], dtype=float)
        return Quantity(name, _plain(value), gradient, problem, node, computed=node.op is not None)

    def _array_of_values(self, name: str, entries: np.ndarray) -> Quantity:
        value = np.array([each.item() for each in entries.flat], dtype=float)
        found = [self.gradient.get(each, 0.0) for each in entries.flat]
        reached = any(each in self.gradient for each in entries.flat)
        problem = "" if reached else f"no entry of {name} is part of the graph"
        gradient = np.array(found, dtype=float).reshape(entries.shape)
        return Quantity(
            name,
            value.reshape(entries.shape),
            gradient if reached else None,
            problem,
            computed=all(each.op is not None for each in entries.flat),
        )

    def label(self, node: Node) -> str:
        """What the learner calls a node."""
        fallback = "J" if node is self.output else "an unnamed result"
        return self.words.get(node, fallback)

    def named(self, node: Node) -> bool:
        """Whether the learner has a word for a node."""
        return node in self.words

    # -------------------------------------------------------------------------------- uses

    @cached_property
    def users(self) -> dict[Node, list[tuple[Node, int]]]:
        """For each node the operations that take it, with the slot."""
        found: dict[Node, list[tuple[Node, int]]] = {node: [] for node in self.order}
        for node in self.order:
            for slot, arg in enumerate(node.args):
                if isinstance(arg, Node):
                    found[arg].append((node, slot))
        return found

    def uses(self, node: Node) -> list[Use]:
        """Every use of a node with its contribution; they sum up to the gradient."""
        return [
            self.use(user, slot)
            for user, slot in self.users[node]
            if user in self.gradient and user.op.rule(slot) is not None
        ]

    def use(self, user: Node, slot: int, operands: Sequence[Any] | None = None) -> Use:
        """One use, with other `operands` than the operation saw if they are given."""
        seen = user.operands if operands is None else operands
        params = user.params or {}
        with np.errstate(all="ignore"):
            y = self.seen[user] if operands is None else user.op(*seen, **params)
            whole = user.op.pull(slot, self.gradient[user], y, seen, params)
        amount = fit(np.asarray(whole, dtype=float), np.shape(user.operands[slot]))
        return Use(user, slot, np.asarray(whole, dtype=float), amount)

    @cached_property
    def activations(self) -> list[Node]:
        """The operations of one argument that act entry by entry and are not linear."""
        return [
            node
            for node in self.order[:_LARGE]
            if node.op is not None and node.op.arity == 1 and node.op.elementwise
            if not _is_linear(node)
        ]

    def local(self, node: Node) -> np.ndarray:
        """The local derivative of such an operation."""
        with np.errstate(all="ignore"):
            one = np.ones(np.shape(self.seen[node]))
            part = node.op.pull(0, one, self.seen[node], node.operands, node.params or {})
        return np.asarray(part, dtype=float)

    # ------------------------------------------------------------------------------ numbers

    @cached_property
    def samples(self) -> int | None:
        """How many numbers the output is the mean of, if it is one: by mean(), or by a division."""
        return next((int(n) for n in map(self._averaged, reversed(self.order)) if n), None)

    def _averaged(self, node: Node) -> float | None:
        if node.op is None:
            return None
        if node.op.name == "mean":
            return np.size(node.operands[0]) / np.size(self.seen[node])
        if node.op.name in ("multiply", "divide"):
            for slot, (arg, raw) in enumerate(zip(node.args, node.operands, strict=True)):
                if not isinstance(arg, Node) and np.ndim(raw) == 0:
                    number = abs(float(raw))
                    if node.op.name == "multiply":
                        number = 1 / number if number else 0.0
                    elif slot == 0:
                        continue
                    if number > 1 and self._is_axis(number):
                        return round(number)
        return None

    def _is_axis(self, number: float) -> bool:
        shapes = (np.shape(each) for each in self.seen.values())
        return any(abs(number - size) < 1e-9 * number for shape in shapes for size in shape)

    @cached_property
    def noise(self) -> dict[Node, float]:
        """How far rounding alone moves each gradient: the same graph in float32, scaled down.

        A gradient that is zero in theory comes out as such noise, and so does the learner's.
        """
        if len(self.order) > _LARGE:
            return {}
        with np.errstate(all="ignore"):
            twins = rerun(self.order, self.seen, np.float32)
            wanted = [node for node in self.gradient if twins[node].requires_grad]
            found = gradients(twins[self.output], [twins[node] for node in wanted])
            gaps = {
                node: float(np.max(np.abs(self.gradient[node] - rough), initial=0.0))
                for node, rough in zip(wanted, found, strict=True)
            }
        scale = np.finfo(np.float64).eps / np.finfo(np.float32).eps
        return {node: float(gap * scale) for node, gap in gaps.items() if np.isfinite(gap)}


# ---------------------------------------------------------------------------------------- helpers


def fit(whole: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Undo broadcasting: sum over the axes that `shape` lacks or has as 1."""
    extra = whole.ndim - len(shape)
    axes = tuple(
        axis
        for axis in range(whole.ndim)
        if axis < extra or (shape[axis - extra] == 1 and whole.shape[axis] != 1)
    )
    return whole.sum(axis=axes, keepdims=True).reshape(shape) if axes else whole.reshape(shape)


def _is_linear(node: Node) -> bool:
    """Whether an operation of one argument has the same derivative everywhere (a minus, a cast)."""
    x, params = np.asarray(node.operands[0], dtype=float), node.params or {}
    one = np.ones(x.shape)
    with np.errstate(all="ignore"):
        slopes = [
            np.asarray(node.op.pull(0, one, node.op(at, **params), (at,), params))
            for at in (x, np.abs(x) / 2 + 0.3, -np.abs(x) / 2 - 0.3)
        ]
    return all(np.array_equal(each, slopes[0]) for each in slopes) and np.ptp(slopes[0]) == 0


def _twin(each: Any, twins: Mapping[Node, Node]) -> Any:
    return twins.get(each, each) if isinstance(each, Node) else each


def _holds_values(each: Any) -> bool:
    """Whether something is an array, list or tuple of Values."""
    if isinstance(each, np.ndarray):
        return each.dtype == object and each.size > 0 and _all_values(each.flat)
    return isinstance(each, list | tuple) and len(each) > 0 and _all_values(each)


def _all_values(entries: Any) -> bool:
    return all(isinstance(entry, Value) for entry in entries)


def _plain(value: Any) -> Any:
    """A float, or a float array (integers of a constant become floats too)."""
    return value if isinstance(value, float) else np.asarray(value, dtype=float)
