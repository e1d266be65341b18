"""Laws of the plots: what is drawn on which axes, and what is said without matplotlib."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot as plt

from autograd import Tensor, tanh
from viz.plots import activation, decision_boundary, histograms, loss_curve, loss_surface


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


# ------------------------------------------------------------------------------ the other plots


def test_an_activation_has_its_derivative_by_autograd_beside_it() -> None:
    found = curves(activation(tanh, label="tanh"))
    x = np.linspace(-6, 6, 601)
    np.testing.assert_allclose(found["tanh(z)"], np.tanh(x))
    np.testing.assert_allclose(found["tanh′(z)"], 1 - np.tanh(x) ** 2, atol=1e-12)


def test_the_decision_boundary_is_where_the_level_is() -> None:
    X = np.array([[0.0, 0.0], [1.0, 1.0], [0.2, 0.9], [0.8, 0.1]])
    _, ax = plt.subplots()
    assert decision_boundary(lambda p: p[:, 0], X, [0, 1, 0, 1], ax, level=0.5) is ax
    (line,) = (each for each in ax.collections if each.get_linewidth()[0] == 1.5)
    corners = np.concatenate([path.vertices for path in line.get_paths()])
    np.testing.assert_allclose(corners[:, 0], 0.5, atol=1e-9)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]
    with pytest.raises(ValueError, match=r"X has the shape \(4, 3\)"):
        decision_boundary(lambda p: p[:, 0], np.ones((4, 3)), [0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"made the shape \(40000, 3\); with 2 classes"):
        decision_boundary(lambda p: np.ones((len(p), 3)), X, [0, 1, 0, 1])


CENTRES = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 2.0]])


class Nearest:
    """Tells classes by the nearest of three points, as estimators do."""

    def __init__(self, classes: list) -> None:
        self.classes_ = np.array(classes)

    def scores(self, points: np.ndarray) -> np.ndarray:
        return -((points[:, None] - CENTRES[: len(self.classes_)]) ** 2).sum(axis=-1)

    def predict(self, points: np.ndarray) -> np.ndarray:
        return self.classes_[self.scores(points).argmax(axis=1)]


class Probable(Nearest):
    def predict_proba(self, points: np.ndarray) -> np.ndarray:
        odds = np.exp(self.scores(points))
        return odds / odds.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("classes", [[0, 1, 2], ["ant", "bee", "cow"], [3.0, 4.0], [0, 1], [-1, 1]])
@pytest.mark.parametrize("kind", [Nearest, Probable, lambda c: Nearest(c).predict])
def test_the_decision_boundary_of_estimators_and_of_several_classes(kind, classes) -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(classes, 20)
    X = np.repeat(CENTRES[: len(classes)], 20, axis=0) + 0.3 * rng.normal(size=(len(labels), 2))
    _, ax = plt.subplots()
    decision_boundary(kind(classes), X, labels, ax)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == [
        f"class {each:g}" if each != str(each) else f"class {each}" for each in classes
    ]
    lines = [each for each in ax.collections if each.get_linewidth()[0] == 1.5]
    assert len(lines) == len(classes) - 1
    corners = np.concatenate([path.vertices for line in lines for path in line.get_paths()])
    best = np.sort(Nearest(list(range(len(classes)))).scores(corners), axis=1)
    np.testing.assert_allclose(best[:, -1], best[:, -2], atol=0.1)
    plt.close()


def test_histograms_hold_every_weight_and_every_gradient() -> None:
    W = Tensor(np.random.default_rng(0).normal(size=(20, 30)))
    with pytest.raises(ValueError, match="W1 has no gradient yet"):
        histograms({"W1": W}, gradients=True)
    (W * W).sum().backward()
    for gradients in (False, True):
        ax = histograms({"W1": W, "W2": W}, gradients=gradients)
        for patch in ax.patches:
            assert np.isclose(patch.get_data().values.sum(), 1)
        assert len(ax.patches) == 2
    with pytest.raises(ValueError, match="no arrays"):
        histograms({})


def test_the_arrow_on_the_surface_points_against_the_gradient() -> None:
    ax = loss_surface(lambda w: (w * w * np.array([1.0, 3.0])).sum(), [1.0, 1.0], span=2.0)
    (arrow,) = (each for each in ax.texts if getattr(each, "arrow_patch", None))
    assert "−gradient" in [each.get_text().strip() for each in ax.texts]
    along = np.array(arrow.xy) - np.array(arrow.xyann)
    np.testing.assert_allclose(along, -np.array([2.0, 6.0]) / np.sqrt(40), rtol=1e-9)
    with pytest.raises(ValueError, match=r"shape \(3,\), not \(2,\)"):
        loss_surface(lambda w: w.sum(), [1.0, 2.0, 3.0])


def test_the_numbers_at_the_ends_are_clear_of_each_other() -> None:
    curves = {str(i): [1.0, end] for i, end in enumerate((0.5, 0.5, 0.501, 0.1, np.nan))}
    ax = loss_curve(curves, xlabel="layer")
    ax.figure.canvas.draw()
    boxes = sorted((each.get_window_extent() for each in ax.texts), key=lambda box: box.y0)
    assert len(boxes) == 4
    for lower, upper in pairwise(boxes):
        assert upper.y0 > lower.y0 + 10
    assert all(tick == int(tick) for tick in ax.get_xticks())


def test_a_logarithmic_axis_over_few_powers_has_plain_numbers() -> None:
    ax = loss_curve([0.6, 0.3, 0.08], log=True)
    ax.figure.canvas.draw()
    labels = [each.get_text() for each in ax.get_yticklabels(which="both")]
    assert "0.1" in labels
    assert not any("10" in label for label in labels)
