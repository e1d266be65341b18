"""Functions of functions: forms in and out, nesting, and the laws between them."""

from collections import namedtuple

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import (
    Tensor,
    Value,
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    gradients,
    hessian,
    hessian_vector_product,
    jacobian,
    make_hvp,
    make_jvp,
    make_vjp,
    no_grad,
    value_and_grad,
)
from autograd.extend import defvjp, defvjp_argnum, defvjp_argnums, primitive


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def pair(x):
    return np.stack([x[0] * x[1] ** 2, np.sin(x[0]), x.sum()])


def pair_jacobian(x):
    return np.array([[x[1] ** 2, 2 * x[0] * x[1]], [np.cos(x[0]), 0.0], [1.0, 1.0]])


# --------------------------------------------------------------------------------- forms in and out


def test_plain_in_plain_out():
    assert type(grad(np.tanh)(0.5)) is float
    assert type(grad(lambda x: (x**2).sum())(np.ones(2))) is np.ndarray
    assert type(grad(np.tanh)(np.float32(0.5))) is np.float32
    assert grad(lambda x: (x**2).sum())(np.ones(2, np.float32)).dtype == np.float32
    assert grad(lambda x: x**2)(3) == 6.0
    value, slope = value_and_grad(np.square)(3.0)
    assert (float(value), slope) == (9.0, 6.0)
    assert not isinstance(value, Tensor)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_nodes_in_nodes_out(kind):
    x = kind(3.0)
    slope = grad(lambda v: v**3)(x)
    assert isinstance(slope, kind)
    slope.backward()
    assert float(x.grad) == 18.0


def test_argnum():
    def f(a, b, c=1.0):
        return a * b**2 * c

    assert grad(f)(2.0, 3.0) == 9.0
    assert grad(f, 1)(2.0, 3.0) == 12.0
    assert grad(f, -1)(2.0, 3.0) == 12.0
    assert grad(f, (0, 1))(2.0, 3.0, c=2.0) == (18.0, 24.0)
    assert grad(f, [1])(2.0, 3.0) == (12.0,)
    assert grad_named(f, "b")(2.0, 3.0) == 12.0


Point = namedtuple("Point", "x y")


def test_nested_arguments_keep_their_form():
    def f(p):
        return p["w"][0] * p["point"].x + (p["w"][1] * p["point"].y).sum()

    p = {"w": [2.0, np.array([1.0, 2.0])], "point": Point(3.0, 4.0)}
    g = grad(f)(p)
    assert list(g) == ["w", "point"]
    assert g["w"][0] == 3.0
    np.testing.assert_array_equal(g["w"][1], [4.0, 4.0])
    assert g["point"] == Point(2.0, 3.0)


def test_nested_outputs():
    out = jacobian(lambda x: {"a": x * 2, "b": (x.sum(), x[0])})(np.ones(2))
    np.testing.assert_array_equal(out["a"], 2 * np.eye(2))
    np.testing.assert_array_equal(out["b"][0], [1, 1])
    np.testing.assert_array_equal(out["b"][1], [1, 0])
    vjp, _ = make_vjp(lambda x: (x * 2, [x.sum()]))(np.ones(2))
    np.testing.assert_array_equal(vjp((np.array([1.0, 10.0]), [100.0])), [102.0, 120.0])


