"""Laws of the plots: what is drawn on which axes, and what is said without matplotlib."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot as plt

from viz.plots import loss_curve


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def curves(ax: plt.Axes) -> dict[str, np.ndarray]:
    """The labelled lines."""
    lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
    return {line.get_label(): line.get_ydata() for line in lines}


def test_a_sequence_is_drawn_from_epoch_one() -> None:
    ax = loss_curve([3.0, 2.0, 1.5])
    (line, *_) = ax.get_lines()
    assert list(line.get_xdata()) == [1, 2, 3]
    assert list(line.get_ydata()) == [3.0, 2.0, 1.5]
    assert ax.get_legend() is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_the_given_axes_are_drawn_on_and_returned() -> None:
    _, ax = plt.subplots()
    assert loss_curve({"a": [1.0, 0.5], "b": np.array([2.0, 1.0])}, ax, title="T", log=True) is ax
    assert list(curves(ax)) == ["a", "b"]
    assert ax.get_yscale() == "log"
    assert ax.get_title(loc="left") == "T"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_a_history_gives_training_and_validation() -> None:
    history = SimpleNamespace(loss=[2.0, 1.0], validation_loss=[2.5, 1.5])
    assert {k: list(v) for k, v in curves(loss_curve(history)).items()} == {
        "training": [2.0, 1.0],
        "validation": [2.5, 1.5],
    }
    history.validation_loss = []
    assert list(curves(loss_curve(history))) == ["training"]


@pytest.mark.parametrize("values", [[1.0], [np.nan, 1.0, np.inf], np.ones(1000)])
def test_odd_histories_can_be_saved(values, tmp_path: Path) -> None:
    loss_curve(values).figure.savefig(tmp_path / "loss.svg")


@pytest.mark.parametrize("empty", [[], {}, {"a": []}])
def test_an_empty_history_is_told(empty) -> None:
    with pytest.raises(ValueError, match="the history is empty"):
        loss_curve(empty)


def test_a_table_is_no_curve() -> None:
    with pytest.raises(ValueError, match=r"loss has the shape \(2, 2\)"):
        loss_curve(np.ones((2, 2)))


def test_without_matplotlib_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None; sys.modules['matplotlib.pyplot'] = None\n"
        "import viz\ntry: viz.plots.loss_curve([1.0])\nexcept ImportError as e: print(e)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert "pip install 'chainrule[plots]'" in done.stdout
