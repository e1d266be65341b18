"""The verdicts: on the notes, alone and as a chain, by either convention."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value
from autograd.check import derivation
from tests.check.corpus.examples import (
    EXAMPLES,
    Example,
    course,
    formula,
    judge,
    one_sample,
    sigmoid,
    two_layers,
)

# -------------------------------------------------------------------------------------- right ones


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_right_derivations_are_right(example: Callable[[], Example]) -> None:
    report = judge(made := example(), made.steps())
    assert report.ok
    assert {step.verdict for step in report} <= {"right", "right by the course's convention"}
    assert all(step.chain_ok for step in report)
    assert not any(step.diagnosis for step in report)


@pytest.mark.parametrize(
    ("step", "source"),
    [
        ("dZ1", "dA1 * (1 - np.tanh(Z1)**2)"),
        ("dZ1", "dA1 * (1 - A1 * A1)"),
        ("dZ1", "dA1 / np.cosh(Z1)**2"),
        ("dZ1", "(W2.T @ dZ2) * (1 + A1) * (1 - A1)"),
        ("dZ2", "dA2 * sigmoid(Z2) * (1 - sigmoid(Z2))"),
        ("dZ2", "(sigmoid(Z2) - Y) / Y.shape[1]"),
        ("dW2", "(dZ2[:, None] * A1).sum(axis=-1)"),
        ("dW2", "np.einsum('im,jm->ij', dZ2, A1)"),
        ("dW2", "(A1 @ dZ2.T).T"),
        ("db2", "dZ2 @ np.ones((m, 1))"),
        ("db2", "m * dZ2.mean(1, keepdims=True)"),
        ("dW1", "((W2.T @ (A2 - Y)) * (1 - A1**2)) @ X.T / m"),
    ],
)
def test_equal_formulas_in_any_form_are_right(step: str, source: str) -> None:
    for example in (two_layers(), two_layers(dtype=np.float32), two_layers(569)):
        verdict = judge(example, {step: formula(source)})[step]
        assert verdict.verdict == "right", verdict


def test_rounding_where_the_gradient_is_zero_in_theory_is_no_mistake(
    rng: np.random.Generator,
) -> None:
    X, C = rng.normal(size=(50, 3)), rng.normal(size=(50, 4))
    W, b = Tensor(rng.normal(size=(3, 4))), Tensor(rng.normal(size=4))
    Z = X @ W + b  # the mean taken off below takes off b
    D = Z - Z.mean(axis=0)
    H = D / ag.sqrt((D * D).mean(axis=0))
    steps = {"db": lambda dZ: dZ.sum(axis=0)}
    assert derivation((C * H).sum(), steps, names={"Z": Z, "b": b}).ok
    assert derivation((C * H).sum(), {"db": np.zeros(4)}, names={"b": b}).ok


def test_a_vanishing_gradient_is_still_checked(rng: np.random.Generator) -> None:
    A = Tensor(rng.normal(size=(4, 5)), name="A0")
    for layer in range(1, 31):
        W = Tensor(rng.normal(size=(4, 4)), name=f"W{layer}")
        A = ag.sigmoid((W @ A).named(f"Z{layer}")).named(f"A{layer}")
    step = derivation(A.mean(), {"dW1": lambda dZ1, A0: dZ1 @ A0.T * 2})["dW1"]
    assert abs(step.worst[2]) < 1e-12
    assert step.mistakes == ("factor",)


def test_float32_results_of_a_float32_graph_are_right() -> None:
    example = two_layers(dtype=np.float32)
    A2, Y = example.names["A2"].numpy(), example.names["Y"]
    dZ2 = (A2 - Y) / np.float32(7)
    assert dZ2.dtype == np.float32
    assert judge(example, {"dZ2": dZ2, "dW2": dZ2 @ example.names["A1"].numpy().T}).ok
    assert not judge(example, {"dZ2": dZ2 * np.float32(1.001)}).ok


# ---------------------------------------------------------------------------------------- the notes


@pytest.mark.parametrize("m", [7, 569])
def test_the_notes_on_many_samples(m: int) -> None:
    example = two_layers(m, sizes=(3, 4, 1))
    mean = "np.sum({}, axis=1, keepdims=True) / m"
    report = judge(
        example,
        example.steps(db2=mean.format("dZ2"), db1=mean.format("dZ1")),  # N3.5, N3.6
        m=m,
    )
    wrong = [step.name for step in report if not step.ok]
    assert wrong == ["db2", "db1"]
    assert report["db2"].diagnosis == (
        f"your db2 is 1/m (1/{m}) of dJ/db2: dZ2 carries the 1/m already"
    )
    assert report["db2"].correction == "drop the 1/m"
    index, yours, ours = report["db2"].worst
    assert index == (0, 0)
    assert yours * m == pytest.approx(ours, rel=1e-12)
    assert report["db2"].formula == "db2 = Σ dZ2"


@pytest.mark.parametrize("m", [7, 569])
def test_the_summary_of_the_notes(m: int) -> None:
    """N3.7: g'(a) for g'(z), db without the sum; W and A right."""
    example = two_layers(m, sizes=(3, 4, 1))
    report = judge(
        example,
        {
            "dZ2": lambda dA2, A2: dA2 * sigmoid(A2) * (1 - sigmoid(A2)),
            "dW2": lambda dZ2, A1: dZ2 @ A1.T,
            "db2": lambda dZ2: dZ2,
            "dA1": lambda W2, dZ2: W2.T @ dZ2,
            "dZ1": lambda dA1, A1: dA1 * (1 - np.tanh(A1) ** 2),
            "db1": lambda dZ1: dZ1,
        },
        m=m,
    )
    assert report["dZ2"].diagnosis == "evaluated at A2 instead of Z2"
    assert report["dZ1"].diagnosis == "evaluated at A1 instead of Z1"
    assert report["dZ1"].correction == "use tanh'(Z1)"
    for name in ("db2", "db1"):
        assert report[name].diagnosis == "the sum over the samples (axis 1) is missing"
        width = {"db2": 1, "db1": 4}[name]
        words = f"yours has shape ({width}, {m}), the true one ({width}, 1)"
        assert words in report[name].remarks
        assert report[name].correction == "sum over axis 1: .sum(axis=1, keepdims=True)"
    assert [step.name for step in report if step.ok] == ["dW2", "dA1"]


def test_one_sample_of_the_notes() -> None:
    """N1.2 on Values; N3.5 says db = dz for one sample, and that is right."""
    report = judge(example := one_sample(), example.steps())
    assert [step.verdict for step in report] == ["right"] * 5
    wrong = judge(example, {"dw1": lambda dz: dz, "dz": lambda a, y: y - a})
    assert wrong["dz"].diagnosis == "your dz has the wrong sign: it is −dL/dz"
    assert wrong["dw1"].diagnosis == "the factor x1 is missing"


# ------------------------------------------------------------------------------------- conventions


def test_the_course_is_recognised_and_named() -> None:
    report = judge(example := course(), example.steps())
    by_course = [step.name for step in report if step.verdict == "right by the course's convention"]
    assert by_course == ["dZ2", "dW2", "db2", "dW1", "db1"]
    assert [step.name for step in report if step.verdict == "right"] == ["dA1", "dZ1"]


def test_a_mistake_in_the_course_is_named_in_its_terms() -> None:
    example = course()
    report = judge(example, example.steps(db1="np.sum(dZ1, axis=1, keepdims=True)"))
    assert [step.name for step in report if not step.ok] == ["db1"]
    assert "m (7) times dJ/db1: in the course's convention" in report["db1"].diagnosis


def test_a_sum_for_a_mean_is_wrong_if_nothing_makes_up_for_it() -> None:
    example = two_layers()
    report = judge(example, example.steps(dZ2="A2 - Y"))
    assert report["dZ2"].verdict == "wrong"
    assert "the course's convention" in report["dZ2"].diagnosis
    assert report["dW2"].ok
    assert not report["dW2"].chain_ok
    assert report["dW1"].inherits == ("dZ2",)


def test_the_convention_can_be_fixed() -> None:
    example = course()
    assert judge(example, {"dZ2": formula("A2 - Y")}, convention="course").ok
    assert not judge(example, example.steps(), convention="J").ok
    with pytest.raises(ValueError, match="write 'auto', 'J' or 'course'"):
        judge(example, {}, convention="mine")
    x = Tensor([1.0, 2.0], name="x")
    with pytest.raises(ValueError, match="number of samples"):
        derivation((x * x).sum(), {"dx": lambda x: 2 * x}, convention="course")


def test_the_mixture_of_the_notes_is_not_taken_for_the_course() -> None:
    example = two_layers()
    report = judge(example, example.steps(db2="dZ2.sum(axis=1, keepdims=True) / m"))
    assert [step.name for step in report if not step.ok] == ["db2"]


def test_the_course_on_a_list_of_values() -> None:
    x, y, w = [0.3, -1.2, 2.2], [1.0, 0.0, 1.0], Value(0.4, name="w")
    z = [w * each for each in x]
    J = sum(ag.softplus(zi) - yi * zi for zi, yi in zip(z, y, strict=True)) / 3
    report = derivation(
        J,
        {"dz": lambda z, y: sigmoid(z) - y, "dw": lambda dz, x, m: (dz * x).sum() / m},
        names={"z": z, "x": np.array(x), "y": np.array(y)},
        m=3,
    )
    assert [step.verdict for step in report] == ["right by the course's convention"] * 2


# ------------------------------------------------------------------------------------------- chain


def test_one_early_mistake_does_not_condemn_the_later_steps() -> None:
    example = two_layers()
    report = judge(example, example.steps(dA1="2 * (W2.T @ dZ2)"))
    assert [step.name for step in report if not step.ok] == ["dA1"]
    assert [step.name for step in report if not step.chain_ok] == ["dA1", "dZ1", "dW1", "db1"]
    assert report["db1"].inherits == ("dA1",)
    assert "inherits the mistake of dA1" in str(report)


def test_the_order_of_the_steps_does_not_matter() -> None:
    example = two_layers()
    steps = dict(reversed(example.steps(dA1="2 * (W2.T @ dZ2)").items()))
    assert [step.name for step in judge(example, steps) if not step.chain_ok] == [
        *("db1", "dW1", "dZ1", "dA1")
    ]


def test_a_chain_of_a_thousand_steps() -> None:
    node = Value(1.0, name="v0")
    steps: dict[str, Any] = {}
    for k in range(1, 1001):
        node = (node * 1.0).named(f"v{k}")
        steps[f"dv{k - 1}"] = eval(f"lambda dv{k}: dv{k}")
    assert derivation(node, steps).ok


def test_helpers_are_taken_as_they_are() -> None:
    example = two_layers()
    report = judge(example, {"s": lambda A1: 1 - A1**2, "dZ1": lambda dA1, s: dA1 * s})
    assert report.ok
    assert "a helper of other steps" in report["s"].diagnosis
