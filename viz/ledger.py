"""`chain_rule`: the steps of backpropagation in order, as formulas and with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Node
from autograd.account import Account, Step
from autograd.account.documents import aligned, code, display, html, inert
from autograd.account.mathml import to_mathml
from autograd.account.names import variables_of_caller
from autograd.account.paths import Path, Paths
from autograd.account.text import factor, number
from viz import options

MOST = 1000  # steps that are written down unless more are asked for
_LONG = 12  # nodes of a path that are named
_WIDE = 160  # characters of LaTeX that are set in one line


@dataclass(repr=False, eq=False)
class ChainRule:
    """The steps from the root back to the leaves; iterable, and `rule["w1"]` is the step of w1.

    `print` shows them as text; `markdown()` and `latex()` set them with LaTeX, `html()` in MathML.
    `sizes` are the letters that stand for the sizes of axes: {"m": 7}; `digits` are those of the
    numbers along paths; `notes` tell of leaves that were changed since.
    """

    root: str
    wrt: tuple[str, ...]
    steps: list[Step]
    paths: list[Paths]
    sizes: dict[str, int]
    digits: int = 4
    notes: Sequence[str] = ()

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, name: str) -> Step:
        for step in self:
            if step.name == name:
                return step
        known = ", ".join(step.name for step in self.steps[:20])
        raise KeyError(f"no step is called {name!r}; there are {known}")

    def __repr__(self) -> str:
        return f"<ChainRule of {self.root}: {len(self)} steps>"

    @property
    def heading(self) -> str:
        """What the steps are about."""
        by = f" by {', '.join(self.wrt)}" if self.wrt else ""
        sizes = "".join(f"; {letter} = {size:,}" for letter, size in self.sizes.items())
        return f"The chain rule for {self.root}{by}: {_counted(len(self), 'step')}{sizes}"

    def __str__(self) -> str:
        width = len(str(len(self)))
        lines = [self.heading, *self.notes]
        for i, step in enumerate(self, 1):
            lead = f"{i:>{width}}. {step.letter.text}"
            first, *others = (line.text for line in step.lines)
            because = f"      since {' and '.join(step.reasons)}" if step.terms else ""
            lines += ["", f"{lead} = {first}{because}"]
            lines += [f"{' ' * len(lead)} = {other}" for other in others]
        return "\n".join([*lines, *self._path_lines()])

    def _path_lines(self) -> Iterator[str]:
        for paths in self.paths:
            which = ":" if paths.complete else "; the largest of them:"
            yield ""
            yield f"{_counted(paths.count, 'path')} from {paths.name} to {self.root}{which}"
            yield from (f"  {_route(path, self.digits)}" for path in paths.listed)

    def latex(self) -> str:
        """The steps as LaTeX: one `align*` environment a step, for a document with amsmath."""
        blocks = (aligned(step.letter.tex, (line.tex for line in step.lines)) for step in self)
        return "\n\n".join(blocks) + "\n"

    def markdown(self) -> str:
        """The steps as Markdown with LaTeX between $$, as GitHub and notebooks show it."""
        return "\n".join(self._markdown_lines()).rstrip("\n") + "\n"

    def _markdown_lines(self) -> Iterator[str]:
        yield f"# {inert(self.heading)}\n"
        yield from (f"{inert(note)}\n" for note in self.notes)
        for i, step in enumerate(self, 1):
            yield f"## {i}. {code(step.letter.text)}\n"
            if step.terms:
                yield f"since {' and '.join(map(code, step.reasons))}\n"
            first, *others = (line.tex for line in step.lines)
            yield display(f"{step.letter.tex} = {first}")
            chain = f"= {' = '.join(others)}"
            short = len(chain) < _WIDE and not step.shape and r"\quad" not in chain
            for tex in [chain] * bool(others) if short else [f"= {other}" for other in others]:
                yield display(tex)
        for paths in self.paths:
            count = inert(_counted(paths.count, "path"))
            yield f"## {count} from {code(paths.name)} to {code(self.root)}\n"
            if not paths.complete:
                yield "The largest of them:\n"
            yield from (f"- {code(_route(path, self.digits))}" for path in paths.listed)
            yield ""

    def html(self) -> str:
        """The steps as an HTML list, the formulas in MathML, each with its text beside it."""
        items = "\n".join(map(_item, self))
        paths = "\n".join(f"<p>{html(line)}</p>" for line in self._path_lines() if line)
        tail = f"\n{paths}" if paths else ""
        notes = "".join(f"<p>{html(note)}</p>\n" for note in self.notes)
        return f"<p><b>{html(self.heading)}</b></p>\n{notes}<ol>\n{items}\n</ol>{tail}\n"

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
    max_steps: int = MOST,
) -> ChainRule:
    """The steps of `root.backward(gradient)`, computed anew: nothing is stored in the graph.

    `wrt` restricts them to what leads to these nodes, and adds the paths that lead there. Names
    are found as `draw` finds them. Numbers have `precision` significant digits, those that stand in
    formulas at least six. Raises as `backward` does, and ValueError for a `wrt` that has no
    gradient in this graph and for more than `max_steps` steps.
    """
    if not isinstance(root, Node):
        raise TypeError(f"chain_rule: the root is {type(root).__name__}, not a Value or Tensor")
    options.whole("chain_rule: precision", precision, 1)
    options.whole("chain_rule: max_steps", max_steps, 1)
    options.names("chain_rule: names", names)
    targets = [] if wrt is None else list(dict.fromkeys(options.nodes("chain_rule: wrt", wrt)))
    variables = variables_of_caller()
    account = Account.of(root, gradient, names=names, variables=variables, digits=precision)
    for target in targets:
        if account.gradient(target) is None:
            raise ValueError(
                f"chain_rule: the gradient of {account.names.root} does not reach {target!r}: it "
                "is not part of the graph, or requires no gradient"
            )
    count = len(account.reached(targets))
    if count > max_steps:
        raise ValueError(
            f"chain_rule: {count:,} steps are more than max_steps={max_steps:,}: pass wrt=[…] "
            "with nodes that are nearer to the root, start nearer to them with another root and "
            f"gradient=, or pass max_steps={count}"
        )
    steps, wanted = account.steps(targets), tuple(map(account.name, targets))
    paths, sizes = list(map(account.paths, targets)), account.sizes_in(steps)
    return ChainRule(account.names.root, wanted, steps, paths, sizes, precision, account.changes)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _route(path: Path, digits: int) -> str:
    """The nodes along a path, and the product of the local derivatives on it."""
    way = " → ".join(_shortened(path.names))
    if path.product is None or not path.factors:
        return way
    factors = " · ".join(_shortened([factor(x, digits) for x in path.factors]))
    return f"{way}:  {factors} = {number(path.product, digits)}"


def _shortened(parts: Sequence[str]) -> Sequence[str]:
    return parts if len(parts) <= _LONG else [*parts[: _LONG // 2], "…", *parts[-_LONG // 2 :]]


def _item(step: Step) -> str:
    because = f"<small>since {html(' and '.join(step.reasons))}</small>\n" if step.terms else ""
    first, *others = step.lines
    formulas = [
        to_mathml(f"{step.letter.tex} = {first.tex}", f"{step.letter.text} = {first.text}"),
        *(to_mathml(f"= {each.tex}", f"= {each.text}") for each in others),
    ]
    return f"<li>{because}{chr(10).join(formulas)}</li>"
