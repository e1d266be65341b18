"""Sums, products, extremes and their running forms, with and without NaN; the smooth maximum."""

import math

import numpy as np
import pytest

from autograd import Tensor, Value, gradients
from autograd.card.dispatch import ufunc_method
from autograd.functions.activations import log_softmax, logsumexp, softmax
from autograd.functions.reductions import mean, reduce_max, reduce_sum

AXES = [None, 0, -1, (0, 2), (1, -1), ()]
MASK = np.array([[True, False, True], [True, True, False]])


def apart(rng, shape):
    """Numbers at least 0.1 from each other, so that no slope crosses a tie."""
    return rng.permutation(math.prod(shape)).reshape(shape) * 0.2 - 0.7


def second(f, x):
    """The matrix of second derivatives of a scalar function of a vector."""
    leaf = Tensor(x)
    first = gradients(f(leaf), leaf, create_graph=True)
    if not first.requires_grad:
        return np.zeros((len(x), len(x)))
    return np.stack([gradients(first[i], leaf) for i in range(len(x))])


# ---------------------------------------------------------------------- functions with an axis


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", ["sum", "prod", "mean", "max", "min", "amax", "amin", "ptp"])
def test_reduction_agrees(name, axis, keepdims, agrees, rng):
    function = getattr(np, name)
    agrees(lambda x: function(x, axis=axis, keepdims=keepdims), apart(rng, (2, 3, 2)))


@pytest.mark.parametrize("axis", [None, 0, -1], ids=str)
@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_running_forms_agree(name, axis, agrees, rng):
    agrees(lambda x: getattr(np, name)(x, axis=axis), rng.normal(size=(3, 4)))
    agrees(lambda x: getattr(x, name)(axis), rng.normal(size=(2, 3)))


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.1 brought it")
@pytest.mark.parametrize("include_initial", [False, True])
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_running_forms_of_the_array_standard_agree(name, include_initial, agrees, rng):
    function = getattr(np, name)
    agrees(lambda x: function(x, include_initial=include_initial), rng.normal(size=4))
    agrees(lambda x: function(x, axis=-1, include_initial=include_initial), rng.normal(size=(2, 3)))
    with pytest.raises(ValueError, match=r"\(2, 3\) needs axis="):
        function(Tensor(rng.normal(size=(2, 3))))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.sum(0),
        lambda x: x.sum((0, 1), keepdims=True),
        lambda x: x.sum(where=MASK, axis=1),
        lambda x: x.sum(1, initial=5.0),
        lambda x: x.prod(1),
        lambda x: x.prod(where=MASK, axis=0, initial=2.0),
        lambda x: x.mean(-1, keepdims=True),
        lambda x: x.mean(where=MASK, axis=1),
        lambda x: x.mean(where=[True, False, True]),
        lambda x: x.max(1),
        lambda x: x.max(initial=0.25),
        lambda x: x.max(1, where=MASK, initial=-9.0),
        lambda x: x.min(0, initial=0.25),
        lambda x: x.min(where=MASK[0], initial=9.0),
    ],
)
def test_method_agrees(f, agrees, rng):
    agrees(f, apart(rng, (2, 3)))


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "max", "min"])
def test_single_number_agrees(name, agrees):
    function = getattr(np, name)
    agrees(lambda x: function(x), 1.5)
    agrees(lambda x: function(x, axis=(), keepdims=True), 1.5)
    assert function(Value(1.5)).item() == 1.5


@pytest.mark.parametrize("name", ["sum", "max"])
def test_single_number_has_an_axis_for_numpy(name):
    assert getattr(np, name)(Tensor(1.5), axis=-1).shape == ()
    assert np.cumsum(Tensor(1.5), axis=0).shape == (1,)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)], ids=str)
@pytest.mark.parametrize("name", ["sum", "prod", "cumsum", "cumprod"])
def test_empty_array_agrees(name, axis):
    if name.startswith("cum") and isinstance(axis, tuple):
        return
    empty = np.empty((0, 3), np.float32)
    expected = getattr(np, name)(empty, axis=axis)
    leaf = Tensor(empty)
    found = getattr(np, name)(leaf, axis=axis)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found.numpy(), expected)
    assert gradients(np.sum(found), leaf).shape == (0, 3)


def test_mean_of_nothing_is_nan_and_says_so():
    with pytest.warns(RuntimeWarning):
        assert np.isnan(np.mean(Tensor(np.empty(0))).item())
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"):
        found = Tensor([1.0, 2.0]).mean(where=[False, False])
    assert np.isnan(found.item())


