"""The law that every NumPy function on nodes is held to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, gradients


def _slope(f: Callable[[np.ndarray], float], x: np.ndarray, step: float) -> np.ndarray:
    out = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        out[index] = (f(up) - f(down)) / (2 * step)
    return out


@pytest.fixture
def agrees(rng: np.random.Generator) -> Callable[..., None]:
    """`agrees(f, *arrays)`: f of Tensors is f of arrays, with both derivatives of its slopes.

    `f` is written with NumPy's functions and may return one array or a sequence of them. `order`
    is the highest derivative to compare; arrays are float64.
    """

    def check(f: Callable[..., Any], *arrays: Any, order: int = 2, rtol: float = 1e-5) -> None:
        xs = [np.asarray(array, dtype=np.float64) for array in arrays]

        def parts(args: Any) -> list[Any]:
            out = f(*args)
            return list(out) if isinstance(out, tuple | list) else [out]

        expected = parts(xs)
        nodes = [Tensor(x) for x in xs]
        found = parts(nodes)
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            assert isinstance(mine, Tensor)
            assert mine.shape == np.shape(theirs)
            np.testing.assert_allclose(mine.numpy(), theirs, rtol=1e-12, atol=1e-13)

        weights = [rng.normal(size=np.shape(each)) for each in expected]

        def scalar(args: Any) -> Any:
            return sum(np.sum(out * w) for out, w in zip(parts(args), weights, strict=True))

        def first(args: Any, *, create_graph: bool = False) -> Any:
            leaves = [Tensor(x) for x in args]
            return leaves, gradients(scalar(leaves), leaves, create_graph=create_graph)

        across = [rng.normal(size=x.shape) for x in xs]

        def directional(args: Any) -> Any:
            _, grads = first(args)
            return sum(np.sum(g * v) for g, v in zip(grads, across, strict=True))

        _, grads = first(xs)
        for i, x in enumerate(xs):
            slope = _slope(lambda v, i=i: float(scalar([*xs[:i], v, *xs[i + 1 :]])), x, 1e-6)
            assert grads[i].shape == x.shape
            np.testing.assert_allclose(grads[i], slope, rtol=rtol, atol=1e-7)
        if order < 2:
            return
        leaves, recorded = first(xs, create_graph=True)
        total = sum(np.sum(g * v) for g, v in zip(recorded, across, strict=True))
        second = gradients(total, leaves) if total.requires_grad else [np.zeros_like(x) for x in xs]
        for i, x in enumerate(xs):
            slope = _slope(lambda v, i=i: directional([*xs[:i], v, *xs[i + 1 :]]), x, 1e-5)
            np.testing.assert_allclose(second[i], slope, rtol=rtol * 10, atol=1e-5)

    return check
