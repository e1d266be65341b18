"""Laws of formulas: products that can't be misread, transposes that cancel, numbers that agree."""

import numpy as np
import pytest

from autograd import TABLE
from autograd.symbols import Symbol, evaluate

A, B = (Symbol(name, like=np.ones((3, 3))) for name in "AB")
s, t = Symbol("s"), Symbol("t")
deep = Symbol("D", like=np.ones((2, 3, 4)))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (A @ B * A, "(A · B) ⊙ A"),
        (A * B @ A, "(A ⊙ B) · A"),
        (A @ (A * B), "A · (A ⊙ B)"),
        (A @ B / s, "A · B / s"),
        (A @ B / A, "(A · B) / A"),
        (A @ (B / A), "A · (B / A)"),
        (A / s @ B, "A / s · B"),
        (s * A @ B, "s · A · B"),
        (A @ B @ A, "A · B · A"),
        (A * B * A, "A ⊙ B ⊙ A"),
        (s * t * s, "s · t · s"),
        ((s * A) * B, "s · A ⊙ B"),
    ],
)
def test_products_of_matrices_and_of_entries_are_told_apart(formula: Symbol, text: str) -> None:
    assert str(formula) == text
    if "/" not in text:  # a fraction needs none
        assert formula.tex.count(r"\left(") == text.count("(")


def test_transposes_cancel_only_with_their_inverse() -> None:
    turn = TABLE["transpose"]
    assert A.T.T == A
    assert turn(turn(A, axes=(1, 0)), axes=(1, 0)) == A
    assert turn(turn(deep, axes=(1, 2, 0)), axes=(1, 2, 0)) != deep
    assert deep.T.T == deep


def test_the_matrix_transpose_of_stacks_swaps_the_last_two_axes() -> None:
    data = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(evaluate(deep.mT, {"D": data}), data.mT)
    np.testing.assert_array_equal(evaluate(deep.T, {"D": data}), data.T)
    assert str(A.mT @ B) == "Aᵀ · B"


def test_casts_and_signs_are_dropped_without_a_trace() -> None:
    assert TABLE["cast"](A, dtype=np.dtype(np.float32)) == A
    minus = -A
    assert str(-minus) == "A"
    assert str(A - (-B)) == "A + B"


@pytest.mark.parametrize(
    ("make", "text", "tex"),
    [
        (lambda A, B, s: 2 * (A * B), "2 · (A ⊙ B)", r"2 \cdot \left(A \odot B\right)"),
        (lambda A, B, s: s * (A * B), "s · (A ⊙ B)", r"s \cdot \left(A \odot B\right)"),
        (lambda A, B, s: A * B * s, "(A ⊙ B) · s", r"\left(A \odot B\right) \cdot s"),
        (lambda A, B, s: 2 * A * B, "2 · A ⊙ B", r"2 \cdot A \odot B"),
        (lambda A, B, s: 2 * (A @ B), "2 · (A · B)", r"2 \cdot \left(A \, B\right)"),
        (lambda A, B, s: A.sum() * B, "(Σ A) · B", r"\left(\sum A\right) \cdot B"),
        (lambda A, B, s: A * B.sum(axis=0), "A ⊙ Σ B", r"A \odot \sum B"),
    ],
)
def test_only_two_arrays_are_multiplied_entry_by_entry(make, text: str, tex: str) -> None:
    A, B = (Symbol(name, like=np.ones((2, 2))) for name in "AB")
    made = make(A, B, Symbol("s", like=1.0))
    assert (str(made), made.tex) == (text, tex)
