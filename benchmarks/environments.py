"""The peers' environments, apart from ours: made once below `.venv-peers/`, pinned."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / ".venv-peers"
PINNED = {"micrograd": ["micrograd==0.1.0"]}


class Missing(Exception):
    """A peer that can't be had on this machine, with the reason."""


def interpreter(peer: str) -> str:
    """The Python in which `peer` can be imported; hand-written NumPy runs in ours."""
    if peer not in PINNED:
        return sys.executable
    home = ROOT / peer
    python = home / "bin" / "python"
    stamp = home / ".installed"
    wanted = "\n".join(PINNED[peer])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(python)
    venv.create(home, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "-qq", *PINNED[peer]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["pip failed"]
        raise Missing(last[0])
    stamp.write_text(wanted, encoding="utf-8")
    return str(python)
