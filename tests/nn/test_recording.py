"""A model made of Values trains by replay as it trains by eager passes."""

import re

import numpy as np
import pytest

import nn
from autograd import Value
from nn import recording
from nn.recording import Replayed

M = 22


@pytest.fixture
def data(rng):
    """Points in the plane, and whether they lie in a circle."""
    X = rng.normal(size=(M, 2))
    return X, ((X**2).sum(axis=1) < 1.2).astype(int)


def network(outputs=1, activation=nn.Tanh, *between):
    rng = np.random.default_rng(0)
    first, last = (nn.Linear(a, b, rng=rng, node=Value) for a, b in ((2, 4), (4, outputs)))
    return nn.Sequential(first, activation(), *between, last)


def train(make, data, *, replay, **options):
    """The history, the state at the end, and the gradients of the last step."""
    model = make()
    given = {"epochs": 6, "batch_size": 8, "rng": 1, "lr": 0.3, "progress": False}
    history = nn.fit(model, *data, **{**given, **options}, replay=replay)
    return history, model.state_dict(), [node.grad for node in model.parameters()]


def assert_same(make, data, *, exact=False, **options) -> None:
    (one, state, grads), (two, expected, theirs) = (
        train(make, data, replay=replay, **options) for replay in (True, False)
    )
    tolerance = {"rtol": 0, "atol": 0} if exact else {"rtol": 1e-11, "atol": 1e-13}
    assert one.columns().keys() == two.columns().keys()
    for name, column in one.columns().items():
        np.testing.assert_allclose(column, two.columns()[name], **tolerance)
    for name, array in state.items():
        np.testing.assert_allclose(array, expected[name], **tolerance, err_msg=name)
    none = [grad is None for grad in theirs]
    assert [grad is None for grad in grads] == none
    known = [[g for g in each if g is not None] for each in (grads, theirs)]
    np.testing.assert_allclose(*known, **tolerance)


@pytest.fixture
def replays(monkeypatch):
    """How many answers came from replays."""
    counted = []
    call = recording.Recording.__call__

    def counting(self, batch):
        found = call(self, batch)
        counted.append(len(found.output))
        return found

    monkeypatch.setattr(recording.Recording, "__call__", counting)
    return counted


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "loss",
    [
        nn.MSELoss,
        nn.L1Loss,
        nn.BCEWithLogitsLoss,
        lambda **options: nn.BCEWithLogitsLoss(pos_weight=3.0, **options),
        nn.BCELoss,
        nn.CrossEntropyLoss,
        lambda **options: nn.CrossEntropyLoss(
            [1.0, 2.0, 0.5], label_smoothing=0.1, ignore_index=2, **options
        ),
    ],
)
def test_every_loss(loss, weighted, reduction, data, replays, rng) -> None:
    X, y = data
    loss = loss(reduction=reduction)
    make = network
    if isinstance(loss, nn.CrossEntropyLoss):
        make, y = lambda: network(3), rng.integers(0, 3, M)
    if isinstance(loss, nn.BCELoss):
        make = lambda: nn.Sequential(network(), nn.Sigmoid())  # noqa: E731
    weights = rng.uniform(0.5, 2, M) if weighted else None
    lr = 0.3 / (8 if reduction == "sum" else 1)
    assert_same(make, (X, y), loss=loss, sample_weight=weights, lr=lr, validation=(X[:9], y[:9]))
    assert {8, 6, 9} == set(replays)
    # Each of the three batches of an epoch is replayed, the validation data are, and nothing else.
    assert len(replays) == 6 * 4


