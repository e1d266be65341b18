"""Starting: how long imports take, in a process of their own; and drawing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.work import Step, Work


def importing(module: str) -> Callable[[], Step]:
    """Start Python and import a module."""
    command = [sys.executable, "-c", f"import {module}"]
    return lambda: lambda: subprocess.run(command, check=True)


def drawing(nodes: int) -> Callable[[], Step]:
    """Lay out and render a graph of so many nodes as SVG."""

    def make() -> Step:
        import viz
        from autograd import Value

        def step() -> Any:
            y = Value(0.25)
            for _ in range(nodes // 2):
                y = (y * 1.01).tanh()
            y.backward()
            return viz.draw(y).svg()

        return step

    return make


WORK = [
    Work("import", {"chainrule": importing("autograd"), "import numpy": importing("numpy")}, 5),
    *(
        Work(f"drawing {nodes} nodes", {"chainrule": drawing(nodes)}, 1)
        for nodes in (30, 300, 1000)
    ),
]
