"""Time one side of one work in this process: `python -m benchmarks.work NAME SIDE`."""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time

from benchmarks.work import catalogue


def main(name: str, side: str) -> None:
    """The median of some steps after a warm-up, and the peak of memory, as JSON."""
    work = next(work for work in catalogue() if work.name == name)
    step = work.sides[side]()
    step()
    gc.collect()
    times = []
    for _ in range(work.repeats):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": statistics.median(times), "megabytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
