"""The measurements as one Markdown table that explains itself."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.environments import PINNED
from benchmarks.measuring import Measured
from benchmarks.work import Work

HOW = """\
Each row is one library (*side*) doing the same work. *Time* is that of one step: the median of
{rounds} runs, each in a process of its own and the sides in turn, with the fastest and the slowest
run in brackets. *÷ chainrule* is that time divided by chainrule's for the same work in the same
table: 3 is three times as slow as chainrule, 0.5 twice as fast. *÷ replayed* is the same against
the graph that chainrule recorded once and replays. *Memory* is the peak of the whole process,
libraries included. *More* is the time for each node of a graph, or what a training ended with.

Every side may use the same {threads}: its process is kept on these cores, and
`OMP_NUM_THREADS`, `OPENBLAS_NUM_THREADS` and `MKL_NUM_THREADS` say so to the libraries
(`--cores 1` compares on one). A side that can't be installed or run is named with the reason.
"""

HEAD = """\
| work | side | time | ÷ chainrule | ÷ replayed | memory | more |
|---|---|--:|--:|--:|--:|---|"""


def document(rows: list[str], command: str, rounds: int, cores: int, minutes: float) -> str:
    """The page around the rows."""
    threads = f"{cores} thread{'s' * (cores != 1)}"
    versions = sorted({pin for pins in PINNED.values() for pin in pins})
    return "\n".join(
        [
            "# Measurements",
            "",
            f"`{command}`, {minutes:.0f} minutes: Python {platform.python_version()}, NumPy "
            f"{np.__version__}, {processor()}, {cores} core{'s' * (cores != 1)}.",
            f"The peers: {', '.join(pin.replace('==', ' ') for pin in versions)}.",
            "",
            HOW.format(rounds=rounds, threads=threads),
            HEAD,
            *rows,
            "",
        ]
    )


def processor() -> str:
    """The name of the processor, or of its kind."""
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def lines(work: Work, found: list[Measured]) -> Iterator[str]:
    """A row for each side; those that failed come last."""
    medians = {each.side: each.median for each in found if not each.problem}
    bases = medians.get("chainrule"), medians.get("chainrule, replayed")
    for each in sorted(found, key=lambda each: bool(each.problem)):
        cells = [work.name, each.side]
        if each.problem:
            cells += ["–", "", "", "", f"not available: {cell(each.problem)}"]
        else:
            cells.append(times(each))
            cells += [ratio(each, base) for base in bases]
            cells += [f"{max(run.megabytes for run in each.runs):.0f} MB", more(work, each)]
        yield f"| {' | '.join(cells)} |"


def times(each: Measured) -> str:
    """The median with the range of the runs."""
    seconds = [run.seconds for run in each.runs]
    unit, scale = ("s", 1.0) if each.median >= 1 else ("ms", 1e3)
    low, middle, high = (rounded(scale * t) for t in (min(seconds), each.median, max(seconds)))
    return f"{middle} {unit} [{low}–{high}]"


def ratio(each: Measured, base: float | None) -> str:
    """How often a base goes into a side's time."""
    return "" if base is None else rounded(each.median / base)


def rounded(number: float) -> str:
    """Three digits, without an exponent."""
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def more(work: Work, each: Measured) -> str:
    """The time for a node; and what the step said."""
    said = cell(each.runs[-1].said)
    if not work.nodes:
        return said
    return f"{1e6 * each.median / work.nodes:.3g} µs a node" + (f"; {said}" if said else "")


def cell(text: str) -> str:
    """Text that ends no cell."""
    return text.replace("|", "\\|").replace("\n", " ")
