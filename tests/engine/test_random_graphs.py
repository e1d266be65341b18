"""Random expressions over the whole table, against differences in extended precision."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import TABLE, Tensor, Value, gradients
from autograd.card.op import plain
from autograd.graph.sweep import Pulling, backward_order, sweep, unrolled

CARDS = sorted(
    (
        card
        for card in TABLE.values()
        if card.scalar is not None and card.differentiable and not card.cases
    ),
    key=lambda card: card.name,
)
WIDE = np.longdouble


class Expression:
    """A list of operations, each on results before it, that any kind of number can go through."""

    def __init__(self, leaves, steps):
        self.leaves = leaves
        self.steps = [(CARDS[i % len(CARDS)], places) for i, places in steps]

    def __call__(self, leaves):
        results = list(leaves)
        for card, places in self.steps:
            args = [
                inside(domain, results[place % len(results)])
                for domain, place in zip(card.domain, itertools.cycle(places), strict=False)
            ]
            results.append(card(*args))
        return sum(results[1:], results[0])

    def __repr__(self):
        return " → ".join(f"{card.name}{places}" for card, places in self.steps)


def inside(domain, x):
    """An argument brought into the domain of an operation, smoothly."""
    low = domain.hole if domain.hole else domain.low
    middle, half = (low + domain.high) / 2, (domain.high - low) / 2
    return TABLE["tanh"](x) * (0.9 * half) + middle


expressions = st.builds(
    Expression,
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.tuples(st.integers(0, 30), st.integers(0, 30))),
        min_size=1,
        max_size=8,
    ),
)


def points(expression, count=None):
    rngs = [np.random.default_rng(seed) for seed in expression.leaves]
    return [rng.normal(size=count) for rng in rngs], [rng.normal(size=count) for rng in rngs]


def slopes(f, xs, vs):
    """First and second derivative along a direction, by differences in extended precision."""
    xs, vs = ([WIDE(x) for x in each] for each in (xs, vs))

    def along(t):
        return f([x + t * v for x, v in zip(xs, vs, strict=True)])

    h, k = WIDE(1e-6), WIDE(1e-4)
    first = (along(h) - along(-h)) / (2 * h)
    second = (along(k) - 2 * along(WIDE(0)) + along(-k)) / k**2
    return float(first), float(second)


def derivatives(kind, f, xs, vs):
    nodes = [kind(x) for x in xs]
    y = f(nodes)
    first = gradients(y, nodes, create_graph=True)
    along = sum(g * v for g, v in zip(first, vs, strict=True))
    second = gradients(along, nodes) if along.requires_grad else [0.0] * len(nodes)
    turn = sum(float(h) * v for h, v in zip(second, vs, strict=True))
    return y.item(), along.item(), turn, [float(g) for g in gradients(y, nodes)]


# erf goes through Python's own, which has no extended precision
@given(expressions.filter(lambda e: all(card.name != "erf" for card, _ in e.steps)))
@pytest.mark.skipif(np.finfo(WIDE).eps > 1e-18, reason="no extended precision here")
def test_derivatives_are_the_slopes(expression):
    xs, vs = points(expression)
    first, second = slopes(expression, xs, vs)
    y, along, turn, _ = derivatives(Value, expression, xs, vs)
    assert y == pytest.approx(float(expression([WIDE(x) for x in xs])), rel=1e-10, abs=1e-10)
    scale = 1 + abs(first) + abs(second)
    assert along == pytest.approx(first, rel=1e-6, abs=1e-7 * scale)
    assert turn == pytest.approx(second, rel=1e-4, abs=1e-4 * scale)


@given(expressions)
def test_values_agree_with_tensors(expression):
    xs, vs = points(expression)
    a = derivatives(Value, expression, xs, vs)
    b = derivatives(Tensor, expression, xs, vs)
    for one, other in zip([*a[:3], *a[3]], [*b[:3], *b[3]], strict=True):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


@given(expressions)
def test_arrays_are_their_entries(expression):
    """An array of points gives, entry by entry, what each point gives alone."""
    xs, _ = points(expression, 4)
    nodes = [Tensor(x) for x in xs]
    grads = gradients(expression(nodes).sum(), nodes)
    for i in range(4):
        alone = [Value(x[i]) for x in xs]
        expected = gradients(expression(alone), alone)
        assert [g[i] for g in grads] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize(("kind", "shape"), [(Value, None), (Tensor, (2, 3))])
@given(expression=expressions)
def test_the_unrolled_sweep_gives_the_bits_of_the_one_to_read(kind, shape, recorded, expression):
    """On graphs with constants, products of matrices, reductions, sums and broadcasting too."""
    xs, _ = points(expression, shape)
    y = expression([kind(x) for x in xs]) * 3.0 - 1.0
    if kind is Tensor:
        narrow = Tensor(np.linspace(-1.0, 1.0, 3))
        parts = [y * narrow, np.where(y > 0, y, narrow), np.stack([narrow * 0.5, y[0]])]
        y = np.concatenate(parts).mean() + (y @ narrow).sum()
    order = backward_order(y, None)
    start = {y: y.arriving(None, recorded=recorded)}
    with np.errstate(all="ignore"):
        read = sweep(order, dict(start), Pulling(type(y).fit, None, recorded=recorded))
        fast = unrolled(order, dict(start), type(y).fit, recorded)
    assert list(read) == list(fast)
    for node, gradient in read.items():
        assert type(gradient) is type(fast[node])
        one, other = (np.asarray(plain(each)) for each in (gradient, fast[node]))
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert one.tobytes() == other.tobytes()
