"""Laws of rational simplification, and of the ledger's lines with later steps put in."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import (
    Node,
    Tensor,
    Value,
    gradients,
    log,
    log_softmax,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from autograd.account import Account
from autograd.symbols import Symbol, evaluate, simplify

a, y, count = map(Symbol, "aym")


@pytest.mark.parametrize(
    ("formula", "short"),
    [
        (-(1 / count) * (y / a - (1 - y) / (1 - a)) * a * (1 - a), "(a − y) / m"),
        ((a**2 - y**2) / (a - y), "a + y"),
        ((a - y) * 0.05, "(a − y) / 20"),
        (a - a, "0"),
        (1 - a, "1 − a"),
        (-(a / count), "−(a / m)"),
        (2 * a / (4 * count), "a / (2 · m)"),
        (a * log(y) / a, "log y"),
        ((a - y) / (count * (1 - a) * a) * a * (1 - a), "(a − y) / m"),
        ((1 - y) * (a - y) / (y * (a - y)) ** 2, "(1 − y) / (y² · (a − y))"),
    ],
)
def test_formulas_come_in_lowest_terms(formula, short: str) -> None:
    assert str(simplify(formula)) == short


def formulas() -> st.SearchStrategy:
    """Sums, products, quotients and powers of letters and small numbers."""
    leaves = st.sampled_from([a, y, count]) | st.integers(1, 5) | st.sampled_from([0.5, 0.1, -2.0])
    pair = st.tuples(
        st.sampled_from(["+", "-", "*", "/"]), st.deferred(lambda: tree), st.deferred(lambda: tree)
    )
    apply = {
        "+": lambda p, q: p + q,
        "-": lambda p, q: p - q,
        "*": lambda p, q: p * q,
        "/": lambda p, q: p / q if isinstance(q, Symbol) or q else p,
    }
    tree = leaves | pair.map(lambda each: apply[each[0]](each[1], each[2]))
    return tree


@given(formulas())
@settings(max_examples=150, deadline=None)
def test_simplifying_changes_no_value(formula) -> None:
    numbers = {"a": 0.3719, "y": 1.7301, "m": 5.113}
    try:
        before = evaluate(formula, numbers)
    except ZeroDivisionError:
        return
    if not np.isfinite(before) or abs(before) > 1e6:
        return
    try:
        after = evaluate(simplify(formula), numbers)
    except ZeroDivisionError:  # 1/(x − x), where only rounding kept the formula from being infinite
        return
    assert after == pytest.approx(before, rel=1e-6, abs=1e-6)


# ------------------------------------------------------------------- formulas against gradients


def check_forms(root: Node, visible: Mapping[str, Any] | None = None) -> int:
    """Compare every formula with the gradient that it stands for; the number of formulas."""
    account = Account.of(root, variables=visible)
    assert account.taken is not None
    flow, names, forms = account.taken, account.letters, account.forms.work_out()
    letters: dict[str, Any] = {account.name(node): node.numpy() for node in flow.order}
    for name, array in (visible or {}).items():
        letters |= {name: array, f"{name}ᵀ": np.transpose(array)}
        letters[f"(1 − {name})"] = 1 - np.asarray(array)
    assert names.sizes is not None
    letters |= names.sizes.known
    letters |= {str(names.gradient(node)): got for node, got in flow.gradients.items()}
    for forms_of in (forms.full, forms.near):
        for node, formula in forms_of.items():
            value, wanted = evaluate(formula, letters), flow.gradients[node]
            got = np.broadcast_to(value, np.shape(wanted))
            np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)
    return len(forms.full) + len(forms.near)


def lines_of(rule: viz.ChainRule, name: str) -> list[str]:
    """The symbolic lines of a step, without what is said of them."""
    texts = [line.text for line in rule[name].lines if "(shapes)" not in line.text]
    lines = [text.partition("   (")[0] for text in texts]
    return [line for line in lines if ": " not in line]


def two_layers(loss: Callable[[Any, Any], Tensor]) -> tuple[Tensor, dict[str, Any]]:
    """The network of the notes, samples as columns, and the arrays that it was given."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(3, 7)), (rng.random((1, 7)) < 0.4) * 1.0
    W1, b1 = Tensor(rng.normal(size=(4, 3)), name="W1"), Tensor(np.zeros((4, 1)), name="b1")
    W2, b2 = Tensor(rng.normal(size=(1, 4)), name="W2"), Tensor(np.zeros((1, 1)), name="b2")
    A1 = tanh((W1 @ X + b1).named("Z1")).named("A1")
    A2 = sigmoid((W2 @ A1 + b2).named("Z2")).named("A2")
    return loss(A2, Y).named("J"), {"X": X, "Y": Y}


def entropy(A: Any, Y: Any) -> Any:
    """The cross-entropy of every sample."""
    return -(Y * log(A) + (1 - Y) * log(1 - A))


