"""Random programs with a fixed budget, and the fuzzer itself: that it finds, and shows, a fault."""

import subprocess
import sys
from pathlib import Path

import pytest

import viz
from autograd import TABLE, Value, log, sigmoid
from tests.fuzz import reading
from tests.fuzz.laws import check, differences
from tests.fuzz.programs import program

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 40


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_some_programs(first):
    tried(first, 20)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(10_000, 10_000 + 24 * CHUNK, CHUNK))
def test_many_programs(first):
    tried(first, CHUNK)


def tried(first, count):
    for seed in range(first, first + count):
        trial = program(seed, scalar=seed % 3 == 0)
        try:
            check(trial)
        except Exception as error:
            pytest.fail(f"python -m tests.fuzz --seed {seed} --count 1\n{trial}\n{error}")


def test_a_program_is_the_same_for_the_same_seed():
    for scalar in (True, False):
        assert str(program(3, scalar=scalar)) == str(program(3, scalar=scalar))
        assert str(program(3, scalar=scalar)) != str(program(4, scalar=scalar))


def test_most_programs_have_slopes():
    trials = [program(seed, scalar=seed % 3 == 0) for seed in range(60)]
    assert sum(differences(trial) is not None for trial in trials) > 45


@pytest.mark.parametrize("name", ["tanh", "divide", "cumsum", "matmul"])
def test_a_planted_fault_is_found_and_cut_down_to_its_step(name, monkeypatch):
    rules = TABLE[name].vjps
    wrong = tuple(lambda *args, rule=rule, **params: rule(*args, **params) * 1.01 for rule in rules)
    monkeypatch.setattr(TABLE[name], "vjps", wrong)

    def fails(trial):
        try:
            check(trial)
        except AssertionError:
            return True
        return False

    trials = (program(seed, scalar=False, names=(name, "sin", "add")) for seed in range(50))
    small = next(filter(fails, trials)).smaller(fails)
    assert small.names() == {name}
    assert f" = {name}(" in str(small)


def test_the_command_tells_how_many_it_tried():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.fuzz", "--seed", "0", "--count", "3"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 programs from seed 0: 0 failed" in done.stdout


def test_lines_are_worked_out_as_they_stand():
    x, w = Value(0.5, name="x"), Value(1.5, name="w")
    rule = viz.chain_rule((sigmoid(w * x) ** 3 / log(w) - x**w).named("J"), precision=12)
    found = list(reading.numbers(rule))
    assert len(found) == sum(len(step.lines) for step in rule)
    for step, _, number in found:
        assert number == pytest.approx(step.gradient, rel=1e-5)
