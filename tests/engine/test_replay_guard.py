"""Comparisons made again at each call: no branch is followed that was not recorded."""

import threading

import numpy as np
import pytest

from autograd import (
    BranchError,
    Tensor,
    Value,
    gradients,
    no_grad,
    relu,
    replay,
    watch_comparisons,
    where,
)


def watched(f, *nodes):
    with watch_comparisons() as seen:
        out = f(*nodes)
    return out, seen


def huber(x, w):
    r = w * x - 1.0
    return r * r / 2 if abs(r) < 1 else abs(r) - 0.5


def step_of(f, x, w):
    out, seen = watched(f, x, w)
    return replay(out, inputs=[x], wrt=[w], guard=seen)


def test_a_call_on_the_recorded_branch_is_as_without_guard():
    x, w = Value(1.0, name="x"), Value(1.5, name="w")
    out, seen = watched(huber, x, w)
    guarded = replay(out, inputs=[x], wrt=[w], guard=seen)
    free = replay(out, inputs=[x], wrt=[w])
    for number in (0.1, 1.0, 1.3, np.array([0.5, 1.0])):
        assert guarded({x: number}) == free({x: number})


def test_another_branch_is_refused_and_said():
    x, w = Value(1.0, name="x"), Value(1.5, name="w")
    step = step_of(huber, x, w)
    said = r"the result of absolute < 1 was True when .* and is False.*record the graph again"
    with pytest.raises(BranchError, match=said):
        step({x: 4.0})
    with pytest.raises(BranchError, match="False for sample 2"):
        step({x: np.array([1.0, 0.5, 4.0])})
    w.data = 5.0  # parameters are compared as they are now
    with pytest.raises(BranchError):
        step({x: 1.0})


def test_the_sample_is_counted_over_all_blocks(monkeypatch):
    monkeypatch.setattr("autograd.replaying.scalars.BLOCK", 20)
    x, w = Value(1.0), Value(1.5)
    step = step_of(huber, x, w)
    samples = np.ones(50)
    samples[37] = 4.0
    for reduction in ("sum", None):
        with pytest.raises(BranchError, match="sample 37"):
            step({x: samples}, reduction=reduction)


def test_what_only_a_comparison_depends_on_is_evaluated():
    x, switch, w = Value(1.0), Value(2.0, name="switch"), Value(3.0)

    def f(x, switch, w):
        return w * x if switch * switch > 1 else w + x

    out, seen = watched(f, x, switch, w)
    step = replay(out, inputs=[x, switch], wrt=[w], guard=seen)
    assert step({x: 2.0, switch: 1.5}) == (6.0, [2.0])
    with pytest.raises(BranchError):
        step({x: 2.0, switch: 0.5})
    with pytest.raises(ValueError, match=r"does not depend on .* in wrt"):
        replay(out, inputs=[x], wrt=[switch], guard=seen)


