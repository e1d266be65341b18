"""The peers' environments, apart from ours: made once below `.venv-peers/`, pinned."""

from __future__ import annotations

import functools
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / ".venv-peers"

NUMPY = "numpy==2.4.6"

# Each peer in an environment of its own: HIPS autograd has our import name, and none shall
# influence which NumPy another gets.
PINNED = {
    "micrograd": ["micrograd==0.1.0"],
    "HIPS autograd": ["autograd==1.9.1", NUMPY],
    "MyGrad": ["mygrad==2.5.0", NUMPY],
    "PyTorch": [
        *("torch==2.13.0", NUMPY, "scikit-learn==1.9.1"),  # scikit-learn has the data sets
        *("torchviz==0.0.3", "graphviz-pure==0.2.2"),
    ],
    "JAX": ["jax==0.10.2", "jaxlib==0.10.2", NUMPY],
    "CasADi": ["casadi==3.8.2", NUMPY],
    "scikit-learn": ["scikit-learn==1.9.1", NUMPY],
}


class Missing(Exception):
    """A peer that can't be had on this machine, with the reason."""


def interpreter(peer: str) -> str:
    """The Python in which `peer` can be imported; we and hand-written NumPy run in this one.

    Raises Missing, without trying again what has failed once.
    """
    if peer not in PINNED:
        return sys.executable
    python, problem = _installed(peer)
    if problem:
        raise Missing(problem)
    return python


@functools.cache
def _installed(peer: str) -> tuple[str, str]:
    """The path of a peer's Python, and why it can't be had."""
    home = ROOT / peer.split()[0].lower()
    python = home / "bin" / "python"
    stamp = home / ".installed"
    wanted = "\n".join(PINNED[peer])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(python), ""
    print(f"installing {', '.join(PINNED[peer])}", file=sys.stderr)
    try:
        venv.create(home, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return "", f"venv failed: {error}"
    command = [str(python), "-m", "pip", "install", "-qq", *PINNED[peer]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return "", (errors or ["pip failed"])[-1]
    stamp.write_text(wanted, encoding="utf-8")
    return str(python), ""
