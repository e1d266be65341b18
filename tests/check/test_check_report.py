"""The report as text, Markdown, HTML and LaTeX; the command line."""

import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.check import Report, Step, derivation
from tests.check.corpus.examples import two_layers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def report() -> Report:
    example = two_layers()
    steps = example.steps(db2="dZ2.sum(axis=1, keepdims=True) / m", dA1="2 * W2.T @ dZ2")
    return derivation(example.output, steps, names=example.names)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_is_a_sequence_with_names(report: Report) -> None:
    assert len(report) == 8
    assert [step.name for step in report] == [step.name for step in report.steps]
    assert report[0] is report["dA2"]
    assert not report.ok
    with pytest.raises(KeyError, match="no step 'dQ'; there are dA2, dZ2"):
        report["dQ"]


def test_the_table_is_aligned(report: Report) -> None:
    lines = str(report).splitlines()
    assert lines[0] == "Derivation of J: 6 right, 2 wrong"
    assert lines[2] == "step  own  chain"
    assert lines[6].startswith("db2   ✗    ✗      your db2 is 1/m (1/7) of dJ/db2: dZ2 carries")
    assert all(len(line) <= 100 for line in lines)


def test_wide_letters_take_two_columns() -> None:
    text = str(Report("损失", [Step("d权重", "right", chain_ok=True), Step("db", "wrong", "no")]))
    assert "d权重  ✓    ✓" in text
    assert "db     ✗    ?      no" in text


def test_colour_only_on_a_terminal(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain, coloured, declined = io.StringIO(), Terminal(), Terminal()
    report.show(plain)
    report.show(coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    report.show(declined)
    assert plain.getvalue() == declined.getvalue() == f"{report}\n"
    assert "\033[31m✗\033[0m" in coloured.getvalue()


def test_what_autograd_did_is_written_in_the_learners_letters() -> None:
    W, X = Tensor([[1.0, 2.0, 3.0]], name="W"), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    J = (ag.tanh((W @ X).named("Z")).named("A") * 3.5).sum()
    steps = {"dA": np.ones((1, 2)), "dZ": lambda dA: dA, "dW": lambda dZ, X: dZ}
    report = derivation(J, steps, X=X, k=3.5)
    assert [step.formula for step in report] == ["dA = k", "dZ = dA ⊙ (1 − A²)", "dW = dZ · Xᵀ"]
    assert report["dA"].diagnosis == "your dA is 1/k (2/7) of dJ/dA"


def test_other_media(report: Report) -> None:
    assert "| db2 | ✗ | ✗ | your db2 is 1/m (1/7) of dJ/db2" in report.markdown()
    assert "<td><code>db2</code></td><td>✗</td>" in report._repr_html_()
    assert r"\texttt{db2} & $\times$ & $\times$ &" in report.latex()
    assert repr(report) == "<Report: derivation of J: 6 right, 2 wrong>"


def test_numbers_and_formulas_have_one_minus() -> None:
    x = Tensor([1.0, 2.0], name="x")
    J = (3.0 - x * x).sum().named("J")
    report = derivation(J, {"dx": lambda x: -2.5 * x + 1e-7})
    assert "yours −5, true −4" in str(report)
    assert "dx = −(2 · x)" in str(report)
    assert not re.search(r"-\d", f"{report}{report.markdown()}{report.latex()}")


def test_what_a_learner_writes_is_shown_and_not_interpreted() -> None:
    report = Report("J", [Step("<b>|_$", "wrong", "a < b & c", chain_ok=False)])
    assert "<code>&lt;b&gt;|_$</code>" in report._repr_html_()
    assert "a &lt; b &amp; c" in report._repr_html_()
    assert r"\<b\>\|\_\$" in report.markdown()
    assert r"\texttt{<b>|\_\$}" in report.latex()


FILE = """
import autograd
from autograd import Tensor, check
w = Tensor([[1.0, 2.0], [3.0, 5.0]], name="w")
J = (w * w).sum()
right = check.derivation(J, {"dw": lambda w: 2 * w})
def derivation_by_hand():
    return check.derivation(J, {"dw": lambda w: FACTOR * w})
"""


@pytest.mark.parametrize(("factor", "status"), [("2", 0), ("1", 1)])
def test_the_command(tmp_path: Path, factor: str, status: int) -> None:
    path = tmp_path / "hand.py"
    path.write_text(FILE.replace("FACTOR", factor))
    done = command(str(path))
    assert done.returncode == status, done.stderr
    assert "derivation_by_hand:" in done.stdout
    assert ("your dw is 1/2 of dJ/dw" in done.stdout) is (status == 1)


def test_the_command_on_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_text("x = 1\n")
    for arguments, words in (
        ([], "usage: python -m autograd.check FILE.py"),
        (["nowhere.py"], "nowhere.py: there is no such file"),
        ([str(path)], "defines no derivation"),
    ):
        done = command(*arguments)
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograd.check", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
