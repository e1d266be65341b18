"""Variances, quantiles, correlation, and differences of neighbours."""

import warnings

import numpy as np
import pytest

from autograd import TABLE, Tensor, gradients
from autograd.functions.missing import nanmean
from autograd.symbols import Symbol, pullback

METHODS = [
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
    *("interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased"),
    *("normal_unbiased", "lower", "higher", "midpoint", "nearest"),
]
MASK = np.array([[True, False, True, True], [True, True, False, True]])


def apart(rng, shape):
    """Numbers at least 0.1 from each other, so that no slope crosses a tie."""
    return rng.permutation(int(np.prod(shape))).reshape(shape) * 0.2 - 0.7


# ------------------------------------------------------------------------------------ variances


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)], ids=str)
@pytest.mark.parametrize(
    "options", [{}, {"keepdims": True}, {"ddof": 1}, {"correction": 1}], ids=str
)
@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_agrees(name, axis, options, agrees, rng):
    agrees(lambda x: getattr(np, name)(x, axis=axis, **options), rng.normal(size=(2, 3, 2)))


@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_of_single_numbers_agrees(name, agrees, rng):
    agrees(getattr(np, name), 1.5)
    agrees(lambda x: getattr(np, name)(x, axis=()), rng.normal(size=(2, 3)), order=1)


@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_method_agrees(name, agrees, rng):
    x = rng.normal(size=(2, 4))
    agrees(lambda x: getattr(x, name)(1, ddof=1), x)
    agrees(lambda x: getattr(x, name)(where=MASK, axis=1, ddof=1), x)
    agrees(
        lambda x: getattr(x, name)(where=MASK[:, 2:], axis=0, ddof=0.5, keepdims=True), x[:, 1::2]
    )
    agrees(lambda x: getattr(x, name)(where=MASK), x)


@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_about_a_mean_that_is_known(name, agrees, rng):
    function = getattr(np, name)
    agrees(
        lambda x: function(x, axis=1, mean=np.mean(x, axis=1, keepdims=True)),
        rng.normal(size=(2, 3)),
    )
    agrees(lambda x, m: function(x, mean=m, ddof=1), rng.normal(size=4), rng.normal(size=1))


def test_gradient_of_std_is_0_where_all_entries_are_equal():
    leaf = Tensor([[2.0, 2.0, 2.0], [0.0, 1.0, 2.0]])
    for out in (np.std(leaf, axis=1), leaf.std(1, where=[True, True, True])):
        first = gradients(np.sum(out), leaf, create_graph=True)
        assert first.numpy()[0].tolist() == [0.0, 0.0, 0.0]
        assert first.numpy()[1].any()
        again = gradients(np.sum(first**2), leaf)
        assert np.isfinite(again).all()
        assert not again[0].any()


@pytest.mark.parametrize("name", ["var", "std", "nanvar", "nanstd"])
def test_variance_without_freedom_is_nan_and_says_so(name):
    x = [1.0, np.nan] if name.startswith("nan") else [1.0]
    with pytest.warns(RuntimeWarning, match="Degrees of freedom <= 0"), np.errstate(all="ignore"):
        assert np.isnan(getattr(np, name)(Tensor(x), ddof=1).item())


@pytest.mark.parametrize("axis", [None, 0, 1], ids=str)
@pytest.mark.parametrize("name", ["nanvar", "nanstd"])
def test_variance_without_nan_agrees(name, axis, rng):
    x = rng.normal(size=(3, 4))
    x[0, 1] = x[2, 2] = np.nan
    function, bare = getattr(np, name), getattr(np, name.removeprefix("nan"))
    leaf = Tensor(x)
    found = function(leaf, axis=axis, ddof=1)
    np.testing.assert_allclose(found.numpy(), function(x, axis=axis, ddof=1), rtol=1e-13)
    grad = gradients(np.sum(found), leaf)
    assert not grad[np.isnan(x)].any()
    row = Tensor(x[2][~np.isnan(x[2])])
    if axis == 1:
        expected = gradients(bare(row, ddof=1), row)
        np.testing.assert_allclose(grad[2][~np.isnan(x[2])], expected, rtol=1e-12)


