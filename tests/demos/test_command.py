"""The command line: what it lists, and one sentence for whatever keeps a demo from running."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demos import logistic_regression, two_layer_network
from demos.__main__ import DEMOS, main

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demos", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def refused(capsys, *arguments: str) -> str:
    """The one line that a demo which can't run leaves on stderr, and nothing else."""
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("demos: ")
    assert shown.err.count("\n") == 1
    return shown.err


@pytest.fixture
def no_training(monkeypatch):
    """Fail if a demo starts though it can't run to its end."""

    def start(*_, **__):
        pytest.fail("the demo started")

    monkeypatch.setattr(two_layer_network, "run", start)
    monkeypatch.setattr(logistic_regression, "run", start)


def test_the_list_names_all_demos_in_a_line_each(capsys) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(DEMOS)
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.usefixtures("no_training")
def test_an_unknown_demo(capsys) -> None:
    message = refused(capsys, "two_layers")
    assert "there is no demo 'two_layers'" in message
    assert "there are two_layer_network, " in message


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("inside", ["", "folder", "folder/deeper"])
def test_an_output_folder_that_is_a_file(capsys, tmp_path, inside) -> None:
    (tmp_path / "taken").touch()
    out = tmp_path / "taken" / inside
    message = refused(capsys, "--out", str(out))
    assert f"can't write to the folder {out}" in message
    assert "name another with --out" in message


@pytest.mark.usefixtures("no_training")
def test_a_missing_extra(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    message = refused(capsys, "logistic_regression", "--out", str(tmp_path))
    assert message == (
        "demos: the demos need scikit-learn and tqdm: pip install 'chainrule[demos]'\n"
    )


@pytest.mark.usefixtures("no_training")
def test_no_renderer(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    message = refused(capsys, "--out", str(tmp_path))
    assert "no renderer found" in message
    assert "graphviz-pure" in message


def test_a_disk_that_fills_up(capsys, monkeypatch, tmp_path) -> None:
    def fill(out, **_):
        raise OSError(28, "No space left on device", str(out / "network.svg"))

    monkeypatch.setattr(two_layer_network, "run", fill)
    message = refused(capsys, "--out", str(tmp_path))
    assert message == f"demos: {tmp_path / 'network.svg'}: No space left on device\n"


def test_an_interruption(capsys, monkeypatch, tmp_path) -> None:
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(two_layer_network, "run", interrupt)
    assert main(["--out", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "demos: interrupted\n"


def test_the_process_ends_with_the_status_and_no_traceback() -> None:
    done = run("nothing")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("demos: there is no demo 'nothing'")
    assert "Traceback" not in done.stderr


def test_an_unknown_option() -> None:
    done = run("--colour")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_terminal_that_knows_only_ascii(tmp_path) -> None:
    done = run("logistic_regression", "--out", str(tmp_path), PYTHONIOENCODING="ascii")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
