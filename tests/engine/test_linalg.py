"""Inverses and factorisations: NumPy's, with derivatives of any order."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradients
from autograd.functions.decompositions import cholesky, eigh, svd
from autograd.functions.inverses import det, lstsq, matrix_power, slogdet, solve
from autograd.rules.inverses import INVERTIBLE

SQUARE = [(1, 1), (2, 2), (3, 3), (2, 3, 3), (2, 1, 2, 2), (0, 0)]
RECTANGULAR = [(3, 3), (4, 2), (2, 4), (2, 3, 2)]
la = np.linalg


def symmetric(a):
    return a + np.matrix_transpose(a)


def definite(a):
    return a @ np.matrix_transpose(a) + 2 * np.eye(a.shape[-1])


@pytest.mark.parametrize("shape", SQUARE)
@pytest.mark.parametrize(
    "f",
    [
        la.inv,
        la.det,
        lambda a: la.slogdet(a)[1],
        lambda a: la.slogdet(a).sign * la.slogdet(a).logabsdet,
        lambda a: la.matrix_power(a, 0),
        lambda a: la.matrix_power(a, 1),
        lambda a: la.matrix_power(a, 5),
        lambda a: la.matrix_power(a, -2),
        la.pinv,
    ],
)
def test_functions_of_square_matrices(f, shape, agrees, rng):
    agrees(f, INVERTIBLE.sample(rng, shape))


@pytest.mark.parametrize("shape", SQUARE)
@pytest.mark.parametrize(
    "f",
    [
        lambda a: la.cholesky(definite(a)),
        lambda a: la.cholesky(definite(a), upper=True),
        lambda a: tuple(la.eigh(symmetric(a))),
        lambda a: tuple(la.eigh(symmetric(a), UPLO="U")),
        lambda a: la.eigvalsh(symmetric(a)),
        lambda a: la.eigh(symmetric(a)).eigenvectors,
    ],
)
def test_functions_of_symmetric_matrices(f, shape, agrees, rng):
    agrees(f, rng.normal(size=shape), rtol=1e-4)


@pytest.mark.parametrize("upper", [False, True])
def test_only_one_triangle_is_read(upper, agrees, rng):
    """Also where the two disagree, the result and its slopes are NumPy's."""
    a = definite(rng.normal(size=(3, 3))) + np.triu(rng.normal(size=(3, 3)), 1)
    agrees(lambda a: la.cholesky(a, upper=upper), a)
    agrees(lambda a: tuple(la.eigh(a, "U" if upper else "L")), a)
    agrees(lambda a: la.eigvalsh(a, "u" if upper else "l"), a)


@pytest.mark.parametrize("shape", RECTANGULAR)
@pytest.mark.parametrize(
    "f",
    [
        lambda a: tuple(la.svd(a, full_matrices=False)),
        lambda a: la.svd(a, full_matrices=False).U,
        lambda a: la.svd(a, compute_uv=False),
        la.svdvals,
        lambda a: tuple(la.qr(a)),
        lambda a: la.qr(a, "r"),
        lambda a: la.qr(a).Q,
        la.pinv,
        lambda a: la.pinv(a, rtol=0.01),
        la.cond,
        lambda a: la.cond(a, -2),
    ],
)
def test_functions_of_any_matrix(f, shape, agrees, rng):
    agrees(f, rng.normal(size=shape), rtol=1e-4)


def test_full_decompositions_where_they_are_determined(agrees, rng):
    agrees(lambda a: tuple(la.svd(a)), rng.normal(size=(3, 3)), rtol=1e-4)
    agrees(lambda a: tuple(la.qr(a, mode="complete")), rng.normal(size=(2, 3)))


def test_a_hermitian_pinv_reads_the_lower_triangle(agrees, rng):
    agrees(lambda a: la.pinv(a, hermitian=True), rng.normal(size=(2, 3, 3)))


@pytest.mark.parametrize(
    "shapes",
    [
        ((3, 3), (3,)),
        ((3, 3), (3, 2)),
        ((2, 3, 3), (3,)),
        ((2, 3, 3), (3, 2)),
        ((3, 3), (2, 3, 1)),
        ((2, 1, 2, 2), (3, 2, 2)),
        ((0, 0), (0, 2)),
    ],
)
def test_solve(shapes, agrees, rng):
    agrees(la.solve, INVERTIBLE.sample(rng, shapes[0]), rng.normal(size=shapes[1]))


