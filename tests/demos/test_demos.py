"""What the demos find and write: they learn, judge the notes rightly, and draw what is promised."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from demos import derivation, logistic_regression, two_layer_network
from demos.data import breast_cancer
from demos.derivation import READINGS, asked

ROOT = Path(__file__).resolve().parents[2]
RIGHT, COURSE, WRONG = "right", "right by the course's convention", "wrong"


def test_the_data_are_split_in_proportion_and_standardised_by_the_training_samples() -> None:
    data = breast_cancer()
    assert data.X_train.shape == (427, 30)
    assert data.X_test.shape == (142, 30)
    assert abs(data.y_train.mean() - data.y_test.mean()) < 0.005
    np.testing.assert_allclose(data.X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.X_train.std(axis=0), 1, rtol=1e-12)
    assert np.abs(data.X_test.mean(axis=0)).max() > 1e-3
    np.testing.assert_array_equal(data.X_test, breast_cancer().X_test)


# ------------------------------------------------------------------------------- the main demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The main demo as a user runs it, and its output folder."""
    out = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "demos", "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done, out


def test_the_network_learns(demo) -> None:
    done, _ = demo
    (accuracy,) = re.findall(r"test accuracy +([\d.]+)%", done.stdout)
    assert float(accuracy) >= 95
    first, last = re.findall(r"loss +([\d.]+) → ([\d.]+)", done.stdout)[0]
    assert float(last) < 0.1 < float(first)


def test_a_progress_bar_is_shown_on_stderr(demo) -> None:
    done, _ = demo
    assert "600/600" in done.stderr
    assert "loss 0.0" in done.stderr
    assert "600/600" not in done.stdout


def test_every_file_is_listed_and_every_listed_file_is_there(demo) -> None:
    done, out = demo
    *_, listed = done.stdout.split("Written\n")
    files = sorted(path.name for path in out.iterdir())
    assert files == [
        *("loss.svg", "network.png", "network.svg", "unit.md", "unit.png", "unit.svg"),
    ]
    assert sorted(re.findall(rf"^{re.escape(str(out))}/(\S+)  +\S", listed, re.MULTILINE)) == files


def test_pictures_are_whole(demo) -> None:
    _, out = demo
    for path in out.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    for path in out.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def texts(path: Path) -> list[str]:
    """The lines of text in an SVG file."""
    root = ElementTree.parse(path).getroot()
    return ["".join(each.itertext()).strip() for each in root.iter() if each.tag.endswith("}text")]


def test_the_graph_of_the_network_shows_values_shapes_and_gradients(demo) -> None:
    found = " ".join(texts(demo[1] / "network.svg"))
    for name in ("W1", "b1", "W2", "b2", "Z1", "A1", "Z2", "A2", "J"):
        assert name in found
    for part in ("4 × 30", "30 × 427", "1 × 427", "∂J/∂W1", "∂J/∂b2", "min", "max"):
        assert part in found


def test_the_graph_of_the_unit_shows_derivatives_and_contributions(demo) -> None:
    found = " ".join(texts(demo[1] / "unit.svg"))
    for part in ("w1", "x1", "w2", "x2", "b", "z", "a", "y", "L", "∂L/∂w1", "∂L/∂b"):
        assert part in found
    assert re.search(r"[\d.]+ × [\d.]+", found)


def test_the_steps_of_the_unit_are_formulas(demo) -> None:
    text = (demo[1] / "unit.md").read_text(encoding="utf-8")
    for part in (r"\frac{\partial L}{\partial w_{1}}", r"\frac{\partial L}{\partial z}", "$$"):
        assert part in text
    assert "worst radius" in text


def test_it_is_the_same_every_time(demo, tmp_path) -> None:
    data = breast_cancer()
    parameters, losses = two_layer_network.train(data, 600, progress=False)
    two_layer_network.draw_losses(tmp_path, losses)
    two_layer_network.draw_network(tmp_path, data, *parameters)
    two_layer_network.draw_unit(tmp_path, data)
    for name in ("network.svg", "unit.svg", "unit.md", "loss.svg"):
        assert (tmp_path / name).read_bytes() == (demo[1] / name).read_bytes()


# ------------------------------------------------------------------------------- proof-reading


@pytest.fixture(scope="module")
def reports():
    data = breast_cancer()
    parameters, _ = two_layer_network.train(data, 30, progress=False)
    found = two_layer_network.proofread(data, *parameters)
    return dict(zip((reading.title for reading in READINGS), found, strict=True))


def verdicts(report) -> dict[str, str]:
    return {step.name: step.verdict for step in report}


