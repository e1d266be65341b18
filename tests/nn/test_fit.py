"""`fit` with all it can be given: stopping, callbacks, Ctrl-C, weights, clipping; divergence."""

import itertools
import signal

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, log
from nn.nodes import numbers


@pytest.fixture
def data(rng):
    """Three clouds in the plane, overlapping."""
    y = np.repeat([0, 1, 2], 20)
    return rng.normal(size=(60, 2)) + 1.5 * np.array([[0, 0], [1, 0], [0, 1]])[y], y


# ------------------------------------------------------------------------- stopping, callbacks


def test_early_stopping_ends_with_the_best_parameters(data) -> None:
    X, y = data
    held_out = X[::2], y[::2] * 0  # what is learned makes this worse, after a while
    model = nn.MLP([2, 8, 3], rng=0)
    history = nn.fit(
        model,
        X,
        y,
        loss=nn.CrossEntropyLoss(),
        validation=held_out,
        early_stopping=4,
        lr=0.5,
        epochs=500,
        progress=False,
    )
    best = int(np.argmin(history.validation_loss))
    assert len(history) == best + 1 + 4 < 500
    assert history.stopped == f"early stopping: no better since epoch {best + 1}"
    found = nn.CrossEntropyLoss()(model(held_out[0]), held_out[1]).item()
    assert found == history.validation_loss[best]
    assert repr(history).endswith(history.stopped + ">")


def test_without_validation_the_training_loss_is_watched(data) -> None:
    X, y = data
    settings = {"loss": nn.CrossEntropyLoss(), "epochs": 50, "progress": False}
    stopping = nn.EarlyStopping(patience=3, min_delta=10.0)
    history = nn.fit(nn.MLP([2, 3], rng=0), X, y, early_stopping=stopping, lr=0.1, **settings)
    assert len(history) == 4  # the first is better than nothing
    with pytest.raises(ValueError, match="patience=0"):
        nn.fit(nn.MLP([2, 3]), X, y, early_stopping=0, **settings)


def test_callbacks_see_each_epoch_and_may_end_it(data) -> None:
    X, y = data
    seen = []

    def watch(epoch: nn.Epoch) -> bool:
        seen.append((epoch.number, epoch.history.loss[-1]))
        epoch.optimizer.lr *= 0.5
        return epoch.number == 3

    model = nn.MLP([2, 3], rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    history = nn.fit(
        model,
        X,
        y,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        callbacks=[watch],
        progress=False,
    )
    assert seen == list(enumerate(history.loss, 1))
    assert (len(seen), history.stopped, optimizer.lr) == (3, "a callback said so", 0.1 / 8)


def test_ctrl_c_keeps_what_was_learned(data) -> None:
    def interrupt(epoch):
        if epoch.number == 5:
            signal.raise_signal(signal.SIGINT)

    model, twin = nn.MLP([2, 3], rng=0), nn.MLP([2, 3], rng=0)
    settings = {"loss": nn.CrossEntropyLoss(), "lr": 0.1, "progress": False}
    history = nn.fit(model, *data, callbacks=[interrupt], **settings)
    nn.fit(twin, *data, epochs=5, **settings)
    assert (len(history), history.interrupted) == (5, True)
    assert not model.training
    assert np.array_equal(model.state_dict()["0.weight"], twin.state_dict()["0.weight"])


def test_ctrl_c_leaves_no_step_half_done(monkeypatch) -> None:
    w = [Tensor([1.0]), Tensor([2.0])]
    optimizer = nn.optim.SGD(w, lr=1.0)
    (w[0] + w[1]).sum().backward()
    setters = []

    def interrupted(node, data, plain=Tensor.data.fset):
        setters.append(node)
        plain(node, data)
        if len(setters) == 1:  # the moment between two assignments
            raise KeyboardInterrupt

    monkeypatch.setattr(Tensor, "data", property(Tensor.data.fget, interrupted))
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    assert [each.item() for each in w] == [0, 1]


# ------------------------------------------------------------------------------- divergence


class Bad(nn.Module):
    """A layer whose gradient at 0 is infinite, and whose logarithm of 0 is."""

    def __init__(self, power):
        self.w, self.power = Tensor([0.0], name="w"), power

    def forward(self, x):
        return log(x * self.w) if self.power is None else x * self.w**self.power


@pytest.mark.parametrize(
    ("power", "message"),
    [
        (None, r"loss is -?inf in epoch 1, batch 1 of 2; the first bad operation is log"),
        (0.5, r"gradient of w is not finite in epoch 1, batch 1 of 2; the first bad operation"),
    ],
)
def test_divergence_names_epoch_batch_and_operation(power, message) -> None:
    model = Bad(power)
    with pytest.raises(nn.DivergenceError, match=message) as caught:
        nn.fit(
            model,
            np.ones((6, 1)),
            np.ones((6, 1)),
            loss=nn.L1Loss(),
            batch_size=3,
            progress=False,
        )
    assert model.w.item() == 0
    assert len(caught.value.history) == 0


def test_divergence_leaves_the_model_as_before_that_batch(data) -> None:
    X, y = data
    X = X.copy()
    X[17, 1] = np.inf
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(rng=0))
    before = model.state_dict()
    with pytest.raises(nn.DivergenceError, match=r"X\[17, 1\] is inf"):
        nn.fit(model, X, y, loss=nn.CrossEntropyLoss(), epochs=1, progress=False)
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())


