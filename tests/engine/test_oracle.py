"""Known values, written down from mathematics and tables, not from this engine.

Finite differences cannot notice a forward map and a rule that are wrong together; these can.
"""

import math

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradients, hessian

E = math.e
PI = math.pi
SELU_SLOPE = 1.0507009873554805 * 1.6732632423543772 / E

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
    ("exp2", 3.0, 8.0, 5.545177444479562, 8 * math.log(2) ** 2),
    ("expm1", 1.0, E - 1, E, E),
    ("log2", 8.0, 3.0, 0.18033688011112042, -0.022542110013890053),
    ("log10", 100.0, 2.0, 0.004342944819032518, -4.342944819032518e-05),
    ("log1p", 1.0, 0.6931471805599453, 0.5, -0.25),
    ("cbrt", 8.0, 2.0, 1 / 12, -1 / 144),
    ("square", 3.0, 9.0, 6.0, 2.0),
    ("reciprocal", 4.0, 0.25, -1 / 16, 1 / 32),
    ("tan", PI / 4, 1.0, 2.0, 4.0),
    ("arcsin", 0.5, PI / 6, 2 / math.sqrt(3), 4 / (3 * math.sqrt(3))),
    ("arccos", 0.5, PI / 3, -2 / math.sqrt(3), -4 / (3 * math.sqrt(3))),
    ("arctan", 1.0, PI / 4, 0.5, -0.5),
    ("sinh", 1.0, 1.1752011936438014, 1.5430806348152437, 1.1752011936438014),
    ("cosh", 1.0, 1.5430806348152437, 1.1752011936438014, 1.5430806348152437),
    ("arcsinh", 0.75, 0.6931471805599453, 0.8, -0.384),
    ("arccosh", 1.25, 0.6931471805599453, 4 / 3, -80 / 27),
    ("arctanh", 0.6, 0.6931471805599453, 1.5625, 2.9296875),
    ("degrees", PI, 180.0, 180 / PI, 0.0),
    ("radians", 180.0, PI, PI / 180, 0.0),
    ("sinc", 0.5, 2 / PI, -4 / PI, 16 / PI - 2 * PI),
    ("sinc", 0.0, 1.0, 0.0, -PI * PI / 3),
    ("erf", 0.0, 0.0, 2 / math.sqrt(PI), 0.0),
    ("erf", 1.0, 0.8427007929497149, 0.41510749742059466, -0.8302149948411893),
    ("elu", -1.0, 1 / E - 1, 1 / E, 1 / E),
    ("elu", 2.0, 2.0, 1.0, 0.0),
    ("selu", -1.0, -1.1113307378125625, SELU_SLOPE, SELU_SLOPE),
    ("silu", 0.0, 0.0, 0.5, 0.5),
    ("silu", 1.0, 0.7310585786300049, 0.9276705118714867, 0.30236611881001537),
    ("gelu", 0.0, 0.0, 0.5, math.sqrt(2 / PI)),
    ("gelu", 1.0, 0.8413447460685429, 1.083315470587686, 0.24197072451914337),
    ("logsigmoid", 0.0, -0.6931471805599453, 0.5, -0.25),
    ("clip", 0.5, 0.5, 1.0, 0.0),
    ("clip", 3.0, 1.0, 0.0, 0.0),
]

CALLS = {
    "clip": lambda x: np.clip(x, -1.0, 1.0),
    **{name: getattr(autograd, name) for name in ("selu", "silu", "gelu", "logsigmoid")},
}

# name, arguments, value, derivatives by the first and the second argument
KNOWN_PAIRS = [
    ("add", (2.0, 5.0), 7.0, 1.0, 1.0),
    ("subtract", (2.0, 5.0), -3.0, 1.0, -1.0),
    ("multiply", (2.0, 5.0), 10.0, 5.0, 2.0),
    ("divide", (2.0, 5.0), 0.4, 0.2, -0.08),
    ("power", (2.0, 3.0), 8.0, 12.0, 5.545177444479562),
    ("maximum", (2.0, 5.0), 5.0, 0.0, 1.0),
    ("minimum", (2.0, 5.0), 2.0, 1.0, 0.0),
    ("fmax", (2.0, 5.0), 5.0, 0.0, 1.0),
    ("fmin", (2.0, 5.0), 2.0, 1.0, 0.0),
    ("fmax", (2.0, math.nan), 2.0, 1.0, 0.0),
    ("fmin", (math.nan, 5.0), 5.0, 0.0, 1.0),
    ("arctan2", (1.0, 1.0), PI / 4, 0.5, -0.5),
    ("hypot", (3.0, 4.0), 5.0, 0.6, 0.8),
    ("hypot", (0.0, 0.0), 0.0, 0.0, 0.0),
    ("logaddexp", (0.0, 0.0), 0.6931471805599453, 0.5, 0.5),
    ("logaddexp", (1000.0, 0.0), 1000.0, 1.0, 0.0),
    ("logaddexp2", (3.0, 3.0), 4.0, 0.5, 0.5),
    ("remainder", (7.0, 3.0), 1.0, 1.0, -2.0),
    ("remainder", (-7.0, 3.0), 2.0, 1.0, 3.0),
    ("fmod", (-7.0, 3.0), -1.0, 1.0, 2.0),
    ("copysign", (2.0, -3.0), -2.0, -1.0, 0.0),
    ("ldexp", (1.5, 3.0), 12.0, 8.0, 0.0),
]

