"""Laws that hold for every card of the table, checked for all of them at once."""

import math

import numpy as np
import pytest

from autograd import TABLE, Tensor, Value, gradients
from autograd.symbols import Symbol, evaluate, pullback, render

DIFFERENTIABLE = [op for op in TABLE.values() if op.differentiable]
BROADCAST = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((2, 0), (1, 1))]


def cases_of(op):
    if op.cases:
        return [(each.shapes, each.params) for each in op.cases]
    if op.arity == 1:
        return [(((2, 3),), {}), (((),), {}), (((0, 2),), {})]
    return [(shapes, {}) for shapes in BROADCAST]


TRIALS = [
    pytest.param(op, shapes, params, id=f"{op.name}-{shapes}-{i}")
    for op in DIFFERENTIABLE
    for i, (shapes, params) in enumerate(cases_of(op))
]
every_operation = pytest.mark.parametrize(("op", "shapes", "params"), TRIALS)


def sample(op, shapes, rng):
    domains = op.domain if len(op.domain) == len(shapes) else op.domain[:1] * len(shapes)
    return [domain.sample(rng, shape) for domain, shape in zip(domains, shapes, strict=True)]


def slope(f, x, step=1e-6):
    """Central differences of a float-valued function by every entry of an array."""
    out = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        out[index] = (f(up) - f(down)) / (2 * step)
    return out


def contract(op, xs, params, weight):
    return float(np.sum(op.forward(*xs, **params) * weight))


@every_operation
def test_gradient_is_the_slope(op, shapes, params, rng):
    xs = sample(op, shapes, rng)
    nodes = [Tensor(x) for x in xs]
    y = op(*nodes, **params)
    weight = rng.normal(size=y.shape)
    found = gradients(y, nodes, gradient=weight)
    for i, (x, part) in enumerate(zip(xs, found, strict=True)):
        if op.rule(i) is None:
            assert not part.any()
            continue
        expected = slope(lambda v, i=i: contract(op, [*xs[:i], v, *xs[i + 1 :]], params, weight), x)
        np.testing.assert_allclose(part, expected, rtol=1e-6, atol=1e-7)


@every_operation
def test_second_derivative_is_the_slope_of_the_gradient(op, shapes, params, rng):
    xs = sample(op, shapes, rng)
    weight = rng.normal(size=np.shape(op.forward(*xs, **params)))
    across = [rng.normal(size=x.shape) for x in xs]

    def first(arrays, *, create_graph):
        nodes = [Tensor(x) for x in arrays]
        out = op(*nodes, **params)
        return nodes, gradients(out, nodes, gradient=weight, create_graph=create_graph)

    nodes, grads = first(xs, create_graph=True)
    total = sum(np.sum(g * v) for g, v in zip(grads, across, strict=True))
    found = gradients(total, nodes) if total.requires_grad else [np.zeros(x.shape) for x in xs]
    for i, (x, part) in enumerate(zip(xs, found, strict=True)):

        def contracted(v, i=i):
            _, parts = first([*xs[:i], v, *xs[i + 1 :]], create_graph=False)
            return sum(np.sum(g * w) for g, w in zip(parts, across, strict=True))

        np.testing.assert_allclose(part, slope(contracted, x), rtol=1e-5, atol=1e-6)


@every_operation
def test_recorded_gradient_equals_the_plain_one(op, shapes, params, rng):
    nodes = [Tensor(x) for x in sample(op, shapes, rng)]
    y = op(*nodes, **params)
    weight = rng.normal(size=y.shape)
    plain = gradients(y, nodes, gradient=weight)
    recorded = gradients(y, nodes, gradient=weight, create_graph=True)
    for a, b in zip(plain, recorded, strict=True):
        np.testing.assert_array_equal(a, b.numpy())


@every_operation
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(op, shapes, params, dtype, rng):
    params = {key: dtype if key == "dtype" else each for key, each in params.items()}
    nodes = [Tensor(x, dtype=dtype) for x in sample(op, shapes, rng)]
    y = op(*nodes, **params)
    assert y.dtype == dtype
    for part in gradients(y, nodes, gradient=np.ones(y.shape)):
        assert part.dtype == dtype


@pytest.mark.parametrize("op", [op for op in DIFFERENTIABLE if op.scalar], ids=lambda op: op.name)
def test_value_agrees_with_tensor(op, rng):
    params = {key: True if key == "cond" else each for key, each in cases_of(op)[0][1].items()}
    for _ in range(20):
        xs = [float(domain.sample(rng)) for domain in op.domain]
        values, tensors = [Value(x) for x in xs], [Tensor(x) for x in xs]
        v, t = op(*values, **params), op(*tensors, **params)
        assert math.isclose(v.data, t.item(), rel_tol=1e-14, abs_tol=1e-300)
        v.backward()
        t.backward()
        for a, b in zip(values, tensors, strict=True):
            if a.grad is None:  # no gradient flows to this argument
                assert b.grad is None
                continue
            assert math.isclose(a.grad, b.grad.item(), rel_tol=1e-13, abs_tol=1e-300)


@pytest.mark.parametrize("op", [op for op in DIFFERENTIABLE if op.scalar], ids=lambda op: op.name)
def test_formula_computes_what_the_rule_computes(op, rng):
    """The rule read as a formula, simplified, has the number that the rule computes."""
    params = {key: True if key == "cond" else each for key, each in cases_of(op)[0][1].items()}
    xs = [float(domain.sample(rng)) for domain in op.domain]
    numbers = {**dict(zip("ab", xs, strict=False)), "y": op(*xs, **params), "g": 1.7}
    symbols = [Symbol(letter) for letter in "ab"[: op.arity]]
    for slot in range(op.arity):
        formula = pullback(op, slot, Symbol("g"), Symbol("y"), symbols, params)
        rule = op.vjps[slot]
        expected = 0.0 if rule is None else rule(1.7, numbers["y"], *xs, **params)
        assert float(evaluate(formula, numbers)) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("op", list(TABLE.values()), ids=lambda op: op.name)
def test_card_is_whole(op):
    holes = 1 if op.variadic else op.arity
    assert op.tex[0].count("%s") == holes
    assert op.text[0].count("%s") == holes
    assert len(op.domain) == len(op.vjps)
    assert op.symbol
    assert render(op(*[Symbol("x")] * (2 if op.variadic else op.arity), **cases_of(op)[0][1]))
