"""Measure everything and write one table: `python -m benchmarks [--rounds N] [--only TEXT]`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.measuring import available, measure
from benchmarks.table import document, lines
from benchmarks.work import catalogue


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each side (default 7)")
    parser.add_argument("--only", default="", help="only work whose name contains this")
    parser.add_argument("--peers", default="", help="only these peers, separated by commas")
    parser.add_argument("--cores", type=int, default=0, help="how many cores (default all)")
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks.md"))
    options = parser.parse_args()
    peers = {peer.strip() for peer in options.peers.split(",") if peer.strip()}
    cores = available()[: options.cores or None]
    rows: list[str] = []
    start = time.monotonic()
    for work in catalogue():
        if options.only in work.name:
            print(f"measuring: {work.name}", file=sys.stderr)
            rows += lines(work, measure(work, options.rounds, peers, cores))
    if not rows:
        parser.error(f"no work has {options.only!r} in its name")
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    minutes = (time.monotonic() - start) / 60
    text = document(rows, command, options.rounds, len(cores), minutes)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {options.out}")


if __name__ == "__main__":
    main()
