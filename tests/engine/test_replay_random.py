"""Random graphs of Values, replayed for one sample and for several, against recording again."""

import random
from itertools import product

import numpy as np
import pytest

from autograd import TABLE, Value, gradients, relu, replay, tanh, toposort

HOSTILE = [0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan, 1e-320, 1e300, -800.0]
GROWTHS = [
    lambda a, b, terms: a + b,
    lambda a, b, terms: b + a,
    lambda a, b, terms: a + 0.5,
    lambda a, b, terms: -1.0 + a,
    lambda a, b, terms: 0.3 * a * b,
    lambda a, b, terms: a - b,
    lambda a, b, terms: relu(a),
    lambda a, b, terms: tanh(a),
    lambda a, b, terms: sum(terms),
    lambda a, b, terms: sum(terms, 0.3),
]
SCALAR = [card for card in TABLE.values() if card.scalar and card.differentiable]


def grown(seed, leaves):
    """A graph with fan-out, sums of all lengths, constants and branches of no use."""
    rng = random.Random(seed)
    pool = list(leaves)
    for _ in range(rng.randrange(1, 60)):
        a, b = rng.choice(pool[-12:]), rng.choice(pool)
        terms = rng.sample(pool, min(len(pool), rng.randrange(2, 9)))
        made = rng.choice(GROWTHS)(a, b, terms)
        pool.append(tanh(made) if rng.random() < 0.3 else made * 0.5)
    return sum(rng.sample(pool, min(len(pool), 5)), pool[-1]) * 1.0


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("long", [1, 512])
@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed, long, monkeypatch):
    monkeypatch.setattr("autograd.replaying.passes.LONG", long)
    rng = random.Random(seed)
    leaves = [Value(rng.uniform(-1, 1)) for _ in range(rng.randrange(1, 7))]
    out = grown(seed, leaves)
    inside = set(toposort(out))
    used = [leaf for leaf in leaves if leaf in inside]
    inputs = rng.sample(used, rng.randrange(1, len(used) + 1))
    wrt = rng.sample(used, rng.randrange(1, len(used) + 1))
    step = replay(out, inputs=inputs, wrt=wrt)
    for leaf in leaves:
        leaf.data = rng.uniform(-1, 1)
    count = rng.randrange(1, 5)
    feed = {leaf: np.array([rng.gauss(0, 1) for _ in range(count)]) for leaf in inputs}

    values, slopes = np.zeros(count), np.zeros((len(wrt), count))
    for i in range(count):
        nodes = [Value(feed[leaf][i] if leaf in feed else leaf.data) for leaf in leaves]
        again = grown(seed, nodes)
        values[i] = again.item()
        slopes[:, i] = gradients(again, [nodes[leaves.index(leaf)] for leaf in wrt])
        value, grads = step({leaf: numbers[i] for leaf, numbers in feed.items()})
        close(value, values[i])
        close(grads, slopes[:, i])
    found, parts = step(feed, reduction=None)
    close(found, values)
    close(parts, slopes)
    total, sums = step(feed, reduction="sum")
    close(total, values.sum())
    close(sums, slopes.sum(axis=1))


@pytest.mark.parametrize("card", SCALAR, ids=lambda card: card.name)
def test_every_scalar_operation_where_numbers_end(card, rng):
    params = dict(card.cases[0].params) if card.cases else {}
    params = {key: True if key == "cond" else each for key, each in params.items()}
    leaves = [Value(float(domain.sample(rng))) for domain in card.domain]
    step = replay(card(*leaves, **params) * 2.0, inputs=leaves, wrt=leaves)
    points = list(product(HOSTILE, repeat=len(leaves)))
    with np.errstate(all="ignore"):
        together = step(dict(zip(leaves, np.transpose(points), strict=True)), reduction=None)
        for i, point in enumerate(points):
            nodes = [Value(number) for number in point]
            out = card(*nodes, **params) * 2.0
            expected = [out.item(), *gradients(out, nodes)]
            value, grads = step(dict(zip(leaves, point, strict=True)))
            np.testing.assert_allclose([value, *grads], expected, rtol=1e-12)
            batched = [together[0][i], *(grad[i] for grad in together[1])]
            np.testing.assert_allclose(batched, expected, rtol=1e-12)