def test_backpropagation_reads_as_in_the_notes() -> None:
    J, arrays = two_layers(lambda A, Y: entropy(A, Y).mean())
    rule = viz.chain_rule(J, names=arrays)
    assert rule.sizes == {"m": 7}
    assert str(rule).startswith("The chain rule for J: 18 steps; m = 7\n")
    wanted = {
        "A2": "(A2 − Y) / (m · (1 − A2) ⊙ A2)",
        "Z2": "(A2 − Y) / m",
        "W2": "(A2 − Y) · A1ᵀ / m",
        "b2": "sum over axis 1 of (A2 − Y) / m",
        "A1": "W2ᵀ · (A2 − Y) / m",
        "Z1": "(W2ᵀ · (A2 − Y)) ⊙ (1 − A1²) / m",
        "W1": "((W2ᵀ · (A2 − Y)) ⊙ (1 − A1²)) · Xᵀ / m",
        "b1": "sum over axis 1 of (W2ᵀ · (A2 − Y)) ⊙ (1 − A1²) / m",
    }
    assert {name: lines_of(rule, name)[-1] for name in wanted} == wanted
    near = {"W2": "∂J/∂Z2 · A1ᵀ", "A1": "W2ᵀ · ∂J/∂Z2", "W1": "∂J/∂Z1 · Xᵀ"}
    assert {name: lines_of(rule, name)[1] for name in near} == near
    assert check_forms(J, arrays) > 30


def test_logistic_regression_with_samples_as_rows() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), (rng.random(7) < 0.4) * 1.0
    w, b = Tensor(rng.normal(size=3), name="w"), Tensor(0.1, name="b")
    Z = (X @ w + b).named("Z")
    J = entropy(sigmoid(Z).named("A"), Y).mean().named("J")
    rule = viz.chain_rule(J)
    assert lines_of(rule, "w")[-2:] == ["Xᵀ · ∂J/∂Z", "Xᵀ · (A − Y) / m"]
    assert lines_of(rule, "b")[1] == "sum over all entries of (A − Y) / m"
    assert rule["w"].lines[2].tex.startswith(r"\frac{X^{\top} \, \left(A - Y\right)}{m}")
    assert check_forms(J, {"X": X, "Y": Y}) > 20


def test_the_loss_of_logits_becomes_the_same() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), (rng.random((7, 1)) < 0.4) * 1.0
    W = Tensor(rng.normal(size=(1, 3)), name="W")
    Z = (X @ W.T).named("Z")
    J = (Y * softplus(-Z) + (1 - Y) * softplus(Z)).mean().named("J")
    rule = viz.chain_rule(J)
    assert lines_of(rule, "Z")[-1] == "(σ(Z) − Y) / m"
    assert lines_of(rule, "W")[-1] == "(σ(Z) − Y)ᵀ · X / m"
    assert check_forms(J, {"X": X, "Y": Y}) > 10


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        (lambda Z, Y: -(Y * log_softmax(Z, axis=1)).sum(axis=1).mean(), "(softmax(Z) − Y) / m"),
        (lambda Z, Y: -(Y * log(softmax(Z).named("P"))).sum(axis=1).mean(), "(P − Y) / m"),
        (lambda Z, Y: ((Z - Y) ** 2).mean(axis=0).sum(), "2 · (Z − Y) / m"),
    ],
)
def test_softmax_and_cross_entropy_and_squares(loss, line: str) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), np.eye(4)[rng.integers(0, 4, 7)]
    W = Tensor(rng.normal(size=(4, 3)), name="W")
    J = loss((X @ W.T).named("Z"), Y).named("J")
    assert lines_of(viz.chain_rule(J), "Z")[-1] == line
    assert check_forms(J, {"X": X, "Y": Y}) > 10


def test_targets_that_do_not_add_up_to_one_stay_in_the_sum() -> None:
    rng = np.random.default_rng(0)
    Z, Y = Tensor(rng.normal(size=(7, 4)), name="Z"), rng.random((7, 4))
    J = -(Y * log_softmax(Z, axis=1)).sum(axis=1).mean()
    assert "Σ" in lines_of(viz.chain_rule(J), "Z")[-1]
    check_forms(J, {"Y": Y})


def test_least_squares_read_as_in_a_textbook() -> None:
    rng = np.random.default_rng(0)
    X, y_ = rng.normal(size=(7, 3)), rng.normal(size=7)
    w = Tensor(rng.normal(size=3), name="w")
    J = ((X @ w - y_) ** 2).mean().named("J")
    rule = viz.chain_rule(J, names={"X": X, "y": y_})
    assert lines_of(rule, "w")[-1] == "2 · (Xᵀ · (X · w − y)) / m"
    assert check_forms(J, {"X": X, "y": y_}) > 6


# ----------------------------------------------------------------------------- what is a size


