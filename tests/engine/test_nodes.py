"""Values and Tensors beside numbers, arrays and NumPy's functions, and what they refuse."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autograd
from autograd import TABLE, Tensor, Value, gradients, no_grad, op, where
from autograd.card.dispatch import METHODS

both_kinds = pytest.mark.parametrize("kind", [Value, Tensor])


# -------------------------------------------------------------------------------------------- Value


@pytest.mark.parametrize(
    "number",
    [
        2,
        2.0,
        True + 1,
        Fraction(2),
        Decimal(2),
        np.float32(2),
        np.int8(2),
        np.array(2),
        np.array(2.0),
    ],
)
def test_value_takes_any_real_number(number):
    v = Value(number)
    assert type(v.data) is float
    assert v.data == 2.0
    if not isinstance(number, np.ndarray):
        assert (Value(1.0) + number).data == 3.0
        assert (number * Value(3.0)).data == 6.0


@pytest.mark.parametrize("thing", [1j, "2", None, [2.0], np.ones(2), np.array(1j), Value(2.0)])
def test_value_refuses_what_is_no_real_number(thing):
    with pytest.raises(TypeError, match="Value"):
        Value(thing)


def test_value_agrees_with_numpy_where_python_raises():
    with np.errstate(all="ignore"):
        zero = Value(0.0)
        assert (1.0 / zero).data == math.inf
        assert zero.log().data == -math.inf
        assert Value(1000.0).exp().data == math.inf
        assert math.isnan(Value(-1.0).sqrt().data)
        assert math.isnan((Value(-8.0) ** (1 / 3)).data)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        1.0 / zero


def test_numpy_scalars_and_functions_meet_values():
    v = Value(2.0)
    for y in (np.float64(2) * v, np.multiply(2.0, v), v * np.float64(2), v * np.float32(2)):
        assert isinstance(y, Value)
        assert gradients(y, v) == 2.0
    assert np.exp(v).item() == np.exp(2.0)
    assert np.maximum(v, 5.0).item() == 5.0


def test_object_arrays_of_values():
    vs = np.array([Value(1.0), Value(2.0), Value(3.0)])
    ws = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    out = np.tanh(ws @ vs) + np.ones(2)
    out.sum().backward()
    expected = Tensor([1.0, 2.0, 3.0])
    (np.tanh(ws @ expected) + np.ones(2)).sum().backward()
    assert [v.grad for v in vs] == pytest.approx(list(expected.grad), rel=1e-14)


def test_operations_go_entry_by_entry_through_arrays_of_values():
    vs = np.array([[Value(-1.0), Value(2.0)]])
    for f in (autograd.relu, autograd.sigmoid, autograd.softplus, autograd.absolute):
        out = f(vs)
        assert [each.item() for each in out.ravel()] == [f(-1.0), f(2.0)]
        assert all(isinstance(each, Value) for each in out.ravel())
    assert [v.item() for v in np.var(np.vstack([vs, 3 * vs]), axis=0)] == [1.0, 4.0]
    out = autograd.maximum(vs, np.zeros((2, 1)))
    assert out.shape == (2, 2)
    assert out[0, 0].op.name == "maximum"


def test_plain_questions_about_values():
    v = Value(2.0)
    assert (np.ndim(v), np.shape(v), np.size(v)) == (0, (), 1)
    assert np.isfinite(v)
    assert np.allclose(v, 2.0)


@pytest.mark.parametrize("flip", [False, True])
def test_a_value_beside_an_array_gives_an_array_of_values(flip):
    v = Value(2.0)
    out = np.array([1.0, 3.0]) * v if flip else v * np.array([1.0, 3.0])
    assert out.dtype == object
    out.sum().backward()
    assert v.grad == 4.0


def test_a_value_among_tensors_is_an_operand_without_axes():
    v, t = Value(2.0), Tensor([1.0, 3.0])
    (v * t + v).sum().backward()
    assert v.grad == 6.0
    assert type(v.grad) is float
    np.testing.assert_array_equal(t.grad, [2.0, 2.0])
    second = gradients((v * v * t).sum(), v, create_graph=True)
    assert float(gradients(second, v)) == 8.0


def test_values_are_stacked_into_a_tensor():
    a, b = Value(1.0), Value(2.0)
    t = np.stack([a, b])
    assert isinstance(t, Tensor)
    (t * t).sum().backward()
    assert (a.grad, b.grad) == (2.0, 4.0)


def test_comparisons_are_of_data_and_equality_is_identity():
    a, b = Value(1.0), Value(1.0)
    assert a <= b < 2.0
    assert b >= a > 0
    assert a == a
    assert a != b
    assert len({a, b}) == 2
    t = Tensor([1.0, 2.0])
    assert (t > 1.5).tolist() == [False, True]
    assert type(t > 1.5) is np.ndarray
    assert np.equal(t, 1.0).tolist() == [True, False]
    assert (a == 1.0, a != 1.0, 1.0 == a, a == 2.0) == (True, False, True, False)
    assert (t == 1.0).tolist() == (1.0 == t).tolist() == [True, False]
    assert (t != np.array([1.0, 3.0])).tolist() == [False, True]
    assert a != "1.0"
    assert (a in [b, a], a in [b], t == Tensor([1.0, 2.0])) == (True, False, False)


@pytest.mark.parametrize("number", [Fraction(2), Decimal(2)], ids=repr)
def test_a_tensor_meets_any_real_number(number):
    """NumPy alone would make an array of objects."""
    t = Tensor(np.float32([1, 3]))
    for f in (lambda n: t * n, lambda n: n - t, lambda n: t**n, lambda n: np.maximum(t, n)):
        out, expected = f(number), f(2.0)
        assert out.dtype == np.float32
        np.testing.assert_array_equal(out.data, expected.data)
        np.testing.assert_array_equal(gradients(out.sum(), t), gradients(expected.sum(), t))


# ------------------------------------------------------------------------------------------- Tensor


def test_tensor_copies_and_converts():
    x = np.array([1, 2])
    t = Tensor(x)
    x[0] = 9
    assert t.dtype == np.float64
    assert t.tolist() == [1.0, 2.0]
    assert Tensor([True, False]).dtype == np.float64
    assert Tensor([1.0], dtype=np.float32).dtype == np.float32
    assert Tensor([1, 2], dtype=int, requires_grad=False).dtype == int


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Tensor([1, 2], dtype=int), "can't carry a gradient"),
        (lambda: Tensor([1j]), "real numbers, not complex"),
        (lambda: Tensor(["a"]), "real numbers"),
        (lambda: Tensor([Value(1.0)]), "np.stack"),
        (lambda: Tensor(Tensor([1.0])), "leave the graph"),
        (lambda: Tensor([1.0]) * 1j, "complex"),
        (lambda: Tensor([1.0]) + "a", "unsupported operand"),
        (lambda: Tensor([1.0]) + None, "unsupported operand"),
        (lambda: Tensor([1.0]).astype(int), "no gradient"),
    ],
)
def test_tensor_refuses_what_has_no_gradient(make, says):
    with pytest.raises(TypeError, match=says):
        make()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_python_numbers_and_values_do_not_widen(dtype):
    t = Tensor([1.0, 2.0], dtype=dtype)
    y = (2 * t + 1.5) ** 2 / 3 - Value(1.0)
    assert y.dtype == dtype
    y.sum().backward()
    assert t.grad.dtype == dtype


def test_gradient_has_the_dtype_of_its_leaf_in_mixed_expressions():
    a, b = Tensor([1.0], dtype=np.float32), Tensor([2.0])
    (a * b).sum().backward()
    assert (a.grad.dtype, b.grad.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize(
    "f",
    [
        lambda t: np.sum(t, axis=0),
        lambda t: np.sum(t, axis=(0, -1), keepdims=True),
        lambda t: np.mean(t, axis=-1),
        lambda t: np.max(t, axis=1, keepdims=True),
        lambda t: np.min(t),
        lambda t: np.reshape(t, (3, 2)),
        lambda t: np.transpose(t),
        lambda t: np.concatenate([t, t * 2], axis=1),
        lambda t: np.stack([t, t], axis=-1),
        lambda t: np.where(t > 0, t, 0.1 * t),
        lambda t: np.ones((4, 2)) @ t,
        lambda t: t @ np.ones((3, 4)),
        lambda t: t @ np.ones(3),
        lambda t: np.ones(2) @ t,
        lambda t: t.T @ t,
        lambda t: t[..., None] * np.ones(4),
        lambda t: t[1, ::-1],
        lambda t: t[:, np.array([0, 0, 2])],
        lambda t: np.expand_dims(t, 1),
        lambda t: np.swapaxes(t, 0, 1),
        lambda t: np.broadcast_to(t, (4, 2, 3)),
        lambda t: np.ravel(t),
        lambda t: np.squeeze(t[:1]),
        lambda t: np.add(np.ones(3), t),
        lambda t: t.reshape(-1, 2).transpose(1, 0).flatten(),
        lambda t: np.float64(2) - t,
    ],
)
def test_numpy_sees_an_array(f, rng):
    x = rng.normal(size=(2, 3))
    t = Tensor(x)
    y = f(t)
    expected = f(x)
    assert isinstance(y, Tensor)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-15)
    weight = rng.normal(size=y.shape)
    found = gradients(y, t, gradient=weight)
    step = 1e-6
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        slope = np.sum((f(up) - f(down)) * weight) / (2 * step)
        assert found[index] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_shapes_of_vectors_in_products():
    a, b = Tensor([1.0, 2.0, 3.0]), Tensor([4.0, 5.0, 6.0])
    y = a @ b
    assert y.shape == ()
    y.backward()
    np.testing.assert_array_equal(a.grad, [4, 5, 6])
    batch = Tensor(np.ones((5, 2, 3)))
    assert (batch @ b).shape == (5, 2)
    assert (np.ones(2) @ batch).shape == (5, 3)


def test_plain_functions_read_the_data():
    t = Tensor([3.0, 1.0])
    assert np.argmax(t) == 0
    assert np.isnan(t).tolist() == [False, False]
    assert np.shape(t) == (2,)
    assert np.allclose(t, [3.0, 1.0])
    assert type(np.zeros_like(t)) is np.ndarray
    assert [row.item() for row in t] == [3.0, 1.0]
    assert (t.argmax(), t.argsort().tolist(), t.any()) == (0, [1, 0], True)
    np.testing.assert_array_equal(np.add.reduce(t).item(), 4.0)
    assert len(t) == 2


# ------------------------------------------------------------------------------- leaving the graph


@pytest.mark.parametrize(
    ("leave", "says"),
    [
        (lambda: float(Value(1.0)), r"\.item\(\)"),
        (lambda: math.sin(Value(1.0)), "np.sin for math.sin"),
        (lambda: int(Value(1.0)), r"int\(v.item\(\)\)"),
        (lambda: float(Tensor(1.0)), r"\.item\(\)"),
        (lambda: int(Tensor(1.0)), r"int\(t.item\(\)\)"),
        (lambda: np.asarray(Tensor([1.0], name="w")), r"w \(shape \(1,\)\).*t.numpy\(\)"),
        (lambda: np.array([Tensor(1.0), Tensor(2.0)]), "np.stack"),
        (lambda: np.asarray(Value(1.0), dtype=float), "leave the graph"),
    ],
)
def test_nodes_do_not_leave_the_graph_silently(leave, says):
    with pytest.raises(TypeError, match=says):
        leave()


@both_kinds
def test_ways_out_of_the_graph(kind):
    x = kind(2.0)
    assert (x * 3.0).item() == 6.0
    assert float((x * 3.0).detach()) == 6.0
    assert (x * 3.0).numpy() == 6.0
    with no_grad():
        assert float(x * 3.0) == 6.0
    assert not (x.detach() * 2.0).requires_grad


# ------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("fail", "error", "says"),
    [
        (
            lambda: Tensor(np.ones((4, 3)), name="W1") @ Tensor(np.ones((4, 2)), name="X"),
            ValueError,
            r"matmul: \(4, 3\) @ \(4, 2\): inner sizes 3 and 4 differ; W1.T @ X\?",
        ),
        (
            lambda: Tensor(np.ones((2, 3))) + np.ones(2),
            ValueError,
            r"add: \(2, 3\) \+ \(2,\): axis -1 has the sizes 3 and 2",
        ),
        (lambda: Tensor([1.0]) @ 2.0, ValueError, "write \\* for a product of numbers"),
        (lambda: Tensor([1.0, 2.0]).sum(axis=1), ValueError, "sum: axis 1 is out of bounds"),
        (lambda: Tensor([1.0, 2.0]).sum(axis=(0, 0)), ValueError, "names an axis twice"),
        (lambda: Tensor([1.0, 2.0]).backward(), ValueError, r"needs gradient= of that shape"),
        (lambda: Tensor([1.0]).backward([1.0, 2.0]), ValueError, "shapes must be equal"),
        (lambda: Tensor([1.0]).__setitem__(0, 2.0), TypeError, "np.where"),
        (lambda: Tensor([1.0, 2.0])[5], IndexError, "getitem.*out of bounds"),
        (lambda: Tensor([1.0, 2.0]).item(), ValueError, "exactly one entry"),
        (lambda: np.fft.fft(Tensor([1.0])), TypeError, r"np\.fft\.fft is not supported"),
        (lambda: np.linalg.eigvals(Tensor([[1.0]])), TypeError, "nearest supported one is"),
        (lambda: np.add(1.0, Tensor([1.0]), out=np.ones(1)), TypeError, "with out="),
        (lambda: np.sum(Tensor([1.0]), out=np.ones(())), TypeError, "with out="),
        (lambda: np.add.reduceat(Tensor([1.0]), [0]), TypeError, r"np\.add\.reduceat"),
        (lambda: np.gcd(Value(1.0), 2), TypeError, r"np\.gcd is not supported on a Value"),
        (lambda: setattr(Tensor([1.0]), "data", [1.0, 2.0]), ValueError, "does not fit"),
        (lambda: len(Tensor(1.0)), TypeError, "without axes"),
        (lambda: autograd.nonsense, AttributeError, "nonsense"),
    ],
)
def test_errors_teach(fail, error, says):
    with pytest.raises(error, match=says):
        fail()


def test_nodes_are_formatted_as_numbers():
    assert f"{Value(2.0):.3f} {Tensor(2.0):.3f} {Tensor([[2.0]]):.1f}" == "2.000 2.000 2.0"
    assert f"{Value(2.0, name='a')}" == "Value(2.0, name='a')"
    assert round(Value(2.345), 1) == 2.3
    with pytest.raises(ValueError, match="exactly one entry"):
        format(Tensor([1.0, 2.0]), ".2f")


def test_in_place_operators_rebind():
    t = Tensor([1.0])
    u = t
    u += 1.0
    assert t.tolist() == [1.0]
    assert u.args == (t, 1.0)
    array = np.ones(1)
    with pytest.raises(TypeError, match="out="):
        array += t


# ----------------------------------------------------------------------------------- own operations


def test_an_operation_of_ones_own():
    cube = op("cube", lambda x: x**3, lambda g, y, x: g * 3 * x**2, scalar=lambda x: x**3)
    try:
        for kind in (Value, Tensor):
            x = kind(2.0)
            first = gradients(cube(x), x, create_graph=True)
            assert (first.item(), float(gradients(first, x))) == (12.0, 12.0)
        assert cube(2.0) == 8.0
        np.testing.assert_array_equal(cube(np.array([1.0, 2.0])), [1.0, 8.0])
        with pytest.raises(ValueError, match="replace=True"):
            op("cube", lambda x: x, lambda g, y, x: g)
        with pytest.raises(TypeError, match="takes 1 operands, not 2"):
            cube(1.0, 2.0)
    finally:
        del autograd.TABLE["cube"]


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: op("bad", np.exp), ValueError, "one rule per argument"),
        (lambda: op("bad", np.exp, lambda g, x: g), TypeError, "takes 2 positional arguments"),
        (lambda: op("bad", np.exp, 3), TypeError, "not a function"),
        (lambda: op("bad", np.exp, None, domain=()), ValueError, "1 arguments but 0 domains"),
    ],
)
def test_a_card_that_cannot_work_is_refused(make, error, says):
    with pytest.raises(error, match=says):
        make()
    assert "bad" not in autograd.TABLE


def test_three_arguments(rng):
    fused = op(
        "fused",
        lambda a, b, c: a * b + c,
        lambda g, y, a, b, c: g * b,
        lambda g, y, a, b, c: g * a,
        lambda g, y, a, b, c: g,
        scalar=lambda a, b, c: a * b + c,
    )
    try:
        for kind in (Value, Tensor):
            a, b, c = (kind(x) for x in (2.0, 3.0, 4.0))
            y = fused(a, b, c)
            assert y.args == (a, b, c)
            assert [float(g) for g in gradients(y, [a, b, c])] == [3.0, 2.0, 1.0]
            assert fused(a, 3.0, c).args == (a, 3.0, c)
    finally:
        del autograd.TABLE["fused"]


def test_where_takes_masks_of_any_shape():
    v = Value(2.0)
    y = where(np.array([True, False, True]), v, 0.0)
    assert isinstance(y, Tensor)
    assert gradients(y.sum(), v) == 2.0
    np.testing.assert_array_equal(where(np.array([True, False]), 1.0, 0.0), [1.0, 0.0])


# ----------------------------------------------------------------------------- completion


OF_ALL_NODES = {
    *("data", "grad", "name", "op", "args", "operands", "params", "requires_grad"),
    *("backward", "named", "detach", "item", "numpy", "shape", "ndim", "size"),
}
OF_ARRAYS = {
    *("T", "mT", "dtype", "reshape", "transpose", "flatten", "astype", "tolist"),
    *("argmax", "argmin", "argsort", "all", "any", "nonzero", "searchsorted"),
}


@pytest.mark.parametrize("shown", [dir(Value), dir(Value(1.0)), dir(Value(1.0) * 2)])
def test_completion_of_a_value_shows_what_is_for_users(shown):
    cards = [card for card in TABLE.values() if card.scalar and card.method]
    own = {*(card.method for card in cards), "clip", "conjugate"}
    assert public(shown) == OF_ALL_NODES | public(own)


@pytest.mark.parametrize("shown", [dir(Tensor), dir(Tensor([1.0])), dir(Tensor([1.0]) * 2)])
def test_completion_of_a_tensor_shows_what_is_for_users(shown):
    own = {*(card.method for card in TABLE.values() if card.method), *METHODS}
    assert public(shown) == OF_ALL_NODES | OF_ARRAYS | public(own)


def public(names):
    return {name for name in names if not name.startswith("_")}
