"""What a derivation may be given: bad input, names, degenerate points; gradients in a test."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value, gradients, op
from autograd.check import assert_gradients, derivation, generic_point
from tests.check.corpus.examples import EXAMPLES, course, formula, judge, sigmoid, two_layers

# --------------------------------------------------------------------------------------- bad input


def _generator(dA1: Any) -> Any:
    yield dA1


def _scaled(x: Any) -> Any:
    return x * np.ones(5)


@pytest.mark.parametrize(
    ("name", "step", "words"),
    [
        ("dZ9", lambda A2: A2, "no node of the graph is called Z9; did you mean d"),
        ("dX", lambda W1, dZ1: W1.T @ dZ1, "make it a Tensor(…, name='X')"),
        ("dW2", lambda dZ2, A_1: dZ2 @ A_1.T, "it uses A_1, which is neither"),
        ("dW2", lambda dZ2, A_1: dZ2 @ A_1.T, "did you mean A1?"),
        ("db2", lambda *given: given, "it takes *args"),
        ("dA1", lambda W2: None, "it gives None: is a `return` missing?"),
        ("dZ1", lambda dA1: dA1 * np.nan, "your dZ1 holds NaN at [0, 0]"),
        ("dZ1", lambda dA1: 1 / 0, "it raised ZeroDivisionError: division by zero"),
        ("dZ1", lambda dA1: "text", "not real numbers"),
        ("dZ1", lambda dA1: 1j * dA1, "not real numbers"),
        ("dZ1", {"a": 1}, "not one array of numbers"),
        ("dW2", np.zeros((3, 3)), "its shape is (3, 3), but W2 has (2, 4)"),
        ("dW2", lambda dW2: dW2, "the step needs its own result: dW2"),
        ("dZ1", [[1.0, 2.0], [3.0]], "not one array of numbers"),
        ("dZ1", 10**400, "not one array of numbers"),
        ("dZ1", "2 * dA1", "it gives text, not real numbers"),
        ("dZ1", np.ma.masked_array(np.ones((4, 7)), mask=np.eye(4, 7)), "it gives a masked array"),
        ("dZ1", _generator, "write a plain function that returns an array"),
        ("dZ1", lambda dA1: _scaled(dA1), "raised ValueError: operands could not be broadcast"),
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


_STORE = np.ones((4, 7))


def test_a_formula_cannot_write_into_what_it_did_not_get() -> None:
    """Formulas run many times, so the caller's arrays would drift away from what they were."""
    example, local, cache = two_layers(), np.ones((4, 7)), [np.ones((4, 7))]

    def of_a_closure(dA1: Any, A1: Any) -> Any:
        local[:] *= 2
        return dA1 * (1 - A1**2) * local

    def of_a_global(dA1: Any, A1: Any) -> Any:
        _STORE[0] = 7
        return dA1 * (1 - A1**2)

    def of_a_list(dA1: Any, A1: Any, cache: Any) -> Any:
        cache[0] *= 2
        return dA1 * (1 - A1**2) * cache[0] / 2

    for step in (of_a_closure, of_a_global):
        found = judge(example, {"dZ1": step})["dZ1"]
        assert "it writes into an array that is no argument of it" in found.diagnosis
    assert judge(example, {"dZ1": of_a_list}, cache=cache).ok
    for array in (local, _STORE, cache[0]):
        assert np.all(array == 1)
        assert array.flags.writeable


def test_a_given_array_is_left_alone() -> None:
    example = two_layers()
    hand = 3 * gradients(example.output, [example.names["Z1"]])[0]
    before = hand.copy()
    assert not judge(example, {"dZ1": hand, "dW1": lambda dZ1, X: dZ1 @ X.T}).ok
    assert np.array_equal(hand, before)


@pytest.mark.parametrize("kind", ["list", "Tensor", "Values", "list of Tensors", "tuple"])
def test_a_result_may_be_of_any_kind_that_holds_numbers(kind: str) -> None:
    example = two_layers()
    right = gradients(example.output, [example.names["Z1"]])[0]
    given: Any = {
        "list": right.tolist(),
        "Tensor": Tensor(right),
        "Values": [[Value(x) for x in row] for row in right],
        "list of Tensors": [Tensor(row) for row in right],
        "tuple": tuple(map(tuple, right)),
    }[kind]
    assert judge(example, {"dZ1": given}).ok
    assert judge(example, {"dZ1": lambda: given}).ok


class _Hostile:
    """Raises whatever it is asked."""

    __hash__ = None  # type: ignore[assignment]

    def _refuse(self, *_: Any) -> Any:
        raise RuntimeError("ask me nothing")

    __eq__ = __bool__ = __len__ = __repr__ = __array__ = __float__ = _refuse  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("ask me nothing")


@pytest.mark.parametrize(
    "odd",
    [
        np,
        np.tanh,
        _Hostile(),
        np.zeros((2000, 2000)),
        np.array([1, "a", None], dtype=object),
        np.array(["a"]),
        np.array([1j]),
        np.zeros(3, dtype=[("a", float)]),
        np.full((4, 7), np.inf),
        [Tensor([1.0])],
        [Value(1.0)],
        [Tensor([1.0]), 2],
        10**400,
        float("nan"),
        1j,
        "text",
        {},
        Ellipsis,
    ],
    ids=lambda odd: type(odd).__name__,
)
def test_odd_things_among_the_names_and_constants_do_no_harm(odd: Any) -> None:
    example = two_layers()
    wrong = {"dZ2": lambda A2, Y, m: 3 * (A2 - Y) / m}
    used = {"dZ2": lambda A2, Y, m, odd: 3 * (A2 - Y) / m}
    for steps in (wrong, used):
        among = derivation(example.output, steps, names={**example.names, "odd": odd})
        assert "times dJ/dZ2" in among["dZ2"].diagnosis
        assert "times dJ/dZ2" in judge(example, steps, odd=odd)["dZ2"].diagnosis


