"""Measure everything and write one table: `python -m benchmarks [--rounds N] [--only TEXT]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.environments import Missing, interpreter
from benchmarks.work import Work, catalogue

ROOT = Path(__file__).resolve().parents[1]


class Measured(NamedTuple):
    """The runs of one side: seconds of each, and the largest peak of memory in megabytes."""

    seconds: list[float]
    megabytes: float

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each side (default 7)")
    parser.add_argument("--only", default="", help="only work whose name contains this")
    parser.add_argument("--peers", default="", help="only these peers, separated by commas")
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks.md"))
    options = parser.parse_args()
    peers = {peer.strip() for peer in options.peers.split(",") if peer.strip()}
    rows = []
    for work in catalogue():
        if options.only in work.name:
            rows += measure(work, options.rounds, peers)
    text = "\n".join(
        [
            "# Measurements",
            "",
            f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; "
            f"median of {options.rounds} interleaved runs, each in a process of its own, the "
            "spread in brackets; memory is the peak of the process.",
            "",
            "| work | side | time | memory | time ÷ chainrule's |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {options.out}")


def measure(work: Work, rounds: int, peers: set[str]) -> list[str]:
    """Lines of the table: all sides in turn, so that a slow moment of the machine hits each."""
    print(f"measuring: {work.name}", file=sys.stderr)
    pythons, rows = {}, []
    for side in work.sides:
        ours = side.startswith("chainrule")
        if ours or not peers or side in peers:
            try:
                pythons[side] = interpreter(side)
            except Missing as missing:
                rows.append(f"| {work.name} | {side} | not available: {missing} | | |")
    runs: dict[str, list[tuple[float, float]]] = {side: [] for side in pythons}
    for _ in range(rounds):
        for side in list(runs):
            try:
                runs[side].append(run(pythons[side], work.name, side))
            except Missing as missing:
                del runs[side]
                rows.append(f"| {work.name} | {side} | failed: {missing} | | |")
    measured = {
        side: Measured([s for s, _ in each], max(m for _, m in each)) for side, each in runs.items()
    }
    if "chainrule" not in measured:
        return rows
    ours = measured["chainrule"].median
    return [row(work.name, side, each, ours) for side, each in measured.items()] + rows


def run(python: str, name: str, side: str) -> tuple[float, float]:
    """Seconds and megabytes of one side, in a fresh process; a peer's finds no package of ours."""
    command = [python, "-m", "benchmarks.work", name, side]
    path = str(ROOT)
    if python != sys.executable:  # the peer named autograd must not find ours
        path = str(alone())
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        command, cwd=path, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Missing((done.stderr.strip().splitlines() or ["it failed silently"])[-1])
    found = json.loads(done.stdout)
    return float(found["seconds"]), float(found["megabytes"])


def alone() -> Path:
    """A folder that holds this package and nothing else of ours."""
    folder = ROOT / ".venv-peers" / "benchmarks-alone"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "benchmarks"
    if not link.exists():
        link.symlink_to(ROOT / "benchmarks", target_is_directory=True)
    return folder


def row(name: str, side: str, measured: Measured, ours: float) -> str:
    """One side as a line of the table."""
    low, middle, high = (
        1e3 * t for t in (min(measured.seconds), measured.median, max(measured.seconds))
    )
    ratio = "" if side == "chainrule" else f"{measured.median / ours:.2f}"
    return (
        f"| {name} | {side} | {middle:.3g} ms [{low:.3g}–{high:.3g}] "
        f"| {measured.megabytes:.0f} MB | {ratio} |"
    )


if __name__ == "__main__":
    main()
