"""Measure everything and write one table: `python -m benchmarks [--rounds N] [--out FILE]`."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.environments import Missing, interpreter
from benchmarks.work import WORK, Work

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each side (default 7)")
    parser.add_argument("--only", default="", help="measure only work whose name contains this")
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks.md"))
    options = parser.parse_args()
    rows = [measure(work, options.rounds) for work in WORK if options.only in work.name]
    text = "\n".join(
        [
            "# Measurements",
            "",
            f"Python {platform.python_version()}, {platform.machine()}; median of {options.rounds} "
            "interleaved runs, each in a process of its own, with the spread in brackets.",
            "",
            "| work | chainrule | peer | peer's time ÷ ours | ours ÷ peer's |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {options.out}")


def measure(work: Work, rounds: int) -> str:
    """One row of the table: both sides in turn, so that a slow moment of the machine hits both."""
    print(f"measuring {work.name} against {work.peer} …", file=sys.stderr)
    try:
        python = interpreter(work.peer)
    except Missing as missing:
        return f"| {work.name} | – | {work.peer}: not available ({missing}) | – | – |"
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(run(sys.executable, work.name, "chainrule"))
        theirs.append(run(python, work.name, work.peer))
    mine, other = statistics.median(ours), statistics.median(theirs)
    return (
        f"| {work.name} | {shown(ours)} | {work.peer} {shown(theirs)} "
        f"| {other / mine:.2f} × | {mine / other:.2f} × |"
    )


def run(python: str, name: str, side: str) -> float:
    """Seconds that one side takes for the work, measured inside a fresh process."""
    command = [python, "-m", "benchmarks.work", name, side]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{side} failed at {name}:\n{done.stderr}")
    return float(json.loads(done.stdout)["seconds"])


def shown(times: list[float]) -> str:
    low, middle, high = (1e3 * t for t in (min(times), statistics.median(times), max(times)))
    return f"{middle:.3g} ms [{low:.3g}–{high:.3g}]"


if __name__ == "__main__":
    main()
