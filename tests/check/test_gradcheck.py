"""gradcheck passes what is right, names what is wrong, and tells a kink from a mistake."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, Tensor, Value, op
from autograd.check import GradcheckError, NotDifferentiableError, gradcheck
from autograd.check.numeric.differences import differentiate


@pytest.fixture
def planted() -> Any:
    """Makes operations under unique names and takes them off the table again."""
    before = set(TABLE)
    yield lambda name, *rules, **options: op(f"planted_{name}", *rules, replace=True, **options)
    for name in set(TABLE) - before:
        del TABLE[name]


def test_passes_right_gradients_of_any_shape(rng: np.random.Generator) -> None:
    x, w = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    assert gradcheck(lambda x, w: ag.tanh(x @ w), x, w) is True
    assert gradcheck(lambda x, w: (x @ w).sum(), x, w)
    assert gradcheck(lambda x: [x.exp(), x * x], x)


@pytest.mark.parametrize("x", [1.5, np.float32(1.5), 2, Value(1.5), np.array(1.5), Tensor([1.5])])
def test_takes_numbers_arrays_and_nodes(x: Any) -> None:
    assert gradcheck(lambda x: x * x * x, x, order=3)


def test_leaves_the_nodes_it_was_given_alone() -> None:
    x = Tensor([1.0, 2.0], name="x")
    gradcheck(lambda x: (x * x).sum(), x)
    assert x.grad is None
    assert x.numpy().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("x", [1e-8, 1e-3, 1.0, 1e5])
def test_steps_fit_the_size_of_the_input(x: float) -> None:
    assert gradcheck(ag.log, x)
    assert gradcheck(ag.sqrt, x)


@pytest.mark.parametrize(("f", "x"), [(np.exp, 0.7), (np.sin, 40.0), (np.tanh, -3.0)])
def test_differences_know_their_own_error(f: Any, x: float) -> None:
    exact = {np.exp: np.exp(x), np.sin: np.cos(x), np.tanh: 1 - np.tanh(x) ** 2}[f]
    estimate = differentiate(lambda t: np.array([f(t)]), x)
    assert abs(estimate.slope[0] - exact) <= 10 * estimate.error[0] + 1e-13
    assert estimate.error[0] < 1e-8


def test_names_the_operation_with_a_wrong_rule(planted: Any) -> None:
    cube = planted("cube", lambda x: x**3, lambda g, y, x: 2 * g * x**2)
    with pytest.raises(GradcheckError, match="'planted_cube' has a wrong rule") as caught:
        gradcheck(lambda x: ag.tanh(cube(x)).sum(), np.array([0.3, 0.9]))
    assert "dx[1]" in str(caught.value).replace("df/", "")


def test_shows_the_worst_entry_and_both_numbers(planted: Any) -> None:
    double = planted("double", lambda x: 2 * x, lambda g, y, x: g * (2 + (x > 1)))
    with pytest.raises(GradcheckError, match=r"df\[1\]/dx\[1\].*gives 3, central differences 2 ±"):
        gradcheck(lambda x: double(x), np.array([0.5, 1.5]))


def test_second_order_finds_a_rule_that_leaves_the_graph(planted: Any) -> None:
    cut = planted("cut", lambda x: x**3, lambda g, y, x: g * (3 * getattr(x, "raw", x) ** 2))
    assert gradcheck(lambda x: cut(x).sum(), np.array([0.3, 0.9]), order=1)
    with pytest.raises(GradcheckError, match="'planted_cut' has a wrong rule at order 2"):
        gradcheck(lambda x: cut(x).sum(), np.array([0.3, 0.9]))


def test_a_function_that_leaves_the_graph_fails() -> None:
    with pytest.raises(GradcheckError, match=r"gives 9, .*27 .*leave the graph"):
        gradcheck(lambda x: x * x.item() ** 2, 3.0)


def test_a_function_that_uses_random_numbers_fails(rng: np.random.Generator) -> None:
    with pytest.raises(GradcheckError, match="different numbers for the same inputs"):
        gradcheck(lambda x: x * rng.normal(), 3.0)


@pytest.mark.parametrize(
    ("f", "x", "name"),
    [
        (ag.relu, np.array([1.0, 0.0]), "relu"),
        (abs, 0.0, "absolute"),
        (lambda x: ag.maximum(x, 2 - x), 1.0, "maximum"),
        (lambda x: x.sqrt(), 0.0, "sqrt"),
    ],
)
def test_a_kink_is_not_called_wrong(f: Any, x: Any, name: str) -> None:
    with pytest.raises(NotDifferentiableError, match=f"not differentiable here.*'{name}'"):
        gradcheck(f, x)


def test_kinks_can_be_left_out_and_nothing_else_with_them(planted: Any) -> None:
    assert gradcheck(ag.relu, np.array([0.0, -0.5, 2.0]), at_kinks="skip")
    bad = planted("bad_relu", lambda x: np.maximum(x, 0), lambda g, y, x: 2 * g * (x > 0))
    with pytest.raises(GradcheckError, match="planted_bad_relu"):
        gradcheck(lambda x: bad(x), np.array([0.0, 2.0]), at_kinks="skip")


def test_a_kink_close_by_is_no_kink() -> None:
    assert gradcheck(ag.relu, np.array([1e-3, -1e-7]))


EDGES = (0.0, 1.0, -1.0, np.pi / 2)
DISTANCES = [sign * 10.0**-k for k in range(3, 10) for sign in (1, -1)]
ENTRYWISE = [
    card for card in TABLE.values() if card.elementwise and card.differentiable and not card.cases
]


@pytest.mark.parametrize("card", ENTRYWISE, ids=lambda card: card.name)
def test_nothing_is_called_wrong_beside_an_edge_or_a_kink(card: Any) -> None:
    """Where an operation is right, it passes at every distance that floats can tell apart."""
    tried = 0
    for edge in EDGES:
        for slot in range(card.arity):
            for distance in DISTANCES:
                at = [edge + distance * (k == slot) for k in range(card.arity)]
                with np.errstate(all="ignore"):
                    defined = np.isfinite(card.forward(*map(np.float64, at)))
                if defined:
                    around = (at[:slot], at[slot + 1 :])
                    assert gradcheck(lambda x, a=around: card(*a[0], x, *a[1]), at[slot])
                    tried += 1
    assert tried >= 14


@pytest.mark.parametrize("x", [1 - 1e-13, 1 - 1e-15])
def test_too_near_to_an_edge_is_said_and_the_edge_named(x: float) -> None:
    with pytest.raises(GradcheckError, match=r"too near to .*edge.*'arctanh' \(.*in \(−1, 1\)"):
        gradcheck(ag.arctanh, x)
    with pytest.raises(
        NotDifferentiableError, match=r"edge .*f is not finite on the left of x.*'sqrt' \(.*> 0\)"
    ):
        gradcheck(ag.sqrt, 0.0)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x + 1e-3 * abs(x - 1),
        lambda x: abs(x - 1) + 100 * (x - 1) ** 2,
        lambda x: ag.maximum(x, 1.0),
        lambda x: ag.where(x > 1, x + 1e-3, x),
    ],
)
def test_a_true_kink_stays_one_however_near_one_looks(f: Any) -> None:
    with pytest.raises(NotDifferentiableError):
        gradcheck(f, 1.0, order=1)
    assert gradcheck(f, 1 + 1e-9, order=1)


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        (ag.exp, "1.5", "input 0 is str; give real numbers"),
        (ag.exp, None, "input 0 is NoneType"),
        (ag.exp, np.array([1j]), "input 0 is an array of complex128"),
        (ag.exp, np.array([1.0, np.nan]), "input 0 holds NaN"),
        (Value(2.0) * 2, 1.0, "f is Value, not a function"),
        (lambda x: {"a": x}, 1.0, "f returns dict; return nodes"),
        (lambda x: "a", 1.0, "f returns str"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(f: Any, x: Any, words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        gradcheck(f, x)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="order='2'"):
        gradcheck(ag.exp, 1.0, order="2")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="order=0"):
        gradcheck(ag.exp, 1.0, order=0)
    with pytest.raises(ValueError, match="inputs after f"):
        gradcheck(ag.exp)
    with pytest.raises(ValueError, match="at_kinks"):
        gradcheck(ag.exp, 1.0, at_kinks="ignore")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="returns None"):
        gradcheck(lambda x: None, 1.0)
