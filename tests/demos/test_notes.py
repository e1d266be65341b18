"""The notes judged: verdicts as they should be, each once, and the same in the documentation."""

from pathlib import Path

import pytest

from demos import notes
from demos.derivation import asked
from demos.notes import Part, judge, parts

PAGE = Path(__file__).resolve().parents[2] / "docs" / "notes.md"
WRONG = {
    "N1.2 for the m samples of N1.3, taken literally": ["dA", "dZ", "db"],
    "N3.3-N3.6: the formulas for m samples": ["db2", "db1"],
    "N3.7: the summary for any layer, read literally": ["dZ2", "db2", "dZ1", "db1"],
}


@pytest.mark.parametrize("part", list(parts()), ids=lambda part: part.reading.title)
def test_right_formulas_are_right_and_wrong_ones_are_explained(part: Part) -> None:
    report = judge(part)
    assert [step.name for step in report if not step.ok] == WRONG.get(part.reading.title, [])
    assert {step.verdict for step in report} <= {
        "right",
        "right by the course's convention",
        "wrong",
    }
    for step in report:
        assert bool(step.mistakes) == bool(step.correction) == (not step.ok)


def test_every_formula_of_the_notes_is_judged() -> None:
    numbers = set()
    for part in parts():
        formulas = asked(part.reading.steps)
        assert [step.name for step in judge(part)] == [each.name for each in formulas]
        numbers |= {each.number for each in formulas}
    wanted = {"N1.2", "N1.3", *(f"N2.{k}" for k in range(1, 5)), *(f"N3.{k}" for k in range(3, 8))}
    assert numbers == {*wanted, ""}


def test_the_sizes_are_distinct_primes() -> None:
    _, names = notes.network(notes.M)
    assert {*names["W1"].shape, *names["W2"].shape, notes.M} == {2, 3, 5, 7}


def test_the_answer_follows_from_the_verdicts(capsys, tmp_path) -> None:
    (written,) = notes.run(tmp_path)
    printed = capsys.readouterr().out
    assert "Who is right about 1/m? Both." in printed
    assert "your db2 is 1/m (1/7) of dJ/db2: dZ2 carries the 1/m already" in printed
    assert max(map(len, printed.splitlines())) <= 100
    assert written.path.read_text(encoding="utf-8") == notes.page()


def test_the_documentation_shows_the_same() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in notes.page().splitlines()[1:] if line not in page]
    assert not missing, "docs/notes.md is out of date"