@pytest.mark.parametrize(
    ("shapes", "rank"),
    [
        (((4, 2), (4,)), 2),
        (((4, 2), (4, 3)), 2),
        (((3, 3), (3, 2)), 3),
        (((2, 4), (2,)), 2),
        (((5, 3), (5, 0)), 3),
    ],
)
def test_lstsq(shapes, rank, agrees, rng):
    a, b = (rng.normal(size=shape) for shape in shapes)
    for part in (0, 1, 3) if shapes[0][0] > rank else (0, 3):
        agrees(lambda a, b, part=part: la.lstsq(a, b)[part], a, b, rtol=1e-4)
    found, expected = la.lstsq(Tensor(a), b), la.lstsq(a, b)
    assert found[2] == expected[2] == rank
    assert found[1].shape == expected[1].shape


def test_lstsq_of_dependent_columns_is_the_shortest_solution(rng):
    a = rng.normal(size=(5, 2)) @ rng.normal(size=(2, 3))
    b = rng.normal(size=5)
    x, residuals, rank, _ = la.lstsq(Tensor(a), b)
    expected = la.lstsq(a, b)
    np.testing.assert_allclose(x.numpy(), expected[0], rtol=1e-10)
    assert rank == 2
    assert residuals.size == 0
    assert la.lstsq(Tensor(a), b, rcond=-1)[0].shape == (3,)


def test_tensorinv_and_tensorsolve(agrees, rng):
    a = rng.normal(size=(4, 6, 8, 3))
    np.testing.assert_allclose(la.tensorinv(Tensor(a)).numpy(), la.tensorinv(a), rtol=1e-9)
    agrees(la.tensorinv, INVERTIBLE.sample(rng, (4, 4)).reshape(2, 2, 4), rtol=1e-4)
    agrees(lambda a: la.tensorinv(a, ind=1), INVERTIBLE.sample(rng, (4, 4)).reshape(4, 2, 2))
    a, b = INVERTIBLE.sample(rng, (6, 6)).reshape(2, 3, 6), rng.normal(size=(2, 3))
    agrees(la.tensorsolve, a, b)
    agrees(lambda a, b: la.tensorsolve(a, b, axes=(0,)), a.reshape(2, 3, 6).transpose(2, 0, 1), b)


# -------------------------------------------------------------------------------- known values


def test_known_gradients():
    """∂ det A = det A · A⁻ᵀ, ∂ log|det A| = A⁻ᵀ, ∂ tr A⁻¹ = −(A⁻²)ᵀ, ∂ λ = v vᵀ."""
    a = Tensor([[2.0, 1.0], [4.0, 5.0]])
    assert gradients(la.det(a), [a])[0] == pytest.approx(np.array([[5.0, -4.0], [-1.0, 2.0]]))
    log = la.slogdet(a)
    assert log.sign.item() == 1
    assert gradients(log.logabsdet, [a])[0] == pytest.approx(
        np.array([[5.0, -4.0], [-1.0, 2.0]]) / 6
    )
    assert gradients(np.trace(la.inv(a)), [a])[0] == pytest.approx(
        -np.array([[29.0, -28.0], [-7.0, 8.0]]) / 36
    )
    d = Tensor(np.diag([1.0, 4.0]))
    assert gradients(la.eigvalsh(d)[1], [d])[0] == pytest.approx(np.diag([0.0, 1.0]))
    assert gradients(la.cholesky(d)[1, 1], [d])[0] == pytest.approx(np.diag([0.0, 0.25]))


def test_results_are_numpys_named_tuples(rng):
    a = rng.normal(size=(3, 3))
    for f in (la.slogdet, la.eigh, la.svd, la.qr):
        found = f(Tensor(a))
        assert type(found) is type(f(a))
        assert all(isinstance(part, Tensor) for part in found)


def test_a_matrix_is_factorised_once(rng):
    """The parts of a factorisation come from one operation."""
    a = Tensor(definite(rng.normal(size=(3, 3))))
    cards = ("singular_vectors", "eigenvectors", "qr", "slogdet")
    for name, f in zip(cards, (la.svd, la.eigh, la.qr, la.slogdet), strict=True):
        parts = f(a)
        nodes = {node for part in parts for node in autograd.toposort(part)}
        assert [node.op.name for node in nodes if node.op is not None].count(name) == 1