@pytest.mark.parametrize("name", ["max", "min"])
def test_extreme_of_nothing(name):
    with pytest.raises(ValueError, match=rf"{name}\(.*\): along an axis of size 0"):
        getattr(np, name)(Tensor(np.empty((2, 0))), axis=1)
    assert getattr(np, name)(Tensor(np.empty((0, 2))), axis=1).shape == (0,)
    assert getattr(Tensor(np.empty((2, 0))), name)(1, initial=3.0).tolist() == [3.0, 3.0]


# ------------------------------------------------------------------------------------ products


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([2.0, 3.0, 5.0], [15.0, 10.0, 6.0]),
        ([2.0, 0.0, 5.0], [0.0, 10.0, 0.0]),
        ([0.0, 3.0, 0.0], [0.0, 0.0, 0.0]),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        ([7.0], [1.0]),
    ],
)
def test_gradient_of_a_product_is_the_product_of_the_others(x, expected):
    leaf = Tensor(x)
    assert gradients(np.prod(leaf), leaf).tolist() == expected


@pytest.mark.parametrize("zeros", [(), (1,), (0, 3), (0, 1, 2), (0, 1, 2, 3)], ids=str)
def test_products_with_zeros_to_second_order(zeros, agrees, rng):
    x = rng.uniform(0.5, 2.0, size=4)
    x[list(zeros)] = 0.0
    others = [[math.prod(np.delete(x, [i, j])) * (i != j) for j in range(4)] for i in range(4)]
    np.testing.assert_allclose(second(np.prod, x), others, rtol=1e-14)
    agrees(np.cumprod, x)
    agrees(lambda x: np.prod(x.reshape(2, 2), axis=(1, 0)), x)


def test_third_derivative_of_a_product_with_zeros():
    x = Tensor([0.0, 0.0, 0.0, 4.0])
    first = gradients(np.prod(x), x, create_graph=True)
    twice = gradients(first[0], x, create_graph=True)
    assert gradients(twice[1], x).tolist() == [0.0, 0.0, 4.0, 0.0]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 33])
def test_running_product_against_its_definition(n, rng):
    x, g = rng.normal(size=(2, n))
    x[:: max(2, n // 3)] = 0.0
    jacobian = np.array(
        [
            [math.prod(np.delete(x[: k + 1], i)) if i <= k else 0.0 for i in range(n)]
            for k in range(n)
        ]
    )
    leaf = Tensor(x)
    found = gradients(np.cumprod(leaf), leaf, gradient=g)
    np.testing.assert_allclose(found, g @ jacobian, rtol=1e-12, atol=1e-14)


def test_running_product_that_overflows_where_nothing_arrives():
    leaf = Tensor([2.0, 3.0, 0.0, 1e200, 1e200, 1e200])
    with np.errstate(over="ignore"):
        found = gradients(np.cumprod(leaf)[1], leaf)
    assert found.tolist() == [3.0, 2.0, 0.0, 0.0, 0.0, 0.0]


# ---------------------------------------------------------------------------------------- ties


@pytest.mark.parametrize("name", ["max", "min"])
def test_ties_share_the_gradient(name):
    leaf = Tensor([[1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 2.0, 1.0]])
    found = gradients(np.sum(getattr(np, name)(leaf, axis=1)), leaf)
    row = [0.0, 0.5, 0.5, 0.0] if name == "max" else [0.5, 0.0, 0.0, 0.5]
    assert found.tolist() == [[0.25] * 4, row]
    assert not second(getattr(np, name), np.array([1.0, 1.0, 0.0])).any()


# ----------------------------------------------------------------------------------------- NaN


def with_nan(rng, shape=(3, 4)):
    x = apart(rng, shape)
    x[0, 1] = x[2, 0] = x[2, 3] = np.nan
    return x


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)], ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", ["nansum", "nanprod", "nanmean", "nanmax", "nanmin"])
def test_reduction_without_nan_agrees(name, axis, keepdims, rng):
    """Against the function of the numbers alone: a slope by a NaN is none."""
    x = with_nan(rng)
    there = ~np.isnan(x)
    function, bare = getattr(np, name), getattr(np, name.removeprefix("nan"))
    leaf, numbers = Tensor(x), Tensor(np.where(there, x, 0.0))
    found = function(leaf, axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(found.numpy(), function(x, axis=axis, keepdims=keepdims), rtol=1e-14)
    fill = {"nanprod": 1.0, "nanmax": -np.inf, "nanmin": np.inf}.get(name, 0.0)
    if name == "nanmean":
        expected = np.sum(numbers, axis=axis) / np.sum(there, axis=axis)
    else:
        expected = bare(np.where(there, numbers, fill), axis=axis)
    weight = rng.normal(size=expected.shape)
    mine = gradients(found, leaf, gradient=weight.reshape(found.shape))
    theirs = gradients(expected, numbers, gradient=weight)
    assert np.isfinite(mine).all()
    np.testing.assert_allclose(mine, theirs * there, rtol=1e-13)


@pytest.mark.parametrize("axis", [None, 0, 1], ids=str)
@pytest.mark.parametrize("name", ["nancumsum", "nancumprod"])
def test_running_form_without_nan_agrees(name, axis, rng):
    x = with_nan(rng)
    leaf = Tensor(x)
    found = getattr(np, name)(leaf, axis=axis)
    np.testing.assert_allclose(found.numpy(), getattr(np, name)(x, axis=axis), rtol=1e-14)
    grad = gradients(np.sum(found), leaf)
    assert np.isfinite(grad).all()
    assert not grad[np.isnan(x)].any()


@pytest.mark.parametrize("name", ["nanmax", "nanmin"])
def test_extreme_of_nan_alone_is_nan_and_says_so(name):
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        found = getattr(np, name)(Tensor([[np.nan, np.nan], [1.0, 2.0]]), axis=1)
    assert np.isnan(found.numpy()).tolist() == [True, False]


def test_nan_is_passed_on_where_it_is_not_passed_over():
    x = Tensor([[1.0, np.nan], [2.0, 3.0]])
    for function in (np.sum, np.prod, np.mean, np.max, np.min, np.ptp):
        assert np.isnan(function(x, axis=1).numpy()).tolist() == [True, False]


# ------------------------------------------------------------------------------ smooth maximum


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)], ids=str)
def test_smooth_maximum_agrees(axis, agrees, rng):
    x = rng.normal(size=(2, 3, 2))
    agrees(lambda x: logsumexp(x, axis=axis), x)
    agrees(lambda x: logsumexp(x, axis=axis, keepdims=True), x)
    agrees(lambda x: softmax(x, axis=axis), x)
    agrees(lambda x: log_softmax(x, axis=axis), x)


