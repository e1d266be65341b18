"""Samples from pandas frames, `.csv` and `.npz` files; rows that are no numbers are named."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nn.saving import read_arrays


class Table(NamedTuple):
    """Samples as rows, the target of each, and the names of the columns of `X`."""

    X: np.ndarray
    y: np.ndarray
    features: list[str]


def read(source: Any, target: str | None = None) -> Table:
    """Features and target from a pandas frame, or from a `.csv` or `.npz` file.

    `target` names the column that is `y`, by default the last; it may hold text. A `.csv` file
    starts with a line of names. A `.npz` file holds the array `X` and the array called `target`, by
    default `y`. Raises ValueError naming the rows that hold no finite number.
    """
    if hasattr(source, "columns") and hasattr(source, "to_numpy"):
        names = [str(name) for name in source.columns]
        rows = list(source.itertuples(index=False, name=None))
        return _table(names, rows, [f"row {label}" for label in source.index], target, "the frame")
    path = Path(source)
    if path.suffix == ".npz":
        return _npz(path, target or "y")
    if path.suffix != ".csv":
        raise ValueError(f"{path}: give a .csv or .npz file, or a pandas frame")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        names = next(reader, [])
        lines = [(f"line {reader.line_num}", row) for row in reader if row]
    return _table(names, [row for _, row in lines], [at for at, _ in lines], target, str(path))


def as_samples(X: Any, dtype: Any = float) -> np.ndarray:
    """An array of numbers from arrays, lists or a pandas frame; text is named by row and column."""
    try:
        return np.asarray(X, dtype=dtype)
    except (TypeError, ValueError):
        pass
    names = [str(name) for name in getattr(X, "columns", ())]
    array = np.asarray(X, dtype=object)
    if array.ndim != 2:
        raise ValueError(f"X has shape {array.shape}: give samples as rows, features as columns")
    labels = [f"row {label}" for label in getattr(X, "index", range(len(array)))]
    columns = names or [str(place) for place in range(array.shape[1])]
    return _numbers(array.tolist(), labels, columns, "X").astype(dtype)


def _table(
    names: list[str], rows: list[Any], labels: list[str], target: str | None, source: str
) -> Table:
    if not rows or len(names) < 2:
        raise ValueError(f"{source} has {len(rows)} samples and the columns {names}")
    if len(set(names)) < len(names):
        raise ValueError(f"{source} names a column twice: {names}")
    target = names[-1] if target is None else target
    if target not in names:
        raise ValueError(f"{source} has no column {target!r}; its columns are {names}")
    uneven = [
        f"{label} has {len(row)} entries"
        for label, row in zip(labels, rows, strict=True)
        if len(row) != len(names)
    ]
    if uneven:
        raise ValueError(f"{source} has {len(names)} columns, but {_some(uneven)}")
    place = names.index(target)
    features = names[:place] + names[place + 1 :]
    inputs = [[*row[:place], *row[place + 1 :]] for row in rows]
    answers = [row[place] for row in rows]
    empty = [label for label, each in zip(labels, answers, strict=True) if _missing(each)]
    if empty:
        raise ValueError(f"{source}: {target!r} is missing in {_some(empty)}")
    X = _numbers(inputs, labels, features, source)
    try:
        y = np.array([float(each) for each in answers])
        whole = np.isfinite(y).all() and np.equal(y, np.rint(y)).all()
        return Table(X, y.astype(int) if whole else y, features)
    except (TypeError, ValueError):
        return Table(X, np.array([str(each) for each in answers]), features)


def _numbers(rows: list[Any], labels: list[str], names: list[str], source: str) -> np.ndarray:
    found = np.empty((len(rows), len(names)))
    bad = []
    for i, row in enumerate(rows):
        for j, each in enumerate(row):
            try:
                found[i, j] = float(each)
            except (TypeError, ValueError):
                found[i, j] = np.nan
            if not np.isfinite(found[i, j]):
                shown = "empty" if _missing(each) else f"{each!r}, and no finite number"
                bad.append(f"{labels[i]}, {names[j]!r} is {shown}")
    if bad:
        raise ValueError(f"{source}: {_some(bad)}")
    return found


def _missing(entry: Any) -> bool:
    return entry is None or entry != entry or (isinstance(entry, str) and not entry.strip())


def _some(problems: list[str], most: int = 5) -> str:
    rest = f"; and {len(problems) - most} more" if len(problems) > most else ""
    return "; ".join(problems[:most]) + rest


def _npz(path: Path, target: str) -> Table:
    arrays, _ = read_arrays(path)
    missing = [name for name in ("X", target) if name not in arrays]
    if missing:
        raise ValueError(f"{path} has no array {' or '.join(missing)}; it has {sorted(arrays)}")
    X, y = arrays["X"].astype(float), arrays[target]
    if X.ndim != 2 or y.shape[:1] != X.shape[:1] or not X.size:
        raise ValueError(f"{path}: X has shape {X.shape} and {target} {y.shape}")
    bad = [f"row {row}, column {column} is {X[row, column]}" for row, column in _bad(X)]
    bad += [f"{target}, row {index[0]} is {y[tuple(index)]}" for index in _bad(y)]
    if bad:
        raise ValueError(f"{path}: {_some(bad)}")
    return Table(X, y, [str(place) for place in range(X.shape[1])])


def _bad(array: np.ndarray) -> np.ndarray:
    return np.argwhere(~np.isfinite(array))