def test_rule_of_std_as_a_formula():
    x = Symbol("x", like=np.ones(4))
    found = pullback(
        TABLE["std"], 0, Symbol("g"), Symbol("s"), [x], dict(axis=(0,), ddof=0, keepdims=False)
    )
    assert str(found) == "spread(g / s / 4) ⊙ (x − mean x)"


def test_variance_known_values():
    x = Tensor([1.0, 2.0, 6.0])
    assert np.var(x).item() == pytest.approx(14 / 3, rel=1e-15)
    np.testing.assert_allclose(gradients(np.var(x), x), [-4 / 3, -2 / 3, 2], rtol=1e-15)
    assert np.std(x, ddof=1).item() == pytest.approx(7**0.5, rel=1e-15)
    np.testing.assert_allclose(
        gradients(np.std(x, ddof=1), x), np.array([-2, -1, 3]) / (2 * 7**0.5), rtol=1e-15
    )


# --------------------------------------------------------------------------- weighted means


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)], ids=str)
def test_average_agrees(axis, agrees, rng):
    x, w = rng.normal(size=(2, 3)), rng.uniform(0.5, 2, size=(2, 3))
    agrees(lambda x: np.average(x, axis), x)
    agrees(lambda x, w: np.average(x, axis, w), x, w)
    agrees(lambda x, w: np.average(x, axis, w, returned=True, keepdims=True), x, w)
    found = np.average(Tensor(x), axis, returned=True)
    expected = np.average(x, axis, returned=True)
    np.testing.assert_allclose(found[1], expected[1])


def test_average_with_weights_along_an_axis_agrees(agrees, rng):
    x = rng.normal(size=(2, 3, 2))
    agrees(lambda x, w: np.average(x, 1, w), x, rng.uniform(0.5, 2, size=3))
    agrees(lambda x, w: np.average(x, (2, 1), w), x, rng.uniform(0.5, 2, size=(2, 3)))
    agrees(lambda x, w: np.average(x, 1, w, returned=True), x, rng.uniform(0.5, 2, size=3))


@pytest.mark.parametrize(
    ("axis", "weights", "error", "text"),
    [
        (None, np.zeros((2, 3)), ZeroDivisionError, "weights sum to zero"),
        (None, np.ones(3), TypeError, r"weights of shape \(3,\) .* say along which axis="),
        (0, np.ones(3), ValueError, r"weights of shape \(3,\) along axis=0"),
    ],
)
def test_average_refuses_weights(axis, weights, error, text):
    with pytest.raises(error, match=text):
        np.average(Tensor(np.ones((2, 3))), axis, weights)


# ------------------------------------------------------------------------------------ quantiles


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)], ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
def test_median_agrees(axis, keepdims, agrees, rng):
    agrees(lambda x: np.median(x, axis=axis, keepdims=keepdims), apart(rng, (2, 3, 2)))
    agrees(lambda x: np.nanmedian(x, axis=axis, keepdims=keepdims), apart(rng, (3, 3, 1)))


@pytest.mark.parametrize("method", METHODS)
def test_quantile_agrees(method, agrees, rng):
    x = apart(rng, (2, 5))
    for q in (0.0, 0.37, 0.5, 1):
        agrees(lambda x, q=q: np.quantile(x, q, method=method), x)
    agrees(lambda x: np.quantile(x, [0.1, 0.9, 0.5], axis=1, method=method), x)
    agrees(lambda x: np.percentile(x, [[10], [65]], axis=0, method=method, keepdims=True), x)
    agrees(lambda x: np.nanquantile(x, [0.1, 0.7], axis=(1, 0), method=method), x)
    agrees(lambda x: np.nanpercentile(x, 81, axis=1, method=method), x)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 3, 10, 101])
def test_quantile_lies_where_numpy_puts_it(n, method, rng):
    x, q = rng.normal(size=(n, 3)), rng.uniform(size=9)
    found = np.quantile(Tensor(x), q, axis=0, method=method).numpy()
    np.testing.assert_allclose(found, np.quantile(x, q, axis=0, method=method), rtol=1e-12)