both_kinds = pytest.mark.parametrize("kind", [Value, Tensor])


@both_kinds
@pytest.mark.parametrize(("name", "x", "y", "dy", "ddy"), KNOWN)
def test_known_values(kind, name, x, y, dy, ddy):
    node = kind(x)
    out = CALLS.get(name, autograd.TABLE.get(name))(node)
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
    ("elu", 0.0, 0.0, 1.0),
    ("elu", 1000.0, 1000.0, 1.0),
    ("elu", -1000.0, -1.0, 0.0),
    ("silu", 1000.0, 1000.0, 1.0),
    ("silu", -1000.0, 0.0, 0.0),
    ("gelu", 1000.0, 1000.0, 1.0),
    ("gelu", -1000.0, 0.0, 0.0),
    ("logsigmoid", 1000.0, 0.0, 0.0),
    ("logsigmoid", -1000.0, -1000.0, 1.0),
    ("cbrt", 0.0, 0.0, math.inf),
    ("clip", 1.0, 1.0, 1.0),
    ("clip", 2.0, 1.0, 0.0),
    ("arcsin", 1.0, PI / 2, math.inf),
    ("arccosh", 1.0, 0.0, math.inf),
]


@both_kinds
@pytest.mark.parametrize(("name", "x", "y", "dy"), KINKS)
def test_kinks_and_extremes(kind, name, x, y, dy):
    node = kind(x)
    out = CALLS.get(name, autograd.TABLE.get(name))(node)
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


@pytest.mark.parametrize("base", [0.5, 1.5, 3.0])
def test_the_hessian_of_a_power_where_the_exponent_is_zero(base):
    (aa, ab), (ba, bb) = hessian(lambda a, b: a**b, (0, 1))(base, 0.0)
    assert (aa, ab) == pytest.approx((0, 1 / base))
    assert (ba, bb) == pytest.approx((1 / base, np.log(base) ** 2))


def test_the_hessian_of_a_power_at_zero_to_the_one():
    (aa, ab), (ba, bb) = hessian(lambda a, b: a**b, (0, 1))(0.0, 1.0)
    assert (aa, bb) == (0, 0)
    assert ab == ba == -np.inf  # of a^(b-1) (1 + b log a)


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


def test_steps_are_plain_numbers():
    t, v = Tensor([-1.5, 0.5, 2.5]), Value(-1.5)
    for f in (np.floor, np.ceil, np.trunc, np.rint, np.sign, np.round):
        np.testing.assert_array_equal(f(t), f(t.numpy()))
        assert type(f(t)) is np.ndarray
        assert f(v) == f(-1.5)
    np.testing.assert_array_equal(t // 2.0, [-1.0, 0.0, 1.0])
    quotient, rest = divmod(7.5, Value(2.0))
    assert (quotient, rest.item()) == (3.0, 1.5)
    quotient, rest = np.divmod(t, 2.0)
    assert type(quotient) is np.ndarray
    np.testing.assert_array_equal(rest.numpy(), [0.5, 0.5, 0.5])


def test_select_and_clip_with_nodes():
    t = Tensor([-2.0, 0.5, 3.0])
    y = np.select([t < -1, t > 1], [t * 10, t * t], default=0.0)
    np.testing.assert_array_equal(gradients(y.sum(), t), [10.0, 0.0, 6.0])
    low = Tensor(-1.0)
    np.testing.assert_array_equal(gradients(np.clip(t, low, 1.0).sum(), low), 1.0)
    np.testing.assert_array_equal(gradients(np.nan_to_num(t / 1.0).sum(), t), [1.0, 1.0, 1.0])
