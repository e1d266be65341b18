"""SGD against PyTorch's documented algorithm, written down here line by line."""

import itertools

import numpy as np
import pytest

import nn
from autograd import Tensor, Value

SETTINGS = [
    {"lr": 0.1},
    {"lr": 0.1, "weight_decay": 0.3},
    {"lr": 0.05, "momentum": 0.9},
    {"lr": 0.05, "momentum": 0.9, "dampening": 0.4},
    {"lr": 0.05, "momentum": 0.8, "nesterov": True},
    {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    {"lr": 0.05, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
]


def reference(theta, gradient, steps, lr, momentum=0, dampening=0, weight_decay=0, nesterov=False):
    """The algorithm in the documentation of torch.optim.SGD, letter by letter."""
    for t in range(1, steps + 1):
        g = gradient(theta)
        if weight_decay != 0:
            g = g + weight_decay * theta
        if momentum != 0:
            if t > 1:
                b = momentum * b + (1 - dampening) * g  # noqa: F821 - set in the first step
            else:
                b = g
            if nesterov:
                g = g + momentum * b
            else:
                g = b
        theta = theta - lr * g
        yield theta


def rosenbrock(w):
    """A valley, with its derivatives far from constant."""
    return (1 - w[0]) ** 2 + 2 * (w[1] - w[0] ** 2) ** 2


def slope(w):
    bend = w[1] - w[0] ** 2
    return np.array([-2 * (1 - w[0]) - 8 * w[0] * bend, 4 * bend])


def name(settings):
    return " ".join(settings)


@pytest.mark.parametrize("settings", SETTINGS, ids=name)
def test_sgd_follows_pytorchs_algorithm(settings) -> None:
    w = Tensor([-0.5, 0.8])
    optimizer = nn.optim.SGD([w], **settings)
    for expected in reference(w.numpy(), slope, 50, **settings):
        optimizer.zero_grad()
        rosenbrock(w).backward()
        optimizer.step()
        np.testing.assert_allclose(w.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS, ids=name)
def test_values_step_as_tensors_do(settings) -> None:
    tensor, values = Tensor([-0.5, 0.8]), [Value(-0.5), Value(0.8)]
    optimizers = nn.optim.SGD([tensor], **settings), nn.optim.SGD(values, **settings)
    for _, (optimizer, w) in itertools.product(
        range(20), zip(optimizers, (tensor, values), strict=True)
    ):
        optimizer.zero_grad()
        rosenbrock(w).backward()
        optimizer.step()
    np.testing.assert_allclose([each.data for each in values], tensor.numpy(), rtol=1e-12)


def test_a_parameter_without_gradient_stays() -> None:
    used, unused = Tensor(1.0), Tensor(2.0)
    optimizer = nn.optim.SGD([used, unused], lr=1.0, weight_decay=1.0)
    (used * 3).backward()
    optimizer.step()
    assert (used.item(), unused.item()) == (1 - (3 + 1), 2)


def test_a_step_leaves_earlier_graphs_and_gradients_alone() -> None:
    w = Tensor([2.0])
    optimizer = nn.optim.SGD([w], lr=0.5, momentum=0.9)
    J = (w * w).sum()
    J.backward()
    gradient = w.grad
    optimizer.step()
    optimizer.step()
    np.testing.assert_array_equal(gradient, [4.0])
    J.backward()  # the derivative where J was taken, not where w is now
    np.testing.assert_array_equal(w.grad, [8.0])


def test_the_learning_rate_can_change() -> None:
    w = Tensor(1.0)
    optimizer = nn.optim.SGD([w], lr=1.0)
    w.backward()
    optimizer.lr = 0.25
    optimizer.step()
    assert w.item() == 0.75


def test_steps_keep_the_dtype() -> None:
    w = Tensor([1.0], dtype=np.float32)
    optimizer = nn.optim.SGD([w], lr=0.1, momentum=0.9, weight_decay=0.1)
    w.sum().backward()
    optimizer.step()
    assert w.dtype == np.float32


def test_wrong_settings_are_refused() -> None:
    w = Tensor(1.0)
    for settings, message in [
        ({"lr": -1.0}, "lr=-1.0: give a number that is not negative"),
        ({"lr": float("nan")}, "lr=nan"),
        ({"momentum": -0.1}, "momentum=-0.1"),
        ({"weight_decay": -1}, "weight_decay=-1"),
        ({"nesterov": True}, "nesterov=True needs a momentum"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "no dampening"),
    ]:
        with pytest.raises(ValueError, match=message):
            nn.optim.SGD([w], **settings)


def test_wrong_parameters_are_refused() -> None:
    w = Tensor([1.0])
    parameters = nn.Linear(1, 1).parameters()
    nn.optim.SGD(parameters)
    with pytest.raises(ValueError, match="SGD got no parameters: was the iterator used up"):
        nn.optim.SGD(parameters)
    with pytest.raises(ValueError, match="a parameter twice"):
        nn.optim.SGD([w, w])
    with pytest.raises(TypeError, match=r"parameter 1 is Tensor.*no leaf"):
        nn.optim.SGD([w, w * 2])
    with pytest.raises(TypeError, match="parameter 0 is array"):
        nn.optim.SGD([np.ones(2)])
