"""Ctrl-C at any moment: everything or nothing has happened, and the next call is right."""

import numpy as np
import pytest

import nn
import viz
from autograd import (
    Tensor,
    Value,
    check,
    checkpoint,
    detect_nan,
    enable_grad,
    grad,
    gradients,
    hessian,
    no_grad,
    relu,
    replay,
    tanh,
    toposort,
    watch_comparisons,
)
from tests.abuse.interrupting import moments

COUNT = 150


def of_values():
    x, w = Value(0.5, name="x"), Value(-1.5, name="w")
    return tanh(x * w + x) * relu(x) + w**2, [x, w]


def of_tensors():
    x, w = Tensor([0.5, 1.0], name="x"), Tensor([[1.0, 2.0], [3.0, -4.0]], name="w")
    return (tanh(w @ x) * x).sum() + (relu(w) ** 2).mean(), [x, w]


GRAPHS = pytest.mark.parametrize("graph", [of_values, of_tensors])


SETTINGS = np.geterr()


def all_is_as_before():
    """No mode and no setting of NumPy has outlived what was interrupted."""
    assert (Value(2.0) * 3.0).requires_grad, "no_grad is on for good"
    assert np.geterr() == SETTINGS, "NumPy's warnings are set otherwise"
    with np.errstate(all="ignore"):
        assert np.isnan(np.log(Tensor([-1.0])).numpy()[0]), "detect_nan is on for good"
        assert (Value(1.0) > 0) is True


@GRAPHS
@pytest.mark.parametrize("options", [{}, {"create_graph": True}, {"retain_grads": False}])
def test_a_backward_pass_stores_everything_or_nothing(graph, options):
    root, leaves = graph()
    root.backward(**options)
    right = [getattr(leaf.grad, "data", leaf.grad) for leaf in leaves]
    inside = [node for node in toposort(root) if node not in leaves]

    def make():
        for node in toposort(root):
            node.grad = None
        return lambda: root.backward(**options)

    for _ in moments(make, COUNT):
        nodes = leaves if options.get("retain_grads") is False else [*leaves, *inside]
        stored = [node.grad is not None for node in nodes]
        assert all(stored) or not any(stored)
        if all(stored):
            for leaf, expected in zip(leaves, right, strict=True):
                np.testing.assert_array_equal(getattr(leaf.grad, "data", leaf.grad), expected)
        all_is_as_before()


@GRAPHS
def test_a_gradient_that_was_there_is_added_to_or_left(graph):
    root, leaves = graph()
    once = gradients(root, leaves)

    def make():
        for leaf, part in zip(leaves, once, strict=True):
            leaf.grad = part
        return root.backward

    for _ in moments(make, COUNT):
        times = {
            round(float(np.ravel(x.grad)[0] / np.ravel(g)[0]), 9)
            for x, g in zip(leaves, once, strict=True)
        }
        assert times in ({1.0}, {2.0})


@pytest.mark.parametrize("mode", [no_grad, enable_grad, detect_nan, watch_comparisons])
def test_a_mode_ends_with_its_block(mode):
    def block():
        with mode():
            return tanh(Value(0.5)) * 2.0

    for _ in moments(lambda: block, COUNT):
        all_is_as_before()


def test_a_decorated_function_ends_its_mode():
    decorated = no_grad()(lambda: tanh(Value(0.5)) * 2.0)
    for _ in moments(lambda: decorated, COUNT):
        all_is_as_before()


@pytest.mark.parametrize(
    "call",
    [
        lambda: grad(lambda x: np.sum(np.tanh(x) ** 2))(np.array([0.5, 1.0])),
        lambda: hessian(lambda x: np.sum(np.tanh(x) ** 2))(np.array([0.5, 1.0])),
        lambda: grad(checkpoint(lambda x: np.sum(np.tanh(x) ** 2)))(np.array([0.5, 1.0])),
    ],
    ids=["grad", "hessian", "checkpoint"],
)
def test_a_transform_leaves_no_mode_and_no_setting(call):
    for _ in moments(lambda: call, COUNT):
        all_is_as_before()


