"""Running the sides of a work, each in a process of its own, on the same cores."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from benchmarks.environments import ROOT as PEERS
from benchmarks.environments import Missing, interpreter
from benchmarks.work import Work, peer

ROOT = Path(__file__).resolve().parents[1]

# Read by OpenBLAS, MKL, PyTorch and scikit-learn; XLA counts the cores that the process may use.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

LIMIT = 600
"""Seconds after which a side has failed."""


class Run(NamedTuple):
    """One process: seconds of a step, the peak of memory, and what the step said."""

    seconds: float
    megabytes: float
    said: str


class Measured(NamedTuple):
    """All runs of one side, or why there is none."""

    side: str
    runs: list[Run]
    problem: str = ""

    @property
    def median(self) -> float:
        return statistics.median(run.seconds for run in self.runs)


def measure(
    work: Work, rounds: int, peers: Collection[str], cores: Collection[int]
) -> list[Measured]:
    """All sides in turn, round after round, so that a slow moment of the machine hits each.

    `peers` are those that are wanted, all if there are none; ours always run.
    """
    wanted = [
        side
        for side in work.sides
        if not peers or peer(side) in peers or peer(side) in ("chainrule", "NumPy by hand")
    ]
    runs: dict[str, list[Run]] = {side: [] for side in wanted}
    problems: dict[str, str] = {}
    for _ in range(rounds):
        for side in wanted:
            if side not in problems:
                try:
                    runs[side].append(run(work.name, side, cores))
                except Missing as missing:
                    problems[side] = str(missing)
    return [Measured(side, runs[side], problems.get(side, "")) for side in wanted]


def run(name: str, side: str, cores: Collection[int]) -> Run:
    """One side once, in a fresh process; a peer's finds no package of ours. Raises Missing."""
    python = interpreter(peer(side))
    path = str(ROOT if python == sys.executable else alone())
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    environment |= dict.fromkeys(THREADS, str(len(cores)))
    command = [python, "-m", "benchmarks.work", name, side]
    try:
        done = subprocess.run(
            command,
            cwd=path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
            preexec_fn=lambda: bind(cores),
        )
    except subprocess.TimeoutExpired:
        raise Missing(f"it took longer than {LIMIT} s") from None
    if done.returncode:
        raise Missing((done.stderr.strip().splitlines() or ["it failed silently"])[-1])
    found = json.loads(done.stdout.splitlines()[-1])
    return Run(float(found["seconds"]), float(found["megabytes"]), found["said"])


def alone() -> Path:
    """A folder that holds this package and nothing else of ours."""
    folder = PEERS / "benchmarks-alone"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "benchmarks"
    if not link.exists():
        link.symlink_to(ROOT / "benchmarks", target_is_directory=True)
    return folder


def available() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def bind(cores: Collection[int]) -> None:
    """Keep this process on some cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
