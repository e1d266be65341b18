"""Files cut off, flipped, oversized and foreign, and a process killed while it saves."""

import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.reading import read

ROOT = Path(__file__).resolve().parents[2]
STATE = {"0.weight": np.arange(6.0).reshape(2, 3), "0.bias": np.array([1, -2], np.float32)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def is_what_was_saved(found):
    return set(found) == set(STATE) and all(
        np.array_equal(found[name], STATE[name]) and found[name].dtype == STATE[name].dtype
        for name in STATE
    )


def refused(path):
    """Whether a file is refused with words that name it; else it must hold what was saved."""
    try:
        found = nn.load(path)
    except ValueError as error:
        return str(path) in str(error)
    return is_what_was_saved({name: found[name] for name in STATE if name in found})


def test_cut_off_anywhere(path):
    nn.save(STATE, path)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="damaged"):
            nn.load(path)


def test_with_one_bit_flipped(path):
    nn.save(STATE, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        assert refused(path), f"bit of byte {place}"


def test_with_bytes_swapped_dropped_or_put_in(path):
    nn.save(STATE, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(300):
        i, j = sorted(rng.integers(0, len(whole), size=2).tolist())
        for damaged in (
            whole[:i] + whole[j:],
            whole[:i] + bytes(8) + whole[i:],
            whole[:i] + whole[i:j][::-1] + whole[j:],
            whole + whole[i:j],
        ):
            path.write_bytes(damaged)
            assert refused(path)


@pytest.mark.parametrize("claim", [2**62, 2**40, 10**9])
def test_that_claim_to_be_huge(path, claim):
    """Memory is not asked for before the file is known to hold so much."""
    head = f'{{"w":{{"dtype":"F64","shape":[{claim}],"data_offsets":[0,{8 * claim}]}}}}'
    path.write_bytes(struct.pack("<Q", len(head)) + head.encode())
    start = time.monotonic()
    with pytest.raises(ValueError, match="damaged"):
        nn.load(path)
    assert time.monotonic() - start < 5


def samples(path):
    """A data set as NumPy writes it, and what is in it."""
    X, y = np.arange(6.0).reshape(3, 2), np.array([0, 1, 1])
    np.savez(path, X=X, y=y)
    return X, y


def is_read_or_refused(path, X, y):
    try:
        table = read(path)
    except ValueError as error:
        return str(path) in str(error)
    return np.array_equal(table.X, X) and np.array_equal(table.y, y)


def test_of_samples_cut_off_anywhere(tmp_path):
    path = tmp_path / "data.npz"
    samples(path)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="damaged"):
            read(path)


def test_of_samples_with_one_bit_flipped(tmp_path):
    """What is read is what was written, or the file is named."""
    path = tmp_path / "data.npz"
    X, y = samples(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        assert is_read_or_refused(path, X, y), f"bit of byte {place}"


def test_of_samples_that_unfold_to_more_than_memory(tmp_path):
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as folder,
        folder.open("X.npy", "w", force_zip64=True) as file,
    ):
        for _ in range(300):
            file.write(bytes(2**20))
    with pytest.raises(ValueError, match="unfolds to"):
        read(path)


class Harm:
    def __reduce__(self):
        return os._exit, (3,)


def test_of_samples_that_hold_code(tmp_path):
    path = tmp_path / "code.npz"
    np.savez(path, X=np.array([[Harm()]], dtype=object), y=np.zeros(1))
    with pytest.raises(ValueError, match="damaged"):
        read(path)


def test_of_samples_that_name_an_array_twice(tmp_path):
    path = tmp_path / "twice.npz"
    samples(path)
    with zipfile.ZipFile(path, "a") as folder:
        content = folder.read("y.npy")
        with pytest.warns(UserWarning, match="Duplicate"):
            folder.writestr("y.npy", content)
    with pytest.raises(ValueError, match="twice"):
        read(path)


def test_that_are_none(path):
    with pytest.raises(FileNotFoundError):
        nn.load(path)
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        nn.load(path)
    with pytest.raises(OSError, match="directory"):
        nn.save(STATE, path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_of_another_model(path):
    """The state of another model is refused, and nothing of it is taken over."""
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Linear(2, 1, rng=1))
    before = model.state_dict()
    nn.save({**before, "1.bias": np.zeros(7)}, path)
    with pytest.raises(ValueError, match=r"1\.bias"):
        model.load_state_dict(nn.load(path))
    assert all(np.array_equal(array, before[name]) for name, array in model.state_dict().items())


def test_onto_a_full_disk(path, monkeypatch):
    nn.save(STATE, path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        nn.save({"w": np.zeros(3)}, path)
    monkeypatch.undo()
    assert is_what_was_saved(nn.load(path))
    assert [each.name for each in path.parent.iterdir()] == [path.name]


SAVING = """
import sys
import numpy as np, nn
print("ready", flush=True)
number = 0
while True:
    nn.save({"w": np.full(200_000, float(number))}, sys.argv[1])
    number += 1
"""


def killed_while_saving(path, after):
    process = subprocess.Popen(
        [sys.executable, "-c", SAVING, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    "times", [2, pytest.param(12, marks=pytest.mark.slow)], ids=["twice", "often"]
)
def test_of_a_process_that_is_killed(path, times):
    """The file is one of those that were saved, whole."""
    rng = np.random.default_rng(0)
    nn.save({"w": np.full(200_000, -1.0)}, path)
    for _ in range(times):
        killed_while_saving(path, rng.uniform(0.05, 0.25))
        assert len(np.unique(nn.load(path)["w"])) == 1


@pytest.mark.slow
def test_left_by_killed_processes_go_with_the_next_save(path):
    for _ in range(20):
        killed_while_saving(path, 0.1)
        if len(list(path.parent.iterdir())) > 1:
            break
    nn.save(STATE, path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
