"""Samples from frames and files: what is there is read exactly, what is not is named."""

import io
import pickle
import sys
import zipfile

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
        ("a,y\n1,0\n1\n1,2,3\n", r"data\.csv: .*Expected 2 fields in line 4, saw 3"),
        ("a,y\n1,0\n1\n1,2\n3\n", r"'y' is missing in line 3; line 5"),
        ("a,y\n1,\n2,1\n", r"'y' is missing in line 2"),
        ('a,y\n1,"in\ntwo"\n\n \n,\nx,2\n', r"line 7, 'a' is 'x'"),
        ('a,y\n1,"2\n', r"data\.csv: .*EOF inside string"),
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


def test_a_csv_file_needs_pandas(csv, monkeypatch) -> None:
    path = csv("a,y\n1,2\n")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match=r"chainrule\[data\]"):
        read(path)


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


class Harm:
    def __reduce__(self):
        return exec, ("raise SystemExit('code from a file was run')",)


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in members.items():
            folder.writestr(f"{name}.npy", content)


def npy(array, **options) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


def test_hostile_npz_files_are_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "x.npz"
    zipped(path, X=npy(np.array([Harm()], dtype=object), allow_pickle=True))
    with pytest.raises(ValueError, match="Object arrays cannot be loaded"):
        read(path)
    zipped(path, X=npy(np.zeros(1)).replace(b"(1,), }         ", b"(1000000000,), }"))
    with pytest.raises(ValueError, match=r"expected .* bytes got 8"):
        read(path)
    monkeypatch.setattr("nn.reading._LARGEST", 2**18)  # as 2^28 would be, only faster
    zipped(path, X=npy(np.zeros(2**16)))
    assert path.stat().st_size < 2**11
    with pytest.raises(ValueError, match="unfolds to"):
        read(path)
    path.unlink()
    zipped(path, **{"../w": b"no array"})
    with pytest.raises(ValueError, match="is damaged"):
        read(path)


@pytest.mark.parametrize(
    "content", [b"", b"hello", pickle.dumps({"w": 1}), b"\x93NUMPY", b"PK\x03\x04", bytes(1000)]
)
def test_foreign_npz_files_are_refused(content, tmp_path) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ValueError, match="is damaged, or no"):
        read(tmp_path / "x.npz")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.npz")
    np.savez(tmp_path / "x.npz", X=np.ones((2, 1)), y=["a", "b"])
    with pytest.raises(ValueError, match="y holds <U1, and not real numbers"):
        read(tmp_path / "x.npz")


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