@pytest.mark.parametrize(
    "options",
    [
        {"penalty": nn.L2(0.1)},
        {"penalty": nn.L1(0.01, bias=True)},
        {"penalty": nn.L1(0.01) + nn.L2(0.1) + nn.L2(0.1, bias=True)},
        {"clip_grad_norm": 0.05},
        {"batch_size": None},
        {"drop_last": True},
        {"shuffle": False},
        {"early_stopping": 1, "lr": 3.0},
    ],
)
def test_every_option(options, data, replays) -> None:
    assert_same(network, data, **options)
    assert replays


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "RMSprop"])
def test_every_optimizer_with_a_schedule(optimizer, data) -> None:
    results = []
    for replay in (True, False):
        model = network()
        steps = getattr(nn.optim, optimizer)(model.parameters(), lr=0.05)
        schedule = nn.optim.lr_scheduler.StepLR(steps, 2)
        nn.fit(
            model, *data, optimizer=steps, scheduler=schedule, epochs=5, rng=1, replay=replay,
            progress=False,
        )  # fmt: skip
        results.append(model.state_dict())
    for name, array in results[0].items():
        np.testing.assert_allclose(array, results[1][name], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "activation",
    [nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Softplus, nn.Sigmoid, nn.Softmax],
)
def test_every_activation(activation, data, replays) -> None:
    assert_same(lambda: network(1, activation), data)
    assert replays


