"""Every card at 0, ±1, small whole numbers and equal operands, to second order.

The oracle is the forward map alone, in extended precision where it has one: slope and bend along a
line, once from each side. Where the sides agree, the map is smooth and the rule has to give both;
where one side lies outside of the domain, the other one counts; at a kink or a jump there is no
number to agree with, and the convention on the card holds.
"""

import contextlib
import itertools
import math
from typing import NamedTuple

import numpy as np
import pytest

from autograd import TABLE, Tensor, Value, gradients

WIDE = np.longdouble
SPECIAL = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
CARDS = [card for card in TABLE.values() if card.differentiable]
SCALAR = [card for card in CARDS if card.scalar]
# Weights of f(0), f(h), … in the first and second derivative from one side, exact to h⁴ and h³.
ONE_SIDED = np.array([[-25, 48, -36, 16, -3], [35, -104, 114, -56, 11]]) / WIDE(12)


class Line(NamedTuple):
    """What differences along a line say: slope and bend, and how far they can be trusted."""

    slope: float
    bend: float
    slope_error: float
    bend_error: float

    def agrees(self, other):
        return (
            abs(self.slope - other.slope) <= self.slope_error + other.slope_error
            and abs(self.bend - other.bend) <= self.bend_error + other.bend_error
        )


def from_one_side(f, steps):
    """The derivatives of f at 0 towards the sign of the steps; None where they don't converge."""
    found = []
    for h in steps:
        values = np.array([f(WIDE(k) * WIDE(h)) for k in range(5)], dtype=WIDE)
        found.append(
            [float(ONE_SIDED[0] @ values / h), float(ONE_SIDED[1] @ values / WIDE(h) ** 2)]
        )
    (slope, bend), errors = found[1], np.abs(np.subtract(*found))
    if not np.all(np.isfinite(found)) or np.any(errors > 0.05 * (1 + np.abs(found[1]))):
        return None
    return Line(slope, bend, *(2 * errors + 1e-5 * (1 + np.abs(found[1]))))


KINK = "kink"


def along(f, steps):
    """The derivatives of f at 0, if it is smooth there, or at the edge of where it is defined.

    None where differences don't tell them; KINK where they are others from either side.
    """
    with np.errstate(all="ignore"):
        inside = [bool(np.isfinite(f(WIDE(sign * steps[0])))) for sign in (1, -1)]
        sides = [from_one_side(f, [sign * h for h in steps]) for sign in (1, -1)]
    if not all(inside):
        return next((side for side, here in zip(sides, inside, strict=True) if here), None)
    if None in sides:
        return None
    return sides[0] if sides[0].agrees(sides[1]) else KINK


def dot(parts, line):
    """The sum of products; what the line leaves as it is may have no derivative."""
    return sum(np.sum(g * v) for g, v in zip(parts, line, strict=True) if np.any(v))


def derivatives(nodes, out, weight, lines):
    """Along each line the slope and the bend; and the Hessian between the lines."""
    first = gradients(out, nodes, gradient=weight, create_graph=True)
    slopes, turns = [], []
    for line in lines:
        total = dot(first, line)
        slopes.append(total.item())
        recorded = getattr(total, "requires_grad", False)
        second = gradients(total, nodes) if recorded else [np.zeros(x.shape) for x in nodes]
        turns.append([dot(second, other) for other in lines])
    return np.array(slopes, dtype=float), np.array(turns, dtype=float)


def compare(f, xs, nodes, out, weight, lines, steps=(1e-3, 1e-4)):
    """The laws: slope and bend along every line where the map is smooth; a Hessian is symmetric."""

    def on(line):
        def at(t):
            moved = [np.asarray(x, WIDE) + t * np.asarray(v) for x, v in zip(xs, line, strict=True)]
            return np.sum(f(moved) * np.asarray(weight, WIDE))

        return at

    expected = [along(on(line), steps) for line in lines]
    if KINK in expected:
        return
    with np.errstate(all="ignore"):
        slopes, turns = derivatives(nodes, out, weight, lines)
    told = [i for i, each in enumerate(expected) if each is not None]
    for i in told:
        line = expected[i]
        assert slopes[i] == pytest.approx(line.slope, abs=line.slope_error), lines[i]
        assert turns[i, i] == pytest.approx(line.bend, abs=line.bend_error), lines[i]
    turns = turns[np.ix_(told, told)]
    np.testing.assert_allclose(turns, turns.T, rtol=1e-9, atol=1e-9, err_msg="no Hessian")