@pytest.mark.parametrize(
    "branch",
    [
        lambda x: x if x else x + 1,
        lambda x: x if x == 2 else x + 1,
        lambda x: x if x != 0 else x + 1,
        lambda x: min(x, x * 0 + 1) * x,
        lambda x: sorted([x, x * 0 + 1])[0] * x,
        lambda x: x * (x // 1 + 1),
        lambda x: where(x > 0.5, x, 2 * x),
    ],
    ids=["truth", "equal", "unequal", "min", "sorted", "floor", "where"],
)
def test_all_that_is_decided_on_numbers(branch):
    x = Value(2.0)
    out, seen = watched(branch, x)
    step = replay(out, inputs=[x], wrt=[x], guard=seen)
    assert step({x: 2.0}) == (out.item(), [gradients(out, x)])
    with pytest.raises(BranchError):
        step({x: 0.0})


def test_comparisons_of_arrays():
    t = Tensor([1.0, -2.0, 3.0], name="t")
    out, seen = watched(lambda t: np.where(t > 0, t * t, t).sum(), t)
    step = replay(out, inputs=[t], wrt=[t], guard=seen)
    value, grads = step({t: [2.0, -1.0, 1.0]})
    assert value == 4.0
    np.testing.assert_array_equal(grads[0], [4.0, 1.0, 2.0])
    with pytest.raises(BranchError, match=r"t > 0 came out otherwise in 2 of 3 entries"):
        step({t: [-2.0, 1.0, 1.0]})
    loop, seen = watched(lambda t: t.sum() if t.sum() else t.prod(), t)
    with pytest.raises(BranchError, match=r"≠ 0"):
        replay(loop, inputs=[t], wrt=[t], guard=seen)({t: [0.0, 0.0, 0.0]})


def test_large_arrays_are_told_apart():
    t = Tensor(np.zeros(2000))
    low, high = np.full(2000, -1.0), np.full(2000, -1.0)
    high[1000] = 1.0  # where no printed array shows it
    out, seen = watched(lambda t: (t * ((t > low) & (t < high + 5))).sum(), t)
    step = replay(out, inputs=[t], wrt=[t], guard=seen)
    one = np.zeros(2000)
    one[1000] = 5.5
    assert step({t: one})[0] == 5.5
    with pytest.raises(BranchError, match="1 of 2000"):
        step({t: one * 2})


def test_nan_is_on_no_side():
    x = Value(float("nan"))
    out, seen = watched(lambda x: x if x > 0 else x * 2, x)
    step = replay(out, inputs=[x], wrt=[x], guard=seen)
    assert step({x: -1.0}) == (-2.0, [2.0])
    x = Value(1.0)
    out, seen = watched(lambda x: x if x > 0 else x * 2, x)
    with pytest.raises(BranchError):
        replay(out, inputs=[x], wrt=[x], guard=seen)({x: float("nan")})


def test_only_the_watching_thread_is_watched_and_watching_nests():
    x = Value(1.0)
    with watch_comparisons() as outer:
        other = threading.Thread(target=lambda: x > 0)
        other.start()
        other.join()
        with watch_comparisons() as inner, no_grad():
            assert x > 0.5
        assert x < 2
    assert x < 3
    assert (len(outer.seen), len(inner.seen)) == (2, 1)
    assert "2 comparisons" in repr(outer)


def test_a_guard_is_what_watched():
    x = Value(1.0)
    with pytest.raises(TypeError, match="watch_comparisons"):
        replay(x * 2, inputs=[x], wrt=[x], guard=[x > 0])
    out, seen = watched(lambda x: x * 2, x)
    assert replay(out, inputs=[x], wrt=[x], guard=seen)({x: 2.0}) == (4.0, [2.0])


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_the_masks_in_a_recorded_gradient(kind):
    """A rule decides on numbers too, which a graph of a gradient holds as constants."""

    def f(x):
        slope = gradients(relu(x) * x, x, create_graph=True)
        return slope * slope

    x = kind(2.0)
    out, seen = watched(f, x)
    step = replay(out, inputs=[x], wrt=[x], guard=seen)
    assert step({x: 3.0}) == (36.0, [24.0])
    with pytest.raises(BranchError):
        step({x: -3.0})


@pytest.mark.parametrize("samples", [2.0, [2.0, 3.0]])
def test_what_is_only_compared_bends_no_gradient(samples):
    """It gets no gradient, not even one of zero: 0 · ∞ would be NaN."""
    x, w = Value(1.0), Value(1.0)
    _, seen = watched(lambda x, w: np.log(w) < 5, x, w)
    step = replay(w * x, inputs=[x], wrt=[w], guard=seen)
    w.data = 0.0
    assert step({x: samples}) == (0.0, [np.mean(samples)])


def test_arrays_compared_beside_a_graph_of_numbers():
    v, t = Value(2.0), Tensor([1.0, 2.0])
    out, seen = watched(lambda v, t: v * v if t.sum() > 1 else v, v, t)
    step = replay(out, inputs=[v, t], wrt=[v], guard=seen)
    assert step({v: 3.0, t: [1.0, 1.0]}) == (9.0, [6.0])
    with pytest.raises(BranchError):
        step({v: 3.0, t: [0.0, 0.0]})


DECIDING = {
    "median": (np.median, [2.0, 1.0, 3.0]),
    "quantile": (lambda t: np.quantile(t, 0.3), [2.0, 1.0, 3.0]),
    "nansum": (np.nansum, [np.nan, 1.0, 1.0]),
    "interp": (lambda t: np.interp(t, [0.0, 1.5, 4.0], [0.0, 1.0, 9.0]).sum(), [2.0, 2.0, 3.0]),
    "ends": (lambda t: np.interp(t, [0.0, 3.5], [0.0, 1.0]).sum(), [1.0, 2.0, 4.0]),
    "period": (lambda t: np.interp(1.6, t, t**2, period=9), [3.0, 2.0, 1.0]),
    "round": (lambda t: (t * np.round(t)).sum(), [1.0, 2.0, 3.6]),
    "frexp": (lambda t: np.frexp(t)[0].sum(), [1.0, 2.0, 9.0]),
    "unwrap": (lambda t: np.unwrap(t).sum(), [1.0, 2.0, 9.0]),
}


@pytest.mark.parametrize(("f", "other"), DECIDING.values(), ids=DECIDING)
def test_what_a_function_decides_on_numbers(f, other):
    t = Tensor([1.0, 2.0, 3.0])
    out, seen = watched(f, t)
    step = replay(out, inputs=[t], wrt=[t], guard=seen)
    near = Tensor([1.1, 2.1, 3.2])
    value, (grad,) = step({t: near})
    again = f(near)
    np.testing.assert_allclose(value, again.item(), rtol=1e-14)
    np.testing.assert_allclose(grad, gradients(again, near), rtol=1e-14)
    with pytest.raises(BranchError):
        step({t: other})
