"""Norms and the condition number: NumPy's, with both derivatives; and what they are at kinks."""

import numpy as np
import pytest

from autograd import Tensor, gradients
from autograd.functions.norms import cond, norm
from autograd.rules.inverses import INVERTIBLE

la = np.linalg

VECTOR_ORDERS = [None, 2, 1, np.inf, -np.inf, 0, 3, 4, 2.5, 1.5, 0.5, -1, -2.5]
MATRIX_ORDERS = [None, "fro", "nuc", np.inf, -np.inf, 1, -1, 2, -2]


@pytest.mark.parametrize("order", VECTOR_ORDERS)
@pytest.mark.parametrize(
    ("shape", "axis", "keepdims"),
    [((4,), None, False), ((2, 3), 1, False), ((2, 3), 0, True), ((2, 3), (-1,), True)],
)
def test_vector_norms(order, shape, axis, keepdims, agrees, rng):
    x = rng.normal(size=shape)
    agrees(lambda x: la.norm(x, order, axis, keepdims), x, rtol=1e-4)
    if order is not None:
        agrees(lambda x: la.vector_norm(x, axis=axis, keepdims=keepdims, ord=order), x, rtol=1e-4)


@pytest.mark.parametrize("order", MATRIX_ORDERS)
@pytest.mark.parametrize(
    ("shape", "axis", "keepdims"),
    [
        ((3, 3), None, False),
        ((2, 3), None, True),
        ((2, 3, 4), (0, 2), False),
        ((2, 3, 4), (-1, 0), True),
    ],
)
def test_matrix_norms(order, shape, axis, keepdims, agrees, rng):
    agrees(lambda x: la.norm(x, order, axis, keepdims), rng.normal(size=shape), rtol=1e-4)


def test_norms_of_everything(agrees, rng):
    x = rng.normal(size=(2, 3, 2))
    agrees(la.norm, x)
    agrees(lambda x: la.norm(x, keepdims=True), x)
    agrees(lambda x: la.vector_norm(x, ord=3), x)
    agrees(lambda x: la.vector_norm(x, axis=(0, 2), ord=np.inf), x)
    agrees(lambda x: la.vector_norm(x, axis=(2, 0), keepdims=True), x)
    agrees(lambda x: la.matrix_norm(x, ord=1), x)
    agrees(lambda x: la.matrix_norm(x, keepdims=True), x)


@pytest.mark.parametrize("p", ["fro", "nuc", 1, -1, np.inf, -np.inf, 2])
def test_cond(p, agrees, rng):
    agrees(lambda a: la.cond(a, p), INVERTIBLE.sample(rng, (2, 3, 3)), rtol=1e-4)


def test_known_gradients():
    x = Tensor([3.0, 4.0])
    assert gradients(la.norm(x), [x])[0] == pytest.approx(np.array([0.6, 0.8]))
    assert gradients(la.norm(x, 1), [x])[0].tolist() == [1.0, 1.0]
    assert gradients(la.norm(x, np.inf), [x])[0].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("order", VECTOR_ORDERS)
def test_norms_have_the_gradient_zero_at_zero(order):
    x = Tensor(np.zeros(3))
    (first,) = gradients(la.norm(x, order), [x], create_graph=True)
    np.testing.assert_array_equal(first.numpy(), np.zeros(3))
    if first.requires_grad:
        np.testing.assert_array_equal(gradients(first.sum(), [x])[0], np.zeros(3))


@pytest.mark.parametrize("order", [1, 1.5, 0.5, 3, np.inf])
def test_norms_have_the_gradient_zero_by_an_entry_of_zero(order):
    x = Tensor([0.0, 2.0, -1.0])
    found = gradients(la.norm(x, order), [x])[0]
    assert found[0] == 0
    assert np.isfinite(found).all()
    assert found[1] > 0


def test_norms_are_smooth_at_an_entry_of_zero_where_they_are(agrees):
    for order in (2, 4, 3):
        agrees(lambda x, order=order: la.norm(x, order), np.array([0.0, 2.0, -1.0]))


def test_equal_largest_entries_share_the_gradient():
    x = Tensor([2.0, -2.0, 1.0])
    assert gradients(la.norm(x, np.inf), [x])[0].tolist() == [0.5, -0.5, 0.0]


def test_cond_of_singular_matrices_is_infinite():
    raw = np.stack([np.diag([1.0, 0.0]), np.diag([1.0, 2.0])])
    for p in (None, 1, "fro", np.inf):
        a = Tensor(raw)
        found = la.cond(a, p)
        np.testing.assert_allclose(found.numpy(), la.cond(raw, p))
        (da,) = gradients(found[1], [a])
        alone = Tensor(raw[1])
        np.testing.assert_allclose(da[1], gradients(la.cond(alone, p), [alone])[0])
    assert la.cond(Tensor(np.zeros((2, 2)))).item() == la.cond(np.zeros((2, 2))) == np.inf
    assert la.cond(Tensor(np.ones((2, 2))), 1).item() == np.inf


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "f",
    [
        la.cond,
        lambda a: la.cond(a, -2),
        la.norm,
        lambda a: la.norm(a, 2),
        lambda a: la.norm(a, np.inf),
        lambda a: la.norm(a, 3, axis=0),
        lambda a: la.cond(a, 1),
    ],
)
def test_dtype_is_kept(f, dtype, rng):
    a = Tensor(INVERTIBLE.sample(rng, (3, 3)), dtype=dtype)
    y = f(a)
    found = gradients(y.sum(), [a])[0]
    assert y.dtype == found.dtype == dtype
    assert np.isfinite(found).all()


def test_plain_arrays_give_plain_numbers():
    assert norm([3, 4]) == 5
    assert norm(-3.0) == 3
    assert cond(np.diag([2, 1])) == 2


SHAPES = [
    (lambda a: la.norm(a, 3), "not an order of matrices"),
    (lambda a: la.norm(a, "bad"), "'bad' is not an order of matrices"),
    (lambda a: la.norm(a, "fro", axis=0), "not an order of vectors"),
    (lambda a: la.norm(a, axis=(1, -1)), "names an axis twice"),
    (lambda a: la.norm(a, axis=2), r"norm: axis 2 is out of bounds .* shape \(2, 3\)"),
    (lambda a: la.norm(a.reshape(1, 2, 3), 2), "3 axes; give axis="),
    (lambda a: la.norm(a[:0], -np.inf, axis=0), "no entry"),
    (lambda a: la.cond(a[:0]), "the matrix is empty"),
    (lambda a: la.cond(a, 1), "the matrix is not square"),
]


@pytest.mark.parametrize(("f", "message"), SHAPES)
def test_errors_say_what_is_wrong(f, message, rng):
    with pytest.raises(ValueError, match=message):
        f(Tensor(rng.normal(size=(2, 3))))
