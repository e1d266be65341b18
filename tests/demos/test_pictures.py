"""What the demos of pictures claim: vanishing gradients, the steepest way, symmetry, the order."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd import Value, grad, sigmoid, toposort
from demos import activations, initialisation, steepest_descent, topological_order
from demos.__main__ import DEMOS

MODULES = (activations, steepest_descent, initialisation, topological_order)


@pytest.mark.parametrize("demo", MODULES, ids=lambda demo: demo.__name__)
def test_it_writes_whole_pictures_and_says_what_to_see(demo, tmp_path: Path, capsys) -> None:
    assert demo.__name__.removeprefix("demos.") in DEMOS
    written = demo.run(tmp_path)
    assert sorted(path for path, _ in written) == sorted(tmp_path.iterdir())
    for path, shows in written:
        assert shows
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    first = [path.read_bytes() for path, _ in written]
    shown = capsys.readouterr().out
    *_, words = shown.strip().split("\n\n")
    assert 1 <= words.count(". ") + words.count(".\n") + words.endswith(".") <= 3
    assert [path.read_bytes() for path, _ in demo.run(tmp_path)] == first


def test_the_gradient_of_the_sigmoid_vanishes_and_that_of_relu_does_not() -> None:
    sizes = {name: activations.gradient_sizes(f) for name, f in activations.ACTIVATIONS.items()}
    assert sizes["sigmoid"][0] < 1e-10 * sizes["sigmoid"][-1]
    for name in ("tanh", "ReLU", "leaky ReLU"):
        assert sizes[name][0] > 0.1 * sizes[name][-1]
    assert len(activations.gradient_sizes(sigmoid)) == 20


def test_the_loss_changes_with_the_cosine_of_the_angle_to_the_gradient() -> None:
    angles, found = steepest_descent.changes()
    size = np.linalg.norm(grad(steepest_descent.loss)(steepest_descent.START))
    np.testing.assert_allclose(found, size * np.cos(np.radians(angles)), atol=1e-8)
    assert angles[np.argmin(found)] == 180


def test_equal_rows_stay_equal_and_random_ones_learn() -> None:
    rng = np.random.default_rng(1)
    W1, W2 = rng.normal(size=(4, 2)), rng.normal(size=(1, 4))
    losses, apart, _ = initialisation.train(np.tile(W1[:1], (4, 1)), np.full((1, 4), 0.5))
    assert max(apart) == 0
    learned, differ, _ = initialisation.train(W1, W2)
    assert learned[-1] < 0.2 < losses[-1]
    assert differ[-1] > 1


def test_recursion_visits_every_path_and_carelessness_is_wrong() -> None:
    root = topological_order.doublings(10)
    found: dict = {}
    assert topological_order.naive(root, 1.0, found) == 2**11 - 1
    root.backward()
    assert found == {node: node.grad for node in toposort(root)}
    a = Value(1.0)
    b = a + a
    c = b + b
    careless = {c: 1.0}
    topological_order.careless(c, careless)
    assert careless[a] == 6