@pytest.mark.parametrize(
    ("steps", "options", "words"),
    [
        ([("dw", 1.0)], {}, "write the steps as a dict"),
        (None, {}, "write the steps as a dict"),
        ({Value(1.0): 1.0}, {}, "a step is called Value; write a name like 'dW'"),
        ({}, {"names": ["w"]}, "names is a dict of names"),
        ({}, {"rtol": "1e-3"}, "rtol='1e-3'; write a number"),
        ({}, {"atol": -1.0}, "atol=-1.0; write a number"),
        ({}, {"rtol": np.nan}, "rtol=nan; write a number"),
    ],
)
def test_what_is_no_derivation_is_refused_in_words(steps: Any, options: Any, words: str) -> None:
    w = Value(2.0, name="w")
    with pytest.raises((TypeError, ValueError), match=words):
        derivation(w * w, steps, **options)


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


def test_a_stale_parameter_further_away() -> None:
    example = two_layers()
    W2, b2 = example.names["W2"], example.names["b2"]
    rng = np.random.default_rng(9)
    W2.data -= rng.normal(size=W2.shape)
    fused = lambda dZ2, A1, X: ((W2.numpy().T @ dZ2) * (1 - A1**2)) @ X.T  # noqa: E731
    step = judge(example, {"dW1": fused})["dW1"]
    assert step.mistakes == ("stale parameter",)
    assert step.diagnosis.startswith("computed with W2 as it is after its update")
    b2.data -= rng.normal(size=b2.shape)
    again = lambda A1, Y, m: (sigmoid(W2.numpy() @ A1 + b2.numpy()) - Y) / m  # noqa: E731
    step = judge(example, {"dZ2": again})["dZ2"]
    assert step.diagnosis.startswith("computed with W2 and b2 as they are after their update")
    assert step.correction == "compute all gradients before W2 and b2 are updated"


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


def test_a_derivation_for_one_sample_is_right_and_says_so() -> None:
    example = two_layers(1)
    steps = {"dZ2": lambda A2, Y: A2 - Y, "db2": lambda dZ2: dZ2, "dA1": lambda W2, dZ2: W2.T @ dZ2}
    report = judge(example, steps)
    assert [step.verdict for step in report] == ["right"] * 3
    assert report.notes[0].startswith("One sample (m = 1): what is right here")
    assert all("One sample" in text for text in (str(report), report.markdown(), report.latex()))
    assert "One sample" in report._repr_html_()
    assert not judge(two_layers(), two_layers().steps()).notes


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


def test_assert_gradients_beside_a_plain_array(rng: np.random.Generator) -> None:
    W, X = Tensor(rng.normal(size=(2, 3)), name="W"), rng.normal(size=(3, 4))
    J = (W @ X).tanh().sum()
    wrong = gradients(J, [W])[0] + rng.normal(size=(2, 3))
    with pytest.raises(AssertionError, match="none of the known mistakes"):
        assert_gradients(J, {W: wrong})
    with pytest.raises(AssertionError, match="dW is 3 times dJ/dW"):
        assert_gradients(J, {W: 3 * gradients(J, [W])[0]})


def test_a_card_added_at_run_time_is_an_activation_to_the_proof_reader() -> None:
    softsign = op(
        "softsign_like",
        lambda x: x / (1 + np.abs(x)),
        lambda g, y, x: g / (1 + abs(x)) ** 2,
        activation=True,
        table=None,
    )
    example = two_layers(activation=softsign, derivative="1 / (1 + np.abs(Z1)) ** 2")
    assert judge(example, example.steps()).ok
    step = judge(example, example.steps(dZ1="dA1"))["dZ1"]
    assert step.mistakes == ("derivative missing",)
    assert "the derivative softsign_like'(Z1) is missing" in step.diagnosis


@pytest.mark.parametrize("given", [6.0, 6, np.float64(6), [6.0], np.array(6.0), Value(6.0)])
def test_assert_gradients_takes_numbers(given: Any) -> None:
    w = Value(3.0, name="w")
    for key in (w, "w", "dw"):
        assert_gradients(w * w, {key: given})
        with pytest.raises(AssertionError, match="dw"):
            assert_gradients(w * w, {key: 5.0})


def test_assert_gradients_leaves_no_gradient_out() -> None:
    a, b = Value(2.0, name="a"), Value(3.0, name="a")
    assert_gradients(a * b, {a: 3.0, b: 2.0})
    for wrong in ({a: 2.0, b: 2.0}, {a: 3.0, b: 3.0}, {b: 3.0}):
        with pytest.raises(AssertionError):
            assert_gradients(a * b, wrong)
    w = Value(3.0, name="w")
    with pytest.raises(AssertionError, match="dw is given twice"):
        assert_gradients(w * w, {w: 5.0, "w": 6.0})
    for nothing in ({}, [(w, 6.0)]):
        with pytest.raises(TypeError, match="give a dict of gradients"):
            assert_gradients(w * w, nothing)  # type: ignore[arg-type]


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
