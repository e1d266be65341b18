"""Shapes changed, arrays joined, split, repeated and padded: as NumPy does it, to second order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from autograd import TABLE, Tensor, Value, gradients, reshape
from autograd.functions.arguments import array_of

SHAPES = [
    lambda a: np.reshape(a, (3, 2, 4)),
    lambda a: np.reshape(a, -1),
    lambda a: np.reshape(a, (4, -1), order="F"),
    lambda a: np.reshape(a, [6, np.int64(4)]),
    lambda a: a.reshape(4, 3, 2),
    lambda a: np.ravel(a),
    lambda a: np.ravel(a, "F"),
    lambda a: a.ravel(),
    lambda a: np.transpose(a),
    lambda a: np.transpose(a, (1, -1, 0)),
    lambda a: np.permute_dims(a, [2, 0, 1]),
    lambda a: a.transpose(0, 2, 1),
    lambda a: a.T,
    lambda a: np.matrix_transpose(a),
    lambda a: np.swapaxes(a, 0, -1),
    lambda a: a.swapaxes(1, 2),
    lambda a: np.moveaxis(a, 0, -1),
    lambda a: np.moveaxis(a, [0, 2], [-1, 0]),
    lambda a: np.moveaxis(a, (2, 1), (0, 2)),
    lambda a: np.rollaxis(a, 2),
    lambda a: np.rollaxis(a, 0, 3),
    lambda a: np.rollaxis(a, -1, -2),
    lambda a: np.rollaxis(a, 1, 1),
    lambda a: np.expand_dims(a, 0),
    lambda a: np.expand_dims(a, (-1, 1)),
    lambda a: np.squeeze(np.reshape(a, (1, 6, 1, 4))),
    lambda a: np.squeeze(np.reshape(a, (1, 6, 1, 4)), axis=-2),
    lambda a: np.reshape(a, (6, 1, 4)).squeeze(1),
    lambda a: np.broadcast_to(a, (2, 2, 3, 4)),
    lambda a: np.broadcast_to(a[0, :, :1], [3, 5]),
    lambda a: np.broadcast_to(a[0, 0, 0], 3),
    lambda a: np.broadcast_arrays(a, a[:1, :1], a[0, 0]),
    lambda a: np.atleast_1d(a[0, 0, 0], a[0, 0], a),
    lambda a: np.atleast_2d(a[0, 0, 0], a[0, 0], a),
    lambda a: np.atleast_3d(a[0, 0, 0], a[0, 0], a[0], a),
    lambda a: np.atleast_1d(a[0, 0, 0]),
    lambda a: np.copy(a),
    lambda a: a.copy(),
    lambda a: np.real(a),
    lambda a: np.conj(a),
    lambda a: a.conj() + a.conjugate(),
    lambda a: np.astype(a, np.float64),
]
JOINED = [
    lambda a, b: np.concatenate([a, b]),
    lambda a, b: np.concat((a, b, a), axis=-2),
    lambda a, b: np.concatenate([a, b], axis=None),
    lambda a, b: np.concatenate([a.T, b.T], 1),
    lambda a, b: np.concatenate([a, [[1.0, 2.0, 3.0]]]),
    lambda a, b: np.stack([a[0], b[0]]),
    lambda a, b: np.stack((a[:1], b[1:]), axis=-1),
    lambda a, b: np.stack([a[0, 0], 2.0, b[1, 1]]),
    lambda a, b: np.vstack([a, b, a[0], np.ones(3)]),
    lambda a, b: np.hstack([a.T, b.T]),
    lambda a, b: np.hstack([a[0], b[0], 1.0]),
    lambda a, b: np.dstack([a[:2], b]),
    lambda a, b: np.dstack([a[0], b[0]]),
    lambda a, b: np.column_stack([a[:2], b[:, 0], [1.0, 2.0]]),
    lambda a, b: np.block([[a, a[:, :1]], [b, np.ones((2, 1))]]),
    lambda a, b: np.block([a[0], b[0], 1.0]),
    lambda a, b: np.block(a),
    lambda a, b: np.block([[[a[:2]]], [[b]]]),
    lambda a, b: np.append(a, b),
    lambda a, b: np.append(a, b, axis=0),
    lambda a, b: np.append(a, 2.0),
    lambda a, b: np.insert(a, 1, b, axis=0),
    lambda a, b: np.insert(a, -1, b[0, 0]),
    lambda a, b: np.insert(a, 2, b[:, 0][:1], axis=1),
    lambda a, b: np.insert(a, 0, a[:, 1], axis=1),
    lambda a, b: np.insert(a, [1, 1], b, axis=0),
    lambda a, b: np.insert(a, [2], a[:, :1], axis=1),
    lambda a, b: np.insert(a, [0, 3, 1], b[0, 0], axis=1),
    lambda a, b: np.insert(a, slice(0, 3, 2), b, axis=0),
    lambda a, b: np.insert(np.ones(3), [1, 2], b[0, :2]),
    lambda a, b: np.delete(a, 1, axis=0) + b,
    lambda a, b: np.delete(a, [0, -1], axis=1) * b[0, 0],
    lambda a, b: np.delete(a, slice(1, None, 2)) * b[0, 0],
    lambda a, b: np.delete(a, np.array([True, False, True]), 1) * b[0, 0],
    lambda a, b: np.meshgrid(a[0], b[:, 0]),
    lambda a, b: np.meshgrid(a[0], b[:, 0], a[0, :1], indexing="ij"),
    lambda a, b: np.meshgrid(a[0], b[:, 0], sparse=True, copy=False),
    lambda a, b: np.meshgrid(a[0]),
]
SPLIT = [
    lambda a: np.split(a, 2),
    lambda a: np.split(a, [1, 3], axis=1),
    lambda a: np.split(a, [2, 9], axis=-1),
    lambda a: np.array_split(a, 3),
    lambda a: np.array_split(a, np.int64(4), axis=1),
    lambda a: np.hsplit(a, 3),
    lambda a: np.hsplit(a[:, 0, 0], 2),
    lambda a: np.vsplit(a, [1]),
    lambda a: np.dsplit(a, 2),
    lambda a: list(a),
]
REARRANGED = [
    lambda a: np.roll(a, 2),
    lambda a: np.roll(a, (1, 1)),
    lambda a: np.roll(a, -1, axis=1),
    lambda a: np.roll(a, (1, -2), axis=(0, -1)),
    lambda a: np.roll(a, 1, axis=(0, 1)),
    lambda a: np.roll(a, (1, 2), axis=0),
    lambda a: np.flip(a),
    lambda a: np.flip(a, 1),
    lambda a: np.flip(a, (0, -1)),
    lambda a: np.fliplr(a),
    lambda a: np.flipud(a),
    *(lambda a, k=k: np.rot90(a, k) for k in (-1, 0, 1, 2, 3, 4)),
    lambda a: np.rot90(a, axes=(1, 0)),
    lambda a: np.rot90(a, 3, axes=(0, -1)),
    lambda a: np.repeat(a, 3),
    lambda a: np.repeat(a, 2, axis=0),
    lambda a: np.repeat(a, [2], axis=-1),
    lambda a: np.repeat(a, [1, 0, 3], axis=1),
    lambda a: a.repeat(np.arange(6)),
    lambda a: np.repeat(a, 0, axis=1),
    lambda a: np.tile(a, 2),
    lambda a: np.tile(a, (2, 1)),
    lambda a: np.tile(a, [2, 1, 3]),
    lambda a: np.tile(a[0], (2, 2)),
    lambda a: np.tile(a, ()),
    lambda a: np.resize(a, (3, 5)),
    lambda a: np.resize(a, 4),
]
PADDED = [
    *(
        lambda a, mode=mode, width=width: np.pad(a, width, mode)
        for mode in ("constant", "edge", "wrap", "mean", "linear_ramp", "maximum", "minimum")
        for width in (1, (2, 0), [[1, 2], [0, 3]], [[1], [2]])
    ),
    *(lambda a, mode=mode: np.pad(a, ((5, 7), (0, 4)), mode) for mode in ("reflect", "symmetric")),
    lambda a: np.pad(a, 9, "wrap"),
    lambda a: np.pad(a, 4, "reflect", reflect_type="odd"),
    lambda a: np.pad(a, ((0, 5), (7, 1)), "symmetric", reflect_type="odd"),
    lambda a: np.pad(a, 1, constant_values=2.5),
    lambda a: np.pad(a, 1, constant_values=[(1, 2), (3, 4)]),
    lambda a: np.pad(a, 2, "linear_ramp", end_values=((1, 2), (3, -4))),
    lambda a: np.pad(a, 2, "mean", stat_length=2),
    lambda a: np.pad(a, 2, "mean", stat_length=((1, 2), (9, 2))),
    lambda a: np.pad(a, 2, "maximum", stat_length=(2, 1)),
    lambda a: np.pad(a, 1, "median"),
    lambda a: np.pad(a[0], (1, 2), "edge"),
    lambda a: np.pad(a[:0], ((1, 1), (0, 0)), constant_values=3),
]


@pytest.mark.parametrize("f", SHAPES)
def test_shapes_agree(f, agrees, rng):
    agrees(lambda a: f(a**3), rng.normal(size=(2, 3, 4)), order=1)


@pytest.mark.parametrize("f", JOINED)
def test_joining_agrees(f, agrees, rng):
    agrees(lambda a, b: f(a**3, a[:2] * b), rng.normal(size=(3, 3)), rng.normal(size=(2, 3)))


@pytest.mark.parametrize("f", SPLIT)
def test_splitting_agrees(f, agrees, rng):
    agrees(lambda a: f(a**3), rng.normal(size=(2, 3, 4)), order=1)


@pytest.mark.parametrize("f", REARRANGED)
def test_rearranging_agrees(f, agrees, rng):
    agrees(lambda a: f(a**3), rng.normal(size=(2, 3)))


@pytest.mark.parametrize("f", PADDED)
def test_padding_agrees(f, agrees, rng):
    agrees(lambda a: f(a**3), rng.normal(size=(2, 3)))


@pytest.mark.skipif(not hasattr(np, "unstack"), reason="new in NumPy 2.1")
def test_unstack_agrees(agrees, rng):
    agrees(lambda a: np.unstack(a * a, axis=-1), rng.normal(size=(2, 3)))


def test_reshape_by_all_its_names():
    t = Tensor(np.arange(6.0))
    for found in (
        reshape(t, (2, 3)),
        reshape(t, shape=(2, 3), copy=True),
        reshape(t, newshape=(2, 3)),
    ):
        np.testing.assert_array_equal(found.numpy(), [[0, 1, 2], [3, 4, 5]])


@pytest.mark.filterwarnings("ignore:in the future insert:FutureWarning")
def test_insertion_by_a_mask(agrees):
    mask = np.array([True, False, True])
    agrees(lambda a, b: np.insert(a * a, mask, b[:1]), np.array([1.0, 2.0, 3.0]), np.array([4.0]))


@pytest.mark.parametrize("width", [{0: 1}, {-1: (1, 2)}])
def test_pad_takes_a_dictionary(width, rng):
    a = rng.normal(size=(2, 3))
    pairs = np.zeros((2, 2), int)
    for axis, each in width.items():
        pairs[axis] = each
    for mode in ("constant", "edge", "mean", "linear_ramp"):
        expected = np.pad(a, pairs, mode)
        np.testing.assert_allclose(np.pad(Tensor(a), width, mode).numpy(), expected, rtol=1e-15)


@pytest.mark.parametrize(
    "f",
    [
        *(lambda a, f=f: f(a) for f in (np.ravel, np.flip, np.flipud, np.fliplr, np.copy)),
        lambda a: np.reshape(a, (3, 0)),
        lambda a: np.reshape(a, (-1, 3), order="F"),
        lambda a: np.roll(a, 1, axis=1),
        lambda a: np.repeat(a, 2, axis=1),
        lambda a: np.tile(a, (2, 2)),
        lambda a: np.concatenate([a, a], axis=1),
        lambda a: np.delete(a, [], axis=1),
        lambda a: np.array_split(a, 2)[1],
        lambda a: np.moveaxis(a, 0, 1),
        lambda a: np.pad(a, 1),
    ],
)
def test_empty_arrays(f, agrees):
    agrees(f, np.empty((0, 3)))


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_dtype_is_kept(dtype):
    t = Tensor([[1, 2, 3], [4, 5, 6]], dtype=dtype)
    for f in (
        *(lambda a, mode=mode: np.pad(a, 2, mode) for mode in ("mean", "linear_ramp", "constant")),
        lambda a: np.pad(a, 1, "reflect", reflect_type="odd"),
        lambda a: np.pad(a, 1, constant_values=0.5),
        lambda a: np.insert(a, 1, 2.0, axis=0),
        lambda a: np.insert(a, 1, [1.0, 2.0, 3.0], axis=0),
        lambda a: np.repeat(a, [1, 2, 3], axis=1),
        lambda a: np.tile(a, 2),
        lambda a: np.resize(a, 3),
    ):
        assert f(t).dtype == f(t.numpy()).dtype == dtype
        (part,) = gradients(f(t).sum(), [t])
        assert part.dtype == dtype


def test_half_precision_adds_up_what_is_repeated():
    t = Tensor([1.0, 2.0], dtype=np.float16)
    (part,) = gradients(np.repeat(t, [5000, 1]).sum(), [t])
    np.testing.assert_array_equal(part, [5000, 1])


# ------------------------------------------------------------------------------- lists of nodes


def test_lists_of_values_become_tensors():
    a, b = Value(2.0), Value(3.0)
    row = np.stack([a, b, 1.0])
    assert isinstance(row, Tensor)
    np.testing.assert_array_equal(row.numpy(), [2, 3, 1])
    both = np.vstack([a, b]) * [[10.0], [20.0]]
    both.sum().backward()
    assert (both.shape, a.grad, b.grad) == ((2, 1), 10.0, 20.0)


def test_lists_inside_lists_may_hold_nodes(agrees):
    agrees(
        lambda a, b: np.concatenate([a, [b[0] * a[0], 2.0], [a[1], b[1]]]),
        np.array([1.0, 2.0]),
        np.array([3.0, 4.0]),
    )
    agrees(lambda a: np.append(a, [a[0], [5.0]][0]), np.array([1.0, 2.0]))


def test_arrays_of_values_join_tensors():
    values = np.array([[Value(1.0), Value(2.0)]])
    joined = np.concatenate([Tensor([[3.0, 4.0]]), values])
    (joined * joined).sum().backward()
    np.testing.assert_array_equal(joined.numpy(), [[3, 4], [1, 2]])
    assert [v.grad for v in values.flat] == [2.0, 4.0]


def test_array_of_leaves_plain_things_alone():
    a = np.ones(2)
    assert array_of(a) is a
    assert array_of(2.0) == 2.0
    np.testing.assert_array_equal(array_of([[1, 2], (3, 4)]), [[1, 2], [3, 4]])


# --------------------------------------------------------------------------------------- oracle


def test_oracle_of_gradients():
    t = Tensor([1.0, 2.0, 3.0])
    for f, weight, expected in (
        (lambda t: np.roll(t, 1), [10, 20, 30], [20, 30, 10]),
        (lambda t: np.flip(t), [10, 20, 30], [30, 20, 10]),
        (lambda t: np.repeat(t, 2), [1, 2, 3, 4, 5, 6], [3, 7, 11]),
        (lambda t: np.tile(t, 2), [1, 2, 3, 4, 5, 6], [5, 7, 9]),
        (lambda t: np.pad(t, 1), [1, 2, 3, 4, 5], [2, 3, 4]),
        (lambda t: np.pad(t, 1, "edge"), [1, 2, 3, 4, 5], [3, 3, 9]),
        (lambda t: np.pad(t, 2, "reflect"), [1, 2, 3, 4, 5, 6, 7], [3 + 7, 2 + 4 + 6, 1 + 5]),
        (lambda t: np.pad(t, (0, 1), "mean"), [1, 2, 3, 6], [3, 4, 5]),
        (lambda t: np.pad(t, (0, 1), "reflect", reflect_type="odd"), [1, 2, 3, 4], [1, -2, 11]),
        (lambda t: np.broadcast_to(t, (2, 3)), [[1, 2, 3], [4, 5, 6]], [5, 7, 9]),
        (lambda t: np.insert(t, 1, 9.0), [1, 2, 3, 4], [1, 3, 4]),
        (lambda t: np.delete(t, 0), [1, 2], [0, 1, 2]),
        (lambda t: np.append(t, t), [1, 2, 3, 4, 5, 6], [5, 7, 9]),
        (lambda t: np.resize(t, 4), [1, 2, 3, 4], [5, 2, 3]),
    ):
        np.testing.assert_array_equal(gradients(f(t), t, gradient=weight), expected)


def test_copy_keeps_what_was():
    t = Tensor([1.0, 2.0])
    kept = np.copy(t)
    t.data[0] = 7.0
    np.testing.assert_array_equal(kept.numpy(), [1, 2])


def test_undefined_padding_is_zero():
    np.testing.assert_array_equal(np.pad(Tensor([1.0]), 1, "empty").numpy(), [0, 1, 0])


def test_insertion_takes_the_dtype_of_the_array(rng):
    t = Tensor([1, 2], dtype=np.float32)
    assert np.insert(t, 1, Tensor([3.0])).dtype == np.float32
    assert np.insert(np.array([1, 2]), 1, Tensor(3.5)).tolist() == [1.0, 3.5, 2.0]


# --------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("f", "kind", "text"),
    [
        (lambda t: np.reshape(t, (4, 2)), ValueError, r"reshape\(\(2, 3\)\): cannot reshape"),
        (lambda t: np.reshape(t, 6, order="A"), TypeError, "order='A' is not supported"),
        (lambda t: reshape(t, 6, copy=False), TypeError, "copy=False"),
        (lambda t: reshape(t), TypeError, "new shape as its second"),
        (lambda t: np.reshape(t, 2.5), TypeError, "integer"),
        (lambda t: np.ravel(t, "K"), TypeError, "order='K'"),
        (lambda t: np.copy(t, "F"), TypeError, "order='F'"),
        (lambda t: np.transpose(t, (0, 2)), ValueError, r"transpose of shape \(2, 3\): axis 2"),
        (lambda t: np.transpose(t, (0, 0)), ValueError, r"axes \(0, 0\) for an array of 2"),
        (lambda t: np.swapaxes(t, 0, 5), ValueError, r"swapaxes of shape \(2, 3\): axis 5"),
        (lambda t: np.moveaxis(t, (0, 0), (0, 1)), ValueError, "none of them twice"),
        (lambda t: np.moveaxis(t, 0, (0, 1)), ValueError, "equally many axes"),
        (lambda t: np.rollaxis(t, 0, 3), ValueError, "axis 3 is out of bounds"),
        (lambda t: np.squeeze(t, 0), ValueError, "size not equal to one"),
        (lambda t: np.broadcast_to(t, (4, 3)), ValueError, r"broadcast_to\(\(2, 3\)\)"),
        (lambda t: np.broadcast_arrays(t, np.ones(2)), ValueError, "shape mismatch"),
        (lambda t: np.concatenate([t, t.T]), ValueError, r"concatenate\(\(2, 3\), \(3, 2\)\)"),
        (lambda t: np.concatenate([t, t], axis=2), ValueError, "axis 2 is out of bounds"),
        (lambda t: np.concatenate([t, t], dtype=np.float32), TypeError, "concatenate with dtype="),
        (lambda t: np.stack([t, t], dtype=np.float32), TypeError, "stack with dtype="),
        (lambda t: np.vstack([t, t], dtype=np.float32), TypeError, "vstack with dtype="),
        (lambda t: np.stack([t, t.T]), ValueError, "same shape"),
        (lambda t: np.block([t, (t, t)]), TypeError, "only lists nest"),
        (lambda t: np.block([[t], t]), ValueError, "equally deep"),
        (lambda t: np.block([[t], []]), ValueError, "equally deep"),
        (lambda t: np.meshgrid(t, indexing="ab"), ValueError, "'xy' or 'ij'"),
        (lambda t: np.split(t, 4, axis=1), ValueError, "don't make 4 equal parts"),
        (lambda t: np.array_split(t, 0), ValueError, "number of parts is 0"),
        (lambda t: np.vsplit(t[0], 2), ValueError, "vsplit needs 2 or more dimensions"),
        (lambda t: np.dsplit(t, 2), ValueError, "dsplit needs 3 or more dimensions"),
        (lambda t: np.hsplit(t[0, 0], 2), ValueError, "hsplit needs 1 or more dimensions"),
        (lambda t: np.insert(t, 5, 1.0, axis=0), IndexError, "out of bounds"),
        (lambda t: np.delete(t, 5, axis=0), IndexError, "out of bounds"),
        (lambda t: np.roll(t, 1, axis=2), ValueError, r"roll of shape \(2, 3\): axis 2"),
        (lambda t: np.roll(t, (1, 2, 3), axis=(0, 1)), ValueError, "shape mismatch"),
        (lambda t: np.fliplr(t[0]), ValueError, r"flip of shape \(3,\): axis 1"),
        (lambda t: np.rot90(t, axes=(0, -2)), ValueError, "two different axes"),
        (lambda t: np.repeat(t, -1), ValueError, "negative"),
        (lambda t: np.repeat(t, [1, 2], axis=1), ValueError, "broadcast"),
        (lambda t: np.pad(t, -1), ValueError, "negative"),
        (lambda t: np.pad(t, -1, "mean"), ValueError, "negative"),
        (lambda t: np.pad(t, 1, "nonsense"), ValueError, "nonsense"),
        (lambda t: np.pad(t, 1, "edge", constant_values=1), ValueError, "constant_values"),
        (lambda t: np.pad(t, 1, "mean", end_values=1), ValueError, "end_values"),
        (lambda t: np.pad(t, 1, lambda *args: None), TypeError, "a function as mode"),
        (lambda t: np.pad(t, 1, constant_values=t[0, 0]), TypeError, "leave the graph"),
        (lambda t: np.pad(t[:0], 1, "edge"), ValueError, "empty axis"),
        (lambda t: np.astype(t, int), TypeError, "no gradient"),
    ],
)
def test_errors_say_what_is_wrong(f, kind, text):
    with pytest.raises(kind, match=text):
        f(Tensor(np.ones((2, 3))))


# ----------------------------------------------------------------------------------- properties


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), st.integers(0, 2**32))
def test_broadcasting_is_undone(shapes, seed):
    """The gradient of an operand sums over the places that it was repeated to."""
    rng = np.random.default_rng(seed)
    a, b = (rng.normal(size=shape) for shape in shapes.input_shapes)
    g = rng.normal(size=shapes.result_shape)
    s, t = Tensor(a), Tensor(b)
    for f, by_s, by_t in (
        (lambda s, t: s + t, g, g),
        (lambda s, t: s * t, g * b, g * a),
        (lambda s, t: np.broadcast_arrays(s, t)[1], 0 * g, g),
    ):
        found = gradients(f(s, t), [s, t], gradient=g)
        for part, expected, like in zip(found, (by_s, by_t), (a, b), strict=True):
            assert part.shape == like.shape
            np.testing.assert_allclose(part, _summed_to(expected, like.shape), atol=1e-12)


def _summed_to(g, shape):
    """Entry by entry: each place of `g` adds to the entry that it was broadcast from."""
    out = np.zeros(shape)
    places = np.broadcast_to(np.arange(out.size).reshape(shape), g.shape)
    for place, each in zip(places.flat, g.flat, strict=True):
        out.flat[place] += each
    return out


@given(st.lists(st.integers(0, 3), max_size=4), st.randoms(use_true_random=False))
def test_a_permutation_is_undone_by_its_inverse(shape, random):
    axes = list(range(len(shape)))
    random.shuffle(axes)
    t = Tensor(np.arange(np.prod(shape, dtype=int)).reshape(shape))
    there = np.transpose(t, axes)
    back = np.transpose(there, np.argsort(axes))
    np.testing.assert_array_equal(back.numpy(), t.numpy())
    np.testing.assert_array_equal(gradients(back, t, gradient=t.numpy()), t.numpy())


def test_structural_operations_are_cards():
    names = ("reshape", "transpose", "broadcast_to", "concatenate", "stack", "roll", "getitem")
    assert all(TABLE[name].cases for name in names)
