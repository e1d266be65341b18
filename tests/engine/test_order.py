"""Sorting, choosing, interpolating, convolving: as NumPy does it, to second order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value, gradients
from autograd.functions.order import trim_zeros

ORDERED = [
    lambda a: np.sort(a),
    lambda a: np.sort(a, 0),
    lambda a: np.sort(a, axis=-2, kind="stable"),
    lambda a: np.sort(a, axis=None, stable=True),
    lambda a: np.sort(a[0]) ** 2,
    lambda a: np.partition(a, 1),
    lambda a: np.partition(a, (0, -1), axis=0),
    lambda a: np.partition(a, 5, axis=None, kind="introselect"),
    lambda a: np.take(a, 3),
    lambda a: np.take(a, [[0, 2], [2, -1]], axis=1),
    lambda a: np.take(a, [0, 0, 5]),
    lambda a: np.take(a, [7, -9, 3], mode="wrap"),
    lambda a: np.take(a, [7, -9, 3], axis=0, mode="clip"),
    lambda a: np.take(a, np.array([], int), axis=0),
    lambda a: np.take(a, [True, False], axis=0),
    lambda a: a.take([1, 1], axis=-1),
    lambda a: np.take_along_axis(a, np.argsort(np.arange(12).reshape(3, 4) % 5, 1), 1),
    lambda a: np.take_along_axis(a, np.array([[2, 0, 2, 2]]), axis=0),
    lambda a: np.take_along_axis(a, np.array([[0], [3], [3]]), axis=-1),
    lambda a: np.take_along_axis(a, np.array([11, 0, 0]), axis=None),
    lambda a: np.compress([True, False, True], a, axis=0),
    lambda a: np.compress([False, True], a, axis=1),
    lambda a: np.compress([True, True, False, True, False], a),
    lambda a: a.compress([True, False, True, False], axis=1),
    lambda a: np.compress([True, False, True, False, False], a, axis=1),
    lambda a: np.extract(np.arange(12).reshape(3, 4) % 5 > 2, a),
    lambda a: np.trim_zeros(a[0] * [0, 1, 1, 0]),
    lambda a: np.trim_zeros(a[0] * [0, 1, 1, 0], "f"),
    lambda a: np.trim_zeros(a[0] * [0, 1, 0, 0], "B"),
    lambda a: np.trim_zeros(a[0] * 0),
]
CHOSEN = [
    lambda a, b: np.choose([0, 1, 1, 0], [a, b]),
    lambda a, b: np.choose(np.arange(12).reshape(3, 4) % 3, (a, b[:, :1], 5.0)),
    lambda a, b: np.choose([5, -2, 3, 1], [a, b, a * b], mode="wrap"),
    lambda a, b: np.choose([5, -2, 3, 1], [a, b], mode="clip"),
    lambda a, b: np.choose([[0, 1, 1, 0]], [[a[0, 0], 1.0, 2.0, b[1, 1]], a]),
    lambda a, b: np.choose(0, [a * b]),
    lambda a, b: np.select([a_mask(0), a_mask(1)], [a, b * b]),
    lambda a, b: np.select([a_mask(0), a_mask(1)], [a, 2.0], default=b),
    lambda a, b: np.where(a_mask(0), a, b),
    lambda a, b: np.piecewise(a, [a_mask(0), ~a_mask(0)], [lambda v: v * v, lambda v: v**3]) * b,
    lambda a, b: np.piecewise(a, [a_mask(0), a_mask(1)], [np.sin, 2.0, np.exp]) * b,
    lambda a, b: np.piecewise(a, [a_mask(0)], [lambda v, c, d=1: c * v**d, 7], 2.0, d=3) + b,
    lambda a, b: np.piecewise(a[0], a_mask(0)[0], [np.sin, np.cos]) + b,
    lambda a, b: np.piecewise(a, [a_mask(0) & False], [np.sin]) + b,
    lambda a, b: np.piecewise(a[0, 0], [True, False], [np.sin, np.cos]) + b,
    lambda a, b: np.piecewise(a[0, 0], True, [np.sin, np.cos]) + b,
]


def a_mask(kind):
    return np.arange(12).reshape(3, 4) % (3 + kind) == 1


@pytest.mark.parametrize("f", ORDERED)
def test_order_agrees(f, agrees, rng):
    agrees(lambda a: f(a**3), rng.permutation(np.linspace(-2, 2, 12)).reshape(3, 4))


@pytest.mark.parametrize("f", CHOSEN)
def test_choice_agrees(f, agrees, rng):
    agrees(f, rng.normal(size=(3, 4)), rng.normal(size=(3, 4)))


def test_where_with_one_argument_gives_places():
    t = Tensor([[0.0, 1.0], [2.0, 0.0]])
    for mine, theirs in zip(np.where(t), np.where(t.numpy()), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_trimming_several_axes():
    frame = np.zeros((4, 5))
    frame[1:3, 2:4] = [[1, 2], [0, 3]]
    t = Tensor(frame)
    np.testing.assert_array_equal(trim_zeros(t).numpy(), [[1, 2], [0, 3]])
    assert trim_zeros(t, "f", axis=0).shape == (3, 5)
    assert trim_zeros(t, "b", axis=(1,)).shape == (4, 4)


# ------------------------------------------------------------------------------------------ ties


def test_ties_keep_their_order():
    t = Tensor([2.0, 1.0, 2.0, 1.0])
    np.testing.assert_array_equal(gradients(np.sort(t), t, gradient=[1, 2, 3, 4]), [3, 1, 4, 2])
    np.testing.assert_array_equal(
        gradients(np.partition(t, 3), t, gradient=[5, 5, 7, 7]), [7, 5, 7, 5]
    )


def test_nan_is_last(rng):
    t = Tensor([np.nan, 1.0, np.nan, 0.0])
    np.testing.assert_array_equal(np.sort(t).numpy(), [0, 1, np.nan, np.nan])
    np.testing.assert_array_equal(gradients(np.sort(t), t, gradient=[1, 2, 3, 4]), [3, 2, 4, 1])


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.data())
def test_a_reordering_hands_each_entry_the_gradient_of_its_place(entries, data):
    """Whatever the ties: the multiset of (entry, gradient) is the same before and after."""
    t = Tensor(entries)
    kth = data.draw(st.integers(0, len(entries) - 1))
    for y in (np.sort(t), np.partition(t, kth)):
        weight = np.arange(len(entries)) + 0.5
        g = gradients(y, t, gradient=weight)
        before = sorted(zip(t.numpy(), g, strict=True))
        assert before == sorted(zip(y.numpy(), weight, strict=True))


def test_values_can_be_chosen_among():
    a, b = Value(2.0), Value(3.0)
    y = np.choose([0, 1, 1], [a, b]).sum() + np.take(np.stack([a, b]), [0, 0]).sum()
    y.backward()
    assert (a.grad, b.grad) == (3.0, 2.0)


def test_a_piece_is_evaluated_only_where_it_counts():
    t = Tensor([-1.0, 4.0])
    y = np.piecewise(t, [t.numpy() > 0], [np.sqrt, 0.0])
    np.testing.assert_array_equal(gradients(y, t, gradient=[1, 1]), [0, 0.25])


# ---------------------------------------------------------------------------------------- signal


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "m"), [(5, 3), (3, 5), (4, 4), (2, 5), (5, 2), (1, 4), (3, 1)])
def test_convolution_agrees(mode, n, m, agrees, rng):
    a, v = rng.normal(size=n), rng.normal(size=m)
    agrees(lambda a, v: np.convolve(a, v, mode), a, v)
    agrees(lambda a, v: np.correlate(a, v, mode), a, v)
    agrees(lambda a: np.convolve(a * a, [2.0] * m, mode) + np.convolve(np.ones(m), a, mode), a)


def test_convolution_of_numbers(agrees):
    agrees(lambda a, v: np.convolve(a, v), np.array(2.0), np.array([1.0, 3.0]))


XP, FP = np.array([0.0, 1.0, 2.5, 4.0]), np.array([1.0, -1.0, 0.5, 2.0])
INTERPOLATED = [
    lambda x, xp, fp: np.interp(x, xp, fp),
    lambda x, xp, fp: np.interp(x, xp, fp, left=-5.0, right=fp[0] * xp[1]),
    lambda x, xp, fp: np.interp(x[0, 0], xp, fp),
    lambda x, xp, fp: np.interp(1.7, xp, fp) + np.interp(x, [0.0, 9.0], [1.0, 3.0]),
    lambda x, xp, fp: np.interp([0.3, 7.0], XP, fp) * xp[0],
    lambda x, xp, fp: np.interp(x, xp, fp, period=3.2),
    lambda x, xp, fp: np.interp(x, xp, fp, left=7, period=-30),
    lambda x, xp, fp: np.interp(x, xp[:1], fp[:1]),
]


@pytest.mark.parametrize("f", INTERPOLATED)
def test_interpolation_agrees(f, agrees):
    x = np.array([[0.3, 1.2, 3.9], [-1.0, 5.5, 2.6]])
    agrees(f, x, XP, FP)


def test_interpolation_at_the_points():
    x = Tensor([0.0, 1.0, 4.0])
    y = np.interp(x, XP, FP)
    np.testing.assert_allclose(y.numpy(), [1, -1, 2], rtol=1e-15)
    np.testing.assert_allclose(gradients(y, x, gradient=np.ones(3)), [-2, 1, 1])
    assert np.isnan(np.interp(Tensor(np.nan), XP, FP).item())


@pytest.mark.parametrize("degree", [0, 1, 3])
def test_polynomials_agree(degree, agrees, rng):
    p, x = rng.normal(size=degree + 1), rng.normal(size=(2, 2))
    agrees(np.polyval, p, x)
    agrees(lambda x: np.polyval([1.0, -2.0, 3.0], x), x)
    agrees(lambda p: np.polyval(p, 3), p)
    agrees(lambda p: np.polyval(p, [[1.0, 2.0]]), p)
    assert np.polyval(np.empty(0), Tensor(x)).shape == (2, 2)


def test_unwrapping_agrees(agrees, rng):
    p = rng.uniform(-9, 9, size=(3, 6))
    agrees(lambda p: np.unwrap(p**2), p)
    agrees(lambda p: np.unwrap(p, axis=0, period=2.0), p)
    agrees(lambda p: np.unwrap(p, 4.0), p)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_dtype_is_kept(dtype):
    t = Tensor([3, 1, 2], dtype=dtype)
    for f in (
        lambda a: np.sort(a),
        lambda a: np.convolve(a, a, "same"),
        lambda a: np.correlate(a, a),
        lambda a: np.unwrap(a),
        lambda a: np.choose([0, 1, 0], [a, 1.0]),
        lambda a: np.select([[True, False, False], [False, True, False]], [a, 1.0], 0.5),
        lambda a: np.piecewise(a, [a.numpy() > 1], [np.exp, 1.0]),
        lambda a: np.interp(a, np.array([0, 1], dtype), np.array([0, 1], dtype)),
        lambda a: np.polyval(a, a),
    ):
        assert f(t).dtype == dtype
        assert gradients(f(t).sum(), t).dtype == dtype


# ---------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("f", "kind", "text"),
    [
        (lambda t: np.sort(t, axis=2), ValueError, r"sort of shape \(2, 3\): axis 2"),
        (lambda t: np.sort(t, order="name"), TypeError, "sort with order="),
        (lambda t: np.partition(t, 7), ValueError, "out of bounds"),
        (lambda t: np.take(t, [9]), IndexError, "index 9 is out of bounds"),
        (lambda t: np.take(t, [1.5]), TypeError, "indices are integers, not float64"),
        (lambda t: np.take(t, 0, mode="no"), ValueError, "'raise', 'wrap' or 'clip'"),
        (lambda t: np.take_along_axis(t, np.array([0]), 1), ValueError, "equally many axes"),
        (lambda t: np.choose([0, 2], [t, t]), ValueError, "outside of the 2 choices"),
        (lambda t: np.compress([True] * 7, t), ValueError, r"condition of shape \(7,\)"),
        (lambda t: np.compress([[True]], t), ValueError, r"condition of shape \(1, 1\)"),
        (lambda t: np.piecewise(t, [t.numpy() > 0], [1, 2, 3]), ValueError, "or one more"),
        (lambda t: np.trim_zeros(t, "x"), ValueError, "'f', 'b' or 'fb'"),
        (lambda t: np.convolve(t, t), ValueError, r"convolve needs two rows .* shape \(2, 3\)"),
        (lambda t: np.convolve(t[0], t[0, :0]), ValueError, "one or more entries"),
        (lambda t: np.correlate(t[0], t[0], "no"), ValueError, "'full', 'same' or 'valid'"),
        (lambda t: np.interp(1.0, t[0], t[0, :2]), ValueError, "rows of one length"),
        (lambda t: np.interp(1.0, t[0, :0], t[0, :0]), ValueError, "not empty"),
        (lambda t: np.interp(t, [0.0], [1.0], period=0), ValueError, "period must not be 0"),
        (lambda t: np.put_along_axis(t, np.array([[0]]), 1.0, 1), TypeError, "writes into"),
        (lambda t: t.sort(), AttributeError, "sort"),
    ],
)
def test_errors_say_what_is_wrong(f, kind, text):
    with pytest.raises(kind, match=text):
        f(Tensor(np.ones((2, 3))))


def test_a_value_stands_for_an_array_without_axes():
    v = Value(2.0)
    for f in (
        np.flip,
        lambda v: np.roll(v, 1),
        lambda v: np.take(v, 0),
        lambda v: np.repeat(v, 2),
        lambda v: np.tile(v, (2, 1)),
        lambda v: np.insert(np.ones(2), 1, v),
        lambda v: np.append(v, 1.0),
        lambda v: np.interp(v, [0.0, 4.0], [0.0, 4.0]),
        lambda v: np.polyval([1.0, 0.0], v),
        lambda v: np.convolve(v, v) / v,
        lambda v: np.piecewise(v, [True], [lambda x: x * 1.0]),
    ):
        y = f(v)
        np.testing.assert_allclose(y.numpy(), f(2.0))
        (g,) = gradients(np.sum(y), [v])
        assert g == pytest.approx(np.sum(y.numpy() == 2.0))
