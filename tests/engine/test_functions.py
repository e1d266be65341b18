"""Functions are called as NumPy's are, and refuse what they can't do by name."""

import inspect
import math

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value

BORROWED = "compress cumprod median nan_to_num nanmean nanstd nanvar outer percentile std sort"


@pytest.mark.parametrize("name", BORROWED.split())
def test_borrows_numpys_signature(name):
    assert inspect.signature(getattr(autograd, name)) == inspect.signature(getattr(np, name))
    assert getattr(autograd, name).__doc__ != getattr(np, name).__doc__


def test_takes_arguments_by_place_and_by_name():
    x = np.arange(6.0).reshape(2, 3)
    t = Tensor(x)
    for f in (np, autograd):
        for found, expected in [
            (f.median(t, 1), np.median(x, 1)),
            (f.median(a=t, axis=0, keepdims=True), np.median(x, 0, keepdims=True)),
            (f.quantile(t, 0.3, 1, None, False, "lower"), np.quantile(x, 0.3, 1, method="lower")),
            (f.var(t, 0, None, None, 1), np.var(x, 0, ddof=1)),
            (f.nansum(t, 1, None, None, True), np.nansum(x, 1, keepdims=True)),
            (f.take(t, [0, 2], 1), np.take(x, [0, 2], 1)),
        ]:
            assert isinstance(found, Tensor)
            np.testing.assert_array_equal(found.numpy(), expected)


def test_what_makes_no_difference_is_taken_and_not_used():
    t = Tensor([3.0, 1.0, 2.0])
    assert autograd.median(t, overwrite_input=True).item() == 2.0
    assert autograd.sort(t, kind="stable").tolist() == [1.0, 2.0, 3.0]
    assert autograd.nan_to_num(t, copy=False).tolist() == [3.0, 1.0, 2.0]
    assert autograd.median(t, out=None).item() == 2.0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda t: autograd.median(t, out=t), r"median with out= is not supported on nodes"),
        (lambda t: autograd.quantile(t, 0.5, weights=[1, 1]), r"quantile with weights= is not"),
        (lambda t: autograd.sort(t, order="x"), r"sort with order= is not supported on nodes"),
        (lambda t: autograd.median(t, axes=0), r"median: got an unexpected keyword.*'axes'"),
        (lambda t: autograd.median(t, a=t), r"median\(\) got multiple values for argument 'a'"),
        (lambda t: autograd.median(t, 0, None, False, False, 1), r"median: too many positional"),
        (lambda t: autograd.quantile(t), r"quantile\(\) missing 1 required.*'q'"),
        (lambda t: autograd.nansum(t, out=t), r"sum with out= is not supported on nodes"),
    ],
)
def test_refuses_by_name(call, says):
    with pytest.raises(TypeError, match=says):
        call(Tensor([1.0, 2.0]))


def test_values_are_rounded_as_python_and_numpy_ask():
    """`math.floor(v)`, and np.floor of an array of Values, which asks each for that."""
    numbers = [1.5, -0.5, 2.0]
    values = np.array([Value(x) for x in numbers], dtype=object)
    for of_one, of_array in [
        (math.floor, np.floor),
        (math.ceil, np.ceil),
        (math.trunc, np.trunc),
    ]:
        assert [of_one(v) for v in values] == [of_one(x) for x in numbers]
        assert of_array(values).tolist() == of_array(numbers).tolist()
    assert round(Tensor([1.26, 2.5])).tolist() == [1.0, 2.0]
    assert round(Tensor([1.26, 2.5]), 1).tolist() == [1.3, 2.5]


def test_where_takes_entries_of_arrays_of_values():
    a, b = Value(1.0), Value(2.0)
    values = np.array([a, b], dtype=object)
    picked = autograd.where([True, False], values, 0.0)
    assert picked[0] is a
    assert picked[1] == 0.0
    assert autograd.where([True, False], 3.0, values)[1] is b
    assert autograd.where([[True], [False]], a, values).shape == (2, 2)
