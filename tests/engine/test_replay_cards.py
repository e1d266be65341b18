"""Replayed, every card gives what it gives eagerly, at other numbers than the recorded ones."""

import numpy as np
import pytest

from autograd import TABLE, Tensor, gradients, replay

DIFFERENTIABLE = [card for card in TABLE.values() if card.differentiable]
SHAPES = {1: [((2, 3),), ((),)], 2: [((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3))]}
FLAT = [0.0, -0.0, 1.0, 1.0, -1.0, 0.5, 2.0, -3.0]
HOSTILE = [*FLAT, np.inf, -np.inf, np.nan, 1e-320, 1e300]


def cases_of(card):
    if card.cases:
        return [(each.shapes, each.params) for each in card.cases]
    return [(shapes, {}) for shapes in SHAPES[card.arity]]


TRIALS = [
    pytest.param(card, shapes, params, id=f"{card.name}-{shapes}-{i}")
    for card in DIFFERENTIABLE
    for i, (shapes, params) in enumerate(cases_of(card))
]
every_card = pytest.mark.parametrize(("card", "shapes", "params"), TRIALS)


def sample(card, shapes, rng):
    domains = card.domain if len(card.domain) == len(shapes) else card.domain[:1] * len(shapes)
    return [domain.sample(rng, shape) for domain, shape in zip(domains, shapes, strict=True)]


def tied(points, rng):
    """The same numbers rounded, so that there are zeros and ties."""
    return [np.where(rng.random(x.shape) < 0.5, np.rint(x), x) for x in points]


def loss_of(card, nodes, params, weight):
    return (card(*nodes, **params) * weight).sum() if weight.size else card(*nodes, **params).sum()


def outcome(run):
    """What a computation gives, or how it fails."""
    try:
        with np.errstate(all="ignore"):
            return run()
    except Exception as error:
        return type(error)


def compare(card, params, xs, points, weight):
    leaves = [Tensor(x) for x in xs]
    step = replay(loss_of(card, leaves, params, weight), inputs=leaves, wrt=leaves)

    def eagerly(point):
        nodes = [Tensor(x) for x in point]
        out = loss_of(card, nodes, params, weight)
        return out.numpy(), *gradients(out, nodes)

    def replayed(point):
        value, grads = step(dict(zip(leaves, point, strict=True)))
        return value, *grads

    for point in points:
        expected, found = outcome(lambda p=point: eagerly(p)), outcome(lambda p=point: replayed(p))
        if isinstance(expected, type):
            assert found is expected
            continue
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(mine, theirs)
            assert np.asarray(mine).dtype == np.asarray(theirs).dtype


@every_card
def test_every_card_as_eagerly(card, shapes, params, rng):
    points = [sample(card, shapes, rng) for _ in range(3)]
    weight = rng.normal(size=np.shape(card.forward(*points[0], **params)))
    compare(card, params, points[0], [*points, tied(points[1], rng)], weight)


@every_card
def test_every_card_where_numbers_end(card, shapes, params, rng):
    point = sample(card, shapes, rng)
    weight = rng.normal(size=np.shape(card.forward(*point, **params)))
    numbers = HOSTILE if card.elementwise else FLAT  # LAPACK may not come back from the others
    hostile = [[rng.choice(numbers, size=x.shape) for x in point] for _ in range(4)]
    compare(card, params, point, hostile, weight)


@every_card
def test_every_card_in_single_precision(card, shapes, params, rng):
    points = [[x.astype(np.float32) for x in sample(card, shapes, rng)] for _ in range(2)]
    out = card.forward(*points[0], **params)
    compare(card, params, points[0], points, rng.normal(size=np.shape(out)).astype(np.float32))
