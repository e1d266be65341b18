"""Einstein's summation over any subscripts: NumPy's, with both derivatives."""

from string import ascii_letters

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, gradients
from autograd.functions.einsum import einsum

SUMS = [
    ([(2, 3)], "ij->ji"),
    ([(2, 3)], "ij"),
    ([(2, 3)], "ba"),
    ([(2, 3)], "ij->"),
    ([(2, 3)], "ij->j"),
    ([(3, 3)], "ii"),
    ([(3, 3)], "ii->i"),
    ([(2, 3, 3)], "...ii"),
    ([(2, 3, 3)], "...ii->...i"),
    ([(3, 2, 3, 2)], "ijij->ji"),
    ([(2, 2, 2)], "iii->i"),
    ([(2, 3), (3, 4)], "ij,jk"),
    ([(2, 3), (3, 4)], " i j , j k -> k i "),
    ([(2, 3), (3,)], "ij,j->i"),
    ([(2, 3), (2, 3)], "ij,ij->"),
    ([(3,), (2,)], "i,j->ji"),
    ([(3,), (2,)], "i,j->i"),
    ([(3, 3), (3,)], "ii,i->i"),
    ([(3, 3), (2,)], "ii,j->j"),
    ([(), (2,)], ",i"),
    ([(), ()], ","),
    ([()], ""),
    ([(2, 4, 3), (3, 2)], "...ij,jk->...ik"),
    ([(4, 2, 3), (3,)], "...j,...j"),
    ([(2, 3), (4, 1, 3)], "...i,...i->..."),
    ([(4, 1, 3), (2, 2)], "...i,j...->...j"),
    ([(1, 3), (2, 1)], "ij,ij->ij"),
    ([(1, 3), (2, 3)], "ij,ij->j"),
    ([(2, 3)], "ij->...ij"),
    ([(0, 2), (2,)], "ij,j->i"),
    ([(2, 0)], "ij->i"),
    ([(2, 3), (3, 4), (4, 2)], "ij,jk,ki->"),
    ([(2, 3), (2,), (3,), (2, 3)], "Ab,A,b,Ab->b"),
    ([(3, 3), (3, 3), (3,)], "ab,bb,b->a"),
]


def arrays(shapes, rng):
    return [rng.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize(("shapes", "subscripts"), SUMS)
@pytest.mark.parametrize("optimize", [False, True])
def test_einsum(shapes, subscripts, optimize, agrees, rng):
    agrees(lambda *xs: np.einsum(subscripts, *xs, optimize=optimize), *arrays(shapes, rng))


@pytest.mark.parametrize(
    ("shapes", "axes", "result"),
    [
        ([(2, 3), (3, 4)], [[0, 1], [1, 2]], None),
        ([(2, 3), (3, 4)], [[0, 1], [1, 2]], [2, 0]),
        ([(2, 3), (3,)], [[..., 30], [30]], [...]),
        ([(3, 3)], [[5, 5]], []),
        ([(2, 3)], [[40, 7]], None),
        ([(2,), (3,), (2,)], [[26], [25], [26]], None),
    ],
)
def test_einsum_of_lists(shapes, axes, result, agrees, rng):
    def f(*xs):
        pairs = [each for pair in zip(xs, axes, strict=True) for each in pair]
        return np.einsum(*pairs, *([] if result is None else [result]))

    agrees(f, *arrays(shapes, rng))


def test_einsum_follows_a_given_path(agrees, rng):
    a, b, c = arrays([(2, 3), (3, 4), (4, 2)], rng)
    path = ["einsum_path", (1, 2), (0, 1)]
    agrees(lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize=path), a, b, c)


def test_einsum_sums_much_with_matrix_products(rng):
    """The order of the sums is searched for where it matters, and changes nothing."""
    a, b = rng.normal(size=(2, 40, 40))
    x, y = Tensor(a), Tensor(b)
    da, db = gradients(np.einsum("ij,jk->ik", x, y), [x, y], gradient=(g := a + b))
    np.testing.assert_allclose(da, g @ b.T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(db, a.T @ g, rtol=1e-12, atol=1e-12)


@given(st.data())
def test_einsum_of_random_subscripts(data):
    letters = ascii_letters[:4]
    sizes = {letter: data.draw(st.integers(1, 3)) for letter in letters}
    terms = data.draw(
        st.lists(st.text(letters, min_size=0, max_size=3), min_size=1, max_size=3), label="terms"
    )
    used = sorted(set("".join(terms)))
    kept = data.draw(st.lists(st.sampled_from(used), unique=True) if used else st.just([]))
    subscripts = ",".join(terms) + "->" + "".join(kept)
    rng = np.random.default_rng(0)
    flat = data.draw(st.sets(st.integers(0, 8)))  # axes of size 1, which are broadcast
    xs = [
        rng.normal(
            size=[
                1 if 3 * i + j in flat and term.count(letter) == 1 else sizes[letter]
                for j, letter in enumerate(term)
            ]
        )
        for i, term in enumerate(terms)
    ]
    nodes = [Tensor(x) for x in xs]
    y = np.einsum(subscripts, *nodes)
    np.testing.assert_allclose(y.numpy(), np.einsum(subscripts, *xs), rtol=1e-12)
    g = rng.normal(size=y.shape)
    found = gradients(y, nodes, gradient=g)
    for i, x in enumerate(xs):  # linear in each operand: <g, f(v)> is <gradient, v>
        v = rng.normal(size=x.shape)
        along = np.einsum(subscripts, *xs[:i], v, *xs[i + 1 :])
        np.testing.assert_allclose(np.sum(found[i] * v), np.sum(g * along), rtol=1e-9, atol=1e-12)


ERRORS = [
    (lambda a: np.einsum("i,j", a), r"einsum: 'i,j' names 2 operands, and there are 1: \(2, 3\)"),
    (lambda a: np.einsum("ijk", a), r"'ijk' of 'ijk' does not fit operand 0 of shape \(2, 3\)"),
    (lambda a: np.einsum("i", a), r"write a letter for every axis, or \.\.\. for some"),
    (lambda a: np.einsum("...i->i", a), r"write \.\.\. in the output too"),
    (lambda a: np.einsum("i1", a), "neither letters nor"),
    (lambda a: np.einsum("i.j", a), "neither letters nor"),
    (lambda a: np.einsum("ij->ik", a), r"einsum\(\(2, 3\)\): .*'k' which never appeared"),
    (lambda a: np.einsum("ij->ii", a), "multiple times"),
    (lambda a: np.einsum("ij,i", a, np.ones(3)), r"einsum\(\(2, 3\), \(3,\)\): "),
    (lambda a: einsum(), "takes subscripts and operands"),
]


@pytest.mark.parametrize(("f", "message"), ERRORS)
def test_errors_say_what_is_wrong(f, message):
    with pytest.raises(ValueError, match=message):
        f(Tensor(np.ones((2, 3))))


@pytest.mark.parametrize("options", [{"dtype": np.float32}, {"order": "F"}, {"out": np.ones(2)}])
def test_options_without_a_meaning_are_refused(options):
    (name,) = options
    with pytest.raises(TypeError, match=f"{name}="):
        np.einsum("ij", Tensor(np.ones((2, 2))), **options)
