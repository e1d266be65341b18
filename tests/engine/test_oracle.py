"""Known values, written down from mathematics and tables, not from this engine.

Finite differences cannot notice a forward map and a rule that are wrong together; these can.
"""

import math

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradients

E = math.e
PI = math.pi

# name, argument, value, first derivative, second derivative
KNOWN = [
    ("exp", 1.0, E, E, E),
    ("log", 2.0, 0.6931471805599453, 0.5, -0.25),
    ("sqrt", 4.0, 2.0, 0.25, -1 / 32),
    ("sin", PI / 6, 0.5, math.sqrt(3) / 2, -0.5),
    ("cos", PI / 3, 0.5, -math.sqrt(3) / 2, -0.5),
    ("tanh", 0.5, 0.46211715726000975, 0.7864477329659274, -0.7268619813835873),
    ("sigmoid", 0.0, 0.5, 0.25, 0.0),
    ("sigmoid", 2.0, 0.8807970779778823, 0.10499358540350662, -0.07996250105615307),
    ("softplus", 0.0, 0.6931471805599453, 0.5, 0.25),
    ("relu", 3.0, 3.0, 1.0, 0.0),
    ("relu", -3.0, 0.0, 0.0, 0.0),
    ("leaky_relu", -3.0, -0.03, 0.01, 0.0),
    ("absolute", -3.0, 3.0, -1.0, 0.0),
    ("negative", 3.0, -3.0, -1.0, 0.0),
    ("positive", 3.0, 3.0, 1.0, 0.0),
]

# name, arguments, value, derivatives by the first and the second argument
KNOWN_PAIRS = [
    ("add", (2.0, 5.0), 7.0, 1.0, 1.0),
    ("subtract", (2.0, 5.0), -3.0, 1.0, -1.0),
    ("multiply", (2.0, 5.0), 10.0, 5.0, 2.0),
    ("divide", (2.0, 5.0), 0.4, 0.2, -0.08),
    ("power", (2.0, 3.0), 8.0, 12.0, 5.545177444479562),
    ("maximum", (2.0, 5.0), 5.0, 0.0, 1.0),
    ("minimum", (2.0, 5.0), 2.0, 1.0, 0.0),
]

both_kinds = pytest.mark.parametrize("kind", [Value, Tensor])


@both_kinds
@pytest.mark.parametrize(("name", "x", "y", "dy", "ddy"), KNOWN)
def test_known_values(kind, name, x, y, dy, ddy):
    node = kind(x)
    out = autograd.TABLE[name](node)
    first = gradients(out, node, create_graph=True)
    second = gradients(first, node) if first.requires_grad else 0.0
    assert out.item() == pytest.approx(y, rel=1e-14)
    assert first.item() == pytest.approx(dy, rel=1e-13)
    assert float(second) == pytest.approx(ddy, rel=1e-12, abs=1e-15)


@both_kinds
@pytest.mark.parametrize(("name", "xs", "y", "da", "db"), KNOWN_PAIRS)
def test_known_values_of_pairs(kind, name, xs, y, da, db):
    a, b = map(kind, xs)
    out = autograd.TABLE[name](a, b)
    assert out.item() == pytest.approx(y, rel=1e-14)
    assert [float(part) for part in gradients(out, [a, b])] == pytest.approx([da, db], rel=1e-14)


# operation, point, value, derivative: the conventions at kinks, ties and ends of domains
KINKS = [
    ("relu", 0.0, 0.0, 0.0),
    ("leaky_relu", 0.0, 0.0, 0.01),
    ("absolute", 0.0, 0.0, 0.0),
    ("sqrt", 0.0, 0.0, math.inf),
    ("sigmoid", 1000.0, 1.0, 0.0),
    ("sigmoid", -1000.0, 0.0, 0.0),
    ("softplus", 1000.0, 1000.0, 1.0),
    ("softplus", -1000.0, 0.0, 0.0),
    ("tanh", 1000.0, 1.0, 0.0),
    ("tanh", -1000.0, -1.0, 0.0),
]


@both_kinds
@pytest.mark.parametrize(("name", "x", "y", "dy"), KINKS)
def test_kinks_and_extremes(kind, name, x, y, dy):
    node = kind(x)
    out = autograd.TABLE[name](node)
    assert out.item() == y
    assert float(gradients(out, node)) == dy


@both_kinds
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_a_tie_gives_each_argument_half(kind, name):
    a, b = kind(2.0), kind(2.0)
    assert [float(g) for g in gradients(autograd.TABLE[name](a, b), [a, b])] == [0.5, 0.5]


@both_kinds
def test_a_tie_of_an_argument_with_itself_is_whole(kind):
    a = kind(2.0)
    assert float(gradients(autograd.maximum(a, a), a)) == 1.0


@both_kinds
@pytest.mark.parametrize(
    ("base", "exponent", "da"),
    [
        (0.0, 2, 0.0),
        (0.0, 1, 1.0),
        (0.0, 0, 0.0),
        (-2.0, 3, 12.0),
        (-2.0, 2, -4.0),
        (-2.0, -1, -0.25),
    ],
)
def test_power_of_zero_and_negative_bases(kind, base, exponent, da):
    a = kind(base)
    assert float(gradients(a**exponent, a)) == da


@both_kinds
def test_power_by_its_exponent_at_base_zero(kind):
    b = kind(2.0)
    assert float(gradients(0.0**b, b)) == 0.0


def test_reductions_share_ties():
    t = Tensor([[1.0, 5.0, 5.0], [2.0, 2.0, 0.0]])
    np.testing.assert_array_equal(gradients(t.max(axis=1).sum(), t), [[0, 0.5, 0.5], [0.5, 0.5, 0]])
    np.testing.assert_array_equal(gradients(t.min(), t), [[0, 0, 0], [0, 0, 1]])
    np.testing.assert_array_equal(gradients(t.mean(), t), np.full((2, 3), 1 / 6))


def test_linear_regression_by_hand():
    """d/dW of the mean of (XW − y)² is 2/m · Xᵀ(XW − y)."""
    x = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    y = np.array([[1.0], [0.0], [2.0]])
    w = Tensor([[0.5], [-0.25]])
    loss = ((x @ w - y) ** 2).mean()
    assert loss.item() == pytest.approx(0.75)
    np.testing.assert_allclose(gradients(loss, w), [[-3.0], [-4.0]], rtol=1e-14)


def test_the_logistic_unit_of_the_notes():
    """N1.2 by hand: dL/dz = a − y, dL/dw = x · dz, dL/db = dz."""
    w, b, x, y = Value(0.5), Value(-0.25), 2.0, 1.0
    a = (w * x + b).sigmoid()
    loss = -(y * a.log() + (1 - y) * (1 - a).log())
    dz = 1 / (1 + math.exp(-0.75)) - 1
    dw, db = gradients(loss, [w, b])
    assert (dw, db) == (pytest.approx(x * dz, rel=1e-14), pytest.approx(dz, rel=1e-14))


def test_indexing_adds_up_what_is_picked_twice():
    t = Tensor([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(gradients(t[[0, 2, 0]].sum(), t), [2, 0, 1])


def test_third_derivative():
    for kind in (Value, Tensor):
        x = kind(2.0)
        y = x**4
        for _ in range(2):
            y = gradients(y, x, create_graph=True)
        assert float(gradients(y, x)) == pytest.approx(48.0)
