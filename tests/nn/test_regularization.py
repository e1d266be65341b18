"""Dropout, batch normalisation, penalties, class weights: what they do to training and state."""

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, check


def test_dropout_keeps_the_mean_and_is_still_in_use(rng) -> None:
    layer, x = nn.Dropout(0.3, rng=0), np.ones((200, 200))
    y = layer(x)
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert y.mean() == pytest.approx(1, abs=0.02)
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.01)
    layer.eval()
    assert layer(x) is x


def test_dropout_repeats_with_its_seed_and_multiplies_the_gradient_by_its_mask() -> None:
    x = Tensor(np.ones((4, 5)))
    y = nn.Dropout(rng=3)(x)
    np.testing.assert_array_equal(y.numpy(), nn.Dropout(rng=3)(x).numpy())
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.numpy())


@pytest.mark.parametrize("p", [0, 1])
def test_dropout_of_all_and_of_nothing(p) -> None:
    np.testing.assert_array_equal(nn.Dropout(p)(np.ones(3)), [1 - p] * 3)


def test_dropout_of_values_and_float32() -> None:
    values = np.frompyfunc(Value, 1, 1)(np.ones((3, 2)))
    expected = nn.Dropout(rng=1)(np.ones((3, 2)))
    found = nn.Dropout(rng=1)(values)
    assert [[each.data for each in row] for row in found] == expected.tolist()
    assert nn.Dropout(rng=1)(Tensor([1.0], dtype=np.float32)).dtype == np.float32


def test_batch_norm_gives_mean_0_and_variance_1(rng) -> None:
    x = Tensor(rng.normal(3, 5, size=(50, 4)))
    y = nn.BatchNorm1d(4)(x).numpy()
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(y.var(axis=0), 1, rtol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_passes_the_check_of_both_orders(training, rng) -> None:
    layer = nn.BatchNorm1d(2).train(training)
    check.gradcheck(layer, rng.normal(size=(4, 2)))


def test_running_statistics_are_part_of_the_state_and_no_parameters(rng) -> None:
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.BatchNorm1d(2))
    model(rng.normal(size=(8, 3)))
    state = model.state_dict()
    assert list(state) == [
        *("0.weight", "0.bias", "1.weight", "1.bias"),
        *("1.running_mean", "1.running_var", "1.num_batches_tracked"),
    ]
    assert len(list(model.parameters())) == 4
    other = nn.Sequential(nn.Linear(3, 2, rng=1), nn.BatchNorm1d(2))
    other.load_state_dict(state)
    x = rng.normal(size=(5, 3))
    np.testing.assert_array_equal(model.eval()(x).numpy(), other.eval()(x).numpy())
    model.train()(x)  # goes on without touching the copies
    np.testing.assert_array_equal(other[1].running_mean, state["1.running_mean"])


def test_a_state_that_does_not_fit_changes_no_buffer(rng) -> None:
    layer = nn.BatchNorm1d(2)
    state = {**layer.state_dict(), "running_var": np.ones(3)}
    state["running_mean"] = np.full(2, 7.0)
    with pytest.raises(ValueError, match=r"running_var has shape \(2,\) here and \(3,\) there"):
        layer.load_state_dict(state)
    np.testing.assert_array_equal(layer.running_mean, 0)


def test_batch_norm_refuses_what_it_cannot_normalise() -> None:
    with pytest.raises(ValueError, match=r"shape \(4, 3\), and should be \(m, 2\)"):
        nn.BatchNorm1d(2)(np.ones((4, 3)))
    with pytest.raises(ValueError, match="one sample has no variance"):
        nn.BatchNorm1d(2)(np.ones((1, 2)))
    assert nn.BatchNorm1d(2).eval()(np.ones((1, 2))).shape == (1, 2)
    with pytest.raises(ValueError, match=r"Dropout: p=1\.5: give a number from 0 to 1"):
        nn.Dropout(1.5)


