"""The demos that train on real data: they learn what they promise, repeat, and draw it."""

import re

import numpy as np
import pytest

import nn
from demos import console, deep_network, mini_batches, moons
from demos.data import digits


def numbers(pattern, text):
    return [float(each) for each in re.findall(pattern, text)]


def test_the_digits_are_split_in_proportion() -> None:
    data = digits()
    assert (data.X_train.shape, data.X_test.shape) == ((1348, 64), (449, 64))
    assert (data.X_train.min(), data.X_train.max()) == (0, 1)
    counts = np.bincount(data.y_test)
    assert counts.max() - counts.min() <= 3


@pytest.mark.slow
def test_the_deep_network_reads_97_percent_of_the_digits(tmp_path, capsys) -> None:
    written = deep_network.run(tmp_path, progress=False)
    shown = capsys.readouterr().out
    assert numbers(r"test accuracy +([\d.]+)%", shown)[0] >= 97
    assert max(numbers(r"differs by at most (\S+)", shown)) < 1e-12
    assert sorted(path.name for path, _ in written) == sorted(
        path.name for path in tmp_path.iterdir()
    )


def test_the_derivation_by_hand_is_that_of_the_deep_network(tmp_path, capsys) -> None:
    deep_network.run(tmp_path, epochs=2, progress=False)
    shown = capsys.readouterr().out
    assert len(numbers(r"differs by at most (\S+)", shown)) == 2 * (len(deep_network.SIZES) - 1)
    assert max(numbers(r"differs by at most (\S+)", shown)) < 1e-12
    for path in tmp_path.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_confusion_matrix_counts_each_sample_once() -> None:
    written, read = np.array([1, 1, 9, 0]), np.array([1, 7, 9, 0])
    matrix = deep_network.confusion(written, read)
    assert matrix.sum() == 4
    assert (matrix[1, 1], matrix[1, 7], matrix[9, 9]) == (1, 1, 1)


def test_nothing_misread_is_drawn_too(tmp_path) -> None:
    data = digits()
    path = deep_network.draw_mistakes(data, data.y_test, tmp_path / "none.png")
    assert path.stat().st_size > 0


def test_the_moons_are_told_apart_the_same_way_twice(tmp_path, capsys) -> None:
    written = moons.run(tmp_path, samples=60, epochs=60, progress=False)
    shown = capsys.readouterr().out
    assert numbers(r"test accuracy ([\d.]+)%", shown)[0] > 85
    assert numbers(r"learned parameters by at most (\S+)\.\n", shown)[0] < 1e-9
    values, tensors = numbers(r"time +(\S+) ms for an epoch", shown)
    assert tensors < values
    assert {path.name for path, _ in written} == {"moons.png", "moons_loss.svg"}
    assert all(path.stat().st_size > 1000 for path, _ in written)


def test_mini_batches_learn_faster_than_all_samples_at_once(tmp_path, capsys) -> None:
    (written,) = mini_batches.run(tmp_path, epochs=3, progress=False)
    shown = capsys.readouterr().out
    table = {
        name: numbers(rf"\n{re.escape(name)} +\d+ +([\d.]+) +[\d.]+%", shown)[0]
        for name in mini_batches.METHODS
    }
    assert max(table, key=table.get) == "all samples"
    assert table["Adam"] < table["SGD"]
    assert written.path.is_file()


def test_ctrl_c_during_training_ends_a_demo() -> None:
    with pytest.raises(KeyboardInterrupt):
        console.finished(nn.History(stopped="interrupted in epoch 3"))
    history = nn.History([1.0])
    assert console.finished(history) is history
