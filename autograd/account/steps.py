"""The steps of backpropagation, each written down: in symbols, in numbers, worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd import Contribution, Node
from autograd.account import text
from autograd.account.closed import ClosedForms
from autograd.account.contributions import BackwardPass, output, summed_over
from autograd.account.formulas import (
    EVERY_ENTRY,
    Line,
    added,
    line,
    noted,
    numeric,
    remarked,
    symbolic,
    words_of_sum,
)
from autograd.account.letters import Letters, word
from autograd.account.names import is_one
from autograd.symbols import Symbol, shape_of
from autograd.symbols.algebra import total

_SHAPE = re.compile(r"\(\d+ (×|entr)")


@dataclass(frozen=True)
class Term:
    """What one use of a node adds to its gradient: `value` is the number or array that is added."""

    consumer: str
    because: Line
    symbolic: Line
    numeric: Line
    value: Any


@dataclass(frozen=True)
class Step:
    """The gradient of one node: the sum of its terms, which follow the order of the sweep."""

    name: str
    node: Node
    letter: Line
    terms: tuple[Term, ...]
    gradient: Any
    shape: tuple[int, ...]
    lines: tuple[Line, ...]  # what it equals: in symbols, in numbers, as a sum, the result

    @property
    def reasons(self) -> list[str]:
        """How the operations that use the node are written: a = σ(z)."""
        return list(dict.fromkeys(term.because.text for term in self.terms))


class StepWriter:
    """Writes the steps of a pass, with the forms of gradients in which later steps are put in."""

    def __init__(self, taken: BackwardPass, letters: Letters, forms: ClosedForms) -> None:
        self._pass, self._letters, self._names = taken, letters, letters.names
        self._forms = forms
        self._line = partial(line, digits=letters.digits)

    def step(self, node: Node) -> Step:
        """The step that completes the gradient of `node`."""
        value = self._pass.gradients[node]
        terms = tuple(self._term(use) for use in self._pass.to(node))
        letter = self._line(self._letters.gradient(node))
        lines = self._with_closed(node, self._equations(terms, value))
        return Step(self._names[node], node, letter, terms, value, np.shape(value), lines)

    def _term(self, use: Contribution) -> Term:
        consumer, slot = use.consumer, use.slot
        upstream = self._pass.gradients[consumer]
        g: Any = self._letters.gradient(consumer)
        number: Any = self._letters.literal(upstream)
        if consumer is self._pass.root and is_one(upstream):
            g = number = 1 if consumer.op.elementwise else word("1")
        words = words_of_sum(summed_over(use), np.ndim(output(consumer)))
        made = symbolic(consumer, slot, self._letters, g)
        filled = numeric(consumer, slot, self._letters, number)
        left, right = (
            self._line(self._letters.symbol(consumer)),
            self._line(self._letters.application(consumer)),
        )
        return Term(
            consumer=self._names[consumer],
            because=Line(f"{left.text} = {right.text}", f"{left.tex} = {right.tex}"),
            symbolic=self._cleared(noted(self._line(made.body), words, made.note)),
            numeric=noted(self._number_or_line(filled.body), words, filled.note),
            value=use.fitted,
        )

    def _equations(self, terms: tuple[Term, ...], value: Any) -> tuple[Line, ...]:
        """What the gradient equals, line by line; what the next line repeats is left out."""
        result = self._result(value)
        if not terms:
            return (result if is_one(value) else remarked(result, "given"),)
        lines = [*self._sums(terms, value), result]
        if lines[0].text == result.text:
            return (result,)
        bare = [each.text.removeprefix("(").removesuffix(")") for each in lines]
        return tuple(each for i, each in enumerate(lines) if bare[i] not in bare[i + 1 :])

    def _sums(self, terms: tuple[Term, ...], value: Any) -> Iterator[Line]:
        """The sum of the terms: in symbols, with the numbers put in, and worked out one by one."""
        yield added(term.symbolic for term in terms)
        filled = added(term.numeric for term in terms)
        if not np.ndim(value):
            yield filled
            if len(terms) > 1:
                yield added(self._line(self._letters.literal(term.value)) for term in terms)
        elif filled.text.lstrip("−") != str(self._letters.literal(value)):
            yield remarked(filled, "shapes") if _SHAPE.search(filled.text) else filled

    def _with_closed(self, node: Node, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines, and after the first the gradient with the later steps worked out.

        Of nodes with names, on to the nearest gradients of nodes with names, and as far as it goes.
        """
        found = [(self._forms.full, "the later steps put in")]
        if self._names.is_named(node):
            found.insert(0, (self._forms.near, "the unnamed steps put in"))
        known = {each.text for each in lines}
        more = []
        for forms, words in found:
            if node not in forms or "∂" not in lines[0].text:
                continue
            made = self._cleared(self._with_words(forms[node], np.shape(node.data)))
            short = self._names.is_named(node) or len(made.text) <= len(lines[0].text)
            if short and made.text not in known:
                known.add(made.text)
                more.append((made, words))
        if len(more) == 2 and "∂" not in more[0][0].text:
            del more[0]
        return (lines[0], *(remarked(made, words) for made, words in more), *lines[1:])

    def _cleared(self, made: Line) -> Line:
        return Line(self._letters.clear(made.text), made.tex)

    def _number_or_line(self, formula: Any) -> Line:
        return self._result(formula) if isinstance(formula, int | float) else self._line(formula)

    def _result(self, value: Any) -> Line:
        if not np.ndim(value):
            number = text.number(value, self._names.digits)
            return Line(number, text.number_to_tex(number))
        shape, tex = text.shape(np.shape(value)), text.shape_to_tex(np.shape(value))
        entries = text.describe(value, self._names.digits)
        tex = rf"{tex}\text{{: }}{text.entries_to_tex(value, self._names.digits)}"
        return Line(f"{shape}: {entries}", tex)

    def _with_words(self, formula: Any, shape: tuple[int, ...]) -> Line:
        """A formula in both notations, the sum that undoes a broadcast in words."""
        if isinstance(formula, Symbol) and formula.op is total:
            inner = formula.args[0]
            words = words_of_sum(formula.params["axis"], len(shape_of(inner) or ()))
            return noted(self._line(inner), words, "")
        same = shape and shape_of(formula) == ()
        return noted(self._line(formula), "", EVERY_ENTRY if same else "")
