"""Samples from frames and files: what is there is read exactly, what is not is named."""

import numpy as np
import pytest

import nn
from nn.data import read, stratified_folds


@pytest.fixture
def csv(tmp_path):
    def write(text, **options):
        (tmp_path / "data.csv").write_text(text, encoding="utf-8", **options)
        return tmp_path / "data.csv"

    return write


def test_a_csv_file(csv) -> None:
    table = read(csv("a,b,kind\n1,2.5,cat\n-3,1e3,dog\n\n"))
    np.testing.assert_array_equal(table.X, [[1, 2.5], [-3, 1000]])
    assert (table.y.tolist(), table.features) == (["cat", "dog"], ["a", "b"])
    table = read(csv('\ufeffa,"b, c",kind\n1,2,0\n3,4,1\n'), target="a")
    assert (table.y.tolist(), table.features) == ([1, 3], ["b, c", "kind"])
    assert table.y.dtype == int
    assert read(csv("a,y\n1,0.5\n")).y.tolist() == [0.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a,b,y\n1,2,0\n1,x,0\n,3,0\n",
            r"line 3, 'b' is 'x', and no finite number; line 4, 'a' is empty",
        ),
        ("a,y\n1,0\nnan,1\ninf,1\n", r"line 3, 'a' is 'nan'.*line 4, 'a' is 'inf'"),
        ("a,y\n1,0\n1\n1,2,3\n", r"has 2 columns, but line 3 has 1 entries; line 4 has 3"),
        ("a,y\n1,\n2,1\n", r"'y' is missing in line 2"),
        ("a,y\n" + "x,1\n" * 9, r"line 6, .*; and 4 more"),
        ("a,a,y\n1,2,3\n", r"names a column twice"),
        ("a,y\n", r"has 0 samples"),
        ("", r"has 0 samples"),
    ],
)
def test_bad_rows_are_named(csv, text, message) -> None:
    with pytest.raises(ValueError, match=message):
        read(csv(text))


def test_unknown_targets_and_files(csv, tmp_path) -> None:
    with pytest.raises(ValueError, match=r"no column 'z'; its columns are \['a', 'y'\]"):
        read(csv("a,y\n1,2\n"), target="z")
    with pytest.raises(ValueError, match=r"give a \.csv or \.npz file"):
        read(tmp_path / "x.xlsx")


def test_an_npz_file(tmp_path, rng) -> None:
    X, y = rng.normal(size=(4, 2)), np.arange(4)
    np.savez(tmp_path / "d.npz", X=X, y=y, other=y + 0.5)
    table = read(tmp_path / "d.npz")
    np.testing.assert_array_equal(table.X, X)
    np.testing.assert_array_equal(table.y, y)
    assert read(tmp_path / "d.npz", target="other").y[1] == 1.5
    with pytest.raises(ValueError, match=r"no array z; it has \['X', 'other', 'y'\]"):
        read(tmp_path / "d.npz", target="z")
    X[2, 1] = np.nan
    np.savez(tmp_path / "d.npz", X=X, y=y)
    with pytest.raises(ValueError, match="row 2, column 1 is nan"):
        read(tmp_path / "d.npz")


def test_a_frame(rng) -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5], "kind": ["x", "y"]}, index=["r", "s"])
    table = read(frame)
    np.testing.assert_array_equal(table.X, [[1, 0.5], [2, 1.5]])
    assert (table.y.tolist(), table.features) == (["x", "y"], ["a", "b"])
    frame.loc["s", "b"] = np.nan
    with pytest.raises(ValueError, match="the frame: row s, 'b' is empty"):
        read(frame)
    with pytest.raises(ValueError, match="X: row r, 'kind' is 'x', and no finite number"):
        nn.fit(nn.LogisticRegression(3), frame, [0, 1], progress=False)
    numbers = pd.DataFrame(rng.normal(size=(6, 2)), columns=["a", "b"])
    history = nn.fit(
        nn.LogisticRegression(2), numbers, pd.Series([0, 1] * 3), epochs=1, progress=False
    )
    assert history.loss == pytest.approx([np.log(2)])


def test_folds_test_every_sample_once_and_keep_the_classes_in_proportion() -> None:
    y = np.repeat(["a", "b", "c"], [23, 10, 7])
    tested = []
    for train, test in stratified_folds(y, 5, rng=0):
        assert sorted([*train, *test]) == list(range(40))
        assert len(test) == 8
        for label, size in [("a", 23), ("b", 10), ("c", 7)]:
            assert abs(np.sum(y[test] == label) - size / 5) < 1
        tested += test.tolist()
    assert sorted(tested) == list(range(40))
    with pytest.raises(ValueError, match="k=8 folds: class c has 7 samples"):
        next(stratified_folds(y, 8))