# ------------------------------------------------------------- weights, clipping, history


def test_a_sample_of_weight_2_counts_as_two_and_of_weight_0_not_at_all(data) -> None:
    X, y = data
    weight = np.arange(60) % 3
    settings = {"loss": nn.CrossEntropyLoss(), "lr": 0.3, "epochs": 20, "progress": False}
    models = [nn.MLP([2, 4, 3], nn.Tanh, rng=0) for _ in range(2)]
    one = nn.fit(models[0], X, y, sample_weight=weight, **settings)
    two = nn.fit(models[1], np.repeat(X, weight, axis=0), np.repeat(y, weight), **settings)
    np.testing.assert_allclose(one.loss, two.loss, rtol=1e-12)
    for name, array in models[0].state_dict().items():
        np.testing.assert_allclose(models[1].state_dict()[name], array, rtol=1e-9, atol=1e-12)
    with pytest.raises(ValueError, match=r"sample_weight of shape \(2,\) for 60 samples"):
        nn.fit(models[0], X, y, sample_weight=[1, 2], **settings)
    for wrong in (0 * weight, -1.0 * weight, weight * np.nan, np.where(weight, np.inf, 1.0)):
        with pytest.raises(ValueError, match="not negative, finite, and not all 0"):
            nn.fit(models[0], X, y, sample_weight=wrong, **settings)


@pytest.mark.parametrize("node", [Tensor, Value])
def test_accuracy_is_that_of_the_samples_that_count(node, data) -> None:
    X, y = data
    y = np.where(np.arange(60) < 25, -100, y)  # two batches of nothing else, and one in part
    model = nn.MLP([2, 3], rng=0, node=node)
    right = (numbers(model(X)).argmax(axis=1) == y)[25:]
    loss = nn.CrossEntropyLoss(reduction="sum")
    settings = {"lr": 1e-300, "batch_size": 10, "shuffle": False, "progress": False}
    history = nn.fit(model, X, y, loss=loss, epochs=1, validation=(X[:9], y[:9]), **settings)
    assert history.accuracy == [right.mean()]
    assert np.isnan(history.validation_accuracy[0])


def test_clipped_steps_are_no_longer_than_the_limit(data) -> None:
    model = nn.MLP([2, 3], rng=0)
    path = [model.state_dict()]
    nn.fit(
        model,
        *data,
        loss=nn.CrossEntropyLoss(reduction="sum"),
        clip_grad_norm=0.5,
        lr=1.0,
        epochs=5,
        callbacks=[lambda epoch: path.append(epoch.model.state_dict())],
        progress=False,
    )
    for one, two in itertools.pairwise(path):
        step = np.sqrt(sum(((two[name] - one[name]) ** 2).sum() for name in one))
        assert step == pytest.approx(0.5, rel=1e-5)


def test_a_history_is_a_frame_and_a_plot(data) -> None:
    pytest.importorskip("pandas")
    from matplotlib.figure import Figure

    history = nn.fit(
        nn.MLP([2, 3], rng=0),
        *data,
        loss=nn.CrossEntropyLoss(),
        epochs=3,
        validation=data,
        progress=False,
    )
    frame = history.to_frame()
    assert list(frame.columns) == ["loss", "accuracy", "validation_loss", "validation_accuracy"]
    assert frame.index.tolist() == [1, 2, 3]
    assert frame["loss"].tolist() == history.loss
    ax = Figure().subplots()
    assert history.plot(ax) is ax
    assert [line.get_ydata().tolist() for line in ax.lines] == [
        history.loss,
        history.validation_loss,
    ]
    assert history.plot().get_xlabel() == "epoch"


def test_a_scheduler_needs_its_optimizer(data) -> None:
    model = nn.MLP([2, 3], rng=0)
    optimizer = nn.optim.SGD(model.parameters())
    scheduler = nn.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    with pytest.raises(ValueError, match="scheduler is that of another optimizer"):
        nn.fit(model, *data, scheduler=scheduler, progress=False)
    with pytest.raises(ValueError, match="leaves no batch"):
        nn.fit(model, *data, batch_size=100, drop_last=True, progress=False)