def test_smooth_maximum_known_values():
    x = Tensor(np.log([1.0, 2.0, 5.0]))
    assert logsumexp(x).item() == pytest.approx(math.log(8), rel=1e-15)
    np.testing.assert_allclose(softmax(x).numpy(), [0.125, 0.25, 0.625], rtol=1e-15)
    np.testing.assert_allclose(gradients(logsumexp(x), x), [0.125, 0.25, 0.625], rtol=1e-15)
    p = np.array([0.125, 0.25, 0.625])
    np.testing.assert_allclose(
        second(logsumexp, x.numpy()), np.diag(p) - np.outer(p, p), rtol=1e-14
    )


@pytest.mark.parametrize("shift", [-1000.0, 0.0, 1000.0, 1e300])
def test_smooth_maximum_is_stable(shift):
    x = Tensor(np.array([0.0, 0.0]) + shift)
    assert logsumexp(x).item() == pytest.approx(shift + math.log(2), rel=1e-15)
    np.testing.assert_allclose(softmax(x).numpy(), [0.5, 0.5])
    np.testing.assert_allclose(log_softmax(x).numpy(), [-math.log(2)] * 2)
    far = Tensor([0.0, -1000.0])
    assert log_softmax(far).tolist() == [0.0, -1000.0]
    assert gradients(log_softmax(far)[1], far).tolist() == [-1.0, 1.0]


def test_smooth_maximum_of_infinities_shares_equally():
    low = Tensor([[-np.inf, -np.inf], [-np.inf, 3.0]])
    assert logsumexp(low, axis=1).tolist() == [-np.inf, 3.0]
    assert softmax(low).tolist() == [[0.5, 0.5], [0.0, 1.0]]
    assert gradients(np.sum(logsumexp(low, axis=1)), low).tolist() == [[0.5, 0.5], [0.0, 1.0]]
    high = Tensor([np.inf, 1.0, np.inf])
    assert logsumexp(high).item() == np.inf
    assert softmax(high).tolist() == [0.5, 0.0, 0.5]
    assert logsumexp(Tensor(np.empty((2, 0))), axis=1).tolist() == [-np.inf, -np.inf]
    assert np.isnan(softmax(Tensor([1.0, np.nan])).numpy()).all()


def test_smooth_maximum_of_an_array_of_values():
    values = np.array([Value(0.0), Value(math.log(3.0)), Value(-900.0)])
    out = logsumexp(values)
    out.backward()
    assert out.data == pytest.approx(math.log(4))
    assert [each.grad for each in values] == pytest.approx([0.25, 0.75, 0.0])
    assert softmax(values)[1].data == pytest.approx(0.75)