def test_an_output_that_does_not_depend_gives_zeros():
    x = np.ones(2)
    np.testing.assert_array_equal(grad(lambda v: 3.0)(x), [0, 0])
    np.testing.assert_array_equal(jacobian(lambda v: np.ones(3))(x), np.zeros((3, 2)))
    np.testing.assert_array_equal(elementwise_grad(lambda v: np.floor(v))(x), [0, 0])
    np.testing.assert_array_equal(make_vjp(lambda v: np.ones(3))(x)[0](np.ones(3)), [0, 0])
    np.testing.assert_array_equal(make_jvp(lambda v: np.ones(3))(x)(x)[1], [0, 0, 0])
    np.testing.assert_array_equal(hessian(lambda v: v.sum())(x), np.zeros((2, 2)))
    assert grad(grad(lambda v: 2.0 * v))(1.0) == 0.0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: grad(lambda x: None)(1.0), "lack a return"),
        (lambda: grad(lambda x: x)(np.ones(2)), r"shape \(2,\).*jacobian or elementwise_grad"),
        (lambda: grad(lambda x: x > 0)(1.0), "gave .*True.* where one real number"),
        (lambda: grad(lambda x: [x])(1.0), "gave .* where one real number"),
        (lambda: grad(np.tanh)("a"), "argument 0 is 'a'"),
        (lambda: grad(lambda p: p["a"])({"a": [1.0, None]}), r"argument 0\['a'\]\[1\] is None"),
        (lambda: grad(np.tanh)(1j), "can't be differentiated"),
        (lambda: grad(np.tanh, 1)(1.0), "argnum=1"),
        (lambda: grad(3), "takes a function"),
        (lambda: grad_and_aux(lambda x: x)(1.0), "pair"),
    ],
)
def test_errors_teach(call, says):
    with pytest.raises(TypeError, match=says):
        call()


# ------------------------------------------------------------------------------------------ nesting


def test_derivatives_of_any_order():
    f, expected = np.tanh, 0.5
    t = np.tanh(expected)
    orders = [t, 1 - t**2, -2 * t * (1 - t**2), (6 * t**2 - 2) * (1 - t**2)]
    for value in orders:
        assert float(f(0.5)) == pytest.approx(value, rel=1e-13)
        f = grad(f)


def test_no_perturbation_confusion():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(2.0) == 4.0
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(2.0) == 4.0
    assert grad(lambda x: grad(lambda y: x**2 * y**3)(x))(2.0) == 12 * 2.0**3


def test_closures_over_parameters_stay_plain():
    w = Tensor(2.0)
    assert grad(lambda x: w * x**2)(3.0) == 12.0
    assert w.grad is None


def test_inside_no_grad():
    with no_grad():
        assert grad(np.square)(3.0) == 6.0
        assert grad(grad(np.square))(3.0) == 2.0
        assert not grad(np.square)(Tensor(3.0)).requires_grad


# ------------------------------------------------------------------------------- between transforms


def test_jacobian_by_hand():
    x = np.array([0.7, -1.3])
    np.testing.assert_allclose(jacobian(pair)(x), pair_jacobian(x), rtol=1e-14)


def test_vjp_and_jvp_are_products_with_the_jacobian(rng):
    x, v, g = rng.normal(size=2), rng.normal(size=2), rng.normal(size=3)
    vjp, out = make_vjp(pair)(x)
    np.testing.assert_allclose(out, pair(x))
    np.testing.assert_allclose(vjp(g), g @ pair_jacobian(x), rtol=1e-13)
    np.testing.assert_allclose(vjp(2 * g), 2 * vjp(g), rtol=1e-13)
    out, pushed = make_jvp(pair)(x)(v)
    np.testing.assert_allclose(out, pair(x))
    np.testing.assert_allclose(pushed, pair_jacobian(x) @ v, rtol=1e-13)


def test_hessian_of_rosenbrock(rng):
    x, v = rng.normal(size=5), rng.normal(size=5)
    h = hessian(rosenbrock)(x)
    diagonal = np.zeros(5)
    diagonal[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    diagonal[1:] += 200
    expected = np.diag(diagonal) + np.diag(-400 * x[:-1], 1) + np.diag(-400 * x[:-1], -1)
    np.testing.assert_allclose(h, expected, rtol=1e-12)
    np.testing.assert_allclose(hessian_vector_product(rosenbrock)(x, v), h @ v, rtol=1e-12)
    hvp, gradient = make_hvp(rosenbrock)(x)
    np.testing.assert_allclose(hvp(v), h @ v, rtol=1e-12)
    np.testing.assert_array_equal(gradient, grad(rosenbrock)(x))


def test_jacobian_shapes():
    assert jacobian(lambda x: x @ np.ones((3, 4)))(np.ones((2, 3))).shape == (2, 4, 2, 3)
    assert jacobian(lambda x: x**2)(2.0) == 4.0
    assert jacobian(lambda x: x * np.ones(3))(2.0).shape == (3,)
    assert jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)
    assert hessian(lambda x: np.sum(x**3))(np.ones((2, 2))).shape == (2, 2, 2, 2)


