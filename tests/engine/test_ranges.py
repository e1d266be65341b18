"""Ranges between nodes, and the few functions that stand alone."""

import numpy as np
import pytest

from autograd import Tensor, gradients


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: np.linspace(a, b, 5),
        lambda a, b: np.linspace(a, b, 4, endpoint=False),
        lambda a, b: list(np.linspace(a, b, 5, retstep=True)),
        lambda a, b: np.linspace(a, 2.0, 3, axis=-1) + np.linspace(0.0, b, 3, axis=-1),
        lambda a, b: np.logspace(a, b, 3),
        lambda a, b: np.logspace(a, b, 3, base=2.0),
        lambda a, b: np.geomspace(a + 3, b + 4, 4),
        lambda a, b: np.modf(a)[0] * b,
        lambda a, b: np.frexp(a)[0] * b,
    ],
)
def test_agrees_with_numpy(f, agrees, rng):
    agrees(f, rng.normal(size=3), rng.normal(size=3), rtol=1e-4)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.vander(x),
        lambda x: np.vander(x, 2, increasing=True),
        lambda x: np.fft.fftshift(x),
        lambda x: np.fft.ifftshift(x, axes=0),
    ],
)
def test_rows_agree_with_numpy(f, agrees, rng):
    agrees(f, rng.normal(size=5))


def test_numbers_between_numbers():
    a = Tensor(1.0)
    np.testing.assert_allclose(gradients(np.linspace(a, 3.0, 3).sum(), a), 1.5)


@pytest.mark.parametrize(
    "write",
    [
        lambda t: np.put(t, 0, 1.0),
        lambda t: np.copyto(t, 1.0),
        lambda t: np.fill_diagonal(t, 1.0),
    ],
)
def test_writing_is_refused_with_a_way_out(write):
    with pytest.raises(TypeError, match=r"writes into its argument.*np\.where"):
        write(Tensor(np.ones((2, 2))))


def test_errors_teach():
    with pytest.raises(ValueError, match="must be positive"):
        np.geomspace(Tensor(-1.0), 2.0)
    with pytest.raises(ValueError, match="one dimension"):
        np.vander(Tensor(np.ones((2, 2))))
    with pytest.raises(TypeError, match="dtype="):
        np.linspace(Tensor(0.0), 1.0, dtype=int)
