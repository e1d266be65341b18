"""`Trainer`: verbs that may be overridden, callbacks that are notified, one state of a training."""

import inspect
import re
import subprocess
import sys

import numpy as np
import pytest

import nn
from autograd import Tensor, Value


@pytest.fixture
def data(rng):
    """Two clouds in the plane, overlapping."""
    y = np.repeat([0, 1], 15)
    return rng.normal(size=(30, 2)) + y[:, np.newaxis], y


class Diary(nn.Callback):
    """Writes down what it is told."""

    def __init__(self):
        self.told = []


for hook in ("train_begin", "epoch_begin", "batch_begin", "grad_computed", "batch_end"):
    setattr(Diary, f"on_{hook}", lambda self, trainer, hook=hook: self.told.append(hook))
for hook in ("epoch_end", "train_end"):
    setattr(Diary, f"on_{hook}", lambda self, trainer, hook=hook: self.told.append(hook))

BATCH = ["batch_begin", "grad_computed", "batch_end"]
EPOCH = ["epoch_begin", *BATCH, *BATCH, "epoch_end"]


def test_hooks_are_told_of_all_in_its_order(data) -> None:
    diary = Diary()
    nn.fit(
        nn.LogisticRegression(2),
        *data,
        batch_size=15,
        epochs=2,
        callbacks=[diary],
        progress=False,
    )
    assert diary.told == ["train_begin", *EPOCH, *EPOCH, "train_end"]


def test_the_end_is_told_whatever_it_was(data) -> None:
    def broken(epoch):
        raise RuntimeError("broken")

    diary = Diary()
    model = nn.LogisticRegression(2)
    with pytest.raises(RuntimeError, match="broken"):
        nn.fit(model, *data, callbacks=[broken, diary], progress=False)
    assert diary.told[-1] == "train_end"
    assert not model.training


def test_gradients_can_be_changed_before_the_step_and_the_training_be_stopped(data) -> None:
    class Flip(nn.Callback):
        def on_grad_computed(self, trainer):
            for node in trainer.state.optimizer.parameters:
                node.grad = -node.grad

        def on_epoch_end(self, trainer):
            if len(trainer.state.history) == 4:
                trainer.stop("enough")

    history = nn.fit(nn.LogisticRegression(2), *data, lr=0.1, callbacks=[Flip()], progress=False)
    assert history.loss == sorted(history.loss)  # uphill
    assert (len(history), history.stopped) == (4, "enough")


def test_verbs_can_be_overridden(data) -> None:
    """A training on the worse half of each batch, and a validation of one's own."""

    class Worse(nn.Trainer):
        def train_step(self, batch):
            z = self.state.model(self.objective.X[batch]).numpy()[:, 0]
            self.worse = batch[np.argsort(z * (2 * self.objective.y[batch] - 1))[:5]]
            return super().train_step(self.worse)

        def validation_step(self):
            return 1 / (1 + len(self.state.history)), None

    trainer = Worse(nn.LogisticRegression(2), batch_size=10, rng=0)
    history = trainer.fit(*data, epochs=3)
    assert len(trainer.worse) == 5
    assert history.validation_loss == [1, 1 / 2, 1 / 3]
    assert history.loss[0] == pytest.approx(np.log(2), rel=0.2)


def test_a_trainer_goes_on_where_it_stopped(data) -> None:
    models = [nn.MLP([2, 4, 1], rng=0) for _ in range(2)]
    trainer = nn.Trainer(models[0], batch_size=8, rng=1)
    for epochs in (2, 5):
        history = trainer.fit(*data, epochs=epochs)
    whole = nn.fit(models[1], *data, batch_size=8, rng=1, epochs=5, progress=False)
    assert history == whole
    for name, array in models[0].state_dict().items():
        np.testing.assert_array_equal(models[1].state_dict()[name], array)


