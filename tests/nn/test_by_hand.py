"""Three ways to every derivative in nn: autograd, by hand, central differences."""

import copy
import inspect

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from nn import by_hand

LAYERS = {
    "Linear": lambda: nn.Linear(3, 2, rng=0),
    "Linear without bias": lambda: nn.Linear(3, 2, bias=False, rng=0),
    "BatchNorm1d": lambda: nn.BatchNorm1d(3),
    "BatchNorm1d in use": lambda: nn.BatchNorm1d(3).eval(),
    "BatchNorm1d without weights": lambda: nn.BatchNorm1d(3, affine=False),
    "Dropout": lambda: nn.Dropout(0.4, rng=0),
    "Dropout in use": lambda: nn.Dropout(0.4, rng=0).eval(),
    "LeakyReLU": lambda: nn.LeakyReLU(0.2),
    "ELU": lambda: nn.ELU(0.7),
    "Softmax": lambda: nn.Softmax(),
    "Softmax along the samples": lambda: nn.Softmax(dim=0),
    "LogSoftmax": lambda: nn.LogSoftmax(),
    "LogisticRegression": lambda: nn.LogisticRegression(3, init=nn.init.normal, rng=0),
    "MLP": lambda: nn.MLP([3, 4, 3, 2], nn.Tanh, rng=0),
    "Sequential": lambda: nn.Sequential(
        nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.GELU(), nn.Dropout(0.3, rng=1), nn.Softmax()
    ),
    **{
        kind.__name__: kind
        for kind in (nn.Identity, nn.Sigmoid, nn.Tanh, nn.ReLU, nn.GELU, nn.SiLU, nn.Softplus)
    },
}
LOSSES = {
    "MSELoss": lambda reduction: nn.MSELoss(reduction=reduction),
    "L1Loss": lambda reduction: nn.L1Loss(reduction=reduction),
    "BCELoss": lambda reduction: nn.BCELoss(1.5, reduction=reduction),
    "BCEWithLogitsLoss": lambda reduction: nn.BCEWithLogitsLoss(
        0.5, reduction=reduction, pos_weight=3.0
    ),
    "CrossEntropyLoss": lambda reduction: nn.CrossEntropyLoss(
        [1.0, 0.5, 2.0], reduction=reduction, label_smoothing=0.1
    ),
}


def test_every_layer_and_loss_of_nn_has_a_twin_and_a_test() -> None:
    kinds = {
        name: kind
        for name, kind in vars(nn).items()
        if inspect.isclass(kind) and issubclass(kind, nn.Module)
    }
    derived = {*by_hand.LAYERS, *by_hand.ACTIVATIONS, *by_hand.LOSSES, "MLP"}
    assert set(kinds) - {"Module", "Loss", "Classifier"} == derived
    tested = {name.split()[0] for name in (*LAYERS, *LOSSES)}
    assert tested == derived


def differences(f, x, h=1e-6):
    """Central differences of a number by each entry of an array."""
    found = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += h
        behind[index] -= h
        found[index] = (f(ahead) - f(behind)) / (2 * h)
    return found


def agree(autograd, hand, numeric):
    np.testing.assert_allclose(hand, autograd, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(hand, numeric, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_three_ways(name, rng) -> None:
    module, X = LAYERS[name](), rng.normal(size=(5, 3))
    hand = by_hand.twin(module)
    upstream = rng.normal(size=hand.forward(X).shape)

    def J(module, X):
        return (copy.deepcopy(module)(X) * upstream).sum()  # a copy draws the same mask

    x, copied = Tensor(X), copy.deepcopy(module)
    out = copied(x)
    np.testing.assert_allclose(hand.forward(X), out.numpy(), rtol=1e-12)
    (out * upstream).sum().backward()
    agree(x.grad, hand.backward(upstream), differences(lambda x: J(module, Tensor(x)).item(), X))
    parameters = dict(copied.named_parameters())
    assert list(hand.gradients) == list(parameters)
    for path, node in parameters.items():

        def moved(w, path=path):
            other = copy.deepcopy(module)
            other.load_state_dict({path: w}, strict=False)
            return J(other, Tensor(X)).item()

        agree(node.grad, hand.gradients[path], differences(moved, node.data))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_losses_three_ways(name, reduction, rng) -> None:
    loss, z = LOSSES[name](reduction), rng.normal(size=(4, 3))
    if name == "BCELoss":
        z = by_hand.sigmoid(z)
    targets = [rng.integers(0, 2, size=(4, 3))]
    if name == "CrossEntropyLoss":
        targets = [rng.integers(0, 3, size=4), rng.dirichlet([1, 1, 1], size=4)]
    for y in targets:
        x = Tensor(z)
        J = loss(x, y)
        J.sum().backward()
        value, dz = by_hand.LOSSES[name](loss, z, y)
        np.testing.assert_allclose(value, J.numpy(), rtol=1e-12)
        agree(x.grad, dz, differences(lambda z, y=y: loss(Tensor(z), y).sum().item(), z))


@pytest.mark.parametrize("node", [Tensor, Value])
def test_a_deep_network_three_ways(node, rng) -> None:
    X, y = rng.normal(size=(6, 3)), rng.integers(0, 3, size=6)
    model = nn.MLP([3, 4, 4, 3], nn.Sigmoid, rng=0, node=node)
    loss = nn.CrossEntropyLoss()
    J, gradients = by_hand.backpropagation(model, loss, X, y)
    found = loss(model(X), y)
    found.backward()
    assert found.item() == pytest.approx(J, rel=1e-12)
    flat = np.concatenate([np.ravel(node.grad) for node in model.parameters()])
    np.testing.assert_allclose(
        np.concatenate([each.ravel() for each in gradients.values()]), flat, rtol=1e-9, atol=1e-14
    )


def test_what_is_not_derived_is_refused() -> None:
    class Strange(nn.Module):
        pass

    with pytest.raises(TypeError, match="Strange has not been derived by hand"):
        by_hand.twin(Strange())