@GRAPHS
def test_a_replay_is_right_after_an_interrupted_call(graph):
    root, leaves = graph()
    step = replay(root, inputs=leaves[:1], wrt=leaves)
    point = {leaves[0]: leaves[0].data * 0.5}
    value, grads = step(point)
    for _ in moments(lambda: lambda: step(point), COUNT // 2):
        all_is_as_before()
        again, parts = step(point)
        np.testing.assert_array_equal(again, value)
        for part, expected in zip(parts, grads, strict=True):
            np.testing.assert_array_equal(part, expected)


@pytest.mark.parametrize("picture", [viz.chain_rule, lambda root: viz.draw(root).source])
def test_a_picture_stores_nothing(picture):
    root, leaves = of_values()
    expected = str(picture(root))
    for _ in moments(lambda: lambda: picture(root), 15):
        assert all(node.grad is None for node in toposort(root))
        all_is_as_before()
    assert str(picture(root)) == expected
    assert [leaf.data for leaf in leaves] == [0.5, -1.5]


def test_gradcheck_leaves_its_inputs():
    x = np.array([0.5, 1.0])
    for _ in moments(lambda: lambda: check.gradcheck(lambda t: np.sum(np.sin(t)), x), 25):
        assert x.tolist() == [0.5, 1.0]
        all_is_as_before()


# -------------------------------------------------------------------------------------- training


@pytest.mark.parametrize("kind", ["SGD", "Adam", "RMSprop"])
def test_a_step_is_made_of_all_parameters_or_of_none(kind):
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=1))
    start = model.state_dict()

    def make():
        model.load_state_dict(start)
        optimizer = getattr(nn.optim, kind)(model.parameters(), lr=0.1)
        for node in model.parameters():
            node.grad = np.ones(node.shape)
        return optimizer.step

    make()()
    end = model.state_dict()
    for _ in moments(make, COUNT):
        now = model.state_dict()
        moved = [not np.array_equal(now[name], start[name]) for name in start]
        assert all(moved) or not any(moved)
        if all(moved):
            assert all(np.array_equal(now[name], end[name]) for name in end)


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
def test_a_step_that_was_not_made_can_be_made(kind):
    """An optimiser's memory goes with its step: interrupted and made again, it is one step."""
    model = nn.Linear(2, 1, rng=0)
    start, made = model.state_dict(), []

    def make():
        model.load_state_dict(start)
        more = {"momentum": 0.9} if kind == "SGD" else {}
        optimizer = getattr(nn.optim, kind)(model.parameters(), lr=0.1, **more)
        made[:] = [optimizer]
        for node in model.parameters():
            node.grad = np.ones(node.shape)
        return optimizer.step

    make()()
    one = model.state_dict()
    made[0].step()
    two = model.state_dict()
    for _ in moments(make, COUNT):
        now = model.state_dict()
        stepped = any(not np.array_equal(now[name], start[name]) for name in start)
        made[0].step()
        expected, found = two if stepped else one, model.state_dict()
        for name in expected:
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-12)


def test_a_training_that_is_interrupted_leaves_a_model_between_two_steps():
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Tanh(), nn.Linear(2, 1, rng=1))
    start = model.state_dict()
    reached = [start]

    class Noting(nn.optim.SGD):
        def step(self):
            super().step()
            reached.append(model.state_dict())

    model.load_state_dict(start)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6, 2))
    y = (X[:, :1] > 0) * 1.0
    options = {"epochs": 2, "batch_size": 3, "rng": 0, "progress": False}
    nn.fit(model, X, y, optimizer=Noting(model.parameters(), lr=0.5), **options)
    histories = []

    def make():
        model.load_state_dict(start)
        histories.clear()
        optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
        return lambda: histories.append(nn.fit(model, X, y, optimizer=optimizer, **options))

    for _ in moments(make, COUNT):
        now = model.state_dict()
        assert any(all(np.array_equal(now[n], each[n]) for n in each) for each in reached)
        all_is_as_before()
        for history in histories:
            assert history.stopped.startswith("interrupted") or len(history) == 2
            assert not model.training
            columns = {len(column) for column in history.columns().values()}
            assert columns <= {len(history)}


def test_a_save_leaves_the_old_file_or_the_new_one(tmp_path):
    path = tmp_path / "model.safetensors"
    old, new = {"w": np.zeros(5)}, {"w": np.ones(5), "b": np.ones(3)}

    def make():
        nn.save(old, path)
        return lambda: nn.save(new, path)

    for _ in moments(make, COUNT):
        found = nn.load(path)
        expected = new if "b" in found else old
        assert {name: array.tolist() for name, array in found.items()} == {
            name: array.tolist() for name, array in expected.items()
        }
        assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_state_is_loaded_as_a_whole():
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=1))
    old = model.state_dict()
    new = {name: array + 1 for name, array in old.items()}

    def make():
        model.load_state_dict(old)
        return lambda: model.load_state_dict(new)

    for _ in moments(make, COUNT):
        now = model.state_dict()
        changed = [not np.array_equal(now[name], old[name]) for name in old]
        assert all(changed) or not any(changed)
