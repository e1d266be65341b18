"""Time one side of one work in this process: `python -m benchmarks.work NAME SIDE`."""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time

from benchmarks.work import Step, catalogue

ENOUGH = 0.2
"""Seconds of steps after which no further one is run, if there were a few."""
FEW = 5
"""Steps that are run at least, since Python's garbage collector doesn't run in each of them."""
SLOW = 3.0
"""Seconds from which on the first step counts: it needs no warming up, and no company."""


def main(name: str, side: str) -> None:
    """The median time of a step, the peak of memory and what the step said, as JSON."""
    work = next(work for work in catalogue() if work.name == name)
    times, said = timed(work.sides[side]())
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    found = {"seconds": statistics.median(times), "megabytes": peak / 1024, "said": said}
    print(json.dumps(found))


def timed(step: Step) -> tuple[list[float], str]:
    """Seconds of up to 300 steps after one to warm up, and the last one's text."""
    first, said = once(step)
    if first >= SLOW:
        return [first], said
    gc.collect()
    times: list[float] = []
    while len(times) < FEW or (sum(times) < ENOUGH and len(times) < 300):
        seconds, said = once(step)
        times.append(seconds)
    return times, said


def once(step: Step) -> tuple[float, str]:
    """Seconds of one step, until its result is gone too; and its text if it is one."""
    start = time.perf_counter()
    found = step()
    said = found if isinstance(found, str) else ""
    del found
    return time.perf_counter() - start, said


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