def test_elementwise_and_deriv():
    x = np.linspace(-1, 1, 5)
    np.testing.assert_allclose(elementwise_grad(np.sin)(x), np.cos(x), rtol=1e-14)
    np.testing.assert_allclose(elementwise_grad(elementwise_grad(np.sin))(x), -np.sin(x))
    np.testing.assert_allclose(deriv(np.sin)(0.5), np.cos(0.5))
    np.testing.assert_allclose(deriv(deriv(np.sin))(0.5), -np.sin(0.5))


def test_aux_is_untouched():
    g, aux = grad_and_aux(lambda x: (x**2, {"doubled": x * 2, "text": "t"}))(3.0)
    assert (g, aux) == (6.0, {"doubled": 6.0, "text": "t"})


def test_reverse_over_jvp_and_jvp_over_reverse(rng):
    x, v = rng.normal(size=3), rng.normal(size=3)
    h = hessian(rosenbrock)(x)
    np.testing.assert_allclose(make_jvp(grad(rosenbrock))(x)(v)[1], h @ v, rtol=1e-12)
    along = grad(lambda y: make_jvp(rosenbrock)(y)(v)[1])
    np.testing.assert_allclose(along(x), h @ v, rtol=1e-12)


def test_shapes_of_cotangents_are_checked():
    with pytest.raises(ValueError, match="gradient of shape"):
        hessian_vector_product(rosenbrock)(np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match="shapes must be equal"):
        make_vjp(pair)(np.ones(2))[0](np.ones(2))
    with pytest.raises(ValueError, match="2 tangents for 1"):
        make_jvp(pair)(np.ones(2))([1.0, 2.0])


# -------------------------------------------------------------------------------------- checkpoint


def test_checkpoint_computes_the_same_and_runs_again(rng):
    calls = []

    def layer(x, w, scale=1.0):
        calls.append(1)
        return np.tanh(x @ w) * scale

    x, w = rng.normal(size=(3, 2)), rng.normal(size=(2, 2))

    def loss(f):
        return lambda a, b: np.sum(f(a, b, scale=2.0) ** 2)

    expected = grad(loss(layer), (0, 1))(x, w)
    calls.clear()
    found = grad(loss(checkpoint(layer)), (0, 1))(x, w)
    assert len(calls) == 2
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)
    second = hessian(lambda a: loss(checkpoint(layer))(a, w))(x)
    np.testing.assert_allclose(second, hessian(lambda a: loss(layer)(a, w))(x), rtol=1e-11)


def test_checkpoint_of_containers_and_plain_arguments():
    f = checkpoint(lambda p, n: {"y": p["a"] ** n, "z": [p["b"].sum()]})
    out = grad(lambda p: f(p, 3)["y"] + f(p, 3)["z"][0])({"a": 2.0, "b": np.ones(2)})
    assert out["a"] == 12.0
    np.testing.assert_array_equal(out["b"], [1, 1])
    assert f({"a": 2.0, "b": np.ones(2)}, 3)["y"] == 8.0


# ------------------------------------------------------------------------------- drop-in namespace


