"""Gradients with the later steps put in and worked out: ∂J/∂z = (a − y)/m. Stores nothing."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograd import Node
from autograd.simplify import simplify
from autograd.symbols import Symbol, render
from viz.flow import Flow, Part, formula
from viz.names import Names

_LONGEST = 60  # characters of a formula that is still put into earlier steps
_COMPLEMENT = re.compile(r"\(1 − (.+)\)")
_OPAQUE = re.compile(r"∂|const|\(rule|NaN|∞")


class ClosedForms:
    """For each node the gradient without other gradients in it, where that is short."""

    def __init__(self, flow: Flow, names: Names) -> None:
        self._flow, self._names = flow, names
        self._by_name = {names[node]: node for node in flow.order}
        self._found: dict[Node, Any] = {}
        if np.size(flow.seed) == 1 and np.all(flow.seed == 1):
            self._found[flow.root] = Symbol("1", like=0.0)
        for node in flow.order:
            parts = flow.parts.get(node)
            if parts and node is not flow.root:
                made = self._sum(parts)
                if made is not None:
                    self._found[node] = made

    def __getitem__(self, node: Node) -> Any:
        """The formula, or None."""
        return self._found.get(node)

    def _sum(self, parts: list[Part]) -> Any:
        total: Any = 0
        for part in parts:
            upstream = self._found.get(part.consumer)
            if upstream is None or part.summed or len(parts) > 8:
                return None
            made = formula(part.consumer, part.slot, self._names, upstream)
            if not part.consumer.op.elementwise and made.note != "for every entry":
                return None
            total = total + made.body
        if len(render(total)) > 4 * _LONGEST:
            return None
        short = simplify(total, self._stands_for)
        text = render(short)
        return None if len(text) > _LONGEST or _OPAQUE.search(text) else short

    def _stands_for(self, letter: Symbol) -> Any:
        """1 − y for the letter of an array or node that is just that; the number for a digit."""
        label = letter.label or ""
        if label.isdigit():
            return int(label)
        match = _COMPLEMENT.fullmatch(label)
        if match is not None and label not in self._by_name:
            inside: Any = Symbol(match[1], like=letter.like)
            return 1 - inside
        node = self._by_name.get(label)
        if node is None or node.op is None or node.op.name not in ("subtract", "negative"):
            return None
        args = [self._names.symbol(arg) for arg in node.args]
        simple = all(isinstance(arg, int | float) or arg.op is None for arg in args)
        first = node.op.name == "negative" or isinstance(args[0], int | float)
        return node.op(*args) if simple and first and any(map(_is_symbol, args)) else None


def _is_symbol(arg: Any) -> bool:
    return isinstance(arg, Symbol)
