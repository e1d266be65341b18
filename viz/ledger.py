"""`chain_rule`: the steps of backpropagation in order, as formulas and with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node
from autograd.symbols import Symbol, render, shape_of
from viz import asking, ledger_text, text
from viz.closed import ClosedForms
from viz.flow import Flow, Part, backward_flow, formula, in_numbers, output, undo_broadcast
from viz.names import Names, caller, is_one, variables, word
from viz.paths import paths_between
from viz.steps import Ledger, Line, Step, Term

_WORD = re.compile(r"\w+")
# A number in parentheses that fills one side of a fraction, where it needs none.
_BARRED = re.compile(r"(\\frac\{|\}\{)\\left\(([^(){}\\]*)\\right\)\}")


class ChainRule(Ledger):
    """The steps from the root back to the leaves; iterable, and `rule["w1"]` is the step of w1.

    `print` shows them as text; `markdown()` and `latex()` set them with LaTeX, `html()` in MathML.
    """

    def __str__(self) -> str:
        return ledger_text.as_text(self)

    def __repr__(self) -> str:
        return f"<ChainRule of {self.root}: {len(self)} steps>"

    def markdown(self) -> str:
        """The steps as Markdown with LaTeX between $$, as GitHub and notebooks show it."""
        return ledger_text.as_markdown(self)

    def latex(self) -> str:
        """The steps as LaTeX: one `align*` environment a step, for a document with amsmath."""
        return ledger_text.as_latex(self)

    def html(self) -> str:
        """The steps as an HTML list, the formulas in MathML."""
        return ledger_text.as_html(self)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        return self.html()


def chain_rule(
    root: Node,
    wrt: Node | Iterable[Node] | None = None,
    *,
    gradient: Any = None,
    names: Mapping[str, Any] | None = None,
    precision: int = 4,
) -> ChainRule:
    """The steps of `root.backward(gradient)`, computed anew: nothing is stored in the graph.

    `wrt` restricts them to what leads to these nodes, and adds the paths that lead there. Names
    are found as `draw` finds them. Raises as `backward` does, and ValueError for a `wrt` that has
    no gradient in this graph.
    """
    if not isinstance(root, Node):
        raise TypeError(f"chain_rule: the root is {type(root).__name__}, not a Value or Tensor")
    asking.whole("chain_rule: precision", precision, 1)
    asking.names("chain_rule: names", names)
    targets = [] if wrt is None else list(dict.fromkeys(asking.nodes("chain_rule: wrt", wrt)))
    flow = backward_flow(root, gradient)
    visible = variables(caller())
    names_ = Names(flow.order[::-1], names, visible, digits=precision, sizes=True, seed=flow.seed)
    for target in targets:
        if target not in flow.gradients:
            raise ValueError(
                f"chain_rule: the gradient of {names_.root} does not reach {target!r}: it is not "
                "part of the graph, or requires no gradient"
            )
    clerk = _Clerk(flow, names_, precision, ClosedForms(flow, names_))
    kept = _leading_to(targets, flow) if targets else None
    steps = [
        clerk.step(node)
        for node in flow.order
        if node in flow.gradients and (kept is None or node in kept)
    ]
    paths = [paths_between(flow, target, names_) for target in targets]
    wanted = [names_[target] for target in targets]
    return ChainRule(names_.root, wanted, steps, paths, clerk.sizes_in(steps), precision)


def _leading_to(targets: Sequence[Node], flow: Flow) -> set[Node]:
    """The nodes on the paths from the targets to the root."""
    found = set(targets)
    for node in reversed(flow.order):
        if any(isinstance(arg, Node) and arg in found for arg in node.args):
            found.add(node)
    return found


@dataclass
class _Clerk:
    """Writes down the steps."""

    flow: Flow
    names: Names
    digits: int
    closed: ClosedForms

    def step(self, node: Node) -> Step:
        """The step that completes the gradient of `node`."""
        value = self.flow.gradients[node]
        terms = tuple(self._term(part) for part in self.flow.parts.get(node, []))
        letter = _line(self.names.gradient(node))
        lines = self._with_closed(node, self._equations(terms, value))
        return Step(self.names[node], node, letter, terms, value, np.shape(value), lines)

    def sizes_in(self, steps: Sequence[Step]) -> dict[str, int]:
        """The letters for sizes that these steps use, and their numbers."""
        assert self.names.sizes is not None
        words = {word for step in steps for line in step.lines for word in _WORD.findall(line.text)}
        return {each: size for each, size in self.names.sizes.known.items() if each in words}

    def _with_closed(self, node: Node, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines, and after the first the gradient with the later steps worked out.

        Of nodes with names, on to the nearest gradients of nodes with names, and as far as it goes.
        """
        found = [(self.closed.full, "the later steps put in")]
        if self.names.is_named(node):
            found.insert(0, (self.closed.near, "the unnamed steps put in"))
        known = {line.text for line in lines}
        added = []
        for formulas, words in found:
            if node not in formulas or "∂" not in lines[0].text:
                continue
            line = self._cleared(_folded(formulas[node], np.shape(node.data)))
            short = self.names.is_named(node) or len(line.text) <= len(lines[0].text)
            if short and line.text not in known:
                known.add(line.text)
                added.append((line, words))
        if len(added) == 2 and "∂" not in added[0][0].text:
            del added[0]
        noted = (
            Line(f"{line.text}   ({w})", rf"{line.tex}\quad\text{{({w})}}") for line, w in added
        )
        return (lines[0], *noted, *lines[1:])

    def _equations(self, terms: tuple[Term, ...], value: Any) -> tuple[Line, ...]:
        """What the gradient equals, line by line; what the next line repeats is left out."""
        lines = []
        if terms:
            lines.append(_sum(term.symbolic for term in terms))
            numeric = _sum(term.numeric for term in terms)
            if not np.ndim(value):
                lines.append(numeric)
            elif numeric.text.lstrip("−") != str(self.names.literal(value)):
                shapes = rf"{numeric.tex}\quad\text{{(shapes)}}"
                lines.append(Line(f"{numeric.text}   (shapes)", shapes))
            if len(terms) > 1 and not np.ndim(value):
                lines.append(_sum(_line(self.names.literal(term.value)) for term in terms))
        lines.append(self._result(value))
        if not terms and not is_one(value):
            lines = [Line(f"{lines[0].text}   (given)", rf"{lines[0].tex}\quad\text{{(given)}}")]
        if lines[0].text == lines[-1].text:
            return (lines[0],)
        bare = [line.text.removeprefix("(").removesuffix(")") for line in lines]
        return tuple(line for i, line in enumerate(lines) if bare[i] not in bare[i + 1 :])

    def _term(self, part: Part) -> Term:
        consumer, slot = part.consumer, part.slot
        upstream = self.flow.gradients[consumer]
        g: Any = self.names.gradient(consumer)
        number: Any = self.names.literal(upstream)
        if consumer is self.flow.root and is_one(upstream):
            g = number = 1 if consumer.op.elementwise else word("1")
        because = Symbol("")
        because.label, because.op, because.params = None, consumer.op, consumer.params or {}
        because.args = tuple(self.names.symbol(arg) for arg in consumer.args)
        words = undo_broadcast(part.summed, np.ndim(output(consumer)))
        made = formula(consumer, slot, self.names, g)
        filled = in_numbers(consumer, slot, self.names, number)
        left = _line(self.names.symbol(consumer))
        right = _line(because)
        return Term(
            consumer=self.names[consumer],
            because=Line(f"{left.text} = {right.text}", f"{left.tex} = {right.tex}"),
            symbolic=self._cleared(_noted(_line(made.body), words, made.note)),
            numeric=_noted(self._number_or_line(filled.body), words, filled.note),
            value=part.value,
        )

    def _cleared(self, line: Line) -> Line:
        return Line(self.names.clear(line.text), line.tex)

    def _number_or_line(self, formula: Any) -> Line:
        return self._result(formula) if isinstance(formula, int | float) else _line(formula)

    def _result(self, value: Any) -> Line:
        if not np.ndim(value):
            number = text.number(value, self.digits)
            return Line(number, text.number_to_tex(number))
        shape = " × ".join(map(str, np.shape(value)))
        entries = text.describe(value, self.digits)
        tex = shape.replace("×", r"\times")
        tex = rf"{tex}\text{{: }}{_entries_tex(value, self.digits)}"
        return Line(f"{shape}: {entries}", tex)


