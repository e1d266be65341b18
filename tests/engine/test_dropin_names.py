"""The modules and names that code for the PyPI package named autograd imports."""

import numpy
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import autograd
import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import (
    Tensor,
    deriv,
    grad,
    jacobian,
    make_ggnvp,
    multigrad_dict,
    tensor_jacobian_product,
)
from autograd.builtins import isinstance as is_a
from autograd.builtins import type as kind_of
from autograd.extend import defjvp, defvjp, defvjp_argnums, notrace_primitive, primitive
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten, flatten_func
from autograd.test_util import check_equivalent, check_grads, check_jvp, combo_check, scalar_close

# ------------------------------------------------------------------------------ autograd itself


def test_jacobians_of_containers():
    def polar(p):
        return np.array([p["r"] * np.cos(p["angle"]), p["r"] * np.sin(p["angle"])])

    there = jacobian(polar)({"r": 2.0, "angle": 0.5})
    c, s = numpy.cos(0.5), numpy.sin(0.5)
    assert_allclose(there["r"], [c, s])
    assert_allclose(there["angle"], [-2 * s, 2 * c])


def test_products_with_jacobians():
    def fun(x):
        return np.tanh(np.dot(A, x))

    A, x, v = npr.RandomState(0).randn(3, 4), np.arange(4.0), np.ones(4)
    J = jacobian(fun)(x)
    assert_allclose(tensor_jacobian_product(fun)(x, np.arange(3.0)), np.arange(3.0) @ J)
    assert_allclose(make_ggnvp(fun)(x)(v), J.T @ (J @ v))
    quartic = make_ggnvp(fun, lambda y: np.sum(y**4))(x)(v)
    assert_allclose(quartic, J.T @ (12 * fun(x) ** 2 * (J @ v)))
    by_name = multigrad_dict(lambda a, b=2.0: a * b**2)(3.0)
    assert dict(by_name) == {"a": 4.0, "b": 12.0}


def test_questions_about_types():
    def fun(x, y):
        assert is_a(x, np.ndarray)
        assert is_a(y, float)
        assert not is_a(x, (float, list))
        assert kind_of(x) is np.ndarray
        assert kind_of(y) is float
        return np.sum(x) * y

    assert grad(fun, 1)(np.ones(2), 3.0) == 2.0
    assert isinstance((), autograd.tuple)
    assert is_a([], list)
    assert kind_of("") is str
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = autograd.nonsense


# ------------------------------------------------------------------------------- autograd.numpy


def test_lists_of_nodes():
    assert grad(lambda x: np.mean([x, x + 2]))(0.0) == 1.0
    assert grad(lambda x: np.linalg.norm([3 * x, 4.0]))(1.0) == pytest.approx(9 / 5)
    check_grads(lambda x: np.r_[x, 1.0, x[:1]])(np.ones(2))
    check_grads(lambda x: np.c_[x, np.ones(3), 2 * x])(np.arange(3.0))
    assert_array_equal(np.c_[Tensor([1.0, 2.0]), [[3.0], [4.0]]].numpy(), [[1, 3], [2, 4]])
    assert_array_equal(np.r_[Tensor(1.0), 2:4].numpy(), [1, 2, 3])
    assert_array_equal(np.r_[1:3, 5], [1, 2, 5])
    with pytest.raises(TypeError, match="directive '-1'"):
        _ = np.r_["-1", Tensor(1.0)]


def test_options_at_their_defaults_do_no_harm():
    x = Tensor([1.0, 2.0])
    assert np.sum(x, out=None).item() == 3.0
    assert np.vstack([x, x], casting="same_kind").shape == (2, 2)
    with pytest.raises(TypeError, match="out= is not supported"):
        np.sum(x, out=numpy.ones(()))


def test_creation():
    check_grads(lambda x, y: np.linspace(x, y, 5), argnum=(0, 1))(1.0, 3.0)
    ends = np.linspace(Tensor([0.0, 0.1]), 0.3, 4, axis=-1)
    assert_array_equal(ends.numpy(), numpy.linspace([0.0, 0.1], 0.3, 4, axis=-1))
    check_grads(lambda x: np.full((2, 3), x))(2.0)
    check_grads(lambda x: np.full_like(np.zeros(2), x))(2.0)
    check_grads(np.make_diagonal)(np.arange(6.0).reshape(2, 3))
    assert np.array([[Tensor(1.0), 2.0]], ndmin=3).shape == (1, 1, 2)
    with pytest.raises(TypeError, match="like= is not supported"):
        np.array([Tensor(1.0)], like=numpy.ones(1))
    with pytest.raises(TypeError, match="only offset=0"):
        np.make_diagonal(np.ones(2), offset=1)


def test_the_submodules_are_ours():
    assert np.linalg.norm([Tensor(3.0), 4.0]).item() == 5.0
    assert np.random is npr
    assert np.fft.fft is numpy.fft.fft
    assert set(numpy.__all__) <= set(np.__all__)


# ------------------------------------------------------------------------------ autograd.extend


