"""Arrays in `.safetensors` files: written all or nothing, read without running a thing.

The format holds no code; a file that is damaged, cut off, foreign or made to do harm is refused.
"""

from __future__ import annotations

import glob
import os
import platform
import threading
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn.extras import need
from nn.module import Module

_CHECK = "chainrule.crc32"
_WHY = ".safetensors files need safetensors: pip install 'chainrule[train]'"
_RESERVED = "__metadata__"  # of the format

Arrays = dict[str, np.ndarray]


def save(model: Module | Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write the state of a model, or a state_dict, as `.safetensors`.

    The file at `path` is the old one or the new one at any time, never half of one. Needs the extra
    `train`.
    """
    state = model.state_dict() if isinstance(model, Module) else model
    write_arrays(path, {name: np.asarray(array) for name, array in state.items()}, {})


def load(path: str | os.PathLike[str]) -> Arrays:
    """The state_dict in a `.safetensors` file: `model.load_state_dict(nn.load(path))`.

    Raises ValueError naming the file and what is wrong with it. Needs the extra `train`.
    """
    return read_arrays(path)[0]


def write_arrays(
    path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]
) -> None:
    """Write arrays of numbers, and strings beside them, in one go."""
    path = _checked(path)
    if _RESERVED in arrays:
        raise ValueError(f"no array can be named {_RESERVED}")
    for name, array in arrays.items():
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} holds {array.dtype}, and not real numbers: can't be saved")
    arrays = {name: np.array(array, order="C") for name, array in arrays.items()}
    notes = {**metadata, _CHECK: str(_checksum(arrays))}
    _replace(path, need("safetensors.numpy", _WHY).save(arrays, notes))


def read_arrays(path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, str]]:
    """What `write_arrays` wrote, or another program: arrays, and the strings beside them.

    Raises ValueError for a file that can't be trusted.
    """
    path, safetensors = _checked(path), need("safetensors", _WHY)
    with path.open("rb"):  # a file that can't be opened is no damaged one
        pass
    try:
        with safetensors.safe_open(path, framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}
            notes = dict(file.metadata() or {})
        for name, array in arrays.items():
            if array.dtype.kind not in "fiub":
                raise ValueError(f"{name} holds {array.dtype}, and not real numbers")
        check = notes.pop(_CHECK, None)
        if check is not None and check != str(_checksum(arrays)):
            raise ValueError("its numbers are not those that were written")
    except Exception as error:
        raise ValueError(
            f"{path} is damaged, or no .safetensors file with numbers only: {error}"
        ) from error
    return arrays, notes


def _checksum(arrays: Mapping[str, np.ndarray]) -> int:
    check = 0
    for name in sorted(arrays):
        array = arrays[name]
        check = zlib.crc32(f"{name} {array.dtype.str} {array.shape}".encode(), check)
        check = zlib.crc32(array.tobytes(), check)
    return check


def _checked(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    if path.suffix != ".safetensors":
        raise ValueError(
            f"{path}: give a name that ends in .safetensors, as in {path.stem}.safetensors"
        )
    return path


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file, down to the disk; then the new one takes the old one's place."""
    mine = f".{path.name}.{platform.node()}-"
    for left in path.parent.glob(f"{glob.escape(mine)}*-*.tmp"):
        if not _runs(left.name.removeprefix(mine).partition("-")[0]):
            left.unlink(missing_ok=True)
    beside = path.with_name(f"{mine}{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _runs(process: str) -> bool:
    """Whether there is a process of this number on this machine; True where that can't be asked."""
    if os.name != "posix" or not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