# ------------------------------------------------------------------------------ ufuncs' methods


@pytest.mark.parametrize(
    ("ufunc", "method"),
    [
        (np.add, "reduce"),
        (np.multiply, "reduce"),
        (np.maximum, "reduce"),
        (np.minimum, "reduce"),
        (np.logaddexp, "reduce"),
        (np.add, "accumulate"),
        (np.multiply, "accumulate"),
    ],
)
def test_ufunc_method_folds_the_first_axis(ufunc, method, agrees, rng):
    x = apart(rng, (3, 2))
    theirs, ours = getattr(ufunc, method), ufunc_method(ufunc, method)
    agrees(lambda x: ours(x) if isinstance(x, Tensor) else theirs(x), x)
    agrees(lambda x: (ours if isinstance(x, Tensor) else theirs)(x, axis=1), x)


def test_outer_of_a_ufunc(rng):
    x, y = rng.normal(size=(2, 3)), rng.normal(size=2)
    a, b = Tensor(x), Tensor(y)
    found = ufunc_method(np.subtract, "outer")(a, b)
    np.testing.assert_array_equal(found.numpy(), np.subtract.outer(x, y))
    parts = gradients(found, [a, b], gradient=np.ones(found.shape))
    np.testing.assert_array_equal(parts[0], np.full((2, 3), 2.0))
    np.testing.assert_array_equal(parts[1], np.full(2, -6.0))


def test_methods_without_a_counterpart():
    assert ufunc_method(np.add, "at") is None
    assert ufunc_method(np.sin, "reduce") is None


# ------------------------------------------------------------------------- dtypes, lists, errors


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(
    "name", ["sum", "mean", "prod", "cumsum", "max", "ptp", "nansum", "nanmean"]
)
def test_dtype_is_kept(name, dtype):
    x = np.array([[1, 2, 3], [4, 5, 6]], dtype)
    leaf = Tensor(x, dtype=dtype)
    found = getattr(np, name)(leaf, axis=1)
    np.testing.assert_array_equal(found.numpy(), getattr(np, name)(x, axis=1))
    assert found.dtype == dtype
    assert gradients(np.sum(found), leaf).dtype == dtype


def test_float16_sums_and_means_as_numpy_does():
    x = np.full(3000, 0.1, np.float16)
    assert np.sum(Tensor(x, dtype=np.float16)).item() == np.sum(x)
    x = np.full(3000, 60.0, np.float16)  # whose sum is beyond float16
    assert np.mean(Tensor(x, dtype=np.float16)).item() == 60.0


def test_dtype_asked_for():
    x = Tensor([1.0, 2.0])
    found = np.sum(x, dtype=np.float32)
    assert found.dtype == np.float32
    assert gradients(found, x).dtype == np.float64
    assert np.cumprod(x, 0, np.float32).dtype == np.float32
    with pytest.raises(TypeError, match=r"sum: dtype=.*int.* carries no gradient"):
        np.sum(x, dtype=int)


def test_lists_of_nodes_are_stacked():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 5.0])
    assert reduce_sum([a, b], axis=0).tolist() == [4.0, 7.0]
    assert mean([[Value(1.0), 2.0], [3.0, Value(6.0)]]).item() == 3.0
    assert reduce_max([1.0, 4.0]) == 4.0


def test_plain_arrays_stay_plain(rng):
    x = rng.normal(size=(2, 3))
    for found in (reduce_sum(x, 0), mean(x, 0), reduce_max(x, 0), softmax(x), logsumexp(x, 0)):
        assert isinstance(found, np.ndarray)
    assert softmax(np.array([0, 0])).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda x: np.sum(x, axis=2), ValueError, r"sum: axis 2 is out of bounds.*\(2, 3\)"),
        (lambda x: np.sum(x, axis=2), IndexError, "axis 2"),
        (lambda x: np.prod(x, axis=(0, -2)), ValueError, "prod: axis=.* names an axis twice"),
        (lambda x: np.cumsum(x, axis=2), ValueError, "cumsum: axis 2"),
        (lambda x: softmax(x, axis=5), ValueError, "softmax: axis 5"),
        (lambda x: x.sum(out=np.empty(3)), TypeError, "sum with out= is not supported"),
        (lambda x: np.cumprod(x, 0, None, np.empty(3)), TypeError, "cumprod with out="),
        (lambda x: x.max(where=MASK), ValueError, "max: where= needs initial="),
        (lambda x: x.sum(where=[True, False]), ValueError, r"sum: where= of shape \(2,\)"),
    ],
)
def test_errors_name_the_operation(call, error, text):
    with pytest.raises(error, match=text):
        call(Tensor(np.ones((2, 3))))