@pytest.mark.parametrize("axis", [None, 0, 1], ids=str)
@pytest.mark.parametrize("method", ["linear", "hazen", "nearest"])
def test_quantile_of_rows_that_miss_entries(method, axis, rng):
    x = apart(rng, (4, 5))
    x[0, :3] = x[1, 1] = x[3, 2:] = np.nan
    q = [0.2, 0.5, 0.95]
    leaf = Tensor(x)
    found = np.nanquantile(leaf, q, axis=axis, method=method)
    expected = np.nanquantile(x, q, axis=axis, method=method)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-13)
    grad = gradients(np.sum(found), leaf)
    assert np.sum(grad) == pytest.approx(found.size)  # weights of every quantile sum to 1
    assert not grad[np.isnan(x)].any()
    bare = np.quantile(leaf, q, axis=axis, method=method).numpy()
    np.testing.assert_allclose(bare, np.quantile(x, q, axis=axis, method=method), rtol=1e-13)


def test_quantile_known_gradients():
    x = Tensor([4.0, 1.0, 3.0, 2.0])
    assert gradients(np.median(x), x).tolist() == [0.0, 0.0, 0.5, 0.5]
    np.testing.assert_allclose(gradients(np.quantile(x, 0.25), x), [0, 0.25, 0, 0.75])
    assert gradients(np.percentile(x, 100), x).tolist() == [1.0, 0.0, 0.0, 0.0]


def test_quantile_at_ties_and_infinities():
    tied = Tensor([2.0, 1.0, 2.0, 2.0])
    assert sorted(gradients(np.median(tied), tied)) == [0.0, 0.0, 0.5, 0.5]
    assert np.median(Tensor([1.0, 2.0, np.inf])).item() == 2.0
    assert np.median(Tensor([np.inf, 1.0, np.inf, np.inf])).item() == np.inf


def test_quantile_of_nothing():
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"), np.errstate(all="ignore"):
        assert np.isnan(np.median(Tensor(np.empty((0, 2))), axis=0).numpy()).all()
    with pytest.raises(IndexError, match=r"quantile: .* axis of size 0 of shape \(0,\)"):
        np.quantile(Tensor(np.empty(0)), 0.5)
    assert np.median(Tensor(np.empty((0, 2))), axis=1).shape == (0,)
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"):
        assert np.isnan(np.nanmedian(Tensor(np.empty(0))).item())
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        found = np.nanmedian(Tensor([[np.nan, np.nan], [1.0, 2.0]]), axis=1)
    np.testing.assert_array_equal(found.numpy(), [np.nan, 1.5])
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        assert np.isnan(np.nanquantile(Tensor([np.nan]), 0.3).item())


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda x: np.quantile(x, 1.5), ValueError, "quantile: q=1.5 must lie between 0 and 1"),
        (lambda x: np.percentile(x, [-1]), ValueError, "percentile: .* between 0 and 100"),
        (lambda x: np.quantile(x, np.nan), ValueError, "quantile: q=nan"),
        (lambda x: np.quantile(x, 0.5, method="middle"), ValueError, "middle"),
        (lambda x: np.quantile(x, 0.5, weights=[1, 2]), TypeError, "quantile with weights="),
        (lambda x: np.quantile(x, Tensor(0.5)), TypeError, r"quantile: q has no gradient .*detach"),
        (lambda x: np.median(x, axis=3), ValueError, "median: axis 3 is out of bounds"),
        (lambda x: np.diff(x, n=-1), ValueError, "diff: n=-1"),
        (lambda x: np.diff(x[0]), ValueError, "diff needs at least 1 dimension"),
        (lambda x: np.gradient(x, 1.0, 2.0), TypeError, "gradient: 2 spacings for 1 axes"),
        (lambda x: np.gradient(x, [1.0]), ValueError, r"gradient: coordinates of shape \(1,\)"),
        (lambda x: np.gradient(x, edge_order=2), ValueError, "gradient: axis 0 .* needs 3 entries"),
        (lambda x: np.gradient(x, edge_order=3), ValueError, "edge_order=3"),
        (lambda x: np.cov(x, aweights=[1.0]), RuntimeError, r"cov: aweights of shape \(1,\)"),
        (lambda x: np.cov(x, fweights=[-1, 1]), ValueError, "cov: fweights cannot be negative"),
        (lambda x: np.cov(x, fweights=[0.5, 1]), TypeError, "cov: fweights must be integers"),
        (lambda x: np.cov(x.reshape(2, 1, 1)), ValueError, r"cov: .* \(2, 1, 1\) has more than 2"),
        (lambda x: np.cov(x, ddof=0.5), ValueError, "cov: ddof=0.5"),
        (lambda x: np.var(x, ddof=1, correction=1), ValueError, "var: ddof= and correction="),
        (lambda x: x.var(out=1), TypeError, "var with out="),
    ],
)
def test_errors_name_the_operation(call, error, text):
    with pytest.raises(error, match=text):
        call(Tensor([1.0, 2.0]))


