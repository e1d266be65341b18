"""The command line: `python -m demos [NAME] [--out DIR] [--list]`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from demos.console import CannotRun, listing, need_extras, need_folder
from viz import RenderError
from viz.rendering.program import find_renderer

DEMOS = (
    "two_layer_network",
    "logistic_regression",
    "notes",
    "deep_network",
    "moons",
    "mini_batches",
    "activations",
    "steepest_descent",
    "initialisation",
    "topological_order",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one demo; what keeps it from running is one sentence on stderr, and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without ✓ prints ? and no traceback
            stream.reconfigure(errors="replace", line_buffering=True)
    options = _parser().parse_args(arguments)
    try:
        if options.list:
            _list()
        else:
            _run(options.name, Path(options.out))
        sys.stdout.flush()
    except (CannotRun, RenderError) as error:
        return _complain(str(error), 1)
    except BrokenPipeError:  # `python -m demos | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # a full disk, a folder that went away
        return _complain(f"{error.filename or 'writing'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demos", description=__doc__)
    parser.add_argument("name", nargs="?", default=DEMOS[0], help=f"by default {DEMOS[0]}")
    parser.add_argument(
        "--out", default="out", metavar="DIR", help="where to write; by default out"
    )
    parser.add_argument("--list", action="store_true", help="name all demos")
    return parser


def _list() -> None:
    width = max(map(len, DEMOS))
    for name in DEMOS:
        module = importlib.import_module(f"demos.{name}")
        print(f"{name:{width}}  {(module.__doc__ or '').splitlines()[0]}")


def _run(name: str, out: Path) -> None:
    if name not in DEMOS:
        raise CannotRun(f"there is no demo {name!r}; there are {', '.join(DEMOS)}")
    need_extras()
    need_folder(out)
    find_renderer()
    start = time.perf_counter()
    written = importlib.import_module(f"demos.{name}").run(out)
    listing(written)
    print(f"\n{name}: {time.perf_counter() - start:.0f} s")


def _complain(message: str, status: int) -> int:
    print(f"demos: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
