"""What is set while a model trains holds from then on, with recordings as without."""

import numpy as np
import pytest

import nn
from autograd import Value, gradients, replay
from nn.nodes import make
from nn.purity import PURE, is_pure
from nn.regularization import Penalty


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


def classes(*bases):
    """The concrete classes of the package, with those of the estimators."""
    import nn.estimators  # noqa: F401 - defines a loss

    kinds, found = list(bases), set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found |= {kind} if kind.__module__.partition(".")[0] == "nn" else set()
    return found


IMPURE = {nn.Dropout, nn.BatchNorm1d}
ABSTRACT = {nn.Module, nn.Loss, nn.Classifier, Penalty, nn.losses.TwoClasses}


def test_each_class_of_the_package_is_known_to_be_pure_or_not() -> None:
    undeclared = classes(nn.Module, Penalty) - PURE - IMPURE - ABSTRACT
    assert {kind.__name__ for kind in undeclared} == {"HalfSquared"}
    assert not PURE & (IMPURE | ABSTRACT)
    assert not any("pure" in vars(kind) for kind in PURE)


MADE = {
    nn.Linear: lambda: nn.Linear(3, 3, rng=0, node=Value),
    nn.LogisticRegression: lambda: nn.LogisticRegression(3, rng=0, node=Value),
    nn.MLP: lambda: nn.MLP([3, 4, 2], nn.Tanh, rng=0, node=Value),
    nn.Sequential: lambda: nn.Sequential(nn.Linear(3, 2, rng=0, node=Value), nn.Tanh()),
}


@pytest.mark.parametrize(
    "kind", sorted(PURE - set(classes(nn.Loss, Penalty)), key=lambda kind: kind.__name__)
)
def test_what_is_listed_as_pure_is_replayed_truly(kind, rng) -> None:
    """A recording of one input gives the output and the gradients for another."""
    module = MADE.get(kind, kind)()
    one, two = rng.normal(size=(2, 4, 3))
    x = make(one, Value)
    y = module(x)
    inputs = list(x.flat)
    step = replay(sum(v * (i + 1) for i, v in enumerate(y.flat)), inputs=inputs, wrt=inputs)
    value, found = step(dict(zip(inputs, two.flat, strict=True)))
    other = make(two, Value)
    expected = sum(v * (i + 1) for i, v in enumerate(module(other).flat))
    assert value == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(found, gradients(expected, list(other.flat)), rtol=1e-12)


def test_a_subclass_and_a_changed_instance_declare_nothing() -> None:
    class Heir(nn.Tanh):
        pass

    class Declared(nn.Tanh):
        pure = True

    changed = nn.Tanh()
    changed.forward = lambda x: x
    assert is_pure(nn.Tanh(), Declared(), nn.L2(1.0), nn.MSELoss())
    for each in (Heir(), changed, nn.Dropout(), nn.BatchNorm1d(2), nn.Sequential(nn.Dropout())):
        assert not is_pure(each)
        assert not is_pure(nn.Sequential(nn.Tanh(), each))
