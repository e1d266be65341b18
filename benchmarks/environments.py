"""The peers' environments, apart from ours: made once below `.venv-peers/`, pinned."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / ".venv-peers"

# Each peer in an environment of its own: HIPS autograd has our import name, and none shall
# influence which NumPy another gets.
PINNED = {
    "micrograd": ["micrograd==0.1.0"],
    "HIPS autograd": ["autograd==1.9.1"],
    "MyGrad": ["mygrad==2.5.0"],
    "PyTorch": ["torch==2.13.0", "numpy"],
    "JAX": ["jax==0.10.2", "jaxlib==0.10.2"],
    "CasADi": ["casadi==3.8.2", "numpy"],
}


class Missing(Exception):
    """A peer that can't be had on this machine, with the reason."""


def interpreter(peer: str) -> str:
    """The Python in which `peer` can be imported; we and hand-written NumPy run in this one."""
    if peer not in PINNED:
        return sys.executable
    home = ROOT / peer.split()[0].lower()
    python = home / "bin" / "python"
    stamp = home / ".installed"
    wanted = "\n".join(PINNED[peer])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(python)
    venv.create(home, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "-qq", *PINNED[peer]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Missing((errors or ["pip failed"])[-1])
    stamp.write_text(wanted, encoding="utf-8")
    return str(python)
