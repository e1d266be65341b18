"""Laws of what cards say of their operations besides the rules: `linear`, and `shape`."""

from typing import Any

import numpy as np
import pytest

from autograd import TABLE


def applications() -> list[Any]:
    """Every operation of its cases with some arrays."""
    rng = np.random.default_rng(0)
    return [
        pytest.param(op, [rng.uniform(0.5, 2.0, shape) for shape in each.shapes], each.params)
        for op in TABLE.values()
        for each in op.cases
        if op.linear or op.shape is not None
    ]


@pytest.mark.parametrize(("op", "args", "params"), applications())
def test_the_shape_on_a_card_is_that_of_the_result(op, args, params) -> None:
    if op.shape is not None:
        shapes = [arg.shape for arg in args]
        assert op.shape(*shapes, **params) == np.shape(op.forward(*args, **params))


@pytest.mark.parametrize(("op", "args", "params"), applications())
def test_a_factor_can_be_drawn_out_of_the_linear_arguments(op, args, params) -> None:
    slots = range(len(args)) if op.variadic and op.linear else op.linear
    for slot in slots:
        scaled = [3 * arg if i == slot else arg for i, arg in enumerate(args)]
        once, then = op.forward(*scaled, **params), 3 * op.forward(*args, **params)
        np.testing.assert_allclose(once, then, rtol=1e-12)


@pytest.mark.parametrize("name", ["multiply", "divide", "negative", "positive"])
def test_a_factor_can_be_drawn_out_of_linear_operations_on_entries(name: str) -> None:
    op = TABLE[name]
    args = [2.5, -1.5][: op.arity]
    for slot in op.linear:
        scaled = [3 * arg if i == slot else arg for i, arg in enumerate(args)]
        assert op(*scaled) == pytest.approx(3 * op(*args), rel=1e-15)


def test_sizes_that_do_not_fit_have_no_shape() -> None:
    assert TABLE["matmul"].shape((2, 3), (4, 5)) is None
