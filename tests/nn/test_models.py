"""Models against backpropagation by hand (N1.2, N3.3-N3.6), on Tensors and on Values."""

import numpy as np
import pytest

import nn
from autograd import Tensor, Value


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.fixture
def X(rng):
    return rng.normal(size=(7, 4))


@pytest.fixture
def y(rng):
    return rng.integers(0, 2, size=7)


def test_logistic_regression_has_the_gradients_of_the_notes(X, y, rng) -> None:
    model = nn.LogisticRegression(4, init=nn.init.normal, rng=rng)
    w, b = model.linear.weight, model.linear.bias
    assert (w.name, b.name) == ("w", "b")
    dz = (sigmoid(X @ w.numpy()[0] + b.item()) - y) / len(y)
    nn.BCEWithLogitsLoss()(model(X), y[:, np.newaxis]).backward()
    np.testing.assert_allclose(w.grad, [X.T @ dz], rtol=1e-12)
    np.testing.assert_allclose(b.grad, [dz.sum()], rtol=1e-12)


@pytest.mark.parametrize("node", [Tensor, Value])
def test_two_layer_network_has_the_gradients_of_the_notes(node, X, y, rng) -> None:
    model = nn.MLP([4, 3, 1], nn.Tanh, rng=rng, node=node)
    state = model.state_dict()
    W1, b1, W2, b2 = (state[f"{place}.{kind}"] for place in (0, 2) for kind in ("weight", "bias"))
    A0, Y, m = X.T, y[np.newaxis], len(y)  # the notes' layout: samples are columns
    Z1 = W1 @ A0 + b1[:, np.newaxis]
    A1 = np.tanh(Z1)
    A2 = sigmoid(W2 @ A1 + b2[:, np.newaxis])
    dZ2 = (A2 - Y) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    by_hand = [dZ1 @ A0.T, dZ1.sum(axis=1), dZ2 @ A1.T, dZ2.sum(axis=1)]

    J = nn.BCEWithLogitsLoss()(model(X), y[:, np.newaxis])
    J.backward()
    assert J.item() == pytest.approx(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)), rel=1e-12)
    grads = iter([node.grad for node in model.parameters()])
    for expected in by_hand:
        got = next(grads) if node is Tensor else np.array([next(grads) for _ in expected.flat])
        np.testing.assert_allclose(got.reshape(expected.shape), expected, rtol=1e-11, atol=1e-14)


def test_parameters_carry_the_notes_names() -> None:
    model = nn.MLP([2, 3, 1], rng=0)
    assert [node.name for node in model.parameters()] == ["W1", "b1", "W2", "b2"]
    values = nn.MLP([2, 1, 1], rng=0, node=Value)
    names = [node.name for node in values.parameters()]
    assert names == ["W1[0, 0]", "W1[0, 1]", "b1[0]", "W2[0, 0]", "b2[0]"]


@pytest.mark.parametrize("activation", [nn.Tanh, nn.Sigmoid, nn.ReLU, lambda: nn.LeakyReLU(0.1)])
def test_values_and_tensors_are_twins(activation, X, y) -> None:
    tensors, values = (
        nn.MLP([4, 3, 2, 1], activation, rng=3, node=node) for node in (Tensor, Value)
    )
    for model in (tensors, values):
        optimizer = nn.optim.SGD(model.parameters(), momentum=0.9, weight_decay=0.01, lr=0.2)
        model.history = nn.fit(model, X, y, optimizer=optimizer, epochs=8, progress=False)
    np.testing.assert_allclose(tensors.history.loss, values.history.loss, rtol=1e-11)
    assert tensors.history.accuracy == values.history.accuracy
    for name, array in tensors.state_dict().items():
        np.testing.assert_allclose(values.state_dict()[name], array, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(tensors.predict_proba(X), values.predict_proba(X), rtol=1e-10)


def test_predictions_are_classes_and_probabilities(X) -> None:
    model = nn.LogisticRegression(4, init=nn.init.normal, rng=0)
    p = model.predict_proba(X)
    np.testing.assert_allclose(p, sigmoid(model(X).numpy()[:, 0]), rtol=1e-13)
    np.testing.assert_array_equal(model.predict(X), p > 0.5)
    assert p.shape == (7,)


def test_predictions_record_nothing_and_leave_gradients_alone(X) -> None:
    model = nn.LogisticRegression(4)
    model.predict(X)
    assert all(node.grad is None for node in model.parameters())


@pytest.mark.parametrize("node", [Tensor, Value])
def test_predictions_of_many_classes(node, X) -> None:
    model = nn.MLP([4, 5, 3], rng=0, node=node)
    p, z = model.predict_proba(X), nn.MLP([4, 5, 3], rng=0)(X).numpy()
    np.testing.assert_allclose(p, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), z.argmax(axis=1))


def test_predictions_need_samples_as_rows(X) -> None:
    with pytest.raises(ValueError, match=r"the output of this MLP has shape \(2,\)"):
        nn.MLP([4, 2], rng=0).predict_proba(X[0])


def test_float32_stays_float32(X, y) -> None:
    model = nn.MLP([4, 3, 1], nn.Tanh, rng=0, dtype=np.float32)
    nn.fit(model, X, y, epochs=2, progress=False)
    assert {array.dtype for array in model.state_dict().values()} == {np.dtype(np.float32)}
    assert {node.grad.dtype for node in model.parameters()} == {np.dtype(np.float32)}
