"""Memory: what nobody holds is freed at once; a hundred thousand steps take no more than one."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

import nn
import viz
from autograd import (
    Tensor,
    Value,
    check,
    contributions,
    detect_nan,
    gradients,
    hessian,
    no_grad,
    replay,
    tanh,
    watch_comparisons,
)


def value_step():
    x, w = Value(0.5), Value(-1.5)
    y = tanh(x * w + 1) ** 2
    y.backward()
    return y


def tensor_step():
    x = Tensor([0.5, 1.0])
    (tanh(x) * x).sum().backward()


def second_order_step():
    x = Tensor([0.5, 1.0])
    (slope,) = gradients((tanh(x) * x).sum(), [x], create_graph=True)
    gradients(slope.sum(), x)


def mode_step():
    with no_grad(), detect_nan(), watch_comparisons():
        tanh(Value(0.5))


def hessian_step():
    hessian(lambda x: np.sum(np.tanh(x) ** 2))(np.ones(2))


_X, _W = Value(0.5), Value(1.5)
_REPLAY = replay(tanh(_X * _W), inputs=[_X], wrt=[_W])


def replay_step():
    _REPLAY({_X: 0.25})


_MODEL = nn.Linear(2, 1, rng=0)
_SGD = nn.optim.Adam(_MODEL.parameters(), lr=0.01)


def training_step():
    _SGD.zero_grad()
    (_MODEL(np.ones((3, 2))) ** 2).mean().backward()
    _SGD.step()


STEPS = [
    value_step,
    tensor_step,
    mode_step,
    replay_step,
]


def growth(step, count):
    """By how many bytes memory has grown after so many steps, without the cycle collector."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(2500):  # Python keeps up to 2,000 freed tuples of each size
            step()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(count):
            step()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
        gc.enable()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_a_thousand_steps_take_no_more_than_one(step):
    assert growth(step, 1000) < 1500


@pytest.mark.slow
@pytest.mark.parametrize("step", [*STEPS, second_order_step, training_step, hessian_step])
def test_a_hundred_thousand_steps_take_no_more_than_one(step):
    count = {value_step: 100_000, training_step: 2_000, hessian_step: 1_000}.get(step, 20_000)
    assert growth(step, count) < 5000


USES = {
    "nothing": lambda x, y: None,
    "backward": lambda x, y: y.backward(),
    "backward, recorded": lambda x, y: y.backward(create_graph=True),
    "gradients": lambda x, y: gradients(y, x, create_graph=True),
    "contributions": lambda x, y: contributions(y),
    "str": lambda x, y: f"{y} {y!r}",
    "replay": lambda x, y: replay(y, inputs=[x], wrt=[x]),
    "replayed": lambda x, y: replay(y, inputs=[x], wrt=[x])({x: x.data}),
    "draw": lambda x, y: viz.draw(y),
    "source": lambda x, y: viz.draw(y).source,
    "chain_rule": lambda x, y: str(viz.chain_rule(y)),
    "markdown": lambda x, y: viz.chain_rule(y).markdown(),
    "derivation": lambda x, y: str(check.derivation(y, {"dx": lambda x: 2 * x})),
    "assert_gradients": lambda x, y: check.assert_gradients(y, {x: 2 * x.data}),
}


@pytest.mark.parametrize("kind", [Value, Tensor])
@pytest.mark.parametrize("use", USES)
def test_a_graph_is_freed_by_counting_alone(use, kind):
    gc.collect()
    gc.disable()
    try:
        x = kind(2.0, name="x")
        y = (x * x).named("y")
        USES[use](x, y)
        left = weakref.ref(y)
        del x, y
        assert left() is None, "a reference cycle holds the graph"
    finally:
        gc.enable()


@pytest.mark.parametrize("look", [viz.draw, viz.chain_rule])
def test_looking_for_names_holds_nothing(look):
    """Pictures read the names of the caller's variables, and let go of what these name."""
    gc.collect()
    gc.disable()
    try:
        x = Value(2.0)
        y = x * x
        look(y)
        left = weakref.ref(y)
        del y
        assert left() is None, "held by what was read of the caller's variables"
    finally:
        gc.enable()


def test_a_long_chain_is_freed_without_recursion():
    x = y = Value(1.0)
    for _ in range(200_000):
        y = y + x
    left = weakref.ref(y)
    del y
    assert left() is None
