"""Laws of rational simplification, and of the ledger's lines with later steps put in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Tensor, Value, gradients, log, sigmoid, tanh
from autograd.simplify import simplify
from autograd.symbols import Symbol, evaluate

a, y, m = map(Symbol, "aym")


@pytest.mark.parametrize(
    ("formula", "short"),
    [
        (-(1 / m) * (y / a - (1 - y) / (1 - a)) * a * (1 - a), "(a − y) / m"),
        ((a**2 - y**2) / (a - y), "a + y"),
        ((a - y) * 0.05, "(a − y) / 20"),
        (a - a, "0"),
        (1 - a, "1 − a"),
        (-(a / m), "−(a / m)"),
        (2 * a / (4 * m), "a / (2 · m)"),
        (a * log(y) / a, "log y"),
    ],
)
def test_formulas_come_in_lowest_terms(formula, short: str) -> None:
    assert str(simplify(formula)) == short


def formulas() -> st.SearchStrategy:
    """Sums, products, quotients and powers of letters and small numbers."""
    leaves = st.sampled_from([a, y, m]) | st.integers(1, 5) | st.sampled_from([0.5, 0.1, -2.0])
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


def test_sigmoid_and_cross_entropy_become_a_minus_y_over_m() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(3, 7)), (rng.random((1, 7)) < 0.4) * 1.0
    W, b = Tensor(rng.normal(size=(1, 3)), name="W2"), Tensor(np.zeros((1, 1)), name="b2")
    z = (W @ X + b).named("z[2]")
    A = sigmoid(z).named("a")
    J = (-(Y * log(A) + (1 - Y) * log(1 - A))).mean().named("J")
    step = viz.chain_rule(J)["z[2]"]
    assert step.lines[1].text == "(a − Y) / 7   (the later steps put in)"
    assert step.lines[1].tex.startswith(r"\frac{a - Y}{7}\quad")
    np.testing.assert_allclose((A.numpy() - Y) / 7, step.gradient, rtol=1e-12)


def test_every_closed_line_has_the_value_of_the_gradient() -> None:
    values = {"w": 0.5, "x": 1.5, "b": 0.1, "y": 0.3}
    w, x, b, target = (Value(number, name=name) for name, number in values.items())
    z = (w * x + b).named("z")
    A = sigmoid(z).named("a")
    J = (-(target * log(A) + (1 - target) * log(1 - A)) + tanh(w) * 0.5).named("J")
    rule = viz.chain_rule(J)
    from viz.closed import ClosedForms
    from viz.flow import backward_flow
    from viz.names import Names

    flow = backward_flow(J)
    names = Names(flow.order[::-1])
    closed = ClosedForms(flow, names)
    numbers = {names[node]: node.item() for node in flow.order} | {"1": 1.0}
    seen = 0
    for node in flow.order:
        if closed[node] is not None:
            assert evaluate(closed[node], numbers) == pytest.approx(flow.gradients[node], rel=1e-9)
            seen += 1
    assert seen > 8
    assert rule["z"].gradient == gradients(J, z)


def test_fractions_have_no_needless_parentheses() -> None:
    x = Value(-1.0, name="x")
    tex = viz.chain_rule((log(x * x + 1) / 0.4962).named("J")).latex()
    assert r"\frac{\left(" not in tex
