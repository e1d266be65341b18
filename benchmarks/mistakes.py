"""Inject mistakes into right derivations and count how many the proof-reader names.

`python -m benchmarks.mistakes [--pairs N] [--out FILE]`
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograd.check import derivation
from tests.check.corpus.examples import two_layers
from tests.check.corpus.held_out import HELD_OUT
from tests.check.corpus.networks import CORPUS
from tests.check.corpus.score import Score, pairs, singles

HOW = """\
A mutant is a right formula with one mistake injected into its text, or two of different kinds:
factors, signs, swapped and reversed operands, transposes, sums left out, turned into means, taken
over everything or without keepdims, derivatives left out or taken at the wrong place, the wrong
layer's quantity, terms left out, one arithmetic operation for another, wrong exponents, factors
inside. A mutant that gives the right gradient after all is left out.

- **named**: the explanation told first has exactly the mistakes that were injected: one, or two.
- **same**: it has others, but they are mathematically the same: two factors told as one factor, or
  the corpus has a mutant with just the mistakes that were told, and its numbers are identical to
  nine digits. (A difference reversed under a minus is a plus for that minus.)
- **other**: another explanation, counted as not named even where its correction is right.
- **silent**: no explanation.
- **false alarms**: steps of the right derivations that are called wrong, alone or in the chain.
"""

UNEXPLAINED = "a step that nothing explains"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mistakes")
    parser.add_argument("--pairs", type=int, default=60, help="pairs per derivation (default 60)")
    parser.add_argument("--out", type=Path, default=Path("out/mistakes.md"))
    options = parser.parse_args()
    text = "\n".join(report(options.pairs))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    print(f"\nwritten to {options.out}")


def report(most: int) -> Iterator[str]:
    """The report in Markdown, line by line."""
    yield from ("# Mistakes injected, mistakes named", "", HOW)
    yield f"Python {platform.python_version()}, {platform.machine()}; a random sample of at most"
    yield f"{most} pairs of each derivation, all single mistakes."
    yield from ("", "## The corpus", "", *table(CORPUS, most))
    yield from ("", "## Held out: no card and no cost was fitted to these", "")
    yield from table(HELD_OUT, most)
    yield from ("", "## Time per report", "", *times())


def table(corpus: Mapping[str, Callable[[], Any]], most: int) -> Iterator[str]:
    """A row for each derivation, and their sum."""
    head = "derivation|false alarms|single mistakes|named|same|other|silent"
    head += "|pairs|named|same|other|silent|named or same"
    yield f"| {head.replace('|', ' | ')} |"
    yield "|---" + "|---:" * head.count("|") + "|"
    alarms, ones, twos = 0, Score(), Score()
    for name, make in corpus.items():
        print(f"{name} …", file=sys.stderr)
        made = make()
        convention = "course" if name == "the course" else "J"
        wrong = false_alarms(made)
        one = singles(made, convention)
        two = pairs(made, convention, most=most)
        alarms += wrong
        ones.add(one)
        twos.add(two)
        yield row(name, wrong, one, two)
    yield row("**all**", alarms, ones, twos)
    yield ""
    yield f"Named or the same: {ones.share:.2%} of {ones.total} single mistakes, "
    yield f"{twos.share:.2%} of {twos.total} pairs; {alarms} false alarms."


def row(name: str, wrong: int, one: Score, two: Score) -> str:
    counts = [wrong, one.total, one.named, one.same, one.other, one.silent]
    counts += [two.total, two.named, two.same, two.other, two.silent]
    return f"| {name} | {' | '.join(map(str, counts))} | {two.share:.1%} |"


def false_alarms(made: Any) -> int:
    found = derivation(made.output, made.steps(), names=made.names)
    return sum(not (step.ok and step.chain_ok) for step in found)


def times() -> Iterator[str]:
    """Reports on the two-layer network with 30 inputs, 4 hidden units and 569 samples."""
    example = two_layers(569, sizes=(30, 4, 1))
    cases = {
        "all eight steps right": {},
        "the notes: 1/m twice in db2 and db1": {
            "db2": "np.sum(dZ2, axis=1, keepdims=True) / m",
            "db1": "np.sum(dZ1, axis=1, keepdims=True) / m",
        },
        "a mistake inside a fused formula": {"dW1": "((W2.T @ dZ2) * (1 - A1)) @ X.T"},
        "two mistakes in one step": {"dW1": "((W2.T @ dZ2) * (1 - A1)) @ X.T / m"},
        UNEXPLAINED: {"dW1": "(np.sin(W2.T @ dZ2) * A1**5) @ X.T + 1.234 * W1"},
    }
    yield from ("| steps | median | fastest |", "|---|---:|---:|")
    for name, changes in cases.items():
        steps = example.steps(**changes)
        taken = []
        found = derivation(example.output, steps, names=example.names)
        assert all(step.ok or bool(step.mistakes) != (name is UNEXPLAINED) for step in found)
        for _ in range(11):
            start = time.perf_counter()
            derivation(example.output, steps, names=example.names)
            taken.append(1e3 * (time.perf_counter() - start))
        yield f"| {name} | {statistics.median(taken):.1f} ms | {min(taken):.1f} ms |"


if __name__ == "__main__":
    main()
