"""Operations that others wrote, replayed as they run eagerly."""

import numpy as np
import pytest

from autograd import Tensor, Value, gradients, op, replay

# What is right for a number and not for a row of them.
RULES = {
    "a branch": lambda g, y, x: g if x > 0 else 0.0,
    "a product of vectors": lambda g, y, x: np.dot(g, 1.0 * (x > 0)),
    "no gradient to multiply": lambda g, y, x: 0.0,
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_for_single_numbers(rule):
    card = op("own", np.abs, rule, scalar=abs, table=None)

    def f(x):
        return card(x + 1.0) * 2.0 + card(x * 3.0)

    x = Value(1.0)
    step = replay(f(x), inputs=[x], wrt=[x])
    points = [-2.0, -0.5, 0.3]
    values, (grads,) = step({x: points}, reduction=None)
    for value, grad, point in zip(values, grads, points, strict=True):
        node = Value(point)
        out = f(node)
        assert (value, grad) == (out.item(), gradients(out, node))
        assert step({x: point}) == (value, [grad])


def test_a_map_for_single_numbers():
    card = op(
        "own", lambda x: x if x > 0 else -x, lambda g, y, x: g * x / y, scalar=abs, table=None
    )
    x = Value(1.0)
    step = replay(card(x + 1.0) + card(x - 5.0), inputs=[x], wrt=[x])
    assert step({x: 2.0}) == (6.0, [0.0])
    assert step({x: [2.0, -2.0]}, reduction="sum") == (14.0, [-2.0])


def test_any_number_of_arguments():
    card = op(
        "own",
        lambda *xs: sum(xs),
        lambda g, y, *xs, slot: g * (slot + 1),
        scalar=lambda *xs: sum(xs),
        variadic=True,
        table=None,
    )
    x, w = Value(1.0), Value(2.0)
    step = replay(card(x, w, x * w), inputs=[x], wrt=[w, x])
    assert step({x: 3.0}) == (11.0, [11.0, 7.0])


def test_parameters_that_look_the_same():
    class Factor:
        def __init__(self, number):
            self.number = number

        def __repr__(self):
            return "Factor"

    card = op(
        "own",
        lambda x, *, by: x * by.number,
        lambda g, y, x, *, by: g * by.number,
        scalar=lambda x, *, by: x * by.number,
        table=None,
    )
    x = Value(1.0)
    step = replay(card(x, by=Factor(2.0)) + 10 * card(x, by=Factor(3.0)), inputs=[x], wrt=[x])
    assert step({x: 1.0}) == (32.0, [32.0])


def test_an_argument_without_a_rule_gets_no_gradient():
    """Not even one of zero, which times an infinite derivative would be NaN."""
    card = op(
        "own", lambda a, b: a + np.sign(b), lambda g, y, a, b: g, None, scalar=np.add, table=None
    )
    for kind in (Value, Tensor):
        x, w = kind(1.0), kind(2.0)
        step = replay(card(w, np.log(w * x)) * 1.0, inputs=[x], wrt=[w])
        assert step({x: 0.0})[1] == [1.0]


def test_a_dtype_that_follows_from_the_numbers_is_refused():
    card = op(
        "own",
        lambda x: x.astype(np.float32) if x[0] > 0 else x,
        lambda g, y, x: g.astype(x.dtype),
        cases=(),
        table=None,
    )
    t = Tensor([1.0, 2.0])
    step = replay(card(t).sum(), inputs=[t], wrt=[t])
    with pytest.raises(ValueError, match=r"of dtype float32 when .* one of float64 now"):
        step({t: [-1.0, 2.0]})
