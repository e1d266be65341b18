"""The verdicts: on the notes, alone and as a chain, by either convention, and on bad input."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from check_examples import EXAMPLES, Example, course, formula, one_sample, sigmoid, two_layers

import autograd as ag
from autograd import Tensor, Value, gradients
from autograd.check import Report, assert_gradients, derivation, generic_point


def judge(example: Example, steps: dict[str, Any], **options: Any) -> Report:
    return derivation(example.output, steps, names=example.names, **options)


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
    assert report["db2"].correction == "multiply by m"
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


# --------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("name", "step", "words"),
    [
        ("dZ9", lambda A2: A2, "no node of the graph is called Z9; did you mean d"),
        ("dX", lambda W1, dZ1: W1.T @ dZ1, "make it a Tensor(…, name='X')"),
        ("dW2", lambda dZ2, A_1: dZ2 @ A_1.T, "it uses A_1, which is neither"),
        ("dW2", lambda dZ2, A_1: dZ2 @ A_1.T, "did you mean A1?"),
        ("db2", lambda *given: given, "it takes *args"),
        ("dA1", lambda W2: None, "it gives None: is a `return` missing?"),
        ("dZ1", lambda dA1: dA1 * np.nan, "your dZ1 holds nan at [0, 0]"),
        ("dZ1", lambda dA1: 1 / 0, "it raised ZeroDivisionError: division by zero"),
        ("dZ1", lambda dA1: "text", "not real numbers"),
        ("dZ1", lambda dA1: 1j * dA1, "not real numbers"),
        ("dZ1", {"a": 1}, "not one array of numbers"),
        ("dW2", np.zeros((3, 3)), "its shape is (3, 3), but W2 has (2, 4)"),
        ("dW2", lambda dW2: dW2, "the step needs its own result: dW2"),
    ],
)
def test_a_step_that_cannot_be_judged_says_why(name: str, step: Any, words: str) -> None:
    example = two_layers()
    report = judge(example, {name: step, "dZ2": formula(example.formulas["dZ2"])})
    assert report[name].verdict == "not comparable"
    assert words in report[name].diagnosis
    assert not report.ok
    assert report["dZ2"].verdict == "right"


def test_steps_in_a_circle() -> None:
    example = two_layers()
    report = judge(
        example,
        {
            "dZ1": lambda dA1, A1: dA1 * (1 - A1**2),
            "dA1": lambda dZ1, A1: dZ1 / (1 - A1**2),
            "dW1": lambda dZ1, X: dZ1 @ X.T,
        },
    )
    assert "circle: dZ1 needs dA1 needs dZ1" in report["dZ1"].diagnosis
    assert report["dA1"].verdict == "not comparable"
    assert report["dW1"].verdict == "right"
    assert report["dW1"].chain_ok is None


def test_a_gradient_asked_of_a_constant() -> None:
    x, c = Tensor([1.0], name="x"), Tensor([2.0], requires_grad=False, name="c")
    step = derivation((x * c).sum(), {"dc": lambda x: x})["dc"]
    assert "c is a constant" in step.diagnosis or "not part of the graph" in step.diagnosis


def test_two_nodes_of_one_name() -> None:
    x, z = Tensor([1.0, 2.0], name="x"), Tensor([2.0, 1.0], name="x")
    J = (x * x * z).sum()
    assert "2 nodes have this name" in derivation(J, {"dx": np.ones(2)})["dx"].diagnosis
    assert derivation(J, {"dx": lambda x, z: 2 * x * z}, names={"x": x, "z": z})["dx"].ok


def test_the_output_must_be_one_number() -> None:
    x = Tensor([1.0, 2.0], name="x")
    with pytest.raises(ValueError, match=r"shape \(2,\).*reduce it first"):
        derivation(x * x, {})
    with pytest.raises(TypeError, match="not a node of a graph"):
        derivation(3.0, {})
    with pytest.raises(ValueError, match="nothing to differentiate"):
        derivation(x.detach().sum(), {})


def test_a_formula_may_write_into_what_it_gets() -> None:
    def relu_backward(dA1: Any, Z1: Any) -> Any:
        dA1[Z1 <= 0] = 0
        return dA1

    example = EXAMPLES["two layers, relu"]()
    assert judge(example, {**example.steps(), "dZ1": relu_backward}).ok


# ------------------------------------------------------------------------------------------- names


def test_explicit_constants_come_first() -> None:
    example = two_layers()
    assert not judge(example, {"dZ2": formula("(A2 - Y) / m")}, m=8).ok
    assert judge(example, {"dZ2": formula("(A2 - Y) / m")}).ok


def test_hand_computed_gradients_among_the_locals_do_not_count_as_given() -> None:
    example = two_layers()
    names = {**example.names, "dZ2": np.zeros((2, 7))}
    assert derivation(example.output, {"dW2": lambda dZ2, A1: dZ2 @ A1.T}, names=names).ok


def test_functions_and_defaults_serve_as_constants() -> None:
    example = two_layers()
    steps = {"dZ1": lambda dA1, Z1, slope, power=2: dA1 * slope(Z1) ** power}
    assert derivation(
        example.output,
        steps,
        names={**example.names, "slope": lambda z: 1 / np.cosh(z), "power": 3},
    ).ok


def test_arrays_of_values(rng: np.random.Generator) -> None:
    W = np.array([[Value(entry) for entry in row] for row in rng.normal(size=(2, 3))])
    X = rng.normal(size=(3, 5))
    Z = W @ X
    A = np.tanh(Z)
    report = derivation(
        (A * A).sum(),
        {
            "dA": lambda A: 2 * A,
            "dZ": lambda dA, A: dA * (1 - A * A),
            "dW": lambda dZ, X: dZ @ X,
        },
        names={"W": W, "X": X, "Z": Z, "A": A},
    )
    assert report["dA"].ok
    assert report["dZ"].ok
    assert report["dW"].mistakes == ("argument transposed",)


def test_the_graph_is_judged_as_it_saw_its_leaves() -> None:
    example = two_layers()
    W2 = example.names["W2"]
    W2.data -= 0.5 * gradients(example.output, [W2])[0]
    assert judge(example, example.steps()).ok
    step = judge(example, {"dA1": lambda dZ2: W2.numpy().T @ dZ2})["dA1"]
    assert step.mistakes == ("stale parameter",)


# ------------------------------------------------------------------------------------ proves little


def test_zeros_prove_little() -> None:
    x, w = np.array([[1.0, 2.0, 3.0]]), Tensor(np.zeros((2, 1)), name="w")
    a = ag.tanh((w @ x).named("z")).named("a")
    J = (a * a).sum().named("J")
    step = derivation(J, {"dw": lambda dz, x: dz @ x.T}, x=x)["dw"]
    assert step.verdict == "proves little"
    assert step.ok
    assert "zero everywhere" in step.diagnosis
    assert "generic_point" in step.correction


def test_a_term_with_a_zero_in_front_proves_little() -> None:
    w, lam = Tensor([1.0, 2.0], name="w"), 0.0
    J = ((w**3).sum() + lam * (w * w).sum()).named("J")
    step = derivation(J, {"dw": lambda w, lam: 3 * w**2 + 7 * lam * w}, lam=lam)["dw"]
    assert step.verdict == "proves little"
    assert "lam is zero here" in step.diagnosis


def test_one_sample_proves_little_about_m() -> None:
    example = two_layers(1)
    report = judge(example, {**example.steps(), "db1": lambda dZ1: dZ1})
    weak = [step.name for step in report if step.verdict == "proves little"]
    assert weak == ["dA2", "dZ2", "db2", "db1"]
    assert "with m = 1" in report["db1"].diagnosis


@pytest.mark.parametrize(
    ("W", "words"),
    [
        (np.array([[1.0, 2.0], [2.0, 5.0]]), "W is symmetric here"),
        (np.array([[1.0, 2.0], [1.0, 2.0]]), "all rows of W are equal"),
    ],
)
def test_symmetric_weights_prove_little(W: np.ndarray, words: str) -> None:
    A = Tensor([[0.3, -0.2, 0.9], [0.1, 0.5, -1.1]], name="A")
    J = ag.tanh((Tensor(W, name="W") @ A).named("Z")).sum()
    step = derivation(J, {"dA": lambda W, dZ: W.T @ dZ})["dA"]
    assert step.verdict == "proves little"
    assert words in step.diagnosis


def test_square_but_generic_matrices_prove_enough() -> None:
    example = two_layers(5, sizes=(5, 5, 5))
    assert {step.verdict for step in judge(example, example.steps())} == {"right"}


def test_a_generic_point() -> None:
    point = generic_point(W="n1 n0", X="n0 m", b="n1 1", y="")
    n1, n0 = point["W"].shape
    assert point["X"].shape[0] == n0
    assert len({n1, n0, point["X"].shape[1]}) == 3
    assert point["b"].shape == (n1, 1)
    assert point["y"].shape == ()
    assert all(0.2 <= np.abs(each).min() <= np.abs(each).max() <= 1 for each in point.values())
    again = generic_point(W="n1 n0", X="n0 m", b="n1 1", y="")
    assert all(np.array_equal(point[name], again[name]) for name in point)
    with pytest.raises(ValueError, match="13 different sizes"):
        generic_point(x=" ".join(f"n{k}" for k in range(13)))


# -------------------------------------------------------------------------------- assert_gradients


def test_assert_gradients_passes_silently(capsys: pytest.CaptureFixture[str]) -> None:
    example = two_layers()
    W2, A1, dZ2 = (
        example.names["W2"],
        example.names["A1"],
        gradients(example.output, [example.names["Z2"]])[0],
    )
    assert_gradients(example.output, {W2: dZ2 @ A1.numpy().T})
    assert_gradients(
        example.output, {"b2": lambda dZ2: dZ2.sum(1, keepdims=True)}, names=example.names
    )
    assert capsys.readouterr().out == ""


def test_assert_gradients_shows_the_table() -> None:
    w = Tensor([1.0, 2.0], name="weight")
    with pytest.raises(AssertionError) as caught:
        assert_gradients((w * w).sum(), {"weight": lambda weight: weight, w: np.ones(3)})
    with pytest.raises(AssertionError, match="your dweight is 1/2 of dJ/dweight") as caught:
        assert_gradients((w * w).sum(), {"weight": lambda weight: weight})
    assert "step" in str(caught.value)
    assert "array(" not in str(caught.value)


def test_assert_gradients_knows_no_course() -> None:
    example = course()
    with pytest.raises(AssertionError):
        assert_gradients(example.output, example.steps(), names=example.names)


def test_assert_gradients_takes_tolerances() -> None:
    w = Tensor([1.0, 2.0], name="w")
    assert_gradients((w * w).sum(), {w: [2.01, 4.0]}, rtol=0.01)
    assert_gradients((w * w).sum(), {w: [2.01, 4.0]}, atol=0.02)
    with pytest.raises(AssertionError):
        assert_gradients((w * w).sum(), {w: [2.01, 4.0]})