@pytest.mark.parametrize("node", [Tensor, Value])
def test_a_network_of_all_layers_is_the_same_in_both_kinds_of_nodes(node, rng) -> None:
    X, y = rng.normal(size=(9, 3)), rng.integers(0, 3, size=9)

    def network(kind):
        rng = np.random.default_rng(5)
        return nn.Sequential(
            nn.Linear(3, 4, rng=rng, node=kind),
            nn.BatchNorm1d(4, node=kind),
            nn.ELU(),
            nn.Dropout(0.2, rng=rng),
            nn.Linear(4, 3, rng=rng, node=kind),
        )

    histories, states = [], []
    for kind in (Tensor, node):
        model = network(kind)
        optimizer = nn.optim.Adam(model.parameters(), lr=0.05)
        histories.append(
            nn.fit(
                model,
                X,
                y,
                loss=nn.CrossEntropyLoss([1.0, 2.0, 1.0], label_smoothing=0.1),
                optimizer=optimizer,
                epochs=3,
                batch_size=4,
                drop_last=True,
                penalty=nn.L1(1e-3) + nn.L2(1e-2),
                rng=1,
                progress=False,
            )
        )
        states.append(model.state_dict())
    np.testing.assert_allclose(histories[0].loss, histories[1].loss, rtol=1e-10)
    for name, array in states[0].items():
        np.testing.assert_allclose(states[1][name], array, rtol=1e-8, atol=1e-11)


# ------------------------------------------------------------------------------------ penalties


def test_l2_is_weight_decay(rng) -> None:
    X, y = rng.normal(size=(20, 3)), rng.integers(0, 2, size=20)
    models = [nn.Linear(3, 1, bias=False, rng=0) for _ in range(2)]
    nn.fit(models[0], X, y, lr=0.1, penalty=nn.L2(0.3), epochs=9, progress=False)
    decaying = nn.optim.SGD(models[1].parameters(), lr=0.1, weight_decay=0.3)
    nn.fit(models[1], X, y, optimizer=decaying, epochs=9, progress=False)
    np.testing.assert_allclose(models[0].weight.numpy(), models[1].weight.numpy(), rtol=1e-12)


def test_penalties_are_the_formulas_and_leave_biases_alone() -> None:
    model = nn.Linear(2, 1, rng=0)
    w, b = model.weight.numpy(), model.bias.item()
    assert nn.L1(0.5)(model).item() == pytest.approx(0.5 * np.abs(w).sum())
    assert nn.L2(0.5)(model).item() == pytest.approx(0.25 * (w**2).sum())
    assert nn.L1(1, bias=True)(model).item() == pytest.approx(np.abs(w).sum() + abs(b))
    both = nn.L1(2) + nn.L2(3)
    assert both(model).item() == pytest.approx(nn.L1(2)(model).item() + nn.L2(3)(model).item())
    values = nn.Linear(2, 1, rng=0, node=Value)
    assert nn.L2(0.5)(values).item() == pytest.approx(nn.L2(0.5)(model).item())
    with pytest.raises(ValueError, match=r"L1\(-1\)"):
        nn.L1(-1)


def test_l1_makes_useless_weights_small(rng) -> None:
    X = rng.normal(size=(200, 6))
    y = X[:, 0] * 2
    model = nn.Linear(6, 1, rng=0)
    settings = {"loss": nn.MSELoss(), "lr": 0.01, "epochs": 800, "progress": False}
    nn.fit(model, X, y, penalty=nn.L1(0.2), **settings)
    w = model.weight.numpy()[0]
    assert np.abs(w[1:]).max() < 0.01
    assert w[0] == pytest.approx(1.9, abs=0.05)


def test_class_weights_make_classes_count_alike() -> None:
    y = np.array([0] * 8 + [1] * 2)
    np.testing.assert_allclose(nn.class_weights(y), [10 / 16, 10 / 4])
    with pytest.raises(ValueError, match="class 1 has no sample"):
        nn.class_weights([0, 2])


def test_cross_entropy_refuses_wrong_targets() -> None:
    loss, z = nn.CrossEntropyLoss(), Tensor(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"target\[1\] is 3; class indices go from 0 to 2"):
        loss(z, [0, 3])
    with pytest.raises(ValueError, match=r"target\[0\] is 0\.5"):
        loss(z, [0.5, 1])
    with pytest.raises(ValueError, match=r"output has shape \(2, 3\) and the target \(3,\)"):
        loss(z, [0, 1, 2])
    with pytest.raises(ValueError, match=r"\(2,\) weights for 3 classes"):
        nn.CrossEntropyLoss([1.0, 2.0])(z, [0, 1])
    with pytest.raises(ValueError, match="label_smoothing=2"):
        nn.CrossEntropyLoss(label_smoothing=2)


def test_cross_entropy_is_finite_at_any_size() -> None:
    z = Tensor([[1e4, -1e4, 0.0]])
    J = nn.CrossEntropyLoss()(z, [1])
    J.backward()
    assert J.item() == 2e4
    np.testing.assert_array_equal(z.grad, [[1, -1, 0]])
    assert nn.CrossEntropyLoss()(Tensor([0.0, 0.0]), 1).item() == pytest.approx(np.log(2))
