"""Matrices that are singular, or have equal eigenvalues: derivatives where there are any."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradients

la = np.linalg


def leibniz(a):
    """The determinant as the sum over permutations."""
    size = a.shape[-1]
    if size == 0:
        return 1.0
    minors = [np.concatenate([a[1:, :j], a[1:, j + 1 :]], axis=1) for j in range(size)]
    return sum((-1) ** j * a[0, j] * leibniz(minor) for j, minor in enumerate(minors))


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
@pytest.mark.parametrize("scale", [1.0, 1e-5, 1e5])
def test_det_has_its_derivatives_at_singular_matrices(rank, scale, rng):
    raw = scale * rng.normal(size=(4, rank)) @ rng.normal(size=(rank, 4))
    b, c, d = rng.normal(size=(3, 4, 4))

    def derivatives(f):
        r, s, t = (Tensor(0.0) for _ in range(3))
        y = f(raw + r * b + s * c + t * d)
        found = []
        for along in (r, s, t):
            y = gradients(y, [along], create_graph=True)[0]
            found.append(y.item())
        return found

    expected = derivatives(leibniz)
    assert derivatives(la.det) == pytest.approx(expected, rel=1e-7, abs=1e-8 * scale**3)


def test_det_of_known_singular_matrices():
    a = Tensor(np.arange(1.0, 10.0).reshape(3, 3))
    y = la.det(a)
    assert y.item() == la.det(a.numpy())
    cofactors = [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(gradients(y, [a])[0], cofactors, rtol=1e-12)
    zero = Tensor([[0.0]])
    assert gradients(la.det(zero), [zero])[0].tolist() == [[1.0]]
    stack = Tensor(np.stack([np.eye(2), np.zeros((2, 2)), np.diag([2.0, 0.0])]))
    found = gradients(la.det(stack).sum(), [stack])[0]
    expected = [np.eye(2), np.zeros((2, 2)), np.diag([0.0, 2.0])]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_a_singular_matrix_is_refused_where_there_is_no_derivative():
    a = Tensor(np.diag([1.0, 0.0]))
    log = la.slogdet(a)
    assert log.sign.item() == 0
    assert log.logabsdet.item() == -np.inf
    with pytest.raises(la.LinAlgError, match="Singular"):
        log.logabsdet.backward()
    with pytest.raises(la.LinAlgError, match=r"inv\(\(2, 2\)\): Singular"):
        la.inv(a)
    with pytest.raises(la.LinAlgError, match=r"solve\(\(2, 2\), \(2, 1\)\): Singular"):
        la.solve(a, np.ones(2))


def test_values_of_equal_eigenvalues_have_derivatives_and_vectors_none(rng):
    """The trace of f(A) is smooth; a single vector of the identity is arbitrary."""
    a = Tensor(np.eye(3))
    np.testing.assert_allclose(gradients(np.sum(la.eigvalsh(a) ** 3), [a])[0], 3 * np.eye(3))
    np.testing.assert_allclose(gradients(np.sum(la.svdvals(a) ** 3), [a])[0], 3 * np.eye(3))
    np.testing.assert_allclose(gradients(la.norm(a, "nuc"), [a])[0], np.eye(3), atol=1e-15)
    weights = rng.normal(size=(3, 3))
    for vectors in (la.eigh(a).eigenvectors, la.svd(a).U):
        assert not np.isfinite(gradients(np.sum(vectors * weights), [a])[0]).all()
    with autograd.detect_nan(), pytest.raises(FloatingPointError, match="eigenvectors"):
        gradients(np.sum(la.eigh(a).eigenvectors * weights), [a])


def test_a_function_of_matrices_is_not_silently_wrong_at_equal_eigenvalues(rng):
    """log A at the identity: its derivative is the identity map, which V log Λ Vᵀ can't know."""
    a, g = Tensor(np.eye(3)), rng.normal(size=(3, 3))
    values, vectors = la.eigh(a)
    (found,) = gradients(np.sum((vectors * np.log(values)) @ vectors.T * g), [a])
    assert not np.isfinite(found).all()


def test_equal_to_rounding_counts_as_equal(rng):
    q = la.qr(rng.normal(size=(4, 4))).Q
    a = Tensor(q @ np.diag([1.0, 2.0, 2.0, 3.0]) @ q.T)
    vectors = la.eigh(a).eigenvectors
    assert np.isnan(gradients(vectors[0, 1], [a])[0]).any()
    found = gradients(np.sum(la.eigvalsh(a) ** 2), [a])[0]
    expected = np.tril(4 * a.numpy()) - 2 * np.diag(np.diag(a.numpy()))  # of the sum of squares
    np.testing.assert_allclose(found, expected, atol=1e-14)


@pytest.mark.parametrize("shape", [(6, 2), (2, 6)])
def test_first_vectors_of_low_rank_have_derivatives(shape, agrees, rng):
    """The eigenvalues that are zero but for rounding are equal, and their vectors not used."""
    x = rng.normal(size=shape)
    agrees(lambda x: np.outer(v := la.eigh(x @ x.T)[1][:, -1], v), x, order=1)
    agrees(lambda x: la.svd(x @ x.T)[0][:, 0] ** 2, x, order=1)


@pytest.mark.parametrize("f", [la.eigvalsh, la.svdvals])
def test_second_derivatives_at_equal_values_are_no_numbers_rather_than_wrong(f):
    """They take the derivatives of the vectors, even where the sum of the values has its own."""
    a = Tensor(np.eye(2))
    (first,) = gradients(np.sum(f(a) ** 3), [a], create_graph=True)
    assert not np.isfinite(gradients(np.sum(first), [a])[0]).all()


def test_a_singular_value_of_zero_has_the_derivative_zero():
    zero = Tensor(np.zeros((2, 3)))
    for order in ("nuc", 2, -2, "fro"):
        np.testing.assert_array_equal(gradients(la.norm(zero, order), [zero])[0], np.zeros((2, 3)))
    one = Tensor(np.diag([2.0, 0.0]))
    np.testing.assert_array_equal(gradients(la.norm(one, "nuc"), [one])[0], np.diag([1.0, 0.0]))


def test_singular_det_keeps_the_dtype():
    a = Tensor(np.ones((3, 3)), dtype=np.float32)
    assert la.det(a).dtype == gradients(la.det(a), [a])[0].dtype == np.float32
