"""The report of a derivation: as data, as text, Markdown, HTML, LaTeX. Judges nothing."""

from __future__ import annotations

import html
import os
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TextIO, overload

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
_COLOURS = {"✓": "34", "✗": "31", "?": "33", "~": "33"}  # blue and red: told apart by most eyes
_WIDTH = 100


@dataclass(frozen=True)
class Step:
    """The verdict on one step of a derivation.

    `chain_ok` is None where the chain breaks off before this step. `worst` is the entry that is
    farthest off: index, your number, the true one. `formula` is the chain-rule step as autograd
    took it, `mistakes` the kinds that explain a wrong result, `inherits` the wrong steps below,
    `shapes` yours and the true one where they differ. A helper is a step that is no gradient, which
    others use.
    """

    name: str
    verdict: Verdict
    diagnosis: str = ""
    correction: str = ""
    chain_ok: bool | None = None
    worst: tuple[tuple[int, ...], float, float] | None = None
    formula: str = ""
    mistakes: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    is_helper: bool = False

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
            said.append(f"largest difference{where}: yours {yours:.6g}, true {ours:.6g}")
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
        raise KeyError(f"no step {key!r}; there are {', '.join(step.name for step in self.steps)}")

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
        return f"derivation of {self.output}: {', '.join(counts) or 'no steps'}"

    # ----------------------------------------------------------------------------------- text

    def __str__(self) -> str:
        return self.text()

    def text(self, *, width: int = _WIDTH, colour: bool = False) -> str:
        """The table: a step a row, ✓ ✗ on its own and in the chain, and what there is to say."""
        column = max([4, *(_columns(step.name) for step in self.steps)])
        lines = [self.summary[:1].upper() + self.summary[1:], ""]
        lines.append(f"{_pad('step', column)}  own  chain")
        for step in self.steps:
            head = f"{_pad(step.name, column)}  {_paint(step.mark, colour)}    "
            head += f"{_paint(step.chain_mark, colour)}"
            body = _wrap(step.remarks, width - column - 14)
            lines.append(head + (f"      {body[0]}" if body else ""))
            lines += [" " * (column + 14) + line for line in body[1:]]
        advice = dict.fromkeys(step.correction for step in self.steps if step.mark == "~")
        for each in advice:
            lines += ["", *_wrap([f"~ proves little: {each}"], width)]
        for note in self.notes:
            lines += ["", *_wrap([note], width)]
        return "\n".join(lines)

    def show(self, file: TextIO | None = None) -> None:
        """Print the table, in colour on a terminal unless NO_COLOR is set."""
        stream = sys.stdout if file is None else file
        colour = stream.isatty() and not os.environ.get("NO_COLOR")
        print(self.text(colour=colour), file=stream)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    # ---------------------------------------------------------------------- other media

    def markdown(self) -> str:
        """The table in Markdown."""
        rows = [
            f"| {_md(step.name)} | {step.mark} | {step.chain_mark} | "
            f"{'<br>'.join(map(_md, step.remarks))} |"
            for step in self.steps
        ]
        notes = [line for note in self.notes for line in ("", _md(note))]
        return "\n".join(["| step | own | chain | |", "|---|:-:|:-:|---|", *rows, *notes])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{html.escape(step.name)}</code></td><td>{step.mark}</td>"
            f"<td>{step.chain_mark}</td><td style='text-align:left'>"
            f"{'<br>'.join(map(html.escape, step.remarks))}</td></tr>"
            for step in self.steps
        )
        head = "<tr><th>step</th><th>own</th><th>chain</th><th></th></tr>"
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return f"<p>{html.escape(self.summary)}</p><table>{head}{rows}</table>{notes}"

    def latex(self) -> str:
        """The table in LaTeX (a tabular; needs amssymb for the marks)."""
        rows = [
            rf"\texttt{{{_tex(step.name)}}} & {_TEX_MARKS[step.mark]} & "
            rf"{_TEX_MARKS[step.chain_mark]} & {_tex('; '.join(step.remarks))} \\"
            for step in self.steps
        ]
        head = r"step & own & chain & \\ \hline"
        table = [r"\begin{tabular}{lccp{0.7\linewidth}}", head, *rows, r"\end{tabular}"]
        return "\n".join([*table, *(f"\n{_tex(note)}" for note in self.notes)])


_TEX_MARKS = {"✓": r"$\checkmark$", "✗": r"$\times$", "?": "?", "~": r"$\sim$"}
_TEX_WORDS = {
    "\\": r"\textbackslash{}",
    **{letter: rf"\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "→": r"$\rightarrow$",
    "−": "$-$",
    "·": r"$\cdot$",
    "⊙": r"$\odot$",
    "ᵀ": r"$^{\top}$",
    "²": "$^2$",
    "Σ": r"$\Sigma$",
    "σ": r"$\sigma$",
    "λ": r"$\lambda$",
}


def _tex(text: str) -> str:
    return "".join(_TEX_WORDS.get(letter, letter) for letter in text)


def _md(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "|*_<>`\\" else letter for letter in text)


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese letters take two, accents none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(bool(unicodedata.combining(letter)) for letter in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _columns(text))


def _wrap(sentences: Sequence[str], width: int) -> list[str]:
    return [
        line
        for sentence in sentences
        for line in textwrap.wrap(sentence, max(width, 40), subsequent_indent="  ")
    ]


def _paint(mark: str, colour: bool) -> str:
    return f"\033[{_COLOURS[mark]}m{mark}\033[0m" if colour else mark