def test_the_signature_of_fit_has_each_keyword_once() -> None:
    parameters = inspect.signature(nn.fit).parameters
    assert list(parameters)[:3] == ["model", "X", "y"]
    assert set(list(parameters)[3:]) == set(
        "loss optimizer lr epochs batch_size validation scheduler early_stopping checkpoint "
        "callbacks rng progress replay sample_weight penalty clip_grad_norm shuffle "
        "drop_last".split()
    )
    for name, parameter in inspect.signature(nn.Trainer).parameters.items():
        assert parameter == parameters[name]
    with pytest.raises(TypeError, match="unexpected keyword argument 'epoch'"):
        nn.fit(nn.LogisticRegression(2), [[1.0, 2.0]], [1], epoch=3)


# ------------------------------------------------------------------- a loss and its parameters


def last_loss(model, X, y):
    return nn.BCEWithLogitsLoss()(model(X), np.asarray(y, float)[:, np.newaxis])


def number(loss):
    return loss.item() if not isinstance(loss, np.ndarray) else loss[0].item()


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("node", [Tensor, Value])
def test_the_parameters_left_behind_have_the_best_loss_that_is_reported(node, batch_size) -> None:
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -1.0]]), [1, 0, 0]
    model = nn.MLP([2, 3, 1], rng=0, node=node)
    history = nn.fit(
        model, X, y, lr=50, epochs=9, early_stopping=4, batch_size=batch_size, rng=0,
        progress=False,
    )  # fmt: skip
    left = number(last_loss(model, X, y))
    best = min(history.loss)
    assert left == pytest.approx(best, rel=1e-12)
    assert max(history.loss) > 2 * best


@pytest.mark.parametrize("batch_size", [None, 8])
def test_the_last_steps_count_if_they_led_further(batch_size, data) -> None:
    model = nn.LogisticRegression(2)
    options = {"lr": 0.1, "batch_size": batch_size, "rng": 0, "progress": False}
    history = nn.fit(model, *data, epochs=5, early_stopping=3, **options)
    twin = nn.LogisticRegression(2)
    nn.fit(twin, *data, epochs=5, **options)
    assert number(last_loss(model, *data)) < history.loss[-1] == min(history.loss)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(twin.state_dict()[name], array)


def test_without_restoring_the_training_loss_is_that_of_the_batches(data) -> None:
    losses = [
        nn.fit(
            nn.LogisticRegression(2), *data, epochs=3, batch_size=8, rng=0, progress=False,
            early_stopping=early_stopping,
        ).loss
        for early_stopping in (None, nn.EarlyStopping(2, restore_best=False))
    ]  # fmt: skip
    assert losses[0] == losses[1]


@pytest.mark.parametrize("validation", [False, True])
def test_a_training_that_diverges_ends_with_its_best_parameters(validation, rng) -> None:
    X = rng.normal(size=(20, 2))
    y = X @ [1.0, -2.0]
    model = nn.Linear(2, 1, rng=0)
    options = {"validation": (X, y)} if validation else {}
    with pytest.raises(nn.DivergenceError, match="epoch") as caught:
        nn.fit(
            model, X, y, loss=nn.MSELoss(), lr=1e5, epochs=500, early_stopping=400,
            progress=False, **options,
        )  # fmt: skip
    history = caught.value.history
    left = nn.MSELoss()(model(X), y[:, np.newaxis]).item()
    assert left == min(history.validation_loss or history.loss)
    assert len(history) > 3


def test_a_resumed_run_restores_the_same_parameters(data, tmp_path) -> None:
    def run(epochs, **options):
        model = nn.MLP([2, 4, 1], rng=0)
        history = nn.fit(
            model, *data, lr=3.0, epochs=epochs, batch_size=8, rng=1, early_stopping=20,
            progress=False, **options,
        )  # fmt: skip
        return history, model.state_dict()

    whole, state = run(9)
    for epochs in (2, 6, 9, 9):
        history, resumed = run(epochs, checkpoint=tmp_path / "run.safetensors")
    assert history == whole
    for name, array in state.items():
        np.testing.assert_array_equal(resumed[name], array)


# ---------------------------------------------------------------------------------- extras


def test_estimators_without_scikit_learn_name_the_extra() -> None:
    code = "import sys; sys.modules['sklearn'] = None; import nn.estimators"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert re.search(r"needs scikit-learn: pip install 'chainrule\[sklearn\]'", done.stderr)
