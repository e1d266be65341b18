"""Files: what was saved comes back exactly, and what was not saved by anybody sane is refused."""

import pickle
import struct
import sys

import numpy as np
import pytest

import nn
from autograd import Value


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def network(seed=0, **settings):
    return nn.Sequential(nn.Linear(3, 2, rng=seed, **settings), nn.BatchNorm1d(2, **settings))


def unchanged(model, before):
    return all(np.array_equal(array, before[name]) for name, array in model.state_dict().items())


@pytest.mark.parametrize("settings", [{}, {"dtype": np.float32}, {"node": Value}])
def test_a_model_comes_back_bit_for_bit(path, settings) -> None:
    model, other = network(0, **settings), network(1, **settings)
    nn.save(model, path)
    other.load_state_dict(nn.load(path))
    for name, array in model.state_dict().items():
        found = other.state_dict()[name]
        assert found.dtype == array.dtype
        assert found.tobytes() == array.tobytes()


def test_saving_replaces_the_file_and_leaves_nothing_beside_it(path) -> None:
    nn.save({"w": np.zeros(3)}, path)
    nn.save({"w": np.arange(2, dtype=np.int8), "no entries": np.zeros((0, 3))}, path)
    found = nn.load(path)
    assert (found["w"].tolist(), found["no entries"].shape) == ([0, 1], (0, 3))
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_failed_save_leaves_the_old_file(path, monkeypatch) -> None:
    nn.save({"w": np.ones(3)}, path)
    with pytest.raises(TypeError, match="w holds object"):
        nn.save({"w": np.array([None])}, path)
    with pytest.raises(TypeError, match="w holds complex128"):
        nn.save({"w": np.array([1j])}, path)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        nn.save({"w": np.zeros(3)}, path)
    assert nn.load(path)["w"].tolist() == [1, 1, 1]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_off_is_refused(path, part) -> None:
    nn.save(network(), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ValueError, match=rf"model\{path.suffix} is damaged"):
        nn.load(path)


def test_no_flipped_bit_goes_unseen(path, rng) -> None:
    model = network()
    nn.save(model, path)
    whole = path.read_bytes()
    before = nn.load(path)
    for place in {*rng.integers(0, len(whole), size=200).tolist(), *range(12)}:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            found = nn.load(path)
        except ValueError as error:
            assert "is damaged" in str(error)  # noqa: PT017 - either an error or the same numbers
        else:
            assert list(found) == list(before)
            assert all(np.array_equal(found[name], before[name]) for name in before)


@pytest.mark.parametrize(
    "content", [b"", b"hello", pickle.dumps({"w": 1}), b"\x93NUMPY", b"PK\x03\x04", bytes(1000)]
)
def test_foreign_files_are_refused(path, content) -> None:
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is damaged, or no"):
        nn.load(path)


def test_hostile_safetensors_files_are_refused(tmp_path) -> None:
    path = tmp_path / "x.safetensors"
    for header in (
        b'{"w":{"dtype":"F64","shape":[9999999999],"data_offsets":[0,8]}}',
        b'{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,800]}}',
        b'{"w":{"dtype":"F65","shape":[1],"data_offsets":[0,8]}}',
        b'{"w":' * 1000,
    ):
        path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
        with pytest.raises(ValueError, match="is damaged"):
            nn.load(path)
    path.write_bytes(struct.pack("<Q", 2**60) + bytes(8))
    with pytest.raises(ValueError, match="is damaged"):
        nn.load(path)


def test_files_of_others_are_read(tmp_path, rng) -> None:
    from safetensors.numpy import save_file

    w = rng.normal(size=(2, 3))
    save_file({"weight": w}, tmp_path / "x.safetensors")
    np.testing.assert_array_equal(nn.load(tmp_path / "x.safetensors")["weight"], w)


def test_numbers_that_are_not_real_are_refused(tmp_path) -> None:
    from safetensors.numpy import save_file

    save_file({"w": np.array([1j], np.complex64)}, tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="w holds complex64, and not real numbers"):
        nn.load(tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="no array can be named __metadata__"):
        nn.save({"__metadata__": np.ones(1)}, tmp_path / "x.safetensors")


def test_the_state_of_another_model_changes_nothing(path) -> None:
    model = network()
    before = model.state_dict()
    nn.save(nn.Linear(4, 2, rng=0), path)
    with pytest.raises(ValueError, match=r"0\.weight, of shape \(2, 3\), is missing"):
        model.load_state_dict(nn.load(path))
    assert unchanged(model, before)


def test_names_and_missing_files_and_packages(tmp_path, monkeypatch) -> None:
    for name in ("model.pt", "model.npz"):
        for use in (lambda path: nn.save({}, path), nn.load):
            with pytest.raises(
                ValueError, match=r"ends in \.safetensors, as in model\.safetensors"
            ):
                use(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "none.safetensors")
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for use in (lambda path: nn.save({}, path), nn.load):
        with pytest.raises(ModuleNotFoundError, match=r"chainrule\[train\]"):
            use(tmp_path / "model.safetensors")