# ---------------------------------------------------------------------------------- correlation


@pytest.mark.parametrize("options", [{}, {"rowvar": False}, {"bias": True}, {"ddof": 0}], ids=str)
def test_cov_agrees(options, agrees, rng):
    agrees(lambda x: np.cov(x, **options), rng.normal(size=(3, 4)))
    agrees(lambda x, y: np.cov(x, y, **options), rng.normal(size=5), rng.normal(size=5))
    if options != {"rowvar": False}:
        agrees(lambda x, y: np.cov(x, y, **options), rng.normal(size=(2, 4)), rng.normal(size=4))


@pytest.mark.parametrize("ddof", [None, 0, 1])
def test_weighted_cov_agrees(ddof, agrees, rng):
    x, f, w = rng.normal(size=(2, 4)), [1, 2, 1, 3], rng.uniform(0.5, 2, size=4)
    agrees(lambda x: np.cov(x, fweights=f, ddof=ddof), x)
    agrees(lambda x, w: np.cov(x, aweights=w, ddof=ddof), x, w)
    agrees(lambda x: np.cov(x, fweights=f, aweights=w, ddof=ddof), x)


def test_cov_of_one_variable_and_of_none(agrees, rng):
    agrees(np.cov, rng.normal(size=5))
    assert np.cov(Tensor(np.empty((0, 3)))).shape == (0, 0)
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        assert not np.isfinite(np.cov(Tensor([[1.0], [2.0]])).numpy()).any()


def test_corrcoef_agrees(agrees, rng):
    agrees(np.corrcoef, rng.normal(size=(3, 5)))
    agrees(lambda x: np.corrcoef(x, rowvar=False), rng.normal(size=(5, 2)))
    agrees(np.corrcoef, rng.normal(size=5), rng.normal(size=5))
    agrees(np.corrcoef, rng.normal(size=5))


def test_correlation_never_exceeds_1(rng):
    x = rng.normal(size=(50, 7))
    assert np.abs(np.corrcoef(Tensor(np.vstack([x, 3 * x]))).numpy()).max() <= 1


def test_cov_has_at_least_float64_as_in_numpy(rng):
    x = rng.normal(size=(2, 3)).astype(np.float32)
    leaf = Tensor(x, dtype=np.float32)
    assert np.cov(leaf).dtype == np.cov(x).dtype == np.float64
    assert np.cov(leaf, dtype=np.float32).dtype == np.float32
    assert gradients(np.sum(np.cov(leaf)), leaf).dtype == np.float32


# ---------------------------------------------------------------------------------- differences


@pytest.mark.parametrize(
    "f",
    [
        np.diff,
        lambda x: np.diff(x, n=0),
        lambda x: np.diff(x, n=2, axis=0),
        lambda x: np.diff(x, prepend=0.5),
        lambda x: np.diff(x, axis=0, append=x[:1] * 2),
        lambda x: np.diff(x, n=3, prepend=x[:, -1:], append=1.0),
        np.ediff1d,
        lambda x: np.ediff1d(x, to_end=x[0], to_begin=9.0),
        np.trapezoid,
        lambda x: np.trapezoid(x, dx=0.5, axis=0),
        lambda x: np.trapezoid(x, [0.0, 1.0, 3.0, 4.5]),
        lambda x: np.trapezoid(x, x**2, axis=0),
        lambda x: np.trapezoid([1.0, 2.0, 4.0, 8.0], x[0]),
        np.gradient,
        lambda x: np.gradient(x, 0.5),
        lambda x: np.gradient(x, 0.5, [0.0, 1.0, 3.0, 4.5]),
        lambda x: np.gradient(x, 2.0, axis=1),
        lambda x: np.gradient(x, axis=(1, 0), edge_order=2),
        lambda x: np.gradient(x, [0.0, 1.0, 3.0, 4.5], axis=-1, edge_order=2),
        lambda x: np.gradient(x[0], np.exp(x[1]), edge_order=2),
        lambda x: np.gradient(x[0] ** 2, np.cumsum(x[1] ** 2 + 0.1)),
        lambda x: np.gradient(x[:2], axis=0),
    ],
)
def test_difference_agrees(f, agrees, rng):
    agrees(f, rng.uniform(0.3, 1.5, size=(3, 4)))


