"""A recorded graph run again with other numbers gives what recording again would give."""

import math

import numpy as np
import pytest

from autograd import (
    TABLE,
    Tensor,
    Value,
    gradients,
    leaky_relu,
    log,
    op,
    replay,
    sigmoid,
    softmax,
    toposort,
    where,
)

SCALAR = [card for card in TABLE.values() if card.scalar and card.differentiable]


def network(rng, width=4):
    """A small network on one sample: parameters, and the loss as a function of the inputs."""
    w1 = [[Value(x) for x in row] for row in rng.normal(size=(width, 2))]
    w2 = [Value(x) for x in rng.normal(size=width)]
    b = Value(0.1)

    def loss(x1, x2, y):
        hidden = [(row[0] * x1 + row[1] * x2).tanh() for row in w1]
        a = sigmoid(sum((w * h for w, h in zip(w2, hidden, strict=True)), b))
        return -(y * log(a) + (1 - y) * log(1 - a)) + 0.01 * b**2

    return [w for row in w1 for w in row] + w2 + [b], loss


def recorded(rng):
    parameters, loss = network(rng)
    inputs = [Value(x) for x in (0.5, -0.3, 1.0)]
    return parameters, loss, inputs, replay(loss(*inputs), inputs=inputs, wrt=parameters)


def eagerly(parameters, loss, numbers):
    out = loss(*map(Value, numbers))
    return out.item(), gradients(out, parameters)


def close(a, b):
    return np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


# --------------------------------------------------------------------------------- graphs of Values


def test_one_sample(rng):
    parameters, loss, inputs, step = recorded(rng)
    for numbers in rng.normal(size=(5, 3)):
        value, grads = step(dict(zip(inputs, numbers, strict=True)))
        expected, wanted = eagerly(parameters, loss, numbers)
        close(value, expected)
        close(grads, wanted)
        assert type(value) is float


def test_parameters_are_read_at_each_call_and_the_graph_is_left_alone(rng):
    parameters, loss, inputs, step = recorded(rng)
    before = [node.raw for node in inputs]
    for _ in range(3):
        for parameter in parameters:
            parameter.data += 0.1
        value, grads = step(dict(zip(inputs, (0.2, 0.4, 0.0), strict=True)))
        expected, wanted = eagerly(parameters, loss, (0.2, 0.4, 0.0))
        close(value, expected)
        close(grads, wanted)
    assert [node.raw for node in inputs] == before
    assert all(parameter.grad is None for parameter in parameters)


@pytest.mark.parametrize("count", [1, 7, 3000])
def test_many_samples_at_once(rng, count, monkeypatch):
    monkeypatch.setattr(
        "autograd.replaying.scalars.BLOCK", 5000
    )  # several blocks, the last not full
    parameters, loss, inputs, step = recorded(rng)
    numbers = rng.normal(size=(3, count))
    feed = dict(zip(inputs, numbers, strict=True))
    shown = min(count, 20)
    each = [eagerly(parameters, loss, column) for column in numbers.T[:shown]]
    values, grads = step(feed, reduction=None)
    close(values[:shown], [value for value, _ in each])
    close([grad[:shown] for grad in grads], np.transpose([part for _, part in each]))
    total, summed = step(feed, reduction="sum")
    close(total, values.sum())
    close(summed, [grad.sum() for grad in grads])
    average, means = step(feed)
    close(average, values.mean())
    close(means, [grad.mean() for grad in grads])


def test_numbers_stand_beside_arrays(rng):
    parameters, loss, inputs, step = recorded(rng)
    x1, x2, y = inputs
    values, _ = step({x1: np.array([0.1, 0.2]), x2: 0.3, y: 1.0}, reduction=None)
    close(values, [eagerly(parameters, loss, (x, 0.3, 1.0))[0] for x in (0.1, 0.2)])


@pytest.mark.parametrize("card", SCALAR, ids=lambda card: card.name)
def test_every_scalar_operation(card, rng):
    params = dict(card.cases[0].params) if card.cases else {}
    params = {key: True if key == "cond" else each for key, each in params.items()}
    xs = [[float(domain.sample(rng)) for domain in card.domain] for _ in range(3)]
    inputs = [Value(x) for x in xs[0]]
    y = card(*inputs, **params) * 2.0
    step = replay(y, inputs=inputs, wrt=inputs)
    for point in xs:
        value, grads = step(dict(zip(inputs, point, strict=True)))
        nodes = [Value(x) for x in point]
        out = card(*nodes, **params) * 2.0
        np.testing.assert_allclose(value, out.item(), rtol=1e-13)
        np.testing.assert_allclose(grads, gradients(out, nodes), rtol=1e-12)


