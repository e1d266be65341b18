"""The account of one backward pass: of each node its name, value, gradient, and where it is from.

Whoever shows a pass (pictures, the ledger of the chain rule, the proof-reader's report) reads it
here. Nothing is stored in the graph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Literal

import numpy as np

from autograd import Contribution, Node
from autograd.account import text
from autograd.account.closed import ClosedForms
from autograd.account.contributions import (
    BackwardPass,
    flows,
    local_derivative,
    output,
    plain,
    summed_axes,
    summed_over,
)
from autograd.account.formulas import symbolic
from autograd.account.letters import Letters
from autograd.account.names import Names, is_one
from autograd.account.paths import Paths, paths_between
from autograd.account.sizes import Sizes
from autograd.account.steps import Step, StepWriter
from autograd.account.stored import StoredGradient, sum_of, why_zero
from autograd.account.values import Numbers, measures, numbers
from autograd.symbols import Symbol, render

Kind = Literal["root", "result", "constant", "parameter", "input"]

_WORD = re.compile(r"\w+")
_CHANGES = 5  # leaves with new numbers that are told of one by one


@dataclass(frozen=True)
class Operand:
    """One argument of an operation: a node or a plain number or array, and what was seen of it."""

    slot: int
    node: Node | None
    raw: Any
    name: str
    flows: bool  # whether a gradient flows back to it


class Account:
    """What is to be said of a graph and of the backward pass through it, node by node.

    Without a pass (`taken` is None) there are names, values and formulas, but no gradients.
    `unused` are leaves beside the graph, which nothing in it depends on.
    """

    def __init__(
        self, letters: Letters, taken: BackwardPass | None, unused: Collection[Node] = ()
    ) -> None:
        self.names: Names = letters.names
        self.letters, self.taken, self.unused = letters, taken, unused

    @classmethod
    def of(
        cls,
        root: Node,
        gradient: Any = None,
        *,
        names: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        digits: int = 4,
    ) -> Account:
        """The account of `root.backward(gradient)`, with letters for the sizes of axes.

        `names` (name → node) go before a node's own name, `variables` after it. Raises as
        `backward` does.
        """
        taken = BackwardPass(root, gradient)
        order = taken.order[::-1]
        found = Names(order, names, variables, digits=digits, seed=taken.seed)
        return cls(Letters(found, Sizes(order, found.taken, found.variables)), taken)

    # -------------------------------------------------------------------------- of any node

    def name(self, node: Node) -> str:
        """What a node is called."""
        return self.names[node]

    def kind(self, node: Node) -> Kind:
        """What a node is in the graph."""
        if node.op is not None:
            return "root" if self.names.is_root(node) else "result"
        if self.names.is_nameless(node):
            return "constant"
        return "parameter" if node.requires_grad else "input"

    def shape(self, node: Node) -> tuple[int, ...]:
        """The shape of a node's value; () is a single number."""
        return np.shape(node.data)

    def dtype(self, node: Node) -> str:
        """The name of the dtype of a node's value."""
        return np.asarray(node.data).dtype.name

    def value(self, node: Node, *, heat: bool = False) -> Numbers:
        """The number or array of a node; of a leaf that was changed since, that at the time."""
        made = numbers(self.names.seen(node), self.names.digits, heat=heat)
        if node in self.names.changed:
            consumer, now = self.names[self.names.changed[node][1]], self._now(node)
            made.note = f"when {consumer} was computed; {now}"
        return made

    def _now(self, node: Node) -> str:
        now, old = (
            text.describe(data, self.names.digits) for data in (output(node), self.names.seen(node))
        )
        return "changed since" if now == old else f"now {now}"

    @property
    def changes(self) -> list[str]:
        """A sentence for each of the first leaves that were changed since they were used."""
        said = [
            f"{self.names[leaf]} was {text.describe(raw, self.names.digits)} when "
            f"{self.names[consumer]} was computed; {self._now(leaf)}"
            for leaf, (raw, consumer) in islice(self.names.changed.items(), _CHANGES)
        ]
        more = len(self.names.changed) - len(said)
        return [*said, *[f"{more:,} more leaves were changed since they were used"] * bool(more)]

    def operation(self, node: Node) -> tuple[str, ...]:
        """The sign and the name of the operation that made a node; of a leaf neither."""
        return () if node.op is None else (node.op.symbol, node.op.name)

    def made(self, node: Node) -> str:
        """The operation that made a node as a formula of the names of its arguments."""
        return render(self.letters.application(node), digits=self.letters.digits)

    def operands(self, node: Node) -> list[Operand]:
        """The arguments of the operation that made a node, as it saw them."""
        return [
            Operand(slot, arg, raw, self.names[arg], flows(node, slot))
            if isinstance(arg, Node)
            else Operand(slot, None, raw, "a constant", flows=False)
            for slot, (arg, raw) in enumerate(zip(node.args, node.operands, strict=True))
        ]

    def local(self, node: Node, slot: int) -> float | None:
        """The local derivative by an argument where all are single numbers; else None."""
        return local_derivative(node, slot)

    def stretched(self, node: Node, slot: int) -> tuple[int, ...]:
        """The axes along which an operation on entries repeated an argument."""
        entrywise = node.op.elementwise
        return summed_axes(np.shape(output(node)), np.shape(node.operands[slot])) * entrywise

    def flow(self, node: Node, slot: int) -> tuple[str, str]:
        """What flows back to an argument, as a formula, and what must be said besides."""
        made = symbolic(node, slot, self.letters, self.letters.gradient(node))
        written = render(made.body, digits=self.letters.digits)
        return self.letters.clear(written), made.note

    # ------------------------------------------------------------------------ of its gradient

    def contribution(self, node: Node, slot: int) -> Contribution | None:
        """What the use of an argument by `node` contributes to the argument's gradient."""
        return None if self.taken is None else self.taken.by_use.get((node, slot))

    def strength(self, node: Node, slot: int, *, whole: bool = False) -> tuple[int, float]:
        """The sign and mean size of a contribution, `whole` before broadcasting is undone.

        Both are 0 where no pass has left a gradient in `node`.
        """
        found = None if node.grad is None else self.contribution(node, slot)
        return (0, 0.0) if found is None else measures(found.part if whole else found.fitted)

    def gradient(self, node: Node) -> Any:
        """The gradient of a node in this pass; None where none arrives."""
        return None if self.taken is None else self.taken.gradients.get(node)

    def stored(self, node: Node, *, elsewhere: bool = False, heat: bool = False) -> StoredGradient:
        """What the node holds as its gradient, in words where that is none or zero.

        `elsewhere` tells that a gradient that is a node was stored by the pass of another root.
        """
        symbol = str(self.letters.gradient(node))
        if elsewhere and isinstance(node.grad, Node):
            symbol = f"{self.names[node]}.grad"
        if not node.requires_grad:
            return StoredGradient("not wanted", symbol)
        if node in self.unused and node.grad is None and self.taken is not None:
            nothing = numbers(node.zero(), self.names.digits)
            return StoredGradient("zero", symbol, nothing, self._unused())
        if node.grad is None:
            return StoredGradient("none yet", symbol, reason=self._why_none(node))
        return self._compared(node, symbol, plain(node.grad), heat)

    def _compared(self, node: Node, symbol: str, held: Any, heat: bool) -> StoredGradient:
        """The gradient that a node holds, beside the one of this pass."""
        made = StoredGradient("value", symbol)
        made.numbers = numbers(held, self.names.digits, sign=True, heat=heat)
        uses = self.taken.to(node) if self.taken is not None else []
        if not np.any(held):
            made.state, made.reason = "zero", why_zero(uses, self.taken, self.letters)
        if len(uses) > 1:
            made.total = sum_of(uses, self.names)
        now = self.gradient(node)
        if now is None:  # of a pass that started elsewhere, or of one that kept none for the root
            made.symbol = f"{self.names[node]}.grad"
        elif not np.array_equal(now, held, equal_nan=True):
            made.symbol = f"{self.names[node]}.grad"
            part = "of it from" if node.op is None else "from"
            shown = text.describe(now, self.names.digits, sign=True)
            made.note = f"{part} this {self.names.root}: {shown} {made.total}".rstrip()
            made.total, made.state, made.reason = "", "value", ""
        elif self.names.top != self.names.root and self.taken and node is self.taken.root:
            made.note = f"given: {self.names.top} comes after it"
        return made

    def _unused(self) -> str:
        return f"unused: {self.names.root} needs none of it"

    def _why_none(self, node: Node) -> str:
        """Why a node has no gradient though the backward pass has run."""
        if node in self.unused:
            return self._unused()
        if self.taken is None or node in self.taken.gradients:
            return ""
        return "none of its uses lets one through"

    # ---------------------------------------------------------------------- as a derivation

    @cached_property
    def forms(self) -> ClosedForms:
        """The gradients with the later steps put in, where those are short and asked for."""
        assert self.taken is not None
        return ClosedForms(self.taken, self.letters)

    def nearest(self, node: Node) -> Any:
        """The gradient of a node as a formula of the nearest gradients with names, or None."""
        found = self.forms.nearest(node)
        return self._as_contributed(node) if found is None else found

    def _as_contributed(self, node: Node) -> Any:
        """What the uses of a node add up to as the rules have it, if all have names."""
        assert self.taken is not None
        total: Any = 0
        for use in self.taken.to(node):
            if not self.names.is_named(use.consumer):
                return None
            one = use.consumer is self.taken.root and is_one(self.taken.seed)
            g = 1 if one else self.letters.gradient(use.consumer)
            body = symbolic(use.consumer, use.slot, self.letters, g).body
            total = total + (body.sum() if summed_over(use) and isinstance(body, Symbol) else body)
        return total

    def reached(self, targets: Collection[Node] = ()) -> list[Node]:
        """The nodes with a gradient from the root on; with targets, those that lead to them."""
        assert self.taken is not None
        kept = self.taken.leading_to(targets) if targets else self.taken.gradients.keys()
        return [each for each in self.taken.order if each in self.taken.gradients and each in kept]

    def steps(self, targets: Collection[Node] = ()) -> list[Step]:
        """The steps that complete the gradients of the nodes `reached`."""
        assert self.taken is not None
        nodes = self.reached(targets)
        writer = StepWriter(self.taken, self.letters, self.forms.work_out(nodes))
        return [writer.step(node) for node in nodes]

    def paths(self, node: Node) -> Paths:
        """The paths from a node to the root."""
        assert self.taken is not None
        return paths_between(self.taken, node, self.names)

    def sizes_in(self, steps: Iterable[Step]) -> dict[str, int]:
        """The letters for sizes that these steps use, and their numbers."""
        known = {} if self.letters.sizes is None else self.letters.sizes.known
        words = {word for step in steps for each in step.lines for word in _WORD.findall(each.text)}
        return {letter: size for letter, size in known.items() if letter in words}
