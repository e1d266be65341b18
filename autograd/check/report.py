"""The report of a derivation as data: a verdict a step. Judges nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TextIO, overload

from autograd.account.text import number, visible
from autograd.check import formats
from autograd.check.formats import Row

Verdict = Literal[
    "right", "right by the course's convention", "wrong", "not comparable", "proves little"
]

_MARKS = {
    "right": "✓",
    "right by the course's convention": "✓",
    "wrong": "✗",
    "not comparable": "?",
    "proves little": "~",
}


@dataclass(frozen=True)
class Step:
    """The verdict on one step of a derivation.

    `chain_ok` is None where the chain breaks off before this step. `worst` is the entry that is
    farthest off: index, your number, the true one. `mistakes` are the kinds that explain a wrong
    result, `inherits` the wrong steps below, `shapes` yours and the true one where they differ. A
    helper is a step that is no gradient, which others use. `writer` writes the `formula`.
    """

    name: str
    verdict: Verdict
    diagnosis: str = ""
    correction: str = ""
    chain_ok: bool | None = None
    worst: tuple[tuple[int, ...], float, float] | None = None
    mistakes: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    is_helper: bool = False
    writer: Callable[[], str] = field(default=str, repr=False, compare=False)

    @cached_property
    def formula(self) -> str:
        """The chain-rule step as autograd took it, written when it is first asked for."""
        return self.writer()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "formula": self.formula, "writer": str}

    @property
    def ok(self) -> bool:
        """Whether the step agrees on its own with the true gradient (or is none, but a helper)."""
        return self.is_helper or self.verdict not in ("wrong", "not comparable")

    @property
    def mark(self) -> str:
        """The verdict as one character: ✓ ✗ ? ~."""
        return _MARKS[self.verdict]

    @property
    def chain_mark(self) -> str:
        """The same for the step as part of the chain."""
        return {True: "✓", False: "✗", None: "?"}[self.chain_ok]

    @property
    def remarks(self) -> list[str]:
        """All that the report says beside the marks, a sentence each."""
        said = []
        if self.verdict == "wrong":
            said.append(self.diagnosis)
        elif self.verdict != "right":
            said.append(f"{self.verdict}: {self.diagnosis}" if self.diagnosis else self.verdict)
        if self.verdict == "wrong" and self.worst is not None:
            index, yours, ours = self.worst
            where = f" at {list(index)}" if index else ""
            said.append(
                f"largest difference{where}: yours {number(yours, 6)}, true {number(ours, 6)}"
            )
        if self.verdict == "wrong" and self.shapes is not None:
            said.append(f"yours has shape {self.shapes[0]}, the true one {self.shapes[1]}")
        if self.correction and self.verdict == "wrong":
            said.append(f"→ {self.correction}")
        if self.verdict in ("wrong", "not comparable") and self.formula:
            said.append(f"autograd: {self.formula}")
        if self.ok and self.chain_ok is not True and self.inherits:
            said.append(f"inherits the mistake of {' and '.join(self.inherits)}")
        return said


class Report(Sequence[Step]):
    """The verdicts on all steps, in the learner's order; `report["dZ2"]` is one of them.

    `notes` are remarks on the derivation as a whole.
    """

    def __init__(self, output: str, steps: Sequence[Step], notes: Sequence[str] = ()) -> None:
        self.output = output
        self.steps = list(steps)
        self.notes = list(notes)

    @property
    def ok(self) -> bool:
        """Whether every step agrees with the true gradient."""
        return all(step.ok for step in self.steps)

    @overload
    def __getitem__(self, key: str | int) -> Step: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Step]: ...
    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return self.steps[key]
        for step in self.steps:
            if step.name == key:
                return step
        known = ", ".join(visible(step.name) for step in self.steps)
        raise KeyError(f"no step {key!r}; there are {known}")

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"<Report: {self.summary}>"

    @property
    def summary(self) -> str:
        """How many steps have which verdict."""
        verdicts = [step.verdict for step in self.steps]
        counts = [f"{verdicts.count(each)} {each}" for each in _MARKS if each in verdicts]
        return visible(f"derivation of {self.output}: {', '.join(counts) or 'no steps'}")

    # ------------------------------------------------------------------------------ formats

    @property
    def _rows(self) -> list[Row]:
        return [
            Row(visible(step.name), step.mark, step.chain_mark, [*map(visible, step.remarks)])
            for step in self.steps
        ]

    @property
    def _notes(self) -> list[str]:
        return [*map(visible, self.notes)]

    def __str__(self) -> str:
        return self.text()

    def text(self, *, width: int = 100, colour: bool = False) -> str:
        """The table: a step a row, ✓ ✗ on its own and in the chain, and what there is to say."""
        advice = dict.fromkeys(step.correction for step in self.steps if step.mark == "~")
        notes = [*(f"~ proves little: {each}" for each in advice), *self._notes]
        return formats.text(self.summary, self._rows, notes, width=width, colour=colour)

    def show(self, file: TextIO | None = None) -> None:
        """Print the table, in colour on a terminal unless NO_COLOR is set."""
        stream = sys.stdout if file is None else file
        colour = stream.isatty() and not os.environ.get("NO_COLOR")
        print(self.text(colour=colour), file=stream)

    def markdown(self) -> str:
        """The table in Markdown."""
        return formats.markdown(self._rows, self._notes)

    def latex(self) -> str:
        """The table in LaTeX (a tabular; needs amssymb for the marks)."""
        return formats.latex(self._rows, self._notes)

    def _repr_html_(self) -> str:
        return formats.as_html(self.summary, self._rows, self._notes)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