class Undeclared(nn.Module):
    """Says nothing about itself; takes another way on its second call of five."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        return x * (2.0 if self.calls % 5 == 2 else 1.0)


class Heir(nn.Tanh):
    """Inherits no promise."""

    def forward(self, x):
        return (
            super().forward(x)
            * np.random.default_rng(int(1e3 * abs(nn.nodes.numbers(x)).sum())).normal()
        )


class Liar(nn.Module):
    """Promises, and freezes a number of its input all the same."""

    pure = True

    def forward(self, x):
        return x * float(1 + abs(nn.nodes.numbers(x)).mean())


class Branch(nn.Module):
    """Takes one way or another for each number: allowed, since nodes are compared."""

    pure = True

    def forward(self, x):
        return np.array([v if v > 0 else 0.1 * v for v in x.flat]).reshape(x.shape)


@pytest.mark.parametrize(
    "module",
    [
        lambda: nn.Dropout(0.3, rng=5),
        lambda: nn.BatchNorm1d(4, node=Value),
        Undeclared,
        Heir,
        Liar,
    ],
    ids=["Dropout", "BatchNorm1d", "undeclared", "subclass", "wrongly declared"],
)
def test_what_is_not_pure_trains_eagerly(module, data) -> None:
    exact = module is not Liar  # its first answer came from the replay
    assert_same(lambda: network(1, nn.Tanh, module()), data, exact=exact)


def test_a_method_of_an_instance_breaks_the_promise(data) -> None:
    def make():
        model = network()
        model.layers[1].forward = lambda x: x * float(nn.nodes.numbers(x).max())
        return model

    assert_same(make, data, exact=True)


@pytest.mark.parametrize("batch_size", [None, 8])
def test_branches_that_flip_train_the_same(batch_size, data, replays) -> None:
    assert_same(lambda: network(1, Branch), data, batch_size=batch_size, lr=1.0, epochs=12)
    assert replays


def test_branches_that_stay_are_replayed(data) -> None:
    objective = Replayed(network(1, Branch), nn.BCEWithLogitsLoss(), *data)
    batches = [np.arange(8), np.arange(8), np.arange(8, 16)]
    objective.refresh()
    found = [objective.replayed(batch) is not None for batch in batches]
    assert found == [True, True, False]
    assert objective.eager


def test_a_penalty_of_ones_own_trains_eagerly(data, replays) -> None:
    def penalty(model):
        return 0.1 * sum(float(i) * w**2 for i, w in enumerate(model.parameters()))

    assert_same(network, data, penalty=penalty, exact=True)
    assert_same(network, data, penalty=nn.L2(0.1) + penalty, exact=True)
    assert not replays


def change_slope(epoch) -> None:
    epoch.model.layers[1].negative_slope = 0.1 * epoch.number


def freeze(epoch) -> None:
    epoch.model.layers[0].requires_grad_(epoch.number % 3 == 0)


def shift_frozen(epoch) -> None:
    for node in epoch.model.layers[0].requires_grad_(False).parameters():
        node.data += 0.1


def replace(epoch) -> None:
    epoch.model.layers[2].bias = np.array([Value(0.5)])


def lengthen(epoch) -> None:
    epoch.model.layers.insert(2, nn.Tanh())


@pytest.mark.parametrize("change", [change_slope, freeze, shift_frozen, replace, lengthen])
def test_changes_between_epochs_count(change, data, replays) -> None:
    assert_same(lambda: network(1, nn.LeakyReLU), data, callbacks=[change])
    assert replays


def test_weights_of_the_loss_changed_in_place_count(data) -> None:
    for replay in (True, False):
        loss = nn.BCEWithLogitsLoss(pos_weight=np.array([1.0]))

        def heavier(epoch, loss=loss) -> None:
            loss.pos_weight *= 1.5

        found = train(network, data, loss=loss, callbacks=[heavier], replay=replay)
        if replay:
            first = found
    for name, array in found[1].items():
        np.testing.assert_allclose(array, first[1][name], rtol=1e-11, atol=1e-13)


def test_parameters_that_the_optimizer_does_not_know_accumulate(data) -> None:
    grads = []
    for replay in (True, False):
        model = network()
        optimizer = nn.optim.SGD(model.layers[2].parameters(), lr=0.1)
        nn.fit(model, *data, optimizer=optimizer, epochs=4, progress=False, replay=replay)
        grads.append([node.grad for node in model.parameters()])
    np.testing.assert_allclose(grads[0], grads[1], rtol=1e-11)


def test_divergence_says_the_same(data) -> None:
    said = []
    for replay in (True, False):
        model = network(1, nn.ReLU)
        with pytest.raises(nn.DivergenceError) as error:
            nn.fit(
                model, *data, loss=nn.MSELoss(), lr=1e60, epochs=9, progress=False, replay=replay
            )
        said.append((re.sub(r"\d\.\d+", "…", str(error.value)), len(error.value.history)))
        assert all(np.isfinite(node.data) for node in model.parameters())
    assert said[0] == said[1]
    assert "the first bad operation is" in said[0][0]


def test_errors_of_the_data_are_those_of_the_eager_pass(data) -> None:
    X, y = data
    said = []
    for replay in (True, False):
        with pytest.raises(ValueError, match="class indices go from 0 to 2") as error:
            train(lambda: network(3), (X, y + 2), loss=nn.CrossEntropyLoss(), replay=replay)
        said.append(str(error.value))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "make", [network, lambda: network(1, Branch), lambda: network(1, nn.Tanh, Liar())]
)
def test_a_run_taken_up_again_ends_bit_for_bit_the_same(make, data, tmp_path) -> None:
    options = {"replay": True, "validation": data, "loss": nn.BCEWithLogitsLoss()}
    whole = train(make, data, epochs=9, **options)
    for epochs in (1, 2, 5, 9):
        part = train(make, data, epochs=epochs, checkpoint=tmp_path / "run.safetensors", **options)
    assert part[0] == whole[0]
    for name, array in part[1].items():
        np.testing.assert_array_equal(array, whole[1][name])


def test_interrupts_end_the_training_with_what_was_learned(data) -> None:
    def interrupt(epoch) -> None:
        if epoch.number == 4:
            raise KeyboardInterrupt

    history, *_ = train(network, data, callbacks=[interrupt], replay=True)
    assert history.interrupted
    assert len(history) == 4


def test_a_recording_is_compared_and_then_believed(data) -> None:
    objective = Replayed(network(), nn.BCEWithLogitsLoss(), *data)
    batch, passes = np.arange(8), []
    eager = objective.forward
    objective.forward = lambda *given: passes.append(given) or eager(*given)
    objective.refresh()
    for _ in range(5):
        assert objective.replayed(batch) is not None
    assert len(passes) == recording.COMPARED


def test_tensors_are_not_recorded(data, replays) -> None:
    nn.fit(nn.MLP([2, 3, 1], rng=0), *data, epochs=3, progress=False)
    assert not replays
