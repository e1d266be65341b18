"""Indexing: every form of NumPy's, the gradient a sum over the places that picked an entry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import (
    array_shapes,
    arrays,
    basic_indices,
    broadcastable_shapes,
    integer_array_indices,
)

from autograd import Tensor, gradients, no_grad

MASK = np.array([[True, False, True], [False, False, True]])
INDICES = [
    0,
    -1,
    np.int64(1),
    (1, 2),
    (1, 2, 3),
    slice(None),
    slice(None, None, -1),
    slice(5, None, -2),
    slice(1, 1),
    (slice(None), slice(None, None, -2), slice(3, 0, -1)),
    ...,
    (..., 0),
    (0, ..., 1),
    None,
    (None, 0, None, ..., None),
    (slice(1, None), None, [0, 0, 1]),
    [0, 1, 1, 0, 0],
    [[0, 1], [1, 1]],
    [],
    (slice(None), []),
    np.array([1, 0], np.uint8),
    np.array(1, np.int32),
    np.zeros((0, 2), int),
    (np.array([0, -1, 1]), np.array([2, 0, 2]), np.array([1, 1, 1])),
    (np.array([[0], [1]]), slice(None), np.array([0, 3, 0])),
    (slice(None), np.array([0, 2]), np.array([[1], [3]])),
    (1, slice(None), [2, 2]),
    MASK,
    MASK.tolist(),
    np.zeros((2, 3, 4), bool),
    np.arange(24).reshape(2, 3, 4) % 3 == 0,
    [True, False],
    (slice(None), [True, False, True]),
    (slice(None), MASK[0], 1),
    (MASK, 2),
    (MASK, [0, 1, 1]),
    (0, MASK[1]),
    (MASK[:, 0], MASK[0][:, None] | True, 0),
    (np.array([True, False]), [0, 1, 1]),
    True,
    False,
    np.True_,
    (True, 1),
    (np.array(True), slice(None), 0),
    (..., None, [True, False, False, True]),
]


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_every_form_agrees(index, agrees, rng):
    a = rng.normal(size=(2, 3, 4))
    try:
        a[index]
    except IndexError:
        with pytest.raises(IndexError, match=r"getitem\(\(2, 3, 4\)\)"):
            Tensor(a)[index]
    else:
        agrees(lambda a: (a**3)[index] ** 2, a)


def test_a_single_number_may_be_indexed(agrees):
    for index in ((), ..., None, (None, ...), True):
        agrees(lambda a, index=index: (a * a)[index], np.array(3.0))


def test_oracle():
    t = Tensor([1.0, 2.0, 3.0])
    for index, weight, expected in (
        (1, 5.0, [0, 5, 0]),
        ([0, 2, 0], [1, 10, 100], [101, 0, 10]),
        (np.array([[2, 2], [2, 1]]), [[1, 2], [3, 4]], [0, 4, 6]),
        (slice(None, None, -1), [1, 2, 3], [3, 2, 1]),
        (np.array([False, True, True]), [1, 2], [0, 1, 2]),
        (None, [[1, 2, 3]], [1, 2, 3]),
    ):
        np.testing.assert_array_equal(gradients(t[index], t, gradient=weight), expected)


def test_rows_add_up():
    t = Tensor(np.ones((3, 2)))
    g = gradients(t[[0, 0, 2]], t, gradient=[[1, 2], [10, 20], [5, 6]])
    np.testing.assert_array_equal(g, [[11, 22], [0, 0], [5, 6]])


def test_several_picks_of_one_leaf_add_up(agrees, rng):
    agrees(
        lambda a: a[0] * a[1, ::-1] + a[[0, 0], [1, 2]].sum() * a[a > -9][:3],
        rng.normal(size=(2, 3)),
    )


def test_half_precision_counts_beyond_2048():
    t = Tensor([1.0, 2.0], dtype=np.float16)
    g = gradients(t[np.zeros(5000, int)].sum(), t)
    assert g.dtype == np.float16
    np.testing.assert_array_equal(g, [5000, 0])


def test_what_is_not_picked_leaks_no_nan():
    t = Tensor([0.0, 4.0])
    with np.errstate(divide="ignore"):
        y = (1 / t)[1:].sum() + np.sqrt(t)[t.numpy() > 0].sum() + np.log(t)[1]
    np.testing.assert_allclose(gradients(y, t), [0, -1 / 16 + 1 / 4 + 1 / 4])


def test_an_index_changed_afterwards_does_no_harm():
    t = Tensor([1.0, 2.0, 3.0])
    index, rows, mask = np.array([0, 1]), [0, 1], np.array([True, True, False])
    y = t[index].sum() + t[rows].sum() + t[mask].sum() + t[(index,)].sum()
    index[:], rows[:], mask[:] = 2, [2, 2], [False, False, True]
    np.testing.assert_array_equal(gradients(y, t), [4, 4, 0])


def test_a_result_does_not_follow_its_leaf():
    t = Tensor([1.0, 2.0, 3.0])
    part = t[1:]
    t.data[:] = 9.0
    np.testing.assert_array_equal(part.numpy(), [2, 3])


def test_constants_index_and_nodes_do_not():
    t = Tensor([1.0, 2.0, 3.0])
    place = Tensor(np.array([2, 0]), dtype=int, requires_grad=False)
    np.testing.assert_array_equal(t[place].numpy(), [3, 1])
    with pytest.raises(TypeError, match="indices are integers"):
        t[Tensor([1.0])]
    with pytest.raises(TypeError, match="indices are integers"):
        t[..., Tensor([1.0])]


@pytest.mark.parametrize("index", [3, (0, 4), (0, 0, 0), [0, 3], 1.5, "name", np.ones(4, bool)])
def test_errors_show_the_shape(index):
    with pytest.raises(IndexError, match=r"getitem\(\(3, 4\)\): "):
        Tensor(np.ones((3, 4)))[index]


def test_assignment_teaches():
    t = Tensor([1.0])
    with pytest.raises(TypeError, match=r"np\.where"):
        t[0] = 2.0


# ----------------------------------------------------------------------------------- properties


@st.composite
def indexed(draw):
    shape = draw(array_shapes(min_dims=1, max_dims=4, max_side=4))
    kinds = [basic_indices(shape, allow_newaxis=True, allow_ellipsis=True)]
    kinds.append(integer_array_indices(shape, result_shape=array_shapes(max_dims=2, max_side=4)))
    kinds.append(arrays(bool, shape))
    kinds.append(_mixed(shape))
    return shape, draw(st.one_of(kinds))


@st.composite
def _mixed(draw, shape):
    """Slices, integers, masks and arrays of integers, each for one axis."""
    together = draw(array_shapes(max_dims=2, max_side=3))
    index = []
    for size in shape[: draw(st.integers(1, len(shape)))]:
        part = st.one_of(
            st.slices(size),
            st.integers(-size, size - 1),
            arrays(
                draw(st.sampled_from([np.int8, np.int64])),
                draw(broadcastable_shapes(together, max_dims=2, max_side=1)),
                elements=st.integers(-size, size - 1),
            ),
        )
        index.append(draw(part))
    return tuple(index)


@given(indexed(), st.integers(0, 2**32))
def test_the_gradient_is_the_sum_over_places(picked, seed):
    """`places` says for each entry of the result which entry it was: an independent reading."""
    shape, index = picked
    a = np.random.default_rng(seed).normal(size=shape)
    places = np.arange(a.size).reshape(shape)
    try:
        where = places[index]
    except IndexError:  # integer arrays that don't broadcast
        return
    t = Tensor(a)
    y = t[index]
    np.testing.assert_array_equal(y.numpy(), a[index])
    g = np.random.default_rng(seed + 1).normal(size=y.shape)
    expected = np.zeros(a.size)
    for place, each in zip(np.ravel(where), g.ravel(), strict=True):
        expected[place] += each
    np.testing.assert_allclose(gradients(y, t, gradient=g), expected.reshape(shape), atol=1e-14)


@given(indexed(), st.integers(0, 2**32))
def test_the_adjoint_is_linear_in_the_gradient_at_any_order(picked, seed):
    """Pulling a gradient back and forth again gives the pick of a scatter."""
    shape, index = picked
    try:
        picks = np.ones(shape)[index]
    except IndexError:
        return
    rng = np.random.default_rng(seed)
    t, g = Tensor(rng.normal(size=shape)), Tensor(rng.normal(size=picks.shape))
    back = gradients(t[index], t, gradient=g, create_graph=True)
    h = rng.normal(size=shape)
    np.testing.assert_allclose(gradients(back, g, gradient=h), h[index], atol=1e-14)


def test_nothing_is_recorded_without_need():
    with no_grad():
        assert not Tensor([1.0, 2.0])[0].requires_grad
    assert not Tensor([1.0, 2.0], requires_grad=False)[0].requires_grad
