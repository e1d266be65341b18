"""`python -m autograd.check FILE.py`: print the reports of the derivations that a file defines."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograd.check.report import Report

_USAGE = "usage: python -m autograd.check FILE.py"


def main(arguments: Sequence[str]) -> int:
    """0 if all is right, 1 if a step is wrong, 2 if there is nothing to judge.

    A file defines derivations as global Reports, or as functions named `derivation…` without
    arguments that return one.
    """
    if len(arguments) != 1:
        print(_USAGE, file=sys.stderr)
        return 2
    path = Path(arguments[0])
    if not path.is_file():
        print(f"{path}: there is no such file", file=sys.stderr)
        return 2
    reports = dict(_reports(runpy.run_path(str(path))))
    if not reports:
        print(
            f"{path}: defines no derivation: neither a global Report nor a function derivation…()",
            file=sys.stderr,
        )
        return 2
    for name, report in reports.items():
        print(f"{name}:")
        report.show()
        print()
    return 0 if all(report.ok for report in reports.values()) else 1


def _reports(namespace: dict[str, Any]) -> Iterator[tuple[str, Report]]:
    for name, each in namespace.items():
        made_here = getattr(each, "__module__", None) == namespace["__name__"]
        if name.startswith("derivation") and callable(each) and made_here:
            each = each()
        if isinstance(each, Report):
            yield name, each


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
