"""Gradients with the later steps put in and worked out: ∂J/∂z = (a − y)/m. Stores nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd import Contribution, Node
from autograd.account.contributions import BackwardPass, summed_over
from autograd.account.formulas import symbolic
from autograd.account.letters import Letters
from autograd.account.names import is_one
from autograd.symbols import Symbol, render, shape_of, simplify
from autograd.symbols.algebra import (
    SHORT,
    is_entrywise,
    is_known,
    made_by,
    negative,
    power,
    reshape,
    sigmoid,
    subtract,
    total,
)
from autograd.symbols.matrices import apply, put, split

_LONGEST = 60  # characters of a formula that is still put into earlier steps
_SHORT = 16  # characters of what is put in for a letter
_STEPS = 40  # without names between a gradient and the nearest ones
_USES = 8  # of a value whose gradient is still worked out
_COMPLEMENT = re.compile(r"\(1 − (.+)\)")
_OPAQUE = re.compile(r"const|\(rule|NaN|∞")


class ClosedForms:
    """For each node its gradient in other terms, where that is short.

    `full` has no gradients in it; `near` goes back to the nearest gradients of nodes with names,
    as on paper: ∂J/∂W = ∂J/∂Z · Xᵀ.
    """

    def __init__(self, taken: BackwardPass, letters: Letters) -> None:
        self._pass, self._letters, self._names = taken, letters, letters.names
        self._by_name = {self._names[node]: node for node in taken.order}
        self._written_out = {} if letters.as_on_paper else self._short_results()
        self.full: dict[Node, Any] = {}
        self.near: dict[Node, Any] = {}
        if is_one(taken.seed):
            self.full[taken.root] = self.near[taken.root] = 1
        else:
            self.near[taken.root] = letters.gradient(taken.root)

    def work_out(self, nodes: Iterable[Node] | None = None) -> ClosedForms:
        """Find the formulas of all nodes, or of these, each after its consumers."""
        for node in self._pass.order if nodes is None else nodes:
            self._add(node, self.full, {})
            self._add_near(node)
        return self

    def nearest(self, node: Node) -> Any:
        """The gradient of a node from the nearest gradients of nodes with names, or None.

        None also where more than a few steps lie between.
        """
        needed = {node: None}
        stack = [node]
        while stack and len(needed) <= _STEPS:
            uses = self._pass.to(stack.pop())
            between = {use.consumer for use in uses if not self._names.is_named(use.consumer)}
            stack += between - needed.keys()
            needed |= dict.fromkeys(between)
        if not stack:
            for each in self._pass.order[1:]:
                if each in needed and each not in self.near:
                    self._add_near(each)
        return self.near.get(node)

    def _add_near(self, node: Node) -> None:
        stops = {use.consumer for use in self._pass.to(node)} - {self._pass.root}
        letters = {
            each: self._letters.gradient(each) for each in stops if self._names.is_named(each)
        }
        self._add(node, self.near, letters)

    def _add(self, node: Node, forms: dict[Node, Any], known: Mapping[Node, Any]) -> None:
        """Put the gradient of a node together out of the forms of its consumers, if it is short."""
        uses = self._pass.to(node)
        defined = np.all(np.isfinite(self._pass.gradients.get(node, np.nan)))  # 0/0 could cancel
        if not uses or len(uses) > _USES or not defined:
            return
        total: Any = 0
        for use in reversed(uses) if self._letters.as_on_paper else uses:
            upstream = known.get(use.consumer, forms.get(use.consumer))
            made = None if upstream is None else self._through(use, upstream)
            if made is None:
                return
            total = total + made
        if len(render(total)) > 4 * _LONGEST:
            return
        direct = len(uses) == 1 and uses[0].consumer in known  # the rule as it stands on the card
        choices = (total,) if direct else (simplify(total, self._stands_for), total)
        short = min(choices, key=self._effort)
        text = render(short)
        if len(text) <= _LONGEST and not _OPAQUE.search(text):
            forms[node] = short

    def _effort(self, formula: Any) -> tuple[int, int]:
        """How hard a formula is to read; a letter that must be looked up counts three times."""
        return _letters_in(formula) + 2 * self._looked_up(formula), len(render(formula))

    def _through(self, contribution: Contribution, upstream: Any) -> Any:
        """What one use of a node makes of the gradient of its result; None if that isn't known."""
        consumer, wanted = contribution.consumer, np.shape(contribution.consumer.data)
        letter = self._letters.gradient(consumer)
        made = symbolic(consumer, contribution.slot, self._letters, letter)
        if not is_known(made.body):
            return None
        if not is_entrywise(made.body) and shape_of(upstream) != wanted:
            return None  # every entry is the same, but it takes all of them
        body = put(made.body, {**self._written_out, letter.key: upstream})
        if made.note and shape_of(body) != ():
            return None  # the axis to repeat along would have to be told
        summed = summed_over(contribution)
        return self._folded(body, contribution, summed, wanted) if summed else body

    def _folded(
        self, body: Any, contribution: Contribution, summed: tuple[int, ...], got: tuple[int, ...]
    ) -> Any:
        """The sum that undoes broadcasting."""
        operand = np.shape(contribution.consumer.operands[contribution.slot])
        if shape_of(body) != got:
            return None
        params = {"axis": summed, "keepdims": len(operand) == len(got)}
        return apply(reshape, [total(body, **params)], {"shape": operand})

    def _short_results(self) -> dict[Any, Any]:
        """The letters of nameless nodes that stand for little: Wᵀ, 1 − A, X · w − y."""
        found: dict[Any, Any] = {}
        for node in reversed(self._pass.order):
            if node.op is None or node.op not in SHORT or self._names.is_named(node):
                continue
            letter = self._letters.symbol(node)
            args = [self._letters.symbol(arg) for arg in node.args]
            if not isinstance(letter, Symbol) or any(isinstance(x, np.ndarray) for x in args):
                continue
            inner = [found.get(arg.key, arg) if isinstance(arg, Symbol) else arg for arg in args]
            made = apply(node.op, inner, node.params or {})
            if shape_of(made) == np.shape(node.data) and self._is_short(made):
                found[letter.key] = made
        return found

    def _is_short(self, formula: Any) -> bool:
        text = render(formula)
        return len(text) <= _SHORT and not _OPAQUE.search(text) and self._looked_up(formula) == 0

    def _looked_up(self, formula: Any) -> int:
        """How many letters of a formula are of nameless results."""
        if isinstance(formula, Symbol) and formula.op is not None:
            return sum(map(self._looked_up, formula.args))
        node = self._by_name.get(formula.label or "") if isinstance(formula, Symbol) else None
        return int(node is not None and node.op is not None and not self._names.is_named(node))

    def _stands_for(self, formula: Symbol) -> Any:
        """1 − y for the letter of an array or node that is just that, 1 − σ(z) for σ(−z)."""
        if formula.op is not None:
            return self._turned(formula)
        label = formula.label or ""
        match = _COMPLEMENT.fullmatch(label)
        if match is not None and label not in self._by_name:
            inside: Any = Symbol(match[1], like=formula.like)
            return 1 - inside
        node = self._by_name.get(label)
        if node is None or node.op is None or self._names.is_named(node):
            return None
        if node.op is not subtract and node.op is not negative:
            return None
        args = [self._letters.symbol(arg) for arg in node.args]
        simple = all(isinstance(arg, int | float) or _is_letter(arg) for arg in args)
        first = node.op is negative or isinstance(args[0], int | float)
        return node.op(*args) if simple and first and any(map(_is_letter, args)) else None

    def _turned(self, formula: Symbol) -> Any:
        """1 − σ(z) for σ(−z), and a sum with what is summed simplified, or worked out."""
        op = formula.op
        if op not in (sigmoid, total) or not isinstance(formula.args[0], Symbol):
            return None
        inner = simplify(formula.args[0], self._stands_for)
        if op is sigmoid:
            return 1 - sigmoid(inner.args[0]) if made_by(inner, negative) else None
        factor, rest = split(inner)
        if self._is_share(rest, formula.params["axis"]):
            return factor
        if shape_of(inner) != shape_of(formula.args[0]) or render(inner) == render(formula.args[0]):
            return None
        return apply(total, [inner], formula.params)

    def _is_share(self, formula: Any, axis: tuple[int, ...]) -> bool:
        """Whether it is a constant that adds up to 1 along the axis, as one-hot targets do."""
        if not _is_letter(formula):
            return False
        node = self._by_name.get(formula.label or "")
        if node is not None and (node.op is not None or node.requires_grad):
            return False
        data = np.asarray(formula.like if node is None else self._names.seen(node))
        return data.ndim > max(axis, default=0) and bool(np.all(data.sum(axis=axis) == 1))


def _letters_in(formula: Any) -> int:
    if isinstance(formula, Symbol) and formula.op is not None:
        return sum(map(_letters_in, formula.args)) + (formula.op is power)
    return int(isinstance(formula, Symbol))


def _is_letter(arg: Any) -> bool:
    return isinstance(arg, Symbol) and arg.op is None
