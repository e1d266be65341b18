"""Arrays in files, `.safetensors` or `.npz`: written all or nothing, read without running a thing.

Neither format holds code; a file that is damaged, cut off, foreign or made to do harm is refused.
"""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn.module import Module

_META, _CHECK = "__metadata__", "chainrule.crc32"
_LARGEST = 2**28  # what a compressed array may unfold to, in bytes

Arrays = dict[str, np.ndarray]


def save(model: Module | Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write the state of a model, or a state_dict, as `.safetensors` or `.npz`.

    The file at `path` is the old one or the new one at any time, never half of one.
    """
    state = model.state_dict() if isinstance(model, Module) else model
    write_arrays(path, {name: np.asarray(array) for name, array in state.items()}, {})


def load(path: str | os.PathLike[str]) -> Arrays:
    """The state_dict in a file: `model.load_state_dict(nn.load(path))`.

    Raises ValueError naming the file and what is wrong with it.
    """
    return read_arrays(path)[0]


def write_arrays(
    path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]
) -> None:
    """Write arrays of numbers, and strings beside them, in one go."""
    path = Path(path)
    if _META in arrays:
        raise ValueError(f"no array can be named {_META}")
    for name, array in arrays.items():
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} holds {array.dtype}, and not real numbers: can't be saved")
    arrays = {name: np.array(array, order="C") for name, array in arrays.items()}
    notes = {**metadata, _CHECK: str(_checksum(arrays))}
    if _format(path) == ".npz":
        packed = io.BytesIO()
        text = np.frombuffer(json.dumps(notes).encode(), np.uint8)
        with zipfile.ZipFile(packed, "w") as folder:
            for name, array in {**arrays, _META: text}.items():
                with folder.open(f"{name}.npy", "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, array, allow_pickle=False)
        content = packed.getvalue()
    else:
        content = _safetensors().numpy.save(arrays, notes)
    _replace(path, content)


def read_arrays(path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, str]]:
    """What `write_arrays` wrote, or another program: arrays, and the strings beside them.

    Raises ValueError for a file that can't be trusted.
    """
    path = Path(path)
    read = _read_npz if _format(path) == ".npz" else _read_safetensors
    with path.open("rb"):  # a file that can't be opened is no damaged one
        pass
    try:
        arrays, notes = read(path)
        check = notes.pop(_CHECK, None)
        if check is not None and check != str(_checksum(arrays)):
            raise ValueError("its numbers are not those that were written")
    except ImportError:
        raise
    except Exception as error:
        raise ValueError(
            f"{path} is damaged, or no {path.suffix} file with numbers only: {error}"
        ) from error
    return arrays, notes


def _read_safetensors(path: Path) -> tuple[Arrays, dict[str, str]]:
    with _safetensors().safe_open(path, framework="np") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata() or {})


def _read_npz(path: Path) -> tuple[Arrays, dict[str, str]]:
    arrays: Arrays = {}
    with zipfile.ZipFile(path) as folder:
        for member in folder.infolist():
            if member.file_size > max(_LARGEST, 2 * path.stat().st_size):
                raise ValueError(f"{member.filename} would unfold to {member.file_size} bytes")
            name = member.filename.removesuffix(".npy")
            if name == member.filename or name in arrays:
                raise ValueError(f"{member.filename} is no array, or there twice")
            arrays[name] = _array(folder.read(member))
    notes = arrays.pop(_META, None)
    return arrays, {} if notes is None else dict(json.loads(notes.tobytes()))


def _array(content: bytes) -> np.ndarray:
    """An array, if the bytes are exactly one."""
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    head = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if head is None:
        raise ValueError(f"version {version} of .npy")
    sizes, _, dtype = head(file)
    if dtype.kind not in "fiub":
        raise ValueError(f"it holds {dtype}, and not real numbers")
    if math.prod(sizes) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(f"an array of shape {sizes} has {len(content) - file.tell()} bytes")
    file.seek(0)
    return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def _checksum(arrays: Mapping[str, np.ndarray]) -> int:
    check = 0
    for name in sorted(arrays):
        array = arrays[name]
        check = zlib.crc32(f"{name} {array.dtype.str} {array.shape}".encode(), check)
        check = zlib.crc32(array.tobytes(), check)
    return check


def _format(path: Path) -> str:
    if path.suffix not in (".safetensors", ".npz"):
        raise ValueError(f"{path}: give a name that ends in .safetensors or .npz")
    return path.suffix


def _safetensors() -> Any:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError as error:
        raise ModuleNotFoundError(
            ".safetensors files need safetensors: pip install 'chainrule[train]', or take .npz"
        ) from error
    return safetensors


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file, down to the disk; then the new one takes the old one's place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
