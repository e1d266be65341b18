"""Starting: how long imports take, in a process of their own; and drawing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.work import Step, Work

MODULES = {
    "chainrule": "autograd",
    "NumPy by hand": "numpy",
    "micrograd": "micrograd.engine",
    "HIPS autograd": "autograd",
    "MyGrad": "mygrad",
    "CasADi": "casadi",
    "JAX": "jax",
    "PyTorch": "torch",
}


def importing(module: str) -> Callable[[], Step]:
    """Start Python and import a module."""
    command = [sys.executable, "-c", f"import {module}"]
    return lambda: lambda: subprocess.run(command, check=True)


def chain(value: Any, tanh: Callable[[Any], Any], nodes: int) -> Any:
    """A graph of so many operations, differentiated."""
    y = value
    for _ in range(nodes // 2):
        y = tanh(y * 1.01)
    y.backward()
    return y


def drawing(nodes: int) -> Step:
    """Lay out and render as SVG: numbers, gradients and local derivatives."""
    import viz
    from autograd import Value

    y = chain(Value(0.25), Value.tanh, nodes)

    def step() -> None:
        viz.draw(y).svg()

    return step


def torchviz(nodes: int) -> Step:
    """The same with torchviz, which draws no numbers; by `dot`, or else by graphviz-pure."""
    import shutil
    from pathlib import Path

    import torch
    from torchviz import make_dot

    sys.setrecursionlimit(10**5)  # it walks the graph by recursion
    x = torch.tensor(0.25, dtype=torch.float64, requires_grad=True)
    y = chain(x, torch.tanh, nodes)
    program = shutil.which("dot") or str(Path(sys.executable).parent / "graphviz-pure")

    def step() -> None:
        source = make_dot(y, {"x": x}).source
        command = [program, "-Kdot", "-Tsvg"]
        subprocess.run(command, input=source.encode(), capture_output=True, check=True)

    return step


def _drawing(nodes: int) -> Work:
    sides = {"chainrule": lambda: drawing(nodes), "PyTorch, torchviz": lambda: torchviz(nodes)}
    return Work(f"drawing {nodes:,} nodes", sides)


WORK = [
    Work("import", {side: importing(module) for side, module in MODULES.items()}),
    *map(_drawing, (30, 300, 1000)),
]