def test_third_derivatives(rng):
    """Of log det A along a line: 2 tr (A⁻¹B)³."""
    a, b = INVERTIBLE.sample(rng, (3, 3)), rng.normal(size=(3, 3))
    t = Tensor(0.0)
    y = la.slogdet(a + t * b).logabsdet
    for _ in range(3):
        y = gradients(y, [t], create_graph=True)[0]
    assert y.item() == pytest.approx(2 * np.trace(la.matrix_power(la.inv(a) @ b, 3)), rel=1e-9)


# --------------------------------------------------------------------------------- dtypes, errors


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "f",
    [
        la.det,
        lambda a: la.matrix_power(a, -3),
        lambda a: la.solve(a, a[0]),
        lambda a: la.pinv(a, hermitian=True),
        lambda a: la.lstsq(a, a)[0],
        lambda a: la.lstsq(a[:, :2], a)[1],
        lambda a: la.qr(a).R,
        lambda a: la.qr(a[:2]).R,
        lambda a: la.svd(a).Vh,
        lambda a: la.eigh(a).eigenvectors,
    ],
)
def test_dtype_is_kept(f, dtype, rng):
    a = Tensor(definite(rng.normal(size=(3, 3))), dtype=dtype)
    y = f(a)
    assert y.dtype == dtype
    found = gradients(y.sum(), [a])[0]
    assert found.dtype == dtype
    assert np.isfinite(found).all()


def test_plain_arrays_give_plain_results(rng):
    a, b = rng.normal(size=(3, 3)), rng.normal(size=3)
    np.testing.assert_array_equal(det(a), la.det(a))
    np.testing.assert_array_equal(solve(a.tolist(), b), la.solve(a, b))
    np.testing.assert_allclose(matrix_power(a, 3), la.matrix_power(a, 3))
    np.testing.assert_array_equal(cholesky(definite(a)), la.cholesky(definite(a)))
    assert slogdet(a) == la.slogdet(a)
    assert type(eigh(a).eigenvalues) is np.ndarray
    assert type(svd(a).U) is np.ndarray
    assert type(lstsq(a, b)[0]) is np.ndarray


SHAPES = [
    (lambda a: la.inv(a), r"inv\(\(2, 3\)\): the matrix is not square \(2 × 3\)"),
    (lambda a: la.inv(a[0]), r"inv\(\(3,\)\): a matrix is needed, or a stack"),
    (lambda a: la.det(a), r"det\(\(2, 3\)\): the matrix is not square"),
    (lambda a: la.slogdet(a), "the matrix is not square"),
    (lambda a: la.matrix_power(a, 2), r"matrix_power of \(2, 3\): the matrix is not square"),
    (lambda a: la.solve(a, a), "the matrix is not square"),
    (lambda a: la.solve(a @ a.T, a.T), "2 equations, but right-hand sides of 3 entries"),
    (lambda a: la.cholesky(a), r"cholesky\(\(2, 3\)\): the matrix is not square"),
    (lambda a: la.cholesky(-a @ a.T), "not positive definite; a multiple of the identity"),
    (lambda a: la.eigh(a), r"eigenvectors\(\(2, 3\)\): the matrix is not square"),
    (lambda a: la.eigh(a @ a.T, "X"), "UPLO='X': write 'L' or 'U'"),
    (lambda a: la.svd(a), r"svd of \(2, 3\): .*write full_matrices=False"),
    (lambda a: la.svd(a, full_matrices=False, hermitian=True), "write np.linalg.eigh"),
    (lambda a: la.svdvals(a[0]), r"singular_vectors\(\(3,\)\): a matrix is needed"),
    (lambda a: la.qr(a, "raw"), "mode='raw' has no gradient here; write 'reduced'"),
    (lambda a: la.qr(a.T, "complete"), r"qr of \(3, 2\): mode='complete'"),
    (lambda a: la.qr(a[0]), r"qr\(\(3,\)\): a matrix is needed"),
    (lambda a: la.pinv(a[0]), r"pinv\(\(3,\)\): a matrix is needed"),
    (lambda a: la.pinv(a, 0.1, rtol=0.1), "the same thing"),
    (lambda a: la.lstsq(a, np.ones(3)), r"lstsq takes .* not \(2, 3\) and \(3,\)"),
    (lambda a: la.tensorinv(a, 0), "ind=0 must be positive"),
]


@pytest.mark.parametrize(("f", "message"), SHAPES)
def test_errors_say_what_is_wrong(f, message, rng):
    with pytest.raises(ValueError, match=message):
        f(Tensor(rng.normal(size=(2, 3))))


def test_a_power_must_be_whole():
    with pytest.raises(TypeError, match="float"):
        la.matrix_power(Tensor(np.eye(2)), 0.5)
