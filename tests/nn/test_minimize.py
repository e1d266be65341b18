"""`nn.optim.minimize`: SciPy's second-order methods on models, exact where they are convex."""

import sys

import numpy as np
import pytest

import nn
from autograd import Tensor, Value

METHODS = ["lbfgs", "newton"]


def least_squares(rng, node=Tensor):
    X = rng.normal(size=(30, 3)) * [1, 10, 0.1]
    y = X @ [1.0, -2.0, 30.0] + 4 + rng.normal(size=30)
    model = nn.Linear(3, 1, rng=0, node=node)
    loss = nn.MSELoss()
    return model, (lambda: loss(model(X), y[:, np.newaxis])), X, y


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("node", [Tensor, Value])
def test_least_squares_are_solved_exactly(method, node, rng) -> None:
    model, objective, X, y = least_squares(rng, node)
    found = nn.optim.minimize(model.parameters(), objective, method=method, tol=1e-11)
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), y)[0]
    state = model.state_dict()
    np.testing.assert_allclose([*state["weight"][0], *state["bias"]], exact, rtol=1e-8)
    assert found.converged
    assert found.loss == objective().item()


@pytest.mark.parametrize("method", METHODS)
def test_too_few_iterations_are_said(method, rng) -> None:
    model, objective, _, _ = least_squares(rng)
    found = nn.optim.minimize(model.parameters(), objective, method=method, max_iter=1)
    assert not found.converged


def test_an_error_on_the_way_leaves_the_parameters_as_they_were(rng) -> None:
    model, objective, _, _ = least_squares(rng)
    before, calls = model.state_dict(), []

    def failing():
        calls.append(None)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return objective()

    with pytest.raises(KeyboardInterrupt):
        nn.optim.minimize(model.parameters(), failing)
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())


def test_what_is_missing_or_unknown_is_named(monkeypatch, rng) -> None:
    model, objective, _, _ = least_squares(rng)
    with pytest.raises(ValueError, match="method='bfgs': give 'lbfgs' or 'newton'"):
        nn.optim.minimize(model.parameters(), objective, method="bfgs")
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ModuleNotFoundError, match="needs SciPy"):
        nn.optim.minimize(model.parameters(), objective)