def _entries_tex(value: Any, digits: int) -> str:
    grid = text.rows(value, digits)
    if grid is None:
        measures = text.summary(value, digits)
        return r",\ ".join(rf"\text{{{what} }}{text.number_to_tex(x)}" for what, x in measures)
    rows = r" \cr ".join(" & ".join(text.number_to_tex(x) for x in row) for row in grid)
    return rf"\begin{{bmatrix}}{rows}\end{{bmatrix}}"


def _line(formula: Any) -> Line:
    tex = render(formula, "tex")
    for _ in "ab":  # above and below a bar
        tex = _BARRED.sub(r"\1\2}", tex)
    return Line(render(formula, "text"), tex)


def _folded(formula: Any, shape: tuple[int, ...]) -> Line:
    """A formula in both notations; the sum that undoes a broadcast in words, as in other lines."""
    if getattr(formula, "op", None) is None or formula.op.name != "sum":
        same = shape and shape_of(formula) == ()
        return _noted(_line(formula), "", "for every entry" if same else "")
    inner, axes = formula.args[0], formula.params["axis"]
    return _noted(_line(inner), undo_broadcast(axes, len(shape_of(inner) or ())), "")


def _noted(line: Line, summed: str, note: str) -> Line:
    """A formula with what the shapes ask for besides."""
    if summed:
        line = Line(f"{summed} of {line.text}", rf"\text{{{summed} of }}{line.tex}")
    if note:
        line = Line(f"{line.text} {note}", rf"{line.tex}\text{{ {note}}}")
    return line


def _sum(terms: Iterable[Line]) -> Line:
    """a + b, or a − b where the second begins with a minus."""
    first, *rest = terms
    text, tex = first.text, first.tex
    for term in rest:
        text += f" − {term.text[1:]}" if term.text.startswith("−") else f" + {term.text}"
        tex += f" - {term.tex[1:]}" if term.tex.startswith("-") else f" + {term.tex}"
    return Line(text, tex)