def test_fan_out_is_added_up(rng):
    a, b = Value(2.0), Value(3.0)
    y = a * b + a * a + (a + b) * a
    step = replay(y, inputs=[a], wrt=[b, a])
    value, grads = step({a: 5.0})
    assert (value, grads) == (80.0, [10.0, 26.0])


def test_ones_own_operation_and_parameters_of_operations():
    card = op("tripled", lambda x: 3 * x, lambda g, y, x: 3 * g, scalar=lambda x: 3 * x)
    try:
        x = Value(-2.0)
        y = card(x) * leaky_relu(x, slope=0.5) + where(x < 0, x, 2 * x)
        step = replay(y, inputs=[x], wrt=[x])
        assert step({x: -1.0}) == (1.5 - 1.0, [-3.0 + 1.0])
    finally:
        del TABLE["tripled"]


def test_levels_can_be_looked_at():
    a, b = Value(1.0), Value(2.0)
    step = replay((a * b).tanh() + (b * b).tanh(), inputs=[a], wrt=[b])
    assert step.levels == [[("multiply", 2)], [("tanh", 2)], [("add", 1)]]
    assert "3 levels and 5 groups" in repr(step)  # of the inputs, and the same for all samples
    assert [step.level[node] for node in (a, b, step.output)] == [0, 0, 3]


def test_infinities_come_without_warnings():
    x = Value(1.0)
    step = replay(1.0 / x + x.log(), inputs=[x], wrt=[x])
    value, grads = step({x: 0.0})
    assert math.isnan(value)
    assert math.isnan(grads[0])


# -------------------------------------------------------------------------------- graphs of Tensors


def test_a_graph_of_arrays(rng):
    w, b = Tensor(rng.normal(size=(3, 2))), Tensor(np.zeros(2))
    x = Tensor(rng.normal(size=(5, 3)))

    def loss(data):
        return (softmax(np.tanh(data @ w) + b, axis=1) ** 2).sum() / 5

    step = replay(loss(x), inputs=[x], wrt=[w, b, x])
    for _ in range(3):
        w.data += 0.1
        new = rng.normal(size=(5, 3))
        value, grads = step({x: new})
        leaf = Tensor(new)
        out = loss(leaf)
        assert value == out.item()
        for mine, theirs in zip(grads, gradients(out, [w, b, leaf]), strict=True):
            np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(ValueError, match=r"recorded with the shape \(5, 3\) and is now \(4, 3\)"):
        step({x: new[:4]})


# ------------------------------------------------------------------------------------------- errors


def test_errors_teach(rng):
    a, b, stranger = Value(1.0, name="a"), Value(2.0, name="b"), Value(3.0, name="c")
    y = a * b
    with pytest.raises(ValueError, match="does not depend on"):
        replay(y, inputs=[stranger], wrt=[a])
    with pytest.raises(ValueError, match="no leaf"):
        replay(y, inputs=[y], wrt=[a])
    constant = Value(2.0).detach()
    with pytest.raises(ValueError, match=r"requires no gradient.*not recorded"):
        replay(a * constant, inputs=[constant], wrt=[a])
    with pytest.raises(ValueError, match=r"shape \(2,\).*reduce it"):
        replay(Tensor([1.0, 2.0]) * 2, inputs=[], wrt=[])
    step = replay(y, inputs=[a], wrt=[b])
    with pytest.raises(ValueError, match="no numbers for Value"):
        step({})
    with pytest.raises(ValueError, match="none of the inputs"):
        step({a: 1.0, stranger: 1.0})
    with pytest.raises(ValueError, match="reduction="):
        step({a: 1.0}, reduction="max")
    both = replay(y, inputs=[a, b], wrt=[b])
    with pytest.raises(ValueError, match="one length"):
        both({a: np.ones(2), b: np.ones(3)})
    assert len(toposort(y)) == 3
