"""Products of arrays, diagonals and triangles: NumPy's, with both derivatives."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradients
from autograd.functions.products import matvec, vecmat

# operands' shapes, then the function
PRODUCTS = [
    ([(), ()], np.dot),
    ([(), (2, 3)], np.dot),
    ([(3,), (3,)], np.dot),
    ([(2, 3), (3,)], np.dot),
    ([(3,), (3, 2)], np.dot),
    ([(2, 3), (3, 4)], np.dot),
    ([(2, 2, 3), (3,)], np.dot),
    ([(2, 3), (2, 3, 2)], np.dot),
    ([(3,), (2, 3, 2)], np.dot),
    ([(2, 0), (0, 3)], np.dot),
    ([(3,), (3,)], np.vdot),
    ([(2, 3), (3, 2)], np.vdot),
    ([(), ()], np.vdot),
    ([(), (2,)], np.inner),
    ([(3,), (3,)], np.inner),
    ([(2, 3), (4, 3)], np.inner),
    ([(2, 1, 3), (2, 3)], np.inner),
    ([(2, 3), (3,)], np.inner),
    ([(3,), (2,)], np.outer),
    ([(2, 2), ()], np.outer),
    ([(0,), (2,)], np.outer),
    ([(2, 3), (3, 2)], lambda a, b: np.tensordot(a, b, 1)),
    ([(2, 3), (2, 3)], np.tensordot),
    ([(2,), (3,)], lambda a, b: np.tensordot(a, b, 0)),
    ([(2, 3, 4), (4, 3, 2)], lambda a, b: np.tensordot(a, b, axes=([1, 0], [1, -1]))),
    ([(2, 3, 4), (3, 2)], lambda a, b: np.tensordot(a, b, axes=(1, 0))),
    ([(2, 0), (0, 3)], lambda a, b: np.tensordot(a, b, 1)),
    ([(2, 3), (2, 3)], lambda a, b: np.linalg.tensordot(a, b, axes=2)),
    ([(2, 3), (3, 2)], np.linalg.matmul),
    ([(3,), (2,)], np.linalg.outer),
    ([(2, 3), (3,)], np.vecdot),
    ([(2, 1, 3), (4, 3)], np.linalg.vecdot),
    ([(3, 2), (3, 2)], lambda a, b: np.linalg.vecdot(a, b, axis=0)),
    ([(2, 2, 3), (2, 3)], getattr(np, "matvec", matvec)),
    ([(2, 3), (4, 1, 3)], matvec),
    ([(3,), (3, 2)], vecmat),
    ([(4, 1, 3), (2, 3, 2)], getattr(np, "vecmat", vecmat)),
    ([(2, 2), (2, 3)], np.kron),
    ([(2,), (3,)], np.kron),
    ([(2, 1, 2), (3,)], np.kron),
    ([(), (2, 2)], np.kron),
    ([(3,), (3,)], np.cross),
    ([(2, 3), (4, 1, 3)], np.cross),
    ([(3, 2), (2, 3)], lambda a, b: np.cross(a, b, axisa=0)),
    ([(2, 3, 2), (2, 3, 2)], lambda a, b: np.cross(a, b, axis=1)),
    ([(3, 2), (2, 3)], lambda a, b: np.cross(a, b, axisa=0, axisb=1, axisc=0)),
    ([(3, 2), (3, 2)], lambda a, b: np.linalg.cross(a, b, axis=0)),
    ([(2, 3), (3, 4)], lambda a, b: np.linalg.multi_dot([a, b])),
    ([(3,), (3, 4), (4, 2)], lambda *each: np.linalg.multi_dot(each)),
    ([(3,), (3, 4), (4,)], lambda *each: np.linalg.multi_dot(each)),
    ([(2, 5), (5, 1), (1, 4), (4, 3)], lambda *each: np.linalg.multi_dot(each)),
]

STRUCTURE = [
    ((3, 3), np.trace),
    ((2, 4), lambda a: np.trace(a, 1)),
    ((2, 3, 4), lambda a: np.trace(a, -1, 2, 0)),
    ((2, 3, 4), lambda a: a.trace(axis1=-1, axis2=1)),
    ((2, 3, 3), np.linalg.trace),
    ((3, 3), lambda a: np.linalg.trace(a, dtype=np.float64)),
    ((2, 3, 4), lambda a: np.linalg.trace(a, offset=1)),
    ((2, 3), np.diagonal),
    ((2, 3, 4), lambda a: np.diagonal(a, -1, 1, 2)),
    ((2, 3, 4), lambda a: a.diagonal(1, -1, 0)),
    ((2, 3), lambda a: np.diagonal(a, 7)),
    ((2, 3, 4), lambda a: np.linalg.diagonal(a, offset=-1)),
    ((3,), np.diag),
    ((2,), lambda a: np.diag(a, -2)),
    ((0,), lambda a: np.diag(a, 1)),
    ((3, 4), np.diag),
    ((3, 4), lambda a: np.diag(a, 2)),
    ((2, 2), lambda a: np.diagflat(a, 1)),
    ((), np.diagflat),
    ((3, 4), np.tril),
    ((2, 3, 3), lambda a: np.tril(a, 1)),
    ((3,), np.tril),
    ((3, 4), lambda a: np.triu(a, -1)),
    ((0, 2), np.triu),
    ((2, 3), np.matrix_transpose),
    ((2, 2, 3), np.linalg.matrix_transpose),
]


def arrays(shapes, rng):
    return [rng.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize(("shapes", "f"), PRODUCTS)
def test_products(shapes, f, agrees, rng):
    agrees(f, *arrays(shapes, rng))


@pytest.mark.parametrize(("shape", "f"), STRUCTURE)
def test_diagonals_and_triangles(shape, f, agrees, rng):
    agrees(f, rng.normal(size=shape))


def test_flat_vectors_have_a_third_entry_of_zero(rng):
    """As in NumPy before 2.5, which gives two flat vectors the third entry of the product alone."""
    a, b, c = arrays([(2,), (2,), (3,)], rng)

    def upright(x, y):
        full = np.cross(np.append(x, 0.0), y if len(y) == 3 else np.append(y, 0.0))
        return full if len(y) == 3 else full[2]

    for other in (b, c):
        x, y = Tensor(a), Tensor(other)
        found = np.cross(x, y)
        np.testing.assert_allclose(found.numpy(), upright(a, other), rtol=1e-12)
        (dx,) = gradients(np.sum(found), [x])
        ones = [upright(np.eye(2)[i], other).sum() for i in range(2)]
        np.testing.assert_allclose(dx, ones, rtol=1e-12)


def test_methods_are_the_functions(rng):
    a = Tensor(rng.normal(size=(3, 3)))
    np.testing.assert_array_equal(a.dot(a).numpy(), (a @ a).numpy())
    assert a.trace().item() == np.trace(a).item() == a.diagonal().sum().item()


def test_multi_dot_multiplies_in_the_cheapest_order(rng):
    column, row = Tensor(rng.normal(size=(50, 1))), Tensor(rng.normal(size=(1, 50)))
    product = np.linalg.multi_dot([row, column, row, column, row])
    order = [node for node in autograd.toposort(product) if node.op is not None]
    assert all(node.size <= 50 for node in order)


def test_known_gradients():
    """∂ tr(AB)/∂A = Bᵀ, ∂ xᵀAx/∂x = (A + Aᵀ)x, ∂ (a·(b×c))/∂a = b×c."""
    a, b = Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([[5.0, 6.0], [7.0, 8.0]])
    (da,) = gradients(np.trace(a @ b), [a])
    assert da.tolist() == [[5.0, 7.0], [6.0, 8.0]]
    x = Tensor([1.0, -1.0])
    (dx,) = gradients(np.einsum("i,ij,j", x, a, x), [x])
    assert dx.tolist() == [-3.0, -3.0]
    u, v, w = Tensor([1.0, 2.0, 3.0]), Tensor([0.0, 1.0, 0.0]), Tensor([0.0, 0.0, 1.0])
    (du,) = gradients(np.vdot(u, np.cross(v, w)), [u])
    assert du.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "f", [np.dot, np.inner, np.outer, np.kron, np.cross, lambda a, b: np.einsum("ij,ij->i", a, b)]
)
def test_dtype_is_kept(f, dtype, rng):
    nodes = [Tensor(x, dtype=dtype) for x in arrays([(3, 3), (3, 3)], rng)]
    y = f(*nodes)
    assert y.dtype == dtype
    assert [g.dtype for g in gradients(y.sum(), nodes)] == [dtype, dtype]


def test_plain_arrays_give_plain_arrays(rng):
    a, b = arrays([(3, 3), (3, 3)], rng)
    for ours, theirs in ((autograd.kron, np.kron), (matvec, np.matmul)):
        found = ours(a, b[0])
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, theirs(a, b[0]))


ERRORS = [
    (lambda a: np.tensordot(a, a, 1), r"axes \(1,\) of \(2, 3\) and \(0,\) of \(2, 3\) differ"),
    (lambda a: np.tensordot(a, a, 3), r"tensordot: axes=3, and the shapes are \(2, 3\)"),
    (lambda a: np.tensordot(a, a, ([0], [0, 1])), "names 1 axes and 2"),
    (lambda a: np.dot(a, a), r"matmul: \(2, 3\) @ \(2, 3\): inner sizes 3 and 2 differ"),
    (lambda a: np.cross(a, np.ones(4)), "2 or 3 entries along their axis, not 4"),
    (lambda a: np.linalg.cross(np.ones(2), a[0]), "both need 3 entries"),
    (lambda a: np.linalg.outer(a, a), r"two 1-D arrays, not \(2, 3\) and \(2, 3\)"),
    (lambda a: matvec(a[0], a), r"matvec takes \(\.\.\., m, n\) and"),
    (lambda a: vecmat(a, a[0]), r"vecmat takes \(\.\.\., m\) and"),
    (lambda a: np.linalg.multi_dot([a]), "two or more matrices"),
    (lambda a: np.linalg.multi_dot([a, a[0], a]), "two or more matrices"),
    (lambda a: np.diagonal(a[0]), r"at least two axes, not shape \(3,\)"),
    (lambda a: np.diagonal(a, 0, 1, -1), "the same axis"),
    (lambda a: np.diag(a.reshape(1, 2, 3)), "a vector or a matrix"),
]


@pytest.mark.parametrize(("f", "message"), ERRORS)
def test_errors_say_what_is_wrong(f, message):
    with pytest.raises(ValueError, match=message):
        f(Tensor(np.ones((2, 3))))


@pytest.mark.parametrize(
    ("f", "option"),
    [
        (lambda a: np.dot(a, a, out=np.ones((2, 2))), "out="),
        (lambda a: np.trace(a, out=np.ones(())), "out="),
        (lambda a: a.dot(a, np.ones((2, 2))), "out="),
    ],
)
def test_options_without_a_meaning_are_refused(f, option):
    with pytest.raises(TypeError, match=option):
        f(Tensor(np.ones((2, 2))))
