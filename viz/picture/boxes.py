"""From the account of a graph to its picture: nodes become boxes, uses of a value become arrows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from autograd import Node
from autograd.account import Account, Operand, text
from autograd.account.formulas import words_of_sum
from autograd.account.values import numbers
from viz.options import Show
from viz.picture.model import Arrow, Box, Role

_LONGEST = 60  # characters of a formula in a box or on an arrow


@dataclass
class BoxBuilder:
    """Turns nodes into boxes and uses into arrows, by what the account says of them."""

    account: Account
    inputs: Collection[Node] = ()
    show: Collection[Show] = ("data", "grad", "local", "shape")
    fused: bool = True
    compact: bool = False
    heat: bool = False
    groups: Mapping[Node, tuple[str, ...]] = field(default_factory=dict)
    pairs: Mapping[Node, Node] = field(default_factory=dict)
    """The gradients that are nodes of the graph themselves, and whose they are."""
    backward: Collection[Node] = ()
    """The nodes of a backward pass that was recorded."""
    stretches: bool = True
    """Whether broadcasting is drawn as a step of its own."""

    def build(self, order: list[Node]) -> tuple[list[Box], list[Arrow]]:
        """The boxes in topological order, and the arrows in the order of their heads and slots."""
        self._ids = {node: f"n{i}" for i, node in enumerate(order)}
        self._boxes: list[Box] = []
        self._arrows: list[Arrow] = []
        named = self.account.names
        self._folded = {n for n in order if self._in_formula and named.is_number(n)}
        for node in order:
            if node in self._folded:
                continue
            self._boxes.append(self._box(node))
            if self.account.operation(node):
                self._connect(node)
        for gradient, node in self.pairs.items():
            if {gradient, node} & self._folded:
                continue
            pair = self._add(self._ids[node], self._ids[gradient])
            pair.kind = "pair"
            pair.speech = f"{named[gradient]} is the gradient of {named[node]}"
        return self._boxes, self._arrows

    @property
    def _in_formula(self) -> bool:
        """Whether operations, and with them plain numbers, are shown in the formula of a box."""
        return self.fused or self.compact

    # ---------------------------------------------------------------------------- boxes

    def _box(self, node: Node) -> Box:
        account = self.account
        box = Box(self._ids[node], self._role(node), account.name(node))
        box.group = self.groups.get(node, ())
        if account.names.is_number(node):
            return box
        if self._in_formula and account.operation(node):
            box.formula = text.shown(account.made(node), _LONGEST)
        if "shape" in self.show:
            box.shape = text.shape(account.shape(node))
        if "dtype" in self.show:
            box.shape = f"{box.shape} {account.dtype(node)}".strip()
        if "data" in self.show:
            box.value = account.value(node, heat=self.heat)
        if "grad" in self.show:
            box.gradient = account.stored(node, elsewhere=bool(self.pairs), heat=self.heat)
        return box

    def _role(self, node: Node) -> Role:
        if node in self.backward:
            return "gradient"
        kind = self.account.kind(node)
        if kind == "root":
            return "loss"
        if kind == "result":
            return "operation" if self._in_formula else "result"
        return "input" if kind == "parameter" and node in self.inputs else kind

    # --------------------------------------------------------------------------- arrows

    def _connect(self, node: Node) -> None:
        head = self._ids[node]
        if not self._in_formula:
            head = f"o{head[1:]}"
            role: Role = "gradient" if node in self.backward else "operation"
            symbol, name = self.account.operation(node)
            self._boxes.append(Box(head, role, symbol, group=self.groups.get(node, ())))
            whole = self._add(head, self._ids[node])
            whole.speech = f"{name} gives {self.account.name(node)}"
        for operand in self.account.operands(node):
            if operand.node not in self._folded:
                self._use(node, operand, head)

    def _use(self, node: Node, operand: Operand, head: str) -> None:
        """The arrow from an argument to the operation that takes it, if the argument is drawn."""
        arg, slot = operand.node, operand.slot
        tail = self._ids.get(arg) if arg is not None else self._constant(operand, head)
        if tail is None:
            return
        detailed = operand.flows and not self.compact
        summed = self.account.stretched(node, slot) if detailed else ()
        stretched = bool(summed) and self.stretches
        if stretched:
            tail = self._stretch(node, operand, tail, summed)
        arrow = self._add(tail, head, slot)
        arrow.speech = f"{operand.name} into {self.account.name(node)}"
        if operand.flows:
            self._color(arrow, node, whole=stretched)
        if detailed and "local" in self.show:
            self._label(arrow, node, () if stretched else summed)

    def _stretch(self, node: Node, operand: Operand, tail: str, summed: tuple[int, ...]) -> str:
        """A box for broadcasting, which backward is a sum: a step of the chain rule by itself."""
        shape = self.account.shape(node)
        box = Box(f"u{self._ids[node][1:]}s{operand.slot}", "operation", "broadcast")
        box.group = self.groups.get(node, ())
        box.shape = text.shape(shape)
        self._boxes.append(box)
        arrow = self._add(tail, box.id, operand.slot)
        arrow.speech = f"{operand.name} is broadcast to {box.shape}"
        self._color(arrow, node)
        if "local" in self.show:
            arrow.kind, arrow.lines = "formula", [words_of_sum(summed, len(shape))]
            arrow.speech += f": backward, the {arrow.lines[0]}"
        return box.id

    def _add(self, tail: str, head: str, slot: int | None = None) -> Arrow:
        arrow = Arrow(f"e{len(self._arrows)}", tail, head, slot)
        self._arrows.append(arrow)
        return arrow

    def _constant(self, operand: Operand, head: str) -> str | None:
        """A box for a plain number or array in an expression; fused, numbers are in the formula."""
        raw = operand.raw
        if np.ndim(raw) == 0 and self._in_formula:
            return None
        letter = self.account.names.of_array(raw)
        name = str(letter).strip("()") if letter is not None else None
        if name is not None:
            same = [each for each in self._boxes if each.name == name and each.id[0] == "c"]
            if same:
                return same[0].id
        data = numbers(raw, self.account.names.digits)
        role: Role = "input" if name else "constant"
        box = Box(f"c{head[1:]}s{operand.slot}", role, name or "constant")
        box.shape = text.shape(np.shape(raw)) if "shape" in self.show else ""
        if data.scalar:
            box.name = data.line
        elif "data" in self.show:
            box.value = data
        self._boxes.append(box)
        return box.id

    def _color(self, arrow: Arrow, node: Node, *, whole: bool = False) -> None:
        """Give an arrow the sign and size of what flows back; `whole`: before broadcasting."""
        assert arrow.slot is not None
        arrow.sign, arrow.size = self.account.strength(node, arrow.slot, whole=whole)

    def _label(self, arrow: Arrow, node: Node, summed: tuple[int, ...]) -> None:
        """Write on an arrow what flows back along it."""
        assert arrow.slot is not None
        digits, slot = self.account.names.digits, arrow.slot
        local, found = self.account.local(node, slot), self.account.contribution(node, slot)
        if local is None:
            arrow.kind = "formula"
            written, note = self.account.flow(node, slot)
            words = words_of_sum(summed, len(self.account.shape(node)))
            arrow.lines = [line for line in (text.shown(written, _LONGEST), note, words) if line]
        elif found is not None:
            arrow.kind = "product"
            upstream = float(np.sum(self.account.gradient(node)))
            arrow.lines = [f"{text.factor(local, digits)} × {text.factor(upstream, digits)}"]
            arrow.result = f"= {text.number(np.sum(found.fitted), digits, sign=True)}"
        else:
            arrow.kind, arrow.lines = "local", [text.number(local, digits)]
        arrow.speech += ": " + " ".join([*arrow.lines, arrow.result]).strip()
