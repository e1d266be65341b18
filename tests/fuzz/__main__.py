"""`python -m tests.fuzz`: random programs until one breaks a law, or the time is up."""

import argparse
import itertools
import time
import traceback

from tests.fuzz.laws import check
from tests.fuzz.programs import Program, program


def failure(trial: Program) -> str | None:
    """What goes wrong with a program, or None."""
    try:
        check(trial)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error}\n  at {place.filename}:{place.lineno}"
    return None


def main() -> None:
    """Try one seed after another."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="the first, by default of the clock")
    parser.add_argument("--count", type=int, default=None, help="so many programs and no more")
    parser.add_argument("--seconds", type=float, default=None, help="so long and no longer")
    parser.add_argument("--keep-going", action="store_true", help="don't stop at a failure")
    options = parser.parse_args()
    first = int(time.time()) if options.seed is None else options.seed
    start, failed, tried = time.monotonic(), 0, 0
    try:
        for tried in itertools.count():
            if tried == options.count or (
                options.seconds is not None and time.monotonic() - start > options.seconds
            ):
                break
            trial = program(first + tried, scalar=tried % 3 == 0)
            found = failure(trial)
            if found is None:
                continue
            failed += 1
            kind = found.partition(":")[0]  # smaller, and still the same kind of failure
            small = trial.smaller(lambda each, kind=kind: (failure(each) or "").startswith(kind))
            print(f"{small}\n{failure(small)}\n", flush=True)
            if not options.keep_going:
                break
    except KeyboardInterrupt:
        print()
    print(f"{tried} programs from seed {first}: {failed} failed")
    raise SystemExit(failed > 0)


main()
