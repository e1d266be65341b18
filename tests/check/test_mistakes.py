"""Every kind of mistake is named when it is put into a right derivation, alone and in pairs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, gradients
from autograd.check import Step, derivation
from autograd.check.diagnosis.factors import FactorNames
from autograd.check.diagnosis.mistakes.table import MISTAKES
from benchmarks.mistakes import table
from tests.check.corpus.examples import (
    Example,
    batch_norm,
    formula,
    regularised,
    softmax,
    two_layers,
)
from tests.check.corpus.held_out import HELD_OUT
from tests.check.corpus.networks import CORPUS
from tests.check.corpus.score import Score, pairs, singles


def convention(name: str) -> str:
    return "course" if name == "the course" else "J"


@pytest.mark.parametrize("name", CORPUS)
def test_single_mistakes_are_named(name: str) -> None:
    score = singles(CORPUS[name](), convention(name), most=25)
    assert score.total >= 20
    assert score.other + score.silent <= 1, score.misses


def test_pairs_of_mistakes_are_named() -> None:
    total = Score()
    for name in ("two layers, tanh", "rows", "softmax", "batch norm", "convolution", "the course"):
        total.add(pairs(CORPUS[name](), convention(name), most=15))
    assert total.total > 80
    assert total.share >= 0.9, total.misses


@pytest.mark.slow
def test_all_single_mistakes_are_named() -> None:
    total = Score()
    for name, make in CORPUS.items():
        total.add(singles(make(), convention(name)))
    assert total.share >= 0.98, total.misses


@pytest.mark.slow
def test_pairs_of_mistakes_are_named_everywhere() -> None:
    total = Score()
    for name, make in CORPUS.items():
        total.add(pairs(make(), convention(name), most=40))
    assert total.share >= 0.9, total.misses


@pytest.mark.parametrize("make", [*CORPUS.values(), *HELD_OUT.values()], ids=[*CORPUS, *HELD_OUT])
def test_there_are_no_false_alarms(make: Callable[[], Example]) -> None:
    made = make()
    report = derivation(made.output, made.steps(), names=made.names)
    assert report.ok, report
    assert {step.verdict for step in report} <= {"right", "right by the course's convention"}
    assert all(step.chain_ok for step in report)


def check(example: Example, step: str, source: Any) -> Step:
    given = formula(source) if isinstance(source, str) else source
    found: Step = derivation(example.output, {step: given}, names=example.names)[step]
    assert found.verdict == "wrong", found
    return found


@pytest.mark.parametrize(
    ("step", "source", "words", "correction"),
    [
        ("dZ2", "(Y - A2) / m", "your dZ2 has the wrong sign: it is −dJ/dZ2", "change the sign"),
        ("dW2", "2 * dZ2 @ A1.T", "your dW2 is 2 times dJ/dW2", "drop the 2"),
        ("dW2", "dZ2 @ A1.T / m**2", "your dW2 is 1/m² (1/49) of dJ/dW2", "drop the 1/m²"),
        ("dW2", "3 * dZ2 @ A1.T / (2 * m)", "3/(2·m) (3/14) of dJ/dW2", "multiply by 2·m/3"),
        ("dA1", "W2.T @ dZ2 / W2.shape[1]", "your dA1 is 1/n[1] (1/5)", "drop the 1/n[1]"),
        ("dW2", "A1 @ dZ2.T", "your dW2 is the transpose of dJ/dW2", "transpose it"),
        ("dW2", "A1.T @ dZ2", "the factors of the matrix product are in the wrong order", "swap"),
        ("dA1", "W2 @ dZ2", "W2 is the wrong way round", "W2.T for W2"),
        ("db1", "dZ1.sum(axis=1)", "(5,), but b1 has (5, 1): keepdims is lost", "keep"),
        ("db1", "dZ1.sum()", "summed over axis 0, one sum too many", "leave out the sum"),
        ("db1", "dZ1.sum(axis=0)", "summed over axis 0 instead of the samples (axis 1)", "axis 1"),
        ("db1", "dZ1.mean(axis=1, keepdims=True)", "a mean stands where the sum belongs", "sum"),
        ("dZ1", "dA1", "the derivative tanh'(Z1) is missing", "multiply by tanh'(Z1) = 1 − A1²"),
        ("dZ1", "dA1 * (1 - A1**2)**2", "the derivative tanh'(Z1) is one too many", "leave out"),
        ("dZ1", "dA1 * (1 - Z1**2)", "evaluated at Z1 instead of A1", "use A1"),
        ("dZ1", "dA1 * A1 * (1 - A1)", "the derivative of sigmoid stands where", "tanh'"),
        ("dW1", "(W2.T @ dZ2 * (1 - np.tanh(A1)**2)) @ X.T", "evaluated at A1", "tanh'"),
        ("dW1", "dA1 @ X.T", "tanh'(Z1) is missing at dA1", "by tanh'(Z1)"),
        ("dA1", "W2.T @ dZ1", "the wrong layer: dZ1 stands where dZ2 belongs", "put dZ2"),
        ("dW2", "dZ2 @ A2.T", "the wrong layer: A2 stands where A1 belongs", "put A1"),
        ("db1", "dZ1 / m", "two mistakes: the sum over the samples (axis 1) is missing; and what"
         " remains is 1/m (1/7) of dJ/db1", "sum over axis 1: .sum(axis=1, keepdims=True); then"),
    ],
)  # fmt: skip
def test_words_and_corrections(step: str, source: str, words: str, correction: str) -> None:
    found = check(two_layers(sizes=(3, 5, 2)), step, source)
    assert words in found.diagnosis
    assert correction in found.correction


def test_regularisation() -> None:
    example = regularised()
    assert check(example, "dw", "X @ dz.T").diagnosis == "the regularisation term is missing"
    twice = check(example, "dw", "X @ dz.T + 2 * lam / m * w")
    assert twice.diagnosis == "the regularisation term has the factor 2 too much"
    without = check(example, "dw", "X @ dz.T + lam * w")
    assert without.diagnosis == "the regularisation term has the factor m (13) too much"
    minus = check(example, "dw", "X @ dz.T - lam / m * w")
    assert minus.diagnosis == "the regularisation term has the wrong sign"


def test_softmax_diagonal() -> None:
    assert check(softmax(), "dZ", "dA * A * (1 - A)").mistakes == ("softmax diagonal",)


def test_overwritten_instead_of_accumulated(rng: np.random.Generator) -> None:
    x = Tensor(rng.normal(size=(3, 4)), name="x")
    h, s = ag.tanh(x).named("h"), ag.sin(x).named("s")
    step = derivation((h * s).sum(), {"dx": lambda ds, x: ds * np.cos(x)})["dx"]
    assert step.mistakes == ("contribution missing",)
    assert "the contribution through h is missing: x is used 2 times" in step.diagnosis
    assert step.formula == "dx = dh ⊙ (1 − h²) + ds ⊙ cos x"


def test_a_path_left_out_of_batch_norm() -> None:
    found = check(batch_norm(), "dD", "dH / s")
    assert found.mistakes == ("contribution missing",)
    assert "var" in found.diagnosis


def test_arrays_are_diagnosed_without_a_formula() -> None:
    example = two_layers()
    values = {name: getattr(each, "numpy", lambda each=each: each)() for name, each in
              example.names.items() if name != "m"}  # fmt: skip
    true = {name: derivation(example.output, {name: formula(source)}, names=example.names)
            for name, source in example.formulas.items()}  # fmt: skip
    assert all(report.ok for report in true.values())
    dZ2 = (values["A2"] - values["Y"]) / 7
    dA1 = values["W2"].T @ dZ2
    assert check(example, "dZ2", dZ2 * 7).mistakes == ("factor",)
    assert check(example, "db2", dZ2).mistakes == ("sum missing",)
    assert check(example, "dZ1", dA1).mistakes == ("derivative missing",)
    at_a = check(example, "dZ1", dA1 * (1 - np.tanh(values["A1"]) ** 2))
    assert at_a.diagnosis == "evaluated at A1 instead of Z1"
    assert check(example, "dW2", dZ2 @ values["Z1"].T).mistakes == ("wrong operand",)


def test_what_nothing_explains_is_not_explained(rng: np.random.Generator) -> None:
    example = two_layers()
    found = check(example, "dW2", rng.normal(size=(2, 4)))
    assert not found.mistakes
    assert found.diagnosis.startswith("none of the known mistakes")
    inside = check(example, "dW2", "0.3717 * dZ2 @ A1.T")
    assert inside.diagnosis == "0.3717 · dZ2 stands where dZ2 belongs"
    scaled = check(example, "dW2", 0.3717 * gradients(example.output, [example.names["W2"]])[0])
    assert "0.3717 times the gradient in every entry" in scaled.diagnosis
    assert check(example, "dW2", np.zeros((2, 4))).diagnosis == "your dW2 is zero everywhere"


def test_ambiguity_is_shown() -> None:
    example = two_layers(4, sizes=(3, 4, 2))  # as many samples as hidden units
    found = check(example, "dW2", "dZ2 @ A1.T / 4")
    assert "1/m (1/4) of dJ/dW2 (or 1/n[1], which is the same number here)" in found.diagnosis


def test_scalars_are_not_explained_by_chance(rng: np.random.Generator) -> None:
    example = two_layers(sizes=(3, 4, 1))
    for wrong in rng.normal(size=30):
        assert not check(example, "db2", np.array([[wrong]])).mistakes


def test_the_score_is_written_as_a_table() -> None:
    lines = list(table({"linear": CORPUS["linear"]}, 5))
    assert lines[0].startswith("| derivation | false alarms | single mistakes | named")
    assert lines[2].startswith("| linear | 0 | 41 | 41 | 0 | 0 | 0 | 5 |")
    assert lines[-1].endswith("pairs; 0 false alarms.")


def test_the_documentation_lists_all_cards() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([a-z][a-z ]+) \|", page.partition("grammar of mistakes")[2], re.M)
    assert sorted(listed[1:]) == sorted(card.name for card in MISTAKES)


def test_every_card_has_a_name_of_its_own() -> None:
    names = [card.name for card in MISTAKES]
    assert len(set(names)) == len(names)
    assert [card.where for card in MISTAKES] == sorted(card.where for card in MISTAKES)


@pytest.mark.parametrize(
    ("number", "name", "reciprocal"),
    [
        (-1.0, "−1", "−1"),
        (2.0, "2", "1/2"),
        (1 / 7, "1/m", "m"),
        (-7.0, "−m", "−1/m"),
        (2 / 7, "2/m", "m/2"),
        (49.0, "m²", "1/m²"),
        (0.3 / 7, "λ/m", "m/λ"),
        (1 / 2.1, "1/(m·λ)", "m·λ"),
        (1.5, "3/2", "2/3"),
        (-1.5 / 7, "−3/(2·m)", "−2·m/3"),
    ],
)
def test_factors_have_names(number: float, name: str, reciprocal: str) -> None:
    found = FactorNames([("m", 7.0), ("λ", 0.3)]).find(number, 1e-9, depth=4)
    assert found is not None
    assert (found.name, found.reciprocal) == (name, reciprocal)


def test_a_number_without_a_name() -> None:
    assert FactorNames([("m", 7.0)]).find(0.371812, 1e-9, depth=4) is None
    assert FactorNames([]).find(np.nan, 1e-9, depth=4) is None