def test_creation_functions_take_nodes():
    g = grad(lambda x: anp.sum(anp.array([x, x**2, 1.0]) * anp.arange(3)))
    assert g(2.0) == 4.0
    g = grad(lambda x: anp.array([[x[0], 1.0], [x[1] * 2, 0.0]])[1, 0])
    np.testing.assert_array_equal(g(anp.ones(2)), [0, 2])
    assert grad(lambda x: anp.sum(anp.full((2, 2), x)))(1.0) == 4.0
    assert anp.array([1, 2]).dtype == int
    assert anp.array(Tensor([1.0]), ndmin=2).shape == (1, 1)
    assert anp.pi == np.pi
    assert anp.linalg.LinAlgError is np.linalg.LinAlgError
    assert anp.random.default_rng is np.random.default_rng


def test_hand_defined_gradients():
    @primitive
    def logsumexp(x):
        """Numerically stable log(sum(exp(x)))."""
        largest = np.max(x)
        return largest + np.log(np.sum(np.exp(x - largest)))

    defvjp(
        logsumexp,
        lambda ans, x: lambda g: anp.full(x.shape, g) * anp.exp(x - anp.full(x.shape, ans)),
    )

    def f(y):
        return logsumexp(y**2)

    def plain(y):
        return anp.log(anp.sum(anp.exp(y**2)))

    y = np.array([1.5, 0.7, 1e-10])
    np.testing.assert_allclose(grad(f)(y), grad(plain)(y), rtol=1e-13)
    np.testing.assert_allclose(hessian(f)(y), hessian(plain)(y), rtol=1e-11, atol=1e-12)
    assert logsumexp(np.zeros(2)) == pytest.approx(np.log(2))
    assert logsumexp.__doc__.startswith("Numerically")


def test_ways_to_define_gradients():
    @primitive
    def mix(a, b, power):
        return a * b**power

    with pytest.raises(NotImplementedError, match="no gradient for argument 0"):
        grad(mix)(2.0, 3.0, 2)
    defvjp(mix, lambda ans, a, b, n: lambda g: g * b**n, None)
    assert grad(mix, (0, 1))(2.0, 3.0, 2) == (9.0, 0.0)
    defvjp(mix, lambda ans, a, b, n: lambda g: g * a * n * b ** (n - 1), argnums=[1])
    assert grad(mix, (0, 1))(2.0, 3.0, 2) == (9.0, 12.0)

    @primitive
    def product(a, b):
        return a * b

    defvjp_argnum(product, lambda argnum, ans, args, kwargs: lambda g: g * args[1 - argnum])
    assert grad(product, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    defvjp_argnums(
        product,
        lambda argnums, ans, args, kwargs: lambda g: [g * args[1 - i] for i in argnums],
    )
    assert grad(product, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    with pytest.raises(TypeError, match="not a primitive"):
        defvjp(np.exp, None)


def test_a_gradient_inside_stays_inside():
    """What came before a variable is neither swept nor, if it can't be differentiated, missed."""
    pulled = []
    square = primitive(lambda x: x**2)
    defvjp(square, lambda ans, x: lambda g: pulled.append(g) or g * 2 * x)

    def outer(x):
        y = square(x)
        return y * sum(grad(lambda z: z**3 * y)(y) for _ in range(5)) * grad(lambda z: z * y)(1.0)

    # y * 5 * 3 y^3 * y = 15 y^5 with y = x^2
    assert grad(outer)(2.0) == 150.0 * 2.0**9
    assert len(pulled) == 1


def test_variables_computed_from_each_other():
    def f(x):
        y = x**2
        return sum(grad(lambda a, b: a * b**2, (0, 1))(x, y))

    # y^2 + 2 x y = x^4 + 2 x^3
    assert grad(f)(2.0) == 4 * 2.0**3 + 6 * 2.0**2
    x = Tensor(2.0)
    y = x**2
    by_y, by_x = gradients(x * y, [y, x])
    assert (by_y, by_x) == (2.0, 12.0)


@pytest.mark.parametrize("argnum", ["y", 1.0, None, True, (0, "y")])
@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_an_argument_is_told_by_its_place(transform, argnum):
    with pytest.raises(TypeError, match="give the place of an argument"):
        transform(lambda x, y: x * y, argnum)(2.0, 3.0)
