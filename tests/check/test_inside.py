"""Mistakes inside a formula are found by taking it apart; what can't be is judged as well."""

import math
from typing import Any

import numpy as np
import pytest

from autograd.check.written.expression import take_apart
from tests.check.corpus.examples import EXAMPLES, judge, one_sample, two_layers


@pytest.mark.parametrize(
    ("step", "source", "words", "correction"),
    [
        ("dW1", "((W2.T @ dZ2) * (1 - A1)) @ X.T", "A1 stands where A1² belongs in 1 − A1", ""),
        ("dW1", "((W2.T @ dZ2) * (1 - A1**3)) @ X.T", "A1³ stands where A1² belongs", "A1²"),
        ("dW1", "((W2.T @ dZ2) * (1 + A1**2)) @ X.T", "1 + A1²: + stands where − belongs", "1 −"),
        ("dW1", "(W2.T @ dZ2) @ X.T", "tanh'(Z1) is missing at W2ᵀ · dZ2", "tanh'(Z1) = 1 − A1²"),
        ("dW1", "((W2.T @ dZ2) * A1 * (1 - A1)) @ X.T", "derivative of sigmoid stands", "tanh'"),
        ("dW1", "((W2.T @ dZ2**2) * (1 - A1**2)) @ X.T", "dZ2² stands where dZ2 belongs", "dZ2"),
        ("dW1", "((W2.T @ (dZ2 + A2)) * (1 - A1**2)) @ X.T", "dZ2 + A2 stands where dZ2", "dZ2"),
        ("dA2", "-(Y / A2 - (1 - Y) / (1 + A2)) / m", "1 + A2: + stands where −", "write 1 − A2"),
        ("dA2", "-(Y * A2 - (1 - Y) / (1 - A2)) / m", "Y ⊙ A2: · stands where / belongs", ""),
        ("dA2", "-(2 * Y / A2 - (1 - Y) / (1 - A2)) / m", "2 · Y stands where Y belongs", ""),
        ("dZ2", "dA2 * A2 * (1 - Y)", "Y stands where A2 belongs", "put A2"),
    ],
)  # fmt: skip
def test_a_mistake_inside_is_quoted(step: str, source: str, words: str, correction: str) -> None:
    example = two_layers(sizes=(3, 5, 2))
    found = judge(example, example.steps(**{step: source}))[step]
    assert words in found.diagnosis
    assert correction in found.correction


def test_two_mistakes_of_which_one_is_inside() -> None:
    example = two_layers()
    steps = example.steps(dW1="((W2.T @ dZ2) * (1 - A1)) @ X.T / m")
    found = judge(example, steps)["dW1"]
    assert found.mistakes == ("exponent missing", "factor")
    assert found.correction == "write A1² for A1; then drop the 1/m"


def test_a_formula_that_fails_may_have_another_mistake_inside() -> None:
    example = two_layers()
    steps = example.steps(dW1="((W2 @ dZ2) * (1 - A1)) @ X.T")
    found = judge(example, steps)["dW1"]
    assert found.mistakes == ("argument transposed", "exponent missing")


def test_a_formula_without_numbers_says_why() -> None:
    found = judge(EXAMPLES["rows"](), {"dH": lambda dA, H: dA / (H > 0)})["dH"]
    assert found.verdict == "wrong"
    assert "/ stands where · belongs; so your dH holds" in found.diagnosis


def test_formulas_that_tensors_cannot_run_are_judged_from_outside() -> None:
    def by_hand(dA1: Any, Z1: Any) -> Any:
        result = np.empty_like(Z1)
        for index in np.ndindex(Z1.shape):
            result[index] = -dA1[index] * (1 - math.tanh(Z1[index]) ** 2)
        return result

    found = judge(two_layers(), {"dZ1": by_hand})["dZ1"]
    assert found.diagnosis == "your dZ1 has the wrong sign: it is −dJ/dZ1"
    scalar = judge(one_sample(), {"dz": lambda a, y: -math.fabs(a - y) * 2})["dz"]
    assert scalar.mistakes == ("factor",)


def test_the_parts_of_a_formula() -> None:
    values = {"A": np.array([[1.0, 2.0]]), "B": np.array([[3.0], [4.0]]), "m": 2}
    root = take_apart(lambda given: 1 - (given["A"] @ given["B"]) / given["m"], values)
    assert [part.name or part.op.name for part in root.order] == [
        *("A", "B", "matmul", "divide", "subtract")
    ]
    assert root.text(str) == "1 − A · B / 2"
    assert root.at(values) is root
    moved = root.at({**values, "A": np.array([[0.0, 1.0]])})
    assert moved.value == [[-1.0]]
    assert root.replaced({root.order[2]: root.order[0]}).value.shape == (1, 2)
    assert root.at({**values, "A": np.zeros((1, 3))}) is None


def test_a_formula_is_run_on_copies() -> None:
    mask = np.array([1, 0, 1])

    def writes(given: Any) -> Any:
        given["mask"][:] = 7
        return given["x"] * given["mask"]

    take_apart(writes, {"x": np.ones(3), "mask": mask})
    assert mask.tolist() == [1, 0, 1]