# ------------------------------------------------------------------------ one number at a time


def params_of(card):
    params = dict(card.cases[0].params) if card.cases else {}
    return {key: True if key == "cond" else each for key, each in params.items()}


def on_arrays(card, params):
    """The forward map, with NaN where it refuses."""

    def f(xs):
        try:
            return card.forward(*xs, **params)
        except (np.linalg.LinAlgError, ZeroDivisionError):
            return np.nan

    return f


PLACES = [
    pytest.param(card, place, id=f"{card.name}{place}")
    for card in SCALAR
    for place in itertools.product(SPECIAL, repeat=card.arity)
    if not (card.domain[-1].whole and place[-1] != round(place[-1]))
]
LINES = {1: [(1.0,)], 2: [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -0.5)]}


@pytest.mark.parametrize(("card", "place"), PLACES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_numbers(card, place):
    params, f = params_of(card), on_arrays(card, params_of(card))
    lines = [line for line in LINES[card.arity] if not (card.domain[-1].whole and line[-1])]
    for kind in (Value, Tensor):
        nodes = [kind(x) for x in place]
        out = card(*nodes, **params)
        if np.isfinite(out.item()):
            compare(f, place, nodes, out, 1.0, lines)


BINARY = [card for card in SCALAR if card.arity == 2 and not card.domain[1].whole]


@pytest.mark.parametrize("x", SPECIAL)
@pytest.mark.parametrize("card", BINARY, ids=lambda card: card.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_number_and_itself(card, x):
    if card.name == "copysign" and not x:
        return  # |a| · sign b, with the kink of |a|
    params, f = params_of(card), on_arrays(card, params_of(card))
    for kind in (Value, Tensor):
        node = kind(x)
        out = card(node, node, **params)
        if np.isfinite(out.item()):
            compare(lambda xs: f([*xs, *xs]), [x], [node], out, 1.0, [(1.0,)])


# -------------------------------------------------------------------------------------- arrays


def rounded(x, rng):
    """About half of the entries made whole, so that there are zeros, ones and ties."""
    return np.where(rng.random(x.shape) < 0.6, np.rint(x), x)


ARRAYS = [
    pytest.param(card, each, id=f"{card.name}-{i}-{each.shapes}")
    for card in CARDS
    if not card.elementwise
    and None not in card.vjps  # else an operand follows from another
    and card.name != "partition"  # puts entries that tie in any order
    for i, each in enumerate(card.cases)
    if all(map(math.prod, each.shapes))  # there are numbers
]


def steps_for(f, xs):
    """What LAPACK computes has no extended precision, so that steps must be longer."""
    try:
        f([np.asarray(x, WIDE) for x in xs])
    except TypeError:
        return lambda moved: f([np.asarray(x, float) for x in moved]), (1e-2, 2e-3)
    return f, (1e-3, 1e-4)


@pytest.mark.parametrize("same", [False, True], ids=["apart", "same"])
@pytest.mark.parametrize(("card", "each"), ARRAYS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_arrays(card, each, same, rng):
    count = len(each.shapes)
    if same and (count < 2 or len(set(each.shapes)) > 1):
        return  # its operands can't be one and the same
    domains = card.domain if len(card.domain) == count else card.domain[:1] * count
    wide = {key: WIDE if key == "dtype" else x for key, x in each.params.items()}
    params = {key: float if key == "dtype" else x for key, x in each.params.items()}
    times = count if same else 1
    for _ in range(4):
        xs = [
            rounded(domain.sample(rng, shape), rng)
            for domain, shape in zip(domains, each.shapes, strict=True)
        ][: count // times]
        f, steps = steps_for(on_arrays(card, wide), xs * times)
        nodes = [Tensor(x) for x in xs]
        lines = [[rng.normal(size=x.shape) for x in xs] for _ in range(3)]
        with contextlib.suppress(np.linalg.LinAlgError):  # refused, which is no wrong number
            out = card(*nodes * times, **params)
            weight = rng.normal(size=out.shape)
            compare(lambda moved, f=f: f(moved * times), xs, nodes, out, weight, lines, steps)
