"""The benchmarks run where a peer is missing, and their table says what was measured."""

import re
import subprocess
import sys

import pytest

from benchmarks import environments, measuring
from benchmarks.environments import PINNED, Missing, interpreter
from benchmarks.measuring import Measured, Run, available, measure, run
from benchmarks.table import document, lines
from benchmarks.work import Work, catalogue, peer
from benchmarks.work.__main__ import timed

OURS = {"chainrule", "NumPy by hand"}
QUICK = ("scalar MLP 2-16-16-1, 8", "run for 100", "MLP step 30-1", "Hessian", "drawing 30 ")


def test_every_peer_is_pinned_and_has_work() -> None:
    peers = {peer(side) for work in catalogue() for side in work.sides}
    assert peers == OURS | set(PINNED)
    assert all("==" in pin for pins in PINNED.values() for pin in pins)


def test_work_is_found_by_its_name() -> None:
    names = [work.name for work in catalogue()]
    assert len(set(names)) == len(names)
    assert not any("|" in name for name in names)


@pytest.mark.parametrize("name", QUICK)
def test_our_sides_run(name: str) -> None:
    (work, *_) = [work for work in catalogue() if name in work.name]
    for side in work.sides:
        if peer(side) in OURS:
            measured = run(work.name, side, available())
            assert measured.seconds > 0
            assert measured.megabytes > 1


def test_training_says_what_it_ended_with() -> None:
    (work, *_) = [work for work in catalogue() if work.name.startswith("training breast_cancer")]
    said = run(work.name, "chainrule", available()).said
    assert re.fullmatch(r"loss 0\.\d{6}, test accuracy 9\d\.\d\d%", said)


def test_a_step_is_repeated_until_it_took_long_enough() -> None:
    calls = []
    times, said = timed(lambda: calls.append(1) or f"step {len(calls)}")
    assert len(times) == 300
    assert said == f"step {len(calls)}" == "step 301"


def test_what_fails_is_named_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def pretend(name: str, side: str, cores: object) -> Run:
        if side == "CasADi":
            raise Missing("no wheel|for this machine")
        return Run({"chainrule": 0.002, "PyTorch": 0.006}[side], 50.0, "")

    monkeypatch.setattr(measuring, "run", pretend)
    work = Work("a graph", dict.fromkeys(("CasADi", "chainrule", "PyTorch")), nodes=1000)
    rows = list(lines(work, measure(work, 3, (), [0])))
    assert rows == [
        "| a graph | chainrule | 2 ms [2–2] | 1 |  | 50 MB | 2 µs a node |",
        "| a graph | PyTorch | 6 ms [6–6] | 3 |  | 50 MB | 6 µs a node |",
        "| a graph | CasADi | – |  |  |  | not available: no wheel\\|for this machine |",
    ]


def test_peers_that_are_not_wanted_stay_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "run", lambda *_: Run(1.0, 50.0, ""))
    sides = ("chainrule, replayed", "CasADi, mapped", "JAX")
    found = measure(Work("", dict.fromkeys(sides)), 1, ["CasADi"], [0])
    assert [each.side for each in found] == ["chainrule, replayed", "CasADi, mapped"]


def test_an_installation_that_fails_is_tried_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    tried = []

    def fail(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        tried.append(command)
        return subprocess.CompletedProcess(command, 1, "", "noise\nERROR: no such version\n")

    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments.venv, "create", lambda *_, **__: None)
    monkeypatch.setattr(environments.subprocess, "run", fail)
    monkeypatch.setitem(PINNED, "Nobody", ["nobody==1.0"])
    for _ in range(2):
        with pytest.raises(Missing, match="ERROR: no such version"):
            interpreter("Nobody")
    assert len(tried) == 1
    assert interpreter("chainrule") == sys.executable


def test_the_page_says_how_it_was_made() -> None:
    rows = list(lines(Work("w", {}), [Measured("chainrule", [Run(2.5, 70.0, "loss 1")])]))
    page = document(rows, "python -m benchmarks", 1, 2, 3.0)
    assert "`python -m benchmarks`, 3 minutes" in page
    assert "2 threads" in page
    assert page.endswith("| w | chainrule | 2.5 s [2.5–2.5] | 1 |  | 70 MB | loss 1 |\n")
    assert all(pin.replace("==", " ") in page for pins in PINNED.values() for pin in pins)
