"""Replays used by many, with all that one may hand them."""

import copy
import pickle
import threading

import numpy as np
import pytest

from autograd import Tensor, Value, detect_nan, gradients, no_grad, op, relu, replay, where


@pytest.fixture
def line():
    x, w = Value(2.0, name="x"), Value(3.0, name="w")
    return x, w, replay((w * x + 1).tanh() + x, inputs=[x, x], wrt=[w, x])


@pytest.mark.parametrize(
    "number",
    [1, True, np.float32(1), np.array(1.0), np.array(1), Value(1.0), Tensor(1.0)],
    ids=repr,
)
def test_whatever_stands_for_a_number(number, line):
    x, _, step = line
    assert step({x: number}) == step({x: 1.0})


@pytest.mark.parametrize(
    "numbers", [[1, 2], (1.0, 2.0), np.array([1, 2]), np.float32([1, 2]), Tensor([1.0, 2.0])]
)
def test_whatever_stands_for_several(numbers, line):
    x, _, step = line
    assert step({x: numbers}) == step({x: np.array([1.0, 2.0])})


@pytest.mark.parametrize("number", ["3", None, 1j, [None]])
def test_what_is_no_number(number, line):
    x, _, step = line
    with pytest.raises(TypeError, match="not made of real numbers"):
        step({x: number})
    t = Tensor(1.0)
    with pytest.raises(TypeError, match="not made of real numbers"):
        replay(t * 2, inputs=[t], wrt=[t])({t: number})


def test_no_sample_and_one(line):
    x, _, step = line
    values, grads = step({x: []}, reduction=None)
    assert values.shape == (0,)
    assert [grad.shape for grad in grads] == [(0,), (0,)]
    assert step({x: []}, reduction="sum") == (0.0, [0.0, 0.0])
    assert step({x: [1.5]}) == step({x: 1.5})


@pytest.mark.parametrize("leaf", [Value(4.0), Tensor(4.0)])
def test_the_output_may_be_a_leaf(leaf):
    step = replay(leaf, inputs=[leaf], wrt=[leaf])
    assert step({leaf: 5.0}) == (5.0, [1.0])
    assert step.levels == []
    assert replay(leaf, inputs=[], wrt=[])() == (4.0, [])


def test_what_no_input_reaches_counts_once_a_sample():
    x, w = Value(1.0), Value(3.0)
    step = replay(w * w + 0 * x, inputs=[x], wrt=[w])
    assert step({x: [1.0, 2.0]}) == (9.0, [6.0])
    assert step({x: [1.0, 2.0]}, reduction="sum") == (18.0, [12.0])
    alone = replay(w * w, inputs=[], wrt=[w])
    assert alone() == (9.0, [6.0])


def test_a_replay_is_not_copied_in_silence(line):
    *_, step = line
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="bound to the nodes"):
            attempt(step)


def test_results_are_the_callers(rng):
    w, x = Tensor(rng.normal(size=3)), Tensor(rng.normal(size=3))
    step = replay((w * x).sum(), inputs=[x], wrt=[w, x])
    given = rng.normal(size=3)
    kept, before = given.copy(), w.numpy()
    _, grads = step({x: given})
    first = [grad.copy() for grad in grads]
    step({x: rng.normal(size=3)})
    np.testing.assert_array_equal(grads, first)
    for grad in grads:
        grad[:] = 0
    np.testing.assert_array_equal(given, kept)
    np.testing.assert_array_equal(w.data, before)


def test_two_gradients_are_two_arrays():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    _, (one, other) = replay((a + b).sum(), inputs=[], wrt=[a, b])()
    one[:] = 5
    np.testing.assert_array_equal(other, 1)


def test_threads_share_a_replay(rng):
    w, x = Tensor(rng.normal(size=(9, 9))), Tensor(rng.normal(size=(50, 9)))
    arrays = replay((np.tanh(x @ w) @ w).sum(), inputs=[x], wrt=[w])
    a, b = Value(0.5), Value(0.2)
    scalars = replay((a * b).tanh() * b, inputs=[a], wrt=[b])
    points = [rng.normal(size=(50, 9)) for _ in range(6)]
    expected = [(arrays({x: point}), scalars({a: point[0]})) for point in points]
    wrong = []

    def work(i):
        for _ in range(100):
            value, (grad,) = arrays({x: points[i]})
            (known, (slope,)), row = expected[i]
            if value != known or (grad != slope).any() or scalars({a: points[i][0]}) != row:
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_modes_around_a_call(line):
    x, _, step = line
    with no_grad():
        assert step({x: 1.0}) == step({x: 1.0})
    v, t = Value(1.0), Tensor([1.0])
    logs = replay(v.log(), inputs=[v], wrt=[v]), replay(t.log().sum(), inputs=[t], wrt=[t])
    with detect_nan():
        assert logs[0]({v: 1.0}) == (0.0, [1.0])
        for numbers in (-1.0, [1.0, -1.0]):
            with pytest.raises(FloatingPointError, match=r"log\(-1.0\) gave nan"):
                logs[0]({v: numbers})
        with pytest.raises(FloatingPointError, match="log"):
            logs[1]({t: [-1.0]})


