"""Samples from pandas frames, `.csv` and `.npz` files; rows that are no numbers are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nn.extras import need

_LARGEST = 2**28  # what a compressed array may unfold to, in bytes


class Table(NamedTuple):
    """Samples as rows, the target of each, and the names of the columns of `X`."""

    X: np.ndarray
    y: np.ndarray
    features: list[str]


def read(source: Any, target: str | None = None) -> Table:
    """Features and target from a pandas frame, or from a `.csv` or `.npz` file.

    `target` names the column that is `y`, by default the last; it may hold text. A `.csv` file
    starts with a line of names and is read by pandas (extra `data`); blank lines are passed over. A
    `.npz` file holds the array `X` and the array called `target`, by default `y`. Raises ValueError
    naming the rows that hold no finite number.
    """
    if hasattr(source, "columns") and hasattr(source, "to_numpy"):
        return _table(source, "row", target, "the frame")
    path = Path(source)
    if path.suffix not in (".csv", ".npz"):
        raise ValueError(f"{path}: give a .csv or .npz file, or a pandas frame")
    if path.suffix == ".npz":
        return _npz(path, target or "y")
    return _table(_csv(path), "line", target, str(path))


def as_samples(X: Any, dtype: Any = float) -> np.ndarray:
    """An array of numbers from arrays, lists or a pandas frame; text is named by row and column."""
    try:
        return np.asarray(X, dtype=dtype)
    except (TypeError, ValueError):
        pass
    array = np.asarray(X, dtype=object)
    if array.ndim != 2:
        raise ValueError(f"X has shape {array.shape}: give samples as rows, features as columns")
    rows, names = getattr(X, "index", range(len(array))), getattr(X, "columns", range(len(array.T)))
    return _numbers(array, [f"row {row}" for row in rows], map(str, names), "X").astype(dtype)


def _csv(path: Path) -> Any:
    """A frame of text, its rows labelled by their lines; what a short line lacks is empty."""
    pd = need("pandas", ".csv files need pandas: pip install 'chainrule[data]'")
    options = {"dtype": str, "keep_default_na": False, "skip_blank_lines": False}
    try:
        frame = pd.read_csv(path, header=None, encoding="utf-8-sig", **options)
    except pd.errors.EmptyDataError as error:
        raise ValueError(f"{path} has 0 samples, and no line of names") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    frame.columns = frame.iloc[0].tolist()
    breaks = frame.map(lambda entry: entry.count("\n"))  # an entry in quotes may have some
    frame.index = (1 + breaks.sum(axis=1)).cumsum()
    return frame[1:][(frame[1:].map(str.strip) != "").any(axis=1)]


def _table(frame: Any, label: str, target: str | None, source: str) -> Table:
    names = [str(name) for name in frame.columns]
    if not len(frame) or len(names) < 2:
        raise ValueError(f"{source} has {len(frame)} samples and the columns {names}")
    if len(set(names)) < len(names):
        raise ValueError(f"{source} names a column twice: {names}")
    if target not in (None, *names):
        raise ValueError(f"{source} has no column {target!r}; its columns are {names}")
    place = len(names) - 1 if target is None else names.index(target)
    target = names.pop(place)
    labels = [f"{label} {each}" for each in frame.index]
    answers = frame.iloc[:, place].tolist()
    empty = [label for label, each in zip(labels, answers, strict=True) if _missing(each)]
    if empty:
        raise ValueError(f"{source}: {target!r} is missing in {_some(empty)}")
    rest = frame.drop(columns=frame.columns[place]).to_numpy(object)
    X = _numbers(rest, labels, names, source)
    try:
        y = np.array([float(each) for each in answers])
    except (TypeError, ValueError):
        return Table(X, np.array([str(each) for each in answers]), names)
    whole = np.isfinite(y).all() and np.equal(y, np.rint(y)).all()
    return Table(X, y.astype(int) if whole else y, names)


def _numbers(
    entries: np.ndarray, labels: Sequence[str], names: Iterable[str], source: str
) -> np.ndarray:
    """The entries as numbers; raises ValueError naming those that are none, or not finite."""
    try:
        found = entries.astype(float)
        if np.isfinite(found).all():
            return found
    except (TypeError, ValueError):
        pass
    names, bad = list(names), []
    for (i, j), each in np.ndenumerate(entries):
        if not _finite(each):
            shown = "empty" if _missing(each) else f"{each!r}, and no finite number"
            bad.append(f"{labels[i]}, {names[j]!r} is {shown}")
    raise ValueError(f"{source}: {_some(bad)}")


def _finite(entry: Any) -> bool:
    try:
        return bool(np.isfinite(float(entry)))
    except (TypeError, ValueError):
        return False


def _missing(entry: Any) -> bool:
    return entry is None or entry != entry or (isinstance(entry, str) and not entry.strip())


def _some(problems: list[str], most: int = 5) -> str:
    rest = f"; and {len(problems) - most} more" if len(problems) > most else ""
    return "; ".join(problems[:most]) + rest


def _npz(path: Path, target: str) -> Table:
    arrays = _arrays(path)
    missing = [name for name in ("X", target) if name not in arrays]
    if missing:
        raise ValueError(f"{path} has no array {' or '.join(missing)}; it has {sorted(arrays)}")
    X, y = arrays["X"].astype(float), arrays[target]
    if X.ndim != 2 or y.shape[:1] != X.shape[:1] or not X.size:
        raise ValueError(f"{path}: X has shape {X.shape} and {target} {y.shape}")
    bad = [f"row {i}, column {j} is {X[i, j]}" for i, j in np.argwhere(~np.isfinite(X))]
    bad += [f"{target}, row {i} is {y[i, *rest]}" for i, *rest in np.argwhere(~np.isfinite(y))]
    if bad:
        raise ValueError(f"{path}: {_some(bad)}")
    return Table(X, y, [str(place) for place in range(X.shape[1])])


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays in a file, which may come from anywhere: no code in it is run."""
    with path.open("rb") as file:
        try:
            with np.load(file, allow_pickle=False) as folder:
                for member in folder.zip.infolist():
                    if member.file_size > max(_LARGEST, 2 * path.stat().st_size):
                        raise ValueError(f"{member.filename} unfolds to {member.file_size} bytes")
                if len(set(folder.files)) < len(folder.files):
                    raise ValueError(f"an array is named twice: {folder.files}")
                arrays = dict(folder)
            for name, array in arrays.items():
                if array.dtype.kind not in "fiub":
                    raise ValueError(f"{name} holds {array.dtype}, and not real numbers")
        except Exception as error:
            raise ValueError(f"{path} is damaged, or no .npz file of numbers: {error}") from error
    return arrays