def test_differences_keep_the_dtype():
    x = Tensor([1, 2, 4], dtype=np.float32)
    spaced = np.gradient(x, np.array([0.0, 1.0, 3.0]))
    assert spaced.dtype == np.gradient(np.ones(3, np.float32), np.arange(3.0)).dtype == np.float32
    for found in (np.diff(x), np.ediff1d(x), np.trapezoid(x), np.gradient(x)):
        assert found.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("name", ["var", "std", "median", "nanmedian", "nanvar", "average"])
def test_dtype_is_kept(name, dtype):
    x = np.array([[1, 2, 4], [4, 5, 7]], dtype)
    leaf = Tensor(x, dtype=dtype)
    found = getattr(np, name)(leaf, axis=1)
    expected = getattr(np, name)(x, axis=1)
    assert found.dtype == expected.dtype == dtype
    np.testing.assert_allclose(found.numpy(), expected, rtol=4 * np.finfo(dtype).eps)
    assert gradients(np.sum(found), leaf).dtype == dtype


@pytest.mark.parametrize("q", [0.3, np.float64(0.3), [0.3, 0.5], 1])
def test_quantile_has_the_dtype_that_numpy_gives(q):
    x = np.array([1, 2, 4], np.float32)
    assert np.quantile(Tensor(x, dtype=np.float32), q).dtype == np.quantile(x, q).dtype


def test_mask_and_nan_together():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = nanmean(Tensor([1.0, np.nan, 5.0]), where=[True, True, False])
    assert found.item() == 1.0


MANY = np.where(np.arange(70_000) % 2, 2.0, 1.0)
ADMITTED = np.arange(MANY.size) % 7 > 0
OVER_MANY = {
    "mean": lambda x: np.mean(x),
    "mean of an axis": lambda x: np.mean(x.reshape(2, -1), axis=1)[0],
    "mean where": lambda x: np.mean(x, where=ADMITTED),
    "average": lambda x: np.average(x, weights=np.ones(x.shape, x.dtype)),
    "average by its weights": lambda x: np.average(MANY.astype(x.dtype), weights=x),
    "var": lambda x: np.var(x),
    "std": lambda x: np.std(x, ddof=1),
    "var where": lambda x: np.var(x, where=ADMITTED),
    "nanmean": lambda x: np.nanmean(np.where(ADMITTED, x, np.nan)),
    "nanvar": lambda x: np.nanvar(np.where(ADMITTED, x, np.nan)),
    "nanstd": lambda x: np.nanstd(np.where(ADMITTED, x, np.nan)),
    "cov": lambda x: np.cov(np.stack([x, x[::-1]]), dtype=x.dtype)[0, 1],
    "norm": lambda x: np.linalg.norm(x),
    "norm of order 3": lambda x: np.linalg.norm(x, 3),
    "trapezoid": lambda x: np.trapezoid(x, dx=1e-3),
}


@pytest.mark.parametrize("f", OVER_MANY.values(), ids=OVER_MANY)
def test_half_precision_over_more_entries_than_it_can_count(f):
    """Results and gradients are those of double precision, rounded."""
    half, double = (Tensor(MANY, dtype=dtype) for dtype in (np.float16, np.float64))
    assert f(half).dtype == gradients(f(half), half).dtype == np.float16
    assert f(half).item() == pytest.approx(f(double).item(), rel=2e-3)
    expected = gradients(f(double), double)
    np.testing.assert_allclose(gradients(f(half), half), expected, rtol=4e-3, atol=2e-7)