def test_the_formulas_for_m_samples_are_right_but_for_db(reports) -> None:
    report = reports["N3.3-N3.6: the formulas for m samples"]
    wrong = {name for name, verdict in verdicts(report).items() if verdict != RIGHT}
    assert wrong == {"db2", "db1"}
    for name in wrong:
        assert report[name].verdict == WRONG
        assert "427" in report[name].diagnosis
        assert re.search(r"\bm\b", report[name].diagnosis)


def test_the_formulas_for_one_sample_are_right(reports) -> None:
    report = reports["N3.3-N3.6: the formulas for one sample"]
    assert report.ok
    assert set(verdicts(report).values()) <= {RIGHT, "proves little"}  # of m and the sum
    assert verdicts(report)["dW2"] == RIGHT


def test_the_summary_is_wrong_about_the_place_and_the_sum(reports) -> None:
    report = reports["N3.7: the summary for any layer, read literally"]
    wrong = {name for name, verdict in verdicts(report).items() if verdict != RIGHT}
    assert wrong == {"dZ2", "db2", "dZ1", "db1"}
    for layer in "12":
        words = report[f"dZ{layer}"].diagnosis
        assert f"A{layer}" in words
        assert f"Z{layer}" in words
        assert "sum" in report[f"db{layer}"].diagnosis


def test_the_course_is_right_by_its_own_convention(reports) -> None:
    report = reports["The course's formulas"]
    assert report.ok
    assert set(verdicts(report).values()) <= {RIGHT, COURSE}
    assert report["dZ2"].verdict == COURSE


def test_the_corrected_notes_are_right(reports) -> None:
    report = reports["The notes, corrected"]
    assert set(verdicts(report).values()) == {RIGHT}


def test_the_verdicts_are_printed_with_their_headings(demo) -> None:
    done, _ = demo
    for reading in READINGS:
        assert f"\n{reading.title}\n" in done.stdout
        assert reading.question in done.stdout
    for line in (
        r"N3.3  dZ2  ✓  right",
        r"N3.5  db2  ✗  .*too small by the factor m = 427 \(.* for .*\)",
        r"N3.6  db1  ✗  .*too small by the factor m = 427 \(.* for .*\)",
        r"N3.7  dZ1  ✗  evaluated at A1 instead of Z1 \(.* for .*\)",
        r"N3.7  db2  ✗  the sum over the samples .* is missing",
        r"N3.7  dW1  ✓  right",
    ):
        assert re.search(rf"^  {line}$", done.stdout, re.MULTILINE), line


def test_the_formulas_shown_are_those_that_were_judged() -> None:
    tree = ast.parse(Path(derivation.__file__).read_text(encoding="utf-8"))
    written = {node.lineno: node for node in ast.walk(tree) if isinstance(node, ast.Lambda)}
    for reading in READINGS:
        shown = asked(reading.steps)
        assert [step.name for step in shown] == list(reading.steps)
        for step in shown:
            judged = written[reading.steps[step.name].__code__.co_firstlineno]
            assert ast.unparse(judged.body) == ast.unparse(ast.parse(step.formula, mode="eval"))


# --------------------------------------------------------------------------- logistic regression


def test_logistic_regression_agrees_with_itself_in_all_its_forms(tmp_path, capsys) -> None:
    (written,) = logistic_regression.run(tmp_path, epochs=60, progress=False)
    assert written.path.is_file()
    shown = capsys.readouterr().out
    assert float(re.findall(r"test accuracy +([\d.]+)%", shown)[0]) >= 95
    assert float(re.findall(r"differ in dJ/dw by at most (\S+)\.\n", shown)[0]) < 1e-12
    assert float(re.findall(r"w differs .* by at most (\S+)\.\n", shown)[0]) < 1e-12
    assert "for loops over samples and features" in shown


def test_one_sample_by_formula_is_right(capsys) -> None:
    report = logistic_regression.one_sample(breast_cancer())
    assert verdicts(report) == dict.fromkeys(("da", "dz", "dw", "db"), RIGHT)
    assert str(report) in capsys.readouterr().out


def test_loops_are_slower(rng) -> None:
    data = breast_cancer()
    X, y = data.X_train.T, data.y_train[np.newaxis].astype(float)
    w, b = rng.normal(size=(30, 1)), np.zeros((1, 1))
    loops, _ = logistic_regression.best_time(
        logistic_regression.by_loops, X.tolist(), y[0].tolist(), w[:, 0].tolist(), 0.0
    )
    vectors, _ = logistic_regression.best_time(logistic_regression.by_vectors, X, y, w, b)
    assert vectors < loops