def test_primitives_take_and_give_containers():
    @primitive
    def sides(triangle, scale=1.0):
        assert isinstance(triangle["a"], float)
        a, b = triangle["a"] * scale, triangle["b"] * scale
        return {"c": numpy.sqrt(a**2 + b**2), "parts": [b * numpy.ones(2), a]}

    def vjp(ans, triangle, scale=1.0):
        def pull(g):
            over = g["c"] * scale**2 / ans["c"]
            return {
                "a": over * triangle["a"] + g["parts"][1] * scale,
                "b": over * triangle["b"] + np.sum(g["parts"][0]) * scale,
            }

        return pull

    defvjp(sides, vjp)

    def of_both(a, b):
        out = sides({"a": a, "b": b}, scale=2.0)
        return out["c"] * out["parts"][0][1] + out["parts"][1] ** 2

    assert sides({"a": numpy.float64(3.0), "b": 4.0})["c"] == 5.0
    check_grads(of_both, argnum=(0, 1))(3.0, 4.0)
    assert repr(sides) == "<primitive sides>"


def test_all_gradients_at_once():
    calls = []

    @primitive
    def product(a, b):
        return a * b

    def maker(argnums, ans, args, kwargs):
        calls.append(list(argnums))
        return lambda g: [g * args[1 - i] for i in argnums]

    defvjp_argnums(product, maker)
    defjvp(product, None, None)
    assert grad(lambda x: product(x, 3 * x))(2.0) == 12.0
    assert grad(product, 1)(2.0, 3.0) == 2.0
    assert calls == [[0, 1], [1]]
    with pytest.raises(TypeError, match="not a primitive"):
        defjvp(np.exp, None)


def test_untraced_functions_see_plain_arrays():
    seen = notrace_primitive(lambda tree, key=None: (type(tree[0]), type(key)))
    found = []
    grad(lambda x: found.append(seen([x], key=np.ones(2) * x)) or x)(1.0)
    assert found == [(numpy.float64, numpy.ndarray)]


# --------------------------------------------------------------------------- autograd.test_util


def wrong_first_order():
    foo = primitive(lambda x: x * 2.0)
    defvjp(foo, lambda ans, x: lambda g: g * 2.001)
    return foo


def wrong_second_order():
    bar = primitive(lambda x: x)
    defvjp(bar, lambda ans, x: lambda g: g * 1.001)
    foo = primitive(lambda x: x * 2.0)
    defvjp(foo, lambda ans, x: lambda g: bar(g) * 2)
    return foo


@pytest.mark.parametrize(
    ("make", "mode", "says"),
    [
        (wrong_first_order, "rev", r"\(VJP\) check of <lambda> failed"),
        (wrong_first_order, "fwd", r"\(JVP\) check of <lambda> failed"),
        (wrong_second_order, "rev", r"\(VJP\) check of vjp_<lambda> failed"),
    ],
)
def test_a_wrong_rule_is_found(make, mode, says):
    with pytest.raises(AssertionError, match=says):
        check_grads(make(), modes=[mode])(1.0)


def test_checks_of_the_checker():
    check_grads(lambda x, y, z: {"a": x[0] * y, "b": [x[1] * z]}, argnum=[0, 2])([1.0, 2.0], 2, 3.0)
    check_jvp(lambda x: x**2, 3.0)
    tried = []
    combo_check(lambda x, power, k=0: tried.append((power, k)) or x**power + k)(
        [1.0], [2, 3], k=[4]
    )
    assert set(tried) == {(2, 4), (3, 4)}
    assert scalar_close(1e9, 1e9 + 1)
    assert not scalar_close(1.0, 1.001)
    check_equivalent([1.0, numpy.ones(2)], [numpy.float64(1.0), numpy.ones(2)])
    with pytest.raises(AssertionError, match="different forms"):
        check_equivalent([1.0], (1.0,))
    with pytest.raises(AssertionError, match="different values"):
        check_equivalent(1.0, 2.0)
    with pytest.raises(ValueError, match="not \\['forward'\\]"):
        check_grads(np.sin, modes=["forward"])


# -------------------------------------------------------------------------------- autograd.misc


def test_flatten():
    tree = {"b": [1.0, np.ones((2, 1))], "a": ()}
    row, unflatten = flatten({**tree, "0": np.array([5.0])})
    assert_array_equal(row, [5, 1, 1, 1])
    check_equivalent(
        unflatten(2 * row), {"0": np.array([10.0]), "a": (), "b": [2.0, np.full((2, 1), 2.0)]}
    )
    assert flatten([])[0].shape == (0,)
    with pytest.raises(ValueError, match="a row of 4 entries"):
        unflatten(np.ones(3))
    of_rows, _, start = flatten_func(lambda pair: [pair[1], pair[0] ** 2], (2.0, np.ones(2)))
    assert_allclose(jacobian(of_rows)(start), [[0, 1, 0], [0, 0, 1], [4, 0, 0]])


def test_fixed_point():
    def root(a):
        return fixed_point(
            lambda a: lambda x: 0.5 * (x + a / x), a, 10.0, lambda x, y: np.abs(x - y), 1e-12
        )

    assert_allclose(root(2.0), numpy.sqrt(2.0))
    assert_allclose(grad(root)(2.0), 0.5 / numpy.sqrt(2.0))
    assert_allclose(deriv(root)(2.0), 0.5 / numpy.sqrt(2.0))
    assert_allclose(grad(grad(root))(2.0), -0.25 / numpy.sqrt(2.0) ** 3)
