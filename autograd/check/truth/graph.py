"""What a graph knows: its names, the numbers its operations saw, its true gradients.

Knows nothing of the learner but the names. All numbers are float64: a graph of a narrower dtype is
run again.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autograd import Contribution as Contribution
from autograd import Node, Tensor, toposort
from autograd.account import Account, BackwardPass, Names
from autograd.check.algebra import DIVIDE, MEAN, MULTIPLY
from autograd.check.truth.letters import LearnersLetters
from autograd.check.truth.quantity import Quantity, holds_values
from autograd.check.truth.rerun import as_seen, narrowest, rounding
from autograd.nodes.rerun import rerun

_LARGE = 20_000  # nodes; above that no second run to learn how much rounding matters


class Truth:
    """A scalar graph, read once. Raises ValueError if `output` is not a single number."""

    def __init__(self, output: Node, names: Mapping[str, Any]) -> None:
        _refuse(output)
        order = toposort(output)
        seen = as_seen(order)
        self.dtype = narrowest(order)
        self.changed = {  # leaves with new data since the forward pass
            node: node.numpy().astype(float)
            for node in order
            if node.op is None and not node.same(seen[node])
        }
        if self.dtype != np.float64:
            twins = rerun(order, seen, np.float64)
            output = twins[output]
            names = {k: twins.get(x, x) if isinstance(x, Node) else x for k, x in names.items()}
            self.changed = {twins[node]: data for node, data in self.changed.items()}
            order = toposort(output)
            seen = as_seen(order)
        self.output, self.order, self.seen = output, order, seen
        self.words = {each: name for name, each in names.items() if isinstance(each, Node)}
        self.words |= {node: node.name for node in order if node.name}
        with np.errstate(all="ignore"):
            self.taken = BackwardPass(output)
        found, wanted = self.taken.gradients, (node for node in order if node.requires_grad)
        self.gradient = {node: found[node] if node in found else node.zero() for node in wanted}
        self.constants: dict[str, Any] = {}
        self.quantities = {each.name: each for each in self._find_quantities(names)}

    # ------------------------------------------------------------------------------- names

    def _find_quantities(self, names: Mapping[str, Any]) -> Iterator[Quantity]:
        counts = Counter(node.name for node in self.order)
        for node in self.order:
            if node.name:
                twice = counts[node.name] > 1 and names.get(node.name) is not node
                problem = f"{counts[node.name]} nodes have this name" if twice else ""
                yield self._quantity(node.name, node, problem)
        for name, each in names.items():
            if isinstance(each, Node):
                yield self._quantity(name, each)
            elif holds_values(each):
                yield self._array_of_values(name, np.asarray(each, dtype=object))
            else:
                self.constants[name] = each

    def _quantity(self, name: str, node: Node, problem: str = "") -> Quantity:
        reached = node in self.seen
        value = self.seen[node] if reached else node.numpy()
        if not reached:
            problem = f"{name} is not part of the graph of {self.label(self.output)}"
        elif node not in self.gradient:
            problem = f"{name} is a constant (requires_grad=False), so it has no gradient"
        gradient = None if problem else np.asarray(self.gradient[node], dtype=float)
        computed = node.op is not None
        value = value if isinstance(value, float) else np.asarray(value, dtype=float)
        return Quantity(name, value, gradient, problem, node, computed=computed)

    def _array_of_values(self, name: str, entries: np.ndarray) -> Quantity:
        shape = entries.shape
        value = np.array([each.item() for each in entries.flat], dtype=float).reshape(shape)
        found = [self.gradient.get(each, 0.0) for each in entries.flat]
        reached = any(each in self.gradient for each in entries.flat)
        problem = "" if reached else f"no entry of {name} is part of the graph"
        gradient = np.array(found, dtype=float).reshape(shape) if reached else None
        computed = all(each.op is not None for each in entries.flat)
        return Quantity(name, value, gradient, problem, computed=computed)

    def label(self, node: Node) -> str:
        """What the learner calls a node."""
        fallback = "J" if node is self.output else "an unnamed result"
        return self.words.get(node, fallback)

    def named(self, node: Node) -> bool:
        """Whether the learner has a word for a node."""
        return node in self.words

    def target_of(self, name: str) -> Quantity | None:
        """The quantity that dZ2, dJ_dZ2 or dJ/dZ2 is the gradient of."""
        output = self.label(self.output)
        for prefix in (f"d{output}_d", f"d{output}/d", f"d{output}d", "d"):
            rest = name.removeprefix(prefix)
            if rest != name and rest in self.quantities:
                return self.quantities[rest]
        return None

    def why_no_target(self, name: str) -> str:
        """Why there is no quantity that a step could be the gradient of, and what to do."""
        inner = name[1:]
        if name.startswith("d") and inner in self.constants:
            return (
                f"{inner} is a plain number or array, so the graph has no gradient for it: make it "
                f"a Tensor(…, name={inner!r})"
            )
        hint = did_you_mean(name, (f"d{each}" for each in self.quantities))
        if not self.quantities:
            hint = (
                ": no node of the graph has a name; give names with name=, .named() or "
                "names=locals()"
            )
        return f"no node of the graph is called {inner if name.startswith('d') else name}{hint}"

    @cached_property
    def letters(self) -> LearnersLetters:
        """What stands for nodes, gradients and constants in formulas."""
        words = {name: node for node, name in self.words.items()}
        names = Names(self.order, words, self.constants)
        return LearnersLetters(self.order, names, self.constants)

    @cached_property
    def account(self) -> Account:
        """The account of the backward pass, in the learner's letters."""
        return Account(self.letters, self.taken)

    # ----------------------------------------------------------------------- contributions

    @cached_property
    def users(self) -> dict[Node, list[tuple[Node, int]]]:
        """For each node the operations that take it, with the slot."""
        found: dict[Node, list[tuple[Node, int]]] = {node: [] for node in self.order}
        for node in self.order:
            for slot, arg in enumerate(node.args):
                if isinstance(arg, Node):
                    found[arg].append((node, slot))
        return found

    def contributions(self, node: Node | None) -> list[Contribution]:
        """What comes back to a node through each of its uses; the sum is its gradient."""
        return [self.contribution(user, slot) for user, slot in self.pulling(node)]

    def pulling(self, node: Node | None) -> Iterator[tuple[Node, int]]:
        """The operations that take a node and pass a gradient back to it, with the slot."""
        for user, slot in self.users[node] if node is not None else ():
            if user in self.gradient and user.op.rule(slot) is not None:
                yield user, slot

    def contribution(
        self, user: Node, slot: int, operands: Sequence[Any] | None = None
    ) -> Contribution:
        """One of them, with other `operands` than the operation saw if they are given."""
        seen = user.operands if operands is None else operands
        params = user.params or {}
        with np.errstate(all="ignore"):
            y = self.seen[user] if operands is None else user.op(*seen, **params)
            pulled = user.op.pull(slot, self.gradient[user], y, seen, params)
        part = np.asarray(pulled, dtype=float)
        fitted = np.asarray(Tensor.fit(part, np.asarray(user.operands[slot])))
        return Contribution(user, slot, user.args[slot], part, fitted)

    @cached_property
    def activations(self) -> list[Node]:
        """The operations of one argument that act entry by entry and are not linear."""
        return [
            node
            for node in self.order[:_LARGE]
            if node.op is not None and node.op.arity == 1 and node.op.elementwise
            if not node.op.linear
        ]

    # ------------------------------------------------------------------------------ numbers

    @cached_property
    def samples(self) -> int | None:
        """How many numbers the output is the mean of, if it is one: by mean(), or by a division."""
        return next((int(n) for n in map(self._averaged, reversed(self.order)) if n), None)

    def _averaged(self, node: Node) -> float | None:
        if node.op is MEAN:
            return np.size(node.operands[0]) / np.size(self.seen[node])
        for slot, (arg, raw) in enumerate(zip(node.args, node.operands, strict=True)):
            if not isinstance(arg, Node) and np.ndim(raw) == 0 and raw:
                number = abs(float(raw))
                if node.op is MULTIPLY or (node.op is DIVIDE and slot == 1):
                    number = 1 / number if node.op is MULTIPLY else number
                    if number > 1 and self._is_axis(number):
                        return round(number)
        return None

    def _is_axis(self, number: float) -> bool:
        shapes = (np.shape(each) for each in self.seen.values())
        return any(abs(number - size) < 1e-9 * number for shape in shapes for size in shape)

    @cached_property
    def noise(self) -> dict[Node, float]:
        """How far rounding alone moves each gradient; nothing is known of large graphs."""
        large = len(self.order) > _LARGE
        return {} if large else rounding(self.order, self.seen, self.gradient)


def _refuse(output: Any) -> None:
    """Raise an error for an output that has no one gradient."""
    if not isinstance(output, Node):
        raise TypeError(f"derivation: the output is {output!r}, not a node of a graph")
    if int(np.prod(output.shape)) != 1:
        raise ValueError(
            f"derivation: the output has shape {output.shape}; gradients are of one number, so "
            "reduce it first, with .sum() or .mean()"
        )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name that is closest to an unknown one, as a hint; empty if none is close."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""
