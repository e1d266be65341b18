"""Slopes that only a second derivative or an unusual call sees: interp, gradient, svd, eigh.

Numbers come from formulas written out here, or from differences of the gradient.
"""

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradients, hessian, interp, jacobian

# ---------------------------------------------------------------------------------------- interp

KNOTS, HEIGHTS = np.array([-1.0, 0.5, 1.0, 3.0]), np.array([2.0, -1.0, 0.5, 4.0])


def test_interp_along_each_piece(agrees):
    t = np.array([-0.6, 0.1, 0.7, 0.9, 1.5, 2.9])
    agrees(np.interp, t, KNOTS, HEIGHTS)
    agrees(lambda t: np.interp(t**2, KNOTS, HEIGHTS), t / 2)
    agrees(lambda xp: np.interp(t, xp**3, HEIGHTS), np.cbrt(KNOTS))


def test_interp_at_and_beyond_its_ends():
    def slopes(t, **ends):
        nodes = [Tensor(t), Tensor(KNOTS), Tensor(HEIGHTS)]
        return [part.tolist() for part in gradients(np.interp(*nodes, **ends).sum(), nodes)]

    assert slopes([-2.0, -9.0]) == [[0, 0], [0, 0, 0, 0], [2, 0, 0, 0]]
    assert slopes([4.0]) == [[0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert slopes([4.0], left=7.0) == [[0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert slopes([4.0], right=7.0) == [[0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert slopes([-2.0], left=7.0) == [[0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert slopes([-2.0], right=7.0) == [[0], [0, 0, 0, 0], [1, 0, 0, 0]]
    # at a point the piece to its right counts, at the last one that to its left
    assert slopes([0.5])[0] == [3.0]
    assert slopes([3.0])[0] == [1.75]


def test_interp_with_ends_that_are_nodes():
    def f(left, right):
        return np.sum(interp(np.array([-5.0, 0.2, 8.0, 9.0]), KNOTS, HEIGHTS, left, right) ** 2)

    assert grad(f, (0, 1))(3.0, 5.0) == (6.0, 20.0)
    assert hessian(f, (0, 1))(3.0, 5.0) == ((2.0, 0.0), (0.0, 4.0))
    alone = grad(lambda left: np.sum(interp(np.array([-5.0, 8.0]), KNOTS, HEIGHTS, left)))
    assert alone(3.0) == 1.0


def test_interp_of_a_period(agrees):
    t = np.array([-3.9, -0.2, 0.3, 1.1, 3.4, 4.9, 11.3])
    agrees(lambda t, fp: np.interp(t, KNOTS, fp, period=5.0), t, HEIGHTS)
    agrees(lambda t, xp, fp: np.interp(t, xp, fp, period=5.0), t, KNOTS[::-1].copy(), HEIGHTS)
    agrees(lambda t, fp: np.interp(t, KNOTS, fp, period=-5.0), t, HEIGHTS)


def test_interp_through_one_point(agrees):
    agrees(lambda fp: np.interp(np.array([0.0, 1.0, 2.0]), np.array([1.0]), fp), np.array([3.0]))


# -------------------------------------------------------------------------------------- gradient


def uneven(xs, fs, edge_order):
    """The slope of the parabola through three neighbours, or at an end of the line through two."""
    out = []
    last = len(xs) - 1
    for i, x in enumerate(xs):
        if edge_order == 1 and i in (0, last):
            j = i or 1
            out.append((fs[j] - fs[j - 1]) / (xs[j] - xs[j - 1]))
            continue
        j = min(max(i, 1), last - 1)
        a, b, c = xs[j - 1 : j + 2]
        fa, fb, fc = fs[j - 1 : j + 2]
        total = fa * (2 * x - b - c) / ((a - b) * (a - c))
        total += fb * (2 * x - a - c) / ((b - a) * (b - c))
        out.append(total + fc * (2 * x - a - b) / ((c - a) * (c - b)))
    return np.array(out)


XS, FS = np.array([0.0, 0.7, 1.1, 2.0, 2.2]), np.array([1.0, -0.5, 0.3, 2.0, -1.0])
WEIGHTS = np.array([1.0, -2.0, 0.5, 3.0, 1.5])


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient_of_uneven_points_and_its_derivatives(edge_order, agrees):
    def ours(fs, xs):
        return np.gradient(fs, xs, edge_order=edge_order)

    np.testing.assert_allclose(ours(Tensor(FS), XS).numpy(), uneven(XS, FS, edge_order), rtol=1e-12)
    agrees(ours, FS, XS)  # both derivatives, by the values and by the points

    def by_hand(fs, xs):
        return np.sum(uneven(xs, fs, edge_order) * WEIGHTS)

    def numeric(f, x, h=1e-4):
        unit = np.eye(len(x)) * h
        return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in unit])

    mixed = jacobian(grad(lambda fs, xs: np.sum(ours(fs, xs) * WEIGHTS)), 1)(FS, XS)
    basis = np.eye(len(FS))  # the map is linear in the values: its slopes by them are exact
    rows = [numeric(lambda xs, e=e: by_hand(e, xs), XS) for e in basis]
    np.testing.assert_allclose(mixed, rows, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient_of_even_points_at_its_edges(edge_order, agrees):
    row = jacobian(lambda f: np.gradient(f, 0.5, edge_order=edge_order))(FS)
    edges = {1: ([-2, 2, 0, 0, 0], [0, 0, 0, -2, 2]), 2: ([-3, 4, -1, 0, 0], [0, 0, 1, -4, 3])}
    np.testing.assert_allclose(row[[0, -1]], edges[edge_order], atol=1e-12)
    np.testing.assert_allclose(row[2], [0, -1, 0, 1, 0], atol=1e-12)
    agrees(lambda f, h: np.gradient(f, h, edge_order=edge_order), FS, np.array(0.5))
    agrees(lambda f: np.gradient(f**3, XS, edge_order=edge_order), FS)


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient_along_several_axes(edge_order, agrees, rng):
    f, xs = rng.normal(size=(3, 4)), np.array([0.0, 0.4, 1.5])
    agrees(lambda f, xs: np.gradient(f, xs, 0.5, edge_order=edge_order), f, xs)
    agrees(lambda f, xs: np.gradient(f, 0.5, xs, axis=(1, 0), edge_order=edge_order), f, xs)
    agrees(lambda f: np.gradient(f, axis=-1, edge_order=edge_order), f)


# --------------------------------------------------------------------------- values that are equal

EPS = np.finfo(float).eps
TURN = np.array([[0.6, -0.8], [0.8, 0.6]])


def vectors_of_svd(a):
    t = Tensor(a)
    u, _, vh = np.linalg.svd(t, full_matrices=False)
    with np.errstate(all="ignore"):
        return gradients((u * [[1.0, 2.0], [3.0, -1.0]]).sum() + vh[0, 1], t)


def test_singular_vectors_are_not_determined_where_values_are_equal_but_for_rounding():
    """Up to n · eps · the largest value: no number comes out, however large."""
    assert np.isnan(vectors_of_svd(np.diag([1 + 2 * EPS, 1.0]))).any()
    assert np.isfinite(vectors_of_svd(np.diag([1 + 4 * EPS, 1.0]))).all()


@pytest.mark.parametrize("turned", [False, True])
def test_singular_vectors_of_a_value_that_is_rounding_are_not_determined(turned):
    def slopes(least):
        a = np.array([[1.0, 0.0], [0.0, least], [0.0, 0.0]])
        t = Tensor(a.T if turned else a)
        u, _, vh = np.linalg.svd(t, full_matrices=False)
        free = vh[1, 2] if turned else u[2, 1]  # out of the space that the matrix spans
        with np.errstate(all="ignore"):
            return gradients(free, t)

    assert np.isnan(slopes(1e-17)).any()
    assert np.abs(slopes(1e-3)).max() == pytest.approx(1e3)


@pytest.mark.parametrize("scale", [1e-30, 1e-8, 1.0, 1e8])
def test_singular_vectors_of_a_matrix_in_other_units(scale):
    a = TURN @ np.diag([2.0, 1.0]) @ TURN
    np.testing.assert_allclose(vectors_of_svd(scale * a) * scale, vectors_of_svd(a), rtol=1e-9)


@pytest.mark.parametrize("scale", [1e-30, 1e-8, 1.0, 1e8])
def test_eigenvectors_of_a_matrix_in_other_units(scale):
    def slopes(a):
        t = Tensor(a)
        return gradients((np.linalg.eigh(t).eigenvectors * [[1.0, 2.0], [3.0, -1.0]]).sum(), t)

    a = TURN @ np.diag([2.0, 1.0]) @ TURN.T
    np.testing.assert_allclose(slopes(scale * a) * scale, slopes(a), rtol=1e-9)


def test_a_singular_value_of_zero_has_the_derivative_zero():
    t = Tensor(np.outer([1.0, 2.0], [3.0, 1.0]))
    s = np.linalg.svd(t, compute_uv=False)
    assert s.numpy()[1] == pytest.approx(0, abs=1e-15)
    assert not gradients(s[1], t).any()
    one = gradients(s[0], t)
    expected = np.outer([1.0, 2.0], [3.0, 1.0]) / np.sqrt(5 * 10)
    np.testing.assert_allclose(one, expected, rtol=1e-12)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3)])
def test_svd_of_a_rectangle_has_both_derivatives(shape, agrees, rng):
    """Values apart and near each other: the rule divides by their difference and their sum."""
    u, v = (np.linalg.qr(rng.normal(size=(n, n)))[0] for n in shape)
    for values in ([3.0, 0.2], [1.0, 0.9], [0.3, 0.1]):
        middle = np.zeros(shape)
        middle[:2, :2] = np.diag(values)

        def f(a):
            u, s, vh = np.linalg.svd(a, full_matrices=False)
            return u * s, u[:, :1] @ vh[:1], vh**2

        agrees(f, u @ middle @ v.T, rtol=1e-4)


# ------------------------------------------------------------------------------------------ signs


@pytest.mark.parametrize("kind", [Value, Tensor])
@pytest.mark.parametrize("sign", [2.0, -2.0])
def test_copysign_at_zero_has_the_slope_of_its_convention(kind, sign):
    for zero in (0.0, -0.0):
        x = kind(zero)
        assert gradients(np.copysign(x, sign), x) == 0
    x = kind(-3.0)
    assert gradients(np.copysign(x, sign), x) == -np.sign(sign)
