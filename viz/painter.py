"""From a graph to what its picture shows: nodes become boxes, uses of a value become arrows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Node
from autograd.symbols import Symbol, render
from viz import text
from viz.flow import (
    Flow,
    Part,
    edges_of,
    formula,
    local_derivative,
    output,
    plain,
    summed_axes,
    undo_broadcast,
)
from viz.model import Arrow, Box, Gradient, numbers
from viz.names import Names
from viz.reasons import why_zero
from viz.theme import Role

_TERMS = 4  # of a sum that is written out in a box


@dataclass
class Painter:
    """Turns nodes into boxes and uses into arrows."""

    names: Names
    root: Node
    flow: Flow | None
    inputs: Collection[Node] = ()
    show: Collection[str] = ("data", "grad", "local", "shape")
    digits: int = 4
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
    unused: Collection[Node] = ()
    """Leaves that are drawn though the root does not depend on them."""

    def paint(self, order: list[Node]) -> tuple[list[Box], list[Arrow]]:
        """The boxes in topological order, and the arrows in the order of their heads and slots."""
        self._ids = {node: f"n{i}" for i, node in enumerate(order)}
        self._uses: dict[Node, list[Part]] = self.flow.parts if self.flow else {}
        self._parts = {(p.consumer, p.slot): p for parts in self._uses.values() for p in parts}
        self._boxes: list[Box] = []
        self._arrows: list[Arrow] = []
        self._folded = {n for n in order if self._in_formula and self.names.is_number(n)}
        for node in order:
            if node in self._folded:
                continue
            self._boxes.append(self._box(node))
            if node.op is not None:
                self._connect(node)
        for gradient, node in self.pairs.items():
            if {gradient, node} & self._folded:
                continue
            pair = self._add(self._ids[node], self._ids[gradient])
            pair.kind = "pair"
            pair.speech = f"{self.names[gradient]} is the gradient of {self.names[node]}"
        return self._boxes, self._arrows

    @property
    def _in_formula(self) -> bool:
        """Whether operations, and with them plain numbers, are shown in the formula of a box."""
        return self.fused or self.compact

    # ---------------------------------------------------------------------------- boxes

    def _box(self, node: Node) -> Box:
        data = output(node)
        box = Box(self._ids[node], self._role(node), self.names[node])
        box.group = self.groups.get(node, ())
        if self.names.is_number(node):
            return box
        if node.op is not None and self._in_formula:
            box.formula = self._application(node)
        if "shape" in self.show:
            box.shape = text.shape(np.shape(data))
        if "dtype" in self.show:
            dtype = np.asarray(data).dtype.name
            box.shape = f"{box.shape} {dtype}".strip()
        if "data" in self.show:
            box.value = numbers(data, self.digits, heat=self.heat)
        if "grad" in self.show:
            box.gradient = self._gradient(node)
        return box

    def _role(self, node: Node) -> Role:
        if node in self.backward:
            return "gradient"
        if node is self.root and node.op is not None:
            return "loss"
        if node.op is not None:
            return "operation" if self._in_formula else "result"
        if self.names.is_nameless(node):
            return "constant"
        return "parameter" if node.requires_grad and node not in self.inputs else "input"

    def _application(self, node: Node) -> str:
        """The operation written with the names of its arguments, nothing simplified."""
        made = Symbol("")
        made.label, made.op, made.params = None, node.op, node.params or {}
        made.args = tuple(self.names.symbol(arg) for arg in node.args)
        return text.shown(render(made), 60)

    def _gradient(self, node: Node) -> Gradient:
        symbol = str(self.names.gradient(node))
        if self.pairs and isinstance(node.grad, Node):  # of an earlier root than the one drawn
            symbol = f"{self.names[node]}.grad"
        if not node.requires_grad:
            return Gradient("not wanted", symbol)
        if node in self.unused and node.grad is None and self.flow is not None:
            nothing = numbers(node.zero(), self.digits)
            return Gradient("zero", symbol, nothing, f"unused: {self.names.root} needs none of it")
        if node.grad is None:
            return Gradient("none yet", symbol, reason=self._why_none(node))
        stored = plain(node.grad)
        made = Gradient("value", symbol)
        made.numbers = numbers(stored, self.digits, sign=True, heat=self.heat)
        uses = self._uses.get(node, [])
        if not np.any(stored):
            made.state, made.reason = "zero", why_zero(uses, self.flow, self.names)
        if len(uses) > 1:
            made.total = self._sum(uses)
        now = None if self.flow is None else self.flow.gradients.get(node)
        if now is None:  # of a pass that started elsewhere, or of one that kept none for the root
            made.symbol = f"{self.names[node]}.grad"
        elif not np.array_equal(now, stored, equal_nan=True):
            made.symbol = f"{self.names[node]}.grad"
            part = "of it from" if node.op is None else "from"
            shown = text.describe(now, self.digits, sign=True)
            made.note = f"{part} this {self.names.root}: {shown} {made.total}".rstrip()
            made.total, made.state, made.reason = "", "value", ""
        elif node is self.root and self.names.top != self.names.root:
            made.note = f"given: {self.names.top} comes after it"
        return made

    def _sum(self, uses: list[Part]) -> str:
        if any(np.size(part.value) != 1 for part in uses):
            into = [self.names[part.consumer] for part in uses]
            return f"sum over {len(uses)} uses: {', '.join(dict.fromkeys(into))}"
        terms = [_bracketed(text.number(np.sum(part.value), self.digits)) for part in uses]
        if len(terms) > _TERMS:
            terms = [*terms[:2], "…", f"{terms[-1]}   ({len(terms)} uses)"]
        return "= " + " + ".join(terms)

    def _why_none(self, node: Node) -> str:
        """Why a node has no gradient though the backward pass has run."""
        if node in self.unused:
            return f"unused: {self.names.root} needs none of it"
        if self.flow is None or node in self.flow.gradients:
            return ""
        return "none of its uses lets one through"

    # --------------------------------------------------------------------------- arrows

    def _connect(self, node: Node) -> None:
        head = self._ids[node]
        if not self._in_formula:
            head = f"o{head[1:]}"
            role: Role = "gradient" if node in self.backward else "operation"
            self._boxes.append(Box(head, role, node.op.symbol, group=self.groups.get(node, ())))
            self._add(head, self._ids[node]).speech = f"{node.op.name} gives {self.names[node]}"
        flows = dict(edges_of(node)) if node.requires_grad else {}
        for slot, (arg, raw) in enumerate(zip(node.args, node.operands, strict=True)):
            tail = self._ids.get(arg) if isinstance(arg, Node) else self._constant(raw, head, slot)
            if tail is None or (isinstance(arg, Node) and arg in self._folded):
                continue
            summed: tuple[int, ...] = ()
            if slot in flows and node.op.elementwise and not self.compact:
                summed = summed_axes(np.shape(output(node)), np.shape(raw))
            stretched = bool(summed) and self.stretches
            if stretched:
                tail = self._stretch(arg, tail, node, slot, summed)
                summed = ()
            arrow = self._add(tail, head, slot)
            target = self.names[arg] if isinstance(arg, Node) else "a constant"
            arrow.speech = f"{target} into {self.names[node]}"
            if slot in flows:
                self._color(arrow, node, slot, whole=stretched)
                self._label(arrow, node, slot, undo_broadcast(summed, np.ndim(output(node))))

    def _stretch(self, arg: Node, tail: str, node: Node, slot: int, summed: tuple[int, ...]) -> str:
        """A box for broadcasting, which backward is a sum: a step of the chain rule by itself."""
        shape = np.shape(output(node))
        box = Box(f"u{self._ids[node][1:]}s{slot}", "operation", "broadcast")
        box.group = self.groups.get(node, ())
        box.shape = text.shape(shape)
        self._boxes.append(box)
        arrow = self._add(tail, box.id, slot)
        arrow.speech = f"{self.names[arg]} is broadcast to {box.shape}"
        self._color(arrow, node, slot)
        if "local" in self.show:
            arrow.kind, arrow.lines = "formula", [undo_broadcast(summed, len(shape))]
            arrow.speech += f": backward, the {arrow.lines[0]}"
        return box.id

    def _color(self, arrow: Arrow, node: Node, slot: int, *, whole: bool = False) -> None:
        """Give an arrow the sign and size of what flows back; `whole`: before broadcasting."""
        part = self._parts.get((node, slot))
        if part is not None and node.grad is not None:
            flowing = numbers(part.whole if whole else part.value, self.digits, sign=True)
            arrow.sign, arrow.size = flowing.sign, flowing.size

    def _add(self, tail: str, head: str, slot: int | None = None) -> Arrow:
        arrow = Arrow(f"e{len(self._arrows)}", tail, head, slot)
        self._arrows.append(arrow)
        return arrow

    def _constant(self, raw: Any, head: str, slot: int) -> str | None:
        """A box for a plain number or array in an expression; fused, numbers are in the formula."""
        if np.ndim(raw) == 0 and self._in_formula:
            return None
        letter = self.names.of_array(raw)
        name = str(letter).strip("()") if letter is not None else None
        data = numbers(raw, self.digits)
        box = Box(f"c{head[1:]}s{slot}", "input" if name else "constant", name or "constant")
        if name is not None:
            same = [each for each in self._boxes if each.name == name and each.id[0] == "c"]
            if same:
                return same[0].id
        box.shape = text.shape(np.shape(raw)) if "shape" in self.show else ""
        box.value = data if "data" in self.show else None
        box.name = data.line if data.scalar else box.name
        if data.scalar:
            box.value = None
        self._boxes.append(box)
        return box.id

    def _label(self, arrow: Arrow, node: Node, slot: int, summed: str) -> None:
        """Write on an arrow what flows back along it."""
        part = self._parts.get((node, slot))
        if self.compact or "local" not in self.show:
            return
        local = local_derivative(node, slot)
        if local is not None and part is not None and self.flow is not None:
            arrow.kind = "product"
            upstream = float(np.sum(self.flow.gradients[node]))
            arrow.lines = [f"{_signed(local, self.digits)} × {_signed(upstream, self.digits)}"]
            arrow.result = f"= {text.number(np.sum(part.value), self.digits, sign=True)}"
        elif local is not None:
            arrow.kind, arrow.lines = "local", [text.number(local, self.digits)]
        else:
            arrow.kind = "formula"
            made = formula(node, slot, self.names, self.names.gradient(node))
            written = self.names.clear(render(made.body))
            arrow.lines = [text.shown(written, 60), made.note, summed]
        arrow.lines = [line for line in arrow.lines if line]
        arrow.speech += ": " + " ".join([*arrow.lines, arrow.result]).strip()


def _signed(x: float, digits: int) -> str:
    """A factor of a product, in parentheses if negative."""
    return _bracketed(text.number(x, digits))


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith("−") else number