@pytest.mark.parametrize(
    ("loss", "m", "line"),
    [
        (lambda A, Y: entropy(A, Y).sum() / 7, 7, "(A2 − Y) / m"),
        (lambda A, Y: (1 / 7) * entropy(A, Y).sum(), 7, "(A2 − Y) / m"),
        (lambda A, Y: (-1 / 7) * -entropy(A, Y).sum(), 7, "(A2 − Y) / m"),
        (lambda A, Y: entropy(A, Y).sum() / 7, 5, "(A2 − Y) / 7"),
        (lambda A, Y: entropy(A, Y).sum() / 7, None, "(A2 − Y) / 7"),
        (lambda A, Y: (entropy(A, Y) / 7).sum(), 7, "(A2 − Y) / 7"),
        (lambda A, Y: entropy(A, Y).sum() / 3, 3, "(A2 − Y) / 3"),
        (lambda A, Y: entropy(A, Y).mean(), 5, "(A2 − Y) / n"),
        (lambda A, Y: entropy(A, Y).mean() / 7, 5, "(A2 − Y) / (7 · n)"),
    ],
)
def test_only_what_is_a_size_is_called_m(loss, m, line) -> None:
    J, arrays = two_layers(loss)
    visible = arrays if m is None else {**arrays, "m": m}
    rule = viz.chain_rule(J, names=visible)
    assert lines_of(rule, "Z2")[-1] == line
    letter = line.rpartition(" ")[2].strip(")")
    assert rule.sizes == ({letter: 7} if letter in "mn" else {})
    check_forms(J, arrays | ({} if m is None else {"m": m}))


def test_the_mean_over_two_axes_keeps_its_number() -> None:
    x = Tensor(np.arange(6.0).reshape(2, 3), name="x")
    rule = viz.chain_rule((x * x).mean().named("J"))
    assert lines_of(rule, "x")[-1] == "x / 3"
    assert rule.sizes == {}


def test_a_letter_that_is_taken_is_not_used_again() -> None:
    m, other = Tensor([1.0, 2.0, 3.0], name="m"), Tensor([1.0, 2.0], name="n")
    rule = viz.chain_rule(((m * m).mean() + (other * other).mean()).named("J"))
    assert rule.sizes == {"N": 2, "M": 3}
    assert lines_of(rule, "m")[-1] == "2 · m / M"


# ------------------------------------------------------------------------------- any graph


def grown(rng: np.random.Generator) -> Tensor:
    """A random graph of products, sums, broadcasts, transposes and activations."""
    n, k = int(rng.integers(1, 4)), int(rng.integers(2, 4))
    shapes = [(n, k), (k, n), (k,), (1, k), (n, 1), (), (k, k), (1, 1)]
    nodes = [
        Tensor(rng.uniform(0.5, 2, size=shape), name=f"x{i}") for i, shape in enumerate(shapes)
    ]
    two: list[Callable[[Any, Any], Any]] = [
        lambda a, b: a + b,
        lambda a, b: a * b,
        lambda a, b: a / b,
        lambda a, b: a - b,
        lambda a, b: a @ b,
        lambda a, b: a @ b,
    ]
    one: list[Callable[[Any], Any]] = [
        tanh,
        sigmoid,
        lambda a: -a,
        lambda a: a.T,
        lambda a: a**2,
        lambda a: a.sum(axis=-1),
        lambda a: a.mean(axis=0, keepdims=True),
        lambda a: a.reshape(-1),
    ]
    for i in range(int(rng.integers(3, 9))):
        a, b = (nodes[-1 - int(rng.integers(0, len(nodes)))] for _ in "ab")
        try:
            made = rng.choice(two)(a, b) if rng.random() < 0.7 else rng.choice(one)(a)  # type: ignore[arg-type]
        except ValueError:
            continue
        nodes.append(made.named(f"y{i}") if rng.random() < 0.5 else made)
    return sum((node.mean() for node in nodes[-3:]), Tensor(0.0)).named("J")


def test_every_formula_of_random_graphs_has_the_value_of_the_gradient() -> None:
    rng = np.random.default_rng(0)
    assert sum(check_forms(grown(rng)) for _ in range(150)) > 1000


def test_every_formula_of_single_numbers_has_the_value_of_the_gradient() -> None:
    values = {"w": 0.5, "x": 1.5, "b": 0.1, "y": 0.3}
    w, x, b, target = (Value(number, name=name) for name, number in values.items())
    z = (w * x + b).named("z")
    J = (entropy(sigmoid(z).named("a"), target) + tanh(w) * 0.5).named("J")
    assert check_forms(J) > 16
    assert viz.chain_rule(J)["z"].gradient == gradients(J, z)


def test_another_gradient_to_start_with_is_not_left_out() -> None:
    x = Tensor([1.0, 2.0], name="x")
    rule = viz.chain_rule((x * x).sum().named("J"), gradient=-3.0)
    assert lines_of(rule, "x") == ["∂L/∂v1 ⊙ x + ∂L/∂v1 ⊙ x", "2 · ∂L/∂J · x"]


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_where_a_gradient_is_undefined_no_formula_stands_for_it() -> None:
    x = Tensor([0.0, 1.0], name="x")
    J = ((x / x) * x).sum().named("J")
    rule = viz.chain_rule(J)
    assert np.isnan(rule["x"].gradient[0])
    assert not any("put in" in line.text for line in rule["x"].lines)


def test_fractions_have_no_needless_parentheses() -> None:
    x = Value(-1.0, name="x")
    tex = viz.chain_rule((log(x * x + 1) / 0.4962).named("J")).latex()
    assert r"\frac{\left(" not in tex