def test_branches_not_taken_are_shielded_as_eagerly():
    v = Value(1.0)
    step = replay(where(True, v, 1.0) + where(False, 1 / v, 2.0), inputs=[v], wrt=[v])
    assert step({v: 0.0}) == (2.0, [1.0])
    assert step({v: [0.0, 1.0]}) == (2.5, [1.0])
    values, (grads,) = step({v: [0.0, 1.0]}, reduction=None)
    np.testing.assert_array_equal(values, [2.0, 3.0])
    np.testing.assert_array_equal(grads, [1.0, 1.0])
    t = Tensor([1.0, 4.0])
    _, (grad,) = replay(relu(-t.sqrt()).sum(), inputs=[t], wrt=[t])({t: [0.0, 4.0]})
    np.testing.assert_array_equal(grad, [0.0, 0.0])


def test_values_among_tensors():
    def f(v, t):
        return (np.exp(t * v) + v * v).sum()

    v, t = Value(2.0), Tensor(np.float32([1, 2, 3]))
    step = replay(f(v, t), inputs=[v], wrt=[v, t])
    for number in (0.5, 2.0):
        one, other = Value(number), Tensor(np.float32([1, 2, 3]))
        out = f(one, other)
        value, grads = step({v: number})
        slopes = gradients(out, [one, other])
        assert value == out.item()
        assert value.dtype == grads[1].dtype == np.float32
        assert grads[0] == slopes[0]
        np.testing.assert_array_equal(grads[1], slopes[1])


def test_what_others_wrote_is_called_each_time():
    factor = [2.0]
    card = op(
        "scaled", lambda x: factor[0] * x, lambda g, y, x: g * factor[0], cases=(), table=None
    )
    t = Tensor([1.0, 2.0])
    step = replay(card(t).sum(), inputs=[t], wrt=[t])
    factor[0] = 5.0
    value, (grad,) = step({t: [1.0, 1.0]})
    assert value == 10.0
    np.testing.assert_array_equal(grad, [5.0, 5.0])


def test_what_others_wrote_is_tried_with_the_recorded_numbers():
    def strict(x):
        if np.any(x <= 0):
            raise ValueError("only positive numbers")
        return np.log(x)

    card = op("strict", strict, lambda g, y, x: g / x, scalar=strict, table=None)
    v = Value(2.0)
    step = replay(card(v * v) * 3, inputs=[v], wrt=[v])
    assert step({v: 1.0}) == (0.0, [6.0])
    assert step({v: [1.0, 1.0]}, reduction="sum") == (0.0, [12.0])
    with pytest.raises(ValueError, match="only positive"):
        step({v: 0.0})


def test_a_shape_that_follows_from_the_numbers_is_refused():
    card = op("kept", lambda x: x[x > 0], lambda g, y, x: np.zeros_like(x), table=None)
    t = Tensor([1.0, -2.0, 3.0])
    step = replay(card(t).sum(), inputs=[t], wrt=[t])
    assert step({t: [1.0, -1.0, 2.0]})[0] == 3.0
    with pytest.raises(ValueError, match=r"of shape \(2,\) when .* one of \(1,\) now"):
        step({t: [1.0, -1.0, -2.0]})


def test_the_program_can_be_read(rng):
    x, w = Tensor(rng.normal(size=(4, 3))), Tensor(rng.normal(size=(3, 2)))
    step = replay((np.tanh(x @ w) ** 2).sum(), inputs=[x], wrt=[w])
    lines = step.source.splitlines()
    assert [line.split("(")[0].split()[-1] for line in lines[1:5]] == [
        *("dot", "tanh", "square", "add_reduce")
    ]
    assert "tanh" in replay((Value(1.0) * 2).tanh(), inputs=[], wrt=[]).source
    assert repr(step).startswith("<replay of 4 operations on arrays in 4 levels, by ")
    assert step.levels == [[("matmul", 1)], [("tanh", 1)], [("power", 1)], [("sum", 1)]]
    assert (step.inputs, step.wrt, step.level[x]) == ([x], [w], 0)


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_gradient_replayed(kind, rng):
    def f(x, w):
        slope = gradients(np.tanh(x * w) * x, x, create_graph=True)
        return slope * slope + x

    x, w = kind(0.3), kind(-0.7)
    step = replay(f(x, w), inputs=[x], wrt=[x, w])
    for number in rng.normal(size=3):
        one, other = kind(number), kind(-0.7)
        out = f(one, other)
        value, grads = step({x: number})
        np.testing.assert_allclose(value, out.item(), rtol=1e-14)
        np.testing.assert_allclose(grads, gradients(out, [one, other]), rtol=1e-13)


def test_no_warning_on_the_way(recwarn):
    v, t = Value(1.0), Tensor([1.0, 2.0])
    step = replay(relu(v) + 1 / v, inputs=[v], wrt=[v])
    for reduction in ("mean", "sum", None):
        step({v: [0.0, -0.0]}, reduction=reduction)
    assert np.isnan(step({v: []})[0])
    with np.errstate(invalid="ignore"):
        out = (relu(t) * np.array([np.inf, -np.inf])).sum()
    replay(out, inputs=[t], wrt=[t])({t: [1.0, 2.0]})
    assert not recwarn.list


@pytest.mark.parametrize("shapes", [((1, 1), (1, 3)), ((3, 1), (1, 1)), ((1, 3), (3, 1))])
def test_products_of_zero_and_infinity(shapes):
    """np.dot scales where a matrix has one entry, and BLAS does nothing for a factor of 0."""
    a, b = (Tensor(np.ones(shape)) for shape in shapes)
    step = replay((a @ b).sum(), inputs=[a, b], wrt=[])
    assert np.isnan(step({a: np.zeros(a.shape), b: np.full(b.shape, np.inf)})[0])
    assert np.isnan(step({a: np.full(a.shape, np.inf), b: np.zeros(b.shape)})[0])
