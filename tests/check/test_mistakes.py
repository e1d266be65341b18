"""Every kind of mistake is named when it is put into a right derivation, alone and in pairs."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from check_examples import EXAMPLES, Example, batch_norm, formula, regularised, softmax, two_layers
from check_mutants import MUTATIONS, mutants

import autograd as ag
from autograd import Tensor
from autograd.check import Step, derivation
from autograd.check.mistakes import MISTAKES
from autograd.check.ratios import Names


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_single_mistakes_are_named(example: Callable[[], Example]) -> None:
    made = example()
    convention = "course" if example is EXAMPLES["the course"] else "J"
    for mutant in mutants(made):
        steps = {mutant.step: formula(mutant.source)}
        step = derivation(made.output, steps, names=made.names, convention=convention)[mutant.step]
        if step.ok:  # not every mutant is wrong: dZ.sum() is as good for one output unit
            assert mutant.source in EQUIVALENT, mutant
            continue
        assert step.verdict == "wrong", (mutant, step)
        assert set(step.mistakes) & set(mutant.accepted), (mutant, step)


EQUIVALENT = {"dZ2.sum()", "dz.sum()", "dA1 * (A1 > 0)", "(X.T @ dp).T"}


@pytest.mark.parametrize("name", ["two layers, tanh", "rows", "softmax", "regularised"])
def test_pairs_of_mistakes_are_named(name: str, rng: np.random.Generator) -> None:
    made = EXAMPLES[name]()
    named = tried = 0
    for step, source in made.formulas.items():
        pairs = list(_twice_mutated(source, made))
        for text in rng.choice(pairs, size=min(6, len(pairs)), replace=False):
            found = derivation(made.output, {step: formula(str(text))}, names=made.names)[step]
            if not found.ok:
                tried += 1
                named += bool(found.mistakes)
    assert tried > 10
    assert named / tried >= 0.9


def _twice_mutated(source: str, example: Example) -> list[str]:
    once = {
        (mutate, text)
        for mutate in MUTATIONS
        for text, _ in mutate(ast.parse(source, mode="eval").body, example)
    }
    twice = {
        text
        for first, mutated in once
        for mutate in MUTATIONS
        if mutate is not first
        for text, _ in mutate(ast.parse(mutated, mode="eval").body, example)
    }
    return sorted(twice)


def check(example: Example, step: str, source: Any) -> Step:
    given = formula(source) if isinstance(source, str) else source
    found: Step = derivation(example.output, {step: given}, names=example.names)[step]
    assert found.verdict == "wrong", found
    return found


@pytest.mark.parametrize(
    ("step", "source", "words", "correction"),
    [
        ("dZ2", "(Y - A2) / m", "your dZ2 has the wrong sign: it is −dJ/dZ2", "change the sign"),
        ("dW2", "2 * dZ2 @ A1.T", "your dW2 is 2 times dJ/dW2", "divide by 2"),
        ("dW2", "dZ2 @ A1.T / m**2", "your dW2 is 1/m² (1/49) of dJ/dW2", "multiply by m²"),
        ("dW2", "3 * dZ2 @ A1.T / (2 * m)", "3/(2·m) (3/14) of dJ/dW2", "multiply by 2·m/3"),
        ("dA1", "W2.T @ dZ2 / W2.shape[1]", "your dA1 is 1/n[1] (1/5)", "multiply by n[1]"),
        ("dW2", "A1 @ dZ2.T", "your dW2 is the transpose of dJ/dW2", "transpose it"),
        ("dW2", "A1.T @ dZ2", "the factors of the matrix product are in the wrong order", "swap"),
        ("dA1", "W2 @ dZ2", "W2 is the wrong way round", "W2.T for W2"),
        ("db1", "dZ1.sum(axis=1)", "(5,), but b1 has (5, 1): keepdims is lost", "keep"),
        ("db1", "dZ1.sum()", "summed over axis 0, one sum too many", "leave out the sum"),
        ("db1", "dZ1.sum(axis=0)", "summed over axis 0 instead of the samples (axis 1)", "axis 1"),
        ("db1", "dZ1.mean(axis=1, keepdims=True)", "a mean stands where the sum belongs", "by m"),
        ("dZ1", "dA1", "the derivative tanh'(Z1) is missing", "multiply by tanh'(Z1) = 1 − A1²"),
        ("dZ1", "dA1 * (1 - A1**2)**2", "the derivative tanh'(Z1) is one too many", "leave out"),
        ("dZ1", "dA1 * (1 - Z1**2)", "evaluated at Z1 instead of A1", "use A1"),
        ("dZ1", "dA1 * A1 * (1 - A1)", "the derivative of sigmoid stands where", "tanh'"),
        ("dW1", "(W2.T @ dZ2 * (1 - np.tanh(A1)**2)) @ X.T", "evaluated at A1", "tanh'"),
        ("dW1", "dA1 @ X.T", "tanh'(Z1) is missing: dA1 stands where dZ1", "put dZ1"),
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
    scaled = check(example, "dW2", "0.3717 * dZ2 @ A1.T")
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
    found = Names([("m", 7.0), ("λ", 0.3)]).find(number, 1e-9, depth=4)
    assert found is not None
    assert (found.name, found.reciprocal) == (name, reciprocal)


def test_a_number_without_a_name() -> None:
    assert Names([("m", 7.0)]).find(0.371812, 1e-9, depth=4) is None
    assert Names([]).find(np.nan, 1e-9, depth=4) is None
