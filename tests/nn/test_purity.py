"""What is set while a model trains holds from then on, with recordings as without."""

import numpy as np
import pytest

import nn
from autograd import Value


class Scaled(nn.Module):
    """Tanh of a multiple, which the class knows."""

    pure = True
    factor = 1.0

    def forward(self, x):
        return np.tanh(self.factor * x)


class Steeper(Scaled):
    pure = True
    factor = 3.0


def set_factor(model, patch):
    patch.setattr(Scaled, "factor", 0.2)


def set_forward(model, patch):
    patch.setattr(Scaled, "forward", lambda self, x: 0.1 * x)


def set_own_forward(model, patch):
    patch.setattr(model[1], "forward", lambda x: 0.1 * x)


def set_class(model, patch):
    patch.setattr(model[1], "__class__", Steeper)


@pytest.mark.parametrize("change", [set_factor, set_forward, set_own_forward, set_class])
def test_a_change_in_a_callback_holds(change, rng, monkeypatch) -> None:
    X = rng.normal(size=(6, 2))
    y = rng.normal(size=(6, 1))

    def losses(replay):
        first, last = (nn.Linear(*sizes, rng=0, node=Value) for sizes in ((2, 3), (3, 1)))
        model = nn.Sequential(first, Scaled(), last)
        with monkeypatch.context() as patch:

            def callback(epoch):
                if epoch.number == 4:
                    change(model, patch)

            settings = {"epochs": 8, "callbacks": [callback], "progress": False}
            history = nn.fit(model, X, y, loss=nn.MSELoss(), replay=replay, **settings)
        return history.loss

    np.testing.assert_allclose(losses(True), losses(False), rtol=1e-12)
