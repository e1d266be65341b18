"""What users write is understood, or refused with words that say what to write instead."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, sigmoid
from nn.optim import lr_scheduler

OPTIONS = {"epochs": 3, "progress": False}


@pytest.fixture
def data(rng):
    """Two clouds in the plane, overlapping."""
    y = np.repeat([0, 1], 15)
    return rng.normal(size=(30, 2)) + y[:, np.newaxis], y


def fit(data, model=None, **options):
    return nn.fit(model or nn.MLP([2, 3, 1], rng=0), *data, **{**OPTIONS, **options})


# ------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name", ["bce", "bce_with_logits", "BCEWithLogitsLoss", nn.BCEWithLogitsLoss]
)
def test_a_loss_is_given_by_its_name_or_class(name, data) -> None:
    assert fit(data, loss=name) == fit(data, loss=nn.BCEWithLogitsLoss())


@pytest.mark.parametrize("name", ["adam", "Adam", nn.optim.Adam])
def test_an_optimizer_is_given_by_its_name_or_class(name, data) -> None:
    model = nn.MLP([2, 3, 1], rng=0)
    expected = fit(data, model, optimizer=nn.optim.Adam(model.parameters(), lr=0.02))
    assert fit(data, optimizer=name, lr=0.02) == expected
    assert fit(data, optimizer="sgd") == fit(data, optimizer=None)


def test_a_scheduler_is_made_of_the_optimizer(data) -> None:
    model = nn.MLP([2, 3, 1], rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    expected = fit(
        data, model, optimizer=optimizer, scheduler=lr_scheduler.StepLR(optimizer, 1, 0.5)
    )
    assert fit(data, scheduler=lambda made: lr_scheduler.StepLR(made, 1, 0.5)) == expected


def test_an_activation_is_given_by_its_name_class_or_example() -> None:
    for given in ("leaky_relu", nn.LeakyReLU, nn.LeakyReLU()):
        layers = list(nn.MLP([2, 3, 3, 1], given, rng=0))
        assert [type(layer) for layer in layers[1::2]] == [nn.LeakyReLU] * 2
        assert layers[1] is not layers[3]


def test_one_callback_needs_no_list(data) -> None:
    seen = []
    fit(data, callbacks=seen.append)
    assert [epoch.number for epoch in seen] == [1, 2, 3]


SIMPLE = nn.Linear(2, 1, rng=0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda data: fit(data, loss="hinge"), r"loss='hinge': give one of 'bce', "),
        (lambda data: fit(data, loss=3), "loss=3: give a loss of nn, its name"),
        (lambda data: fit(data, optimizer="adams"), r"optimizer='adams': give one of 'sgd', "),
        (lambda data: fit(data, optimizer=3), "optimizer=3: give an optimizer of nn.optim"),
        (lambda data: fit(data, lr="0.1"), "lr='0.1': give a number"),
        (lambda data: fit(data, scheduler="step"), "scheduler='step': give a schedule, or"),
        (lambda data: fit(data, scheduler=lr_scheduler.StepLR), "step_size.*: give lambda"),
        (lambda data: fit(data, epochs=-1), "epochs=-1: give a whole number from 0 up"),
        (lambda data: fit(data, epochs=2.5), "epochs=2.5: give a whole number"),
        (lambda data: fit(data, epochs="3"), "epochs='3': give a whole number"),
        (lambda data: fit(data, batch_size=2.5), "batch_size=2.5: give a whole number"),
        (lambda data: fit(data, clip_grad_norm=-1), "clip_grad_norm=-1: give a number"),
        (lambda data: fit(data, clip_grad_norm=0), "clip_grad_norm=0 leaves nothing"),
        (lambda data: fit(data, shuffle="no"), "shuffle='no': give True or False"),
        (lambda data: fit(data, progress=2), "progress=2: give True or False"),
        (lambda data: fit(data, early_stopping=True), "patience=True: give a whole number"),
        (lambda data: fit(data, validation=0.2), r"validation=0.2: .*train_test_split\(X, y"),
        (lambda data: fit(data, callbacks=[3]), "callbacks: 3 is neither a Callback nor"),
        (lambda data: fit(data, penalty=0.1), r"penalty=0.1: .* as nn.L2\(0.01\)"),
        (lambda data: fit(data, nn.MLP), "give a Module, as nn.MLP"),
        (lambda _: nn.MLP(2, 8), r"give the sizes in a list, as MLP\(\[2, 8, 1\]\)"),
        (lambda _: nn.MLP(2, 8, 1), r"give the sizes in a list, as MLP\(\[2, 8, 1\]\)"),
        (lambda _: nn.MLP([2, 8.5, 1]), r"out_features=8.5: give a whole number"),
        (lambda _: nn.MLP([2, 8, 1], "rely"), "activation='rely': give one of 'identity'"),
        (lambda _: nn.Linear("4", 2), r"Linear\('4', 2\): in_features='4': give a whole number"),
        (lambda _: nn.Linear(2.5, 2), "in_features=2.5: give a whole number"),
        (lambda _: nn.BatchNorm1d(2.5), "num_features=2.5: give a whole number"),
        (lambda _: nn.Dropout("a"), "p='a': give a number from 0 to 1"),
        (lambda _: nn.optim.SGD(SIMPLE), r"SGD.*give model.parameters\(\)"),
        (lambda _: nn.optim.Adam(SIMPLE.parameters(), betas=(0.9, 1)), r"betas\[1\]=1: .*below 1"),
        (lambda _: lr_scheduler.LinearLR(SIMPLE), "LinearLR takes an optimizer"),
        (lambda _: SIMPLE.zero_grad(set_to_none=False), "leave set_to_none out"),
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_refused_with_words(wrong, message, data) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        wrong(data)


@pytest.mark.parametrize("kind", ["StepLR", "CosineAnnealingLR", "LinearLR"])
def test_a_schedule_of_no_steps_is_refused(kind) -> None:
    optimizer = nn.optim.SGD(SIMPLE.parameters())
    options = {"total_iters": 0} if kind == "LinearLR" else {}
    arguments = () if kind == "LinearLR" else (0,)
    with pytest.raises(ValueError, match="=0: give a whole number from 1 up"):
        getattr(lr_scheduler, kind)(optimizer, *arguments, **options)


def test_pytorchs_spelling_of_zero_grad() -> None:
    w = Tensor([1.0])
    w.sum().backward()
    nn.optim.SGD([w]).zero_grad(set_to_none=True)
    assert w.grad is None


# ------------------------------------------------------------------------------------- targets


@pytest.mark.parametrize("loss", [nn.BCEWithLogitsLoss(), nn.BCELoss()])
@pytest.mark.parametrize("labels", [(1, 2), (-1, 1), (0, 255)])
@pytest.mark.parametrize("node", [Tensor, Value])
def test_labels_other_than_0_and_1_are_refused(node, labels, loss, data) -> None:
    X, y = data
    model = nn.Sequential(nn.Linear(2, 1, rng=0, node=node))
    if isinstance(loss, nn.BCELoss):
        model.layers.append(nn.Sigmoid())
    before = model.state_dict()
    with pytest.raises(ValueError, match=rf"{labels[0]} to {labels[1]}: write y == {labels[1]}"):
        fit((X, np.array(labels)[y]), model, loss=loss)
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())
    with pytest.raises(ValueError, match="targets are 0, 1 or probabilities"):
        loss(Tensor([0.5, 0.5]), labels)


def test_targets_that_are_no_probabilities_of_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="CrossEntropyLoss: targets are 0, 1 or probabilities"):
        nn.CrossEntropyLoss()(Tensor([[0.1, 0.2]]), [[0, 255]])


def test_labels_that_are_text_are_refused(data) -> None:
    X, y = data
    for labels in (np.array(["cat", "dog"])[y], np.array(["cat", "dog"], dtype=object)[y]):
        with pytest.raises(
            ValueError, match=r"y holds text, as 'cat': .*return_inverse.*estimators"
        ):
            fit((X, labels))
        with pytest.raises(ValueError, match="y holds text"):
            nn.CrossEntropyLoss()(Tensor(np.ones((30, 2))), labels)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["X", "y"])
def test_bad_numbers_are_located_in_both_kinds_of_samples(where, bad, rng) -> None:
    X, y = rng.normal(size=(9, 2)), rng.normal(size=9)
    worse = X.copy(), y.copy()
    worse["Xy".index(where)][4] = bad
    for training, validation in (((X, y), worse), (worse, None)):
        with pytest.raises(nn.DivergenceError, match=rf"{where}\[4.*\] is {bad}") as caught:
            fit(training, nn.Linear(2, 1, rng=0), loss="mse", validation=validation)
        assert "lr" not in str(caught.value)
        assert ("validation" in str(caught.value)) == (validation is not None)
        assert len(caught.value.history) == 0


# ---------------------------------------------------------------------------- sigmoid, softmax


class Own(nn.Module):
    """A model that ends in a sigmoid, which its layers don't tell."""

    def __init__(self, node):
        self.linear = nn.Linear(2, 1, rng=0, node=node)

    def forward(self, x):
        return sigmoid(self.linear(x)) if isinstance(x, Tensor | np.ndarray) else None


@pytest.mark.parametrize("node", [Tensor, Value])
def test_no_sigmoid_is_taken_twice(node, data) -> None:
    def model(last, outputs=1):
        return nn.Sequential(nn.Linear(2, outputs, rng=0, node=node), last)

    assert fit(data, model(nn.Sigmoid())) == fit(data, model(nn.Sigmoid()), loss=nn.BCELoss())
    assert fit(data, model(nn.Sigmoid()), loss="bce") == fit(data, model(nn.Sigmoid()))
    for made, loss in [
        (model(nn.Sigmoid()), nn.BCEWithLogitsLoss()),
        (nn.Sequential(model(nn.Sigmoid())), "bce_with_logits"),
        (model(nn.Softmax(), 2), nn.CrossEntropyLoss()),
        (model(nn.Softmax()), None),
    ]:
        with pytest.raises(ValueError, match=r"takes logits, and the model ends in a s\w+, which"):
            fit(data, made, loss=loss)
    fit(data, model(nn.LogSoftmax(), 2), loss="cross_entropy")  # the same twice as once


def test_a_sigmoid_inside_forward_is_noticed_too(data) -> None:
    with pytest.raises(ValueError, match=r"ends in a sigmoid.*take BCELoss"):
        fit(data, Own(Tensor))
    assert fit(data, Own(Tensor), loss="BCELoss").loss


# -------------------------------------------------------------------------------- divergence


def test_a_training_that_diverges_is_told(rng) -> None:
    X = rng.normal(size=(40, 2))
    y = X @ [1.0, -2.0]
    with pytest.warns(RuntimeWarning, match="smaller lr than 1.5 and standardised") as caught:
        history = fit((X, y), nn.Linear(2, 1, rng=0), loss="mse", lr=1.5, epochs=100)
    assert caught[0].filename == __file__
    assert history.stopped.startswith("diverged: the loss went from")
    assert len(history) == 100
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = fit((X, y), nn.Linear(2, 1, rng=0), loss="mse", lr=1.5, early_stopping=200)
        assert not history.stopped  # the best parameters are restored
        assert not fit((X, y), nn.Linear(2, 1, rng=0), loss="mse", lr=0.1).stopped


def test_a_callback_can_measure_the_model_that_it_is_given(data) -> None:
    measured = []
    model = nn.MLP([2, 3, 1], rng=0)
    history = fit(data, model, lr=3.0, callbacks=lambda epoch: measured.append(epoch.evaluate()))
    assert [loss for loss, _ in measured[:-1]] == history.loss[1:]
    assert measured[-1][0] == nn.BCEWithLogitsLoss()(model(data[0]), data[1][:, None]).item()


# ------------------------------------------------------------------------------ rates, seeds


def test_a_learning_rate_set_by_hand_is_gone_on_from() -> None:
    def schedule(lr=0.3):
        optimizer = nn.optim.SGD(SIMPLE.parameters(), lr=lr)
        return optimizer, lr_scheduler.StepLR(optimizer, 2, 0.1)

    optimizer, steps = schedule()
    optimizer.lr = 1.0
    found = []
    for _ in range(4):
        steps.step()
        found.append(optimizer.lr)
    assert found == pytest.approx([1, 0.1, 0.1, 0.01])
    optimizer, steps = schedule()
    optimizer.lr = 1.0
    lr_scheduler.ExponentialLR(optimizer, 0.5).step()  # a schedule that comes after
    assert optimizer.lr == pytest.approx(0.5)
    optimizer, steps = schedule(lr=0.0)
    optimizer.lr = 1.0
    steps.step()
    assert optimizer.lr == 1.0
    optimizer = nn.optim.SGD(SIMPLE.parameters(), lr=1.0)
    warm = lr_scheduler.LinearLR(optimizer, 0.1, total_iters=2)
    both = lr_scheduler.SequentialLR(
        optimizer, [warm, lr_scheduler.ExponentialLR(optimizer, 0.5)], [2]
    )
    assert optimizer.lr == pytest.approx(0.1)
    optimizer.lr *= 2  # all of it is twice as fast from here
    for expected in (1.1, 2.0, 1.0):
        both.step()
        assert optimizer.lr == pytest.approx(expected)


def test_one_generator_makes_all_numbers_those_of_its_seed(data) -> None:
    def run(seed):
        rng = np.random.default_rng(seed)
        model = nn.Sequential(
            nn.MLP([2, 4, 4], rng=rng), nn.Dropout(rng=rng), nn.Linear(4, 1, rng=rng)
        )
        history = fit(data, model, batch_size=8, rng=rng)
        return history.loss, [array.tolist() for array in model.state_dict().values()]

    assert run(0) == run(0) != run(1)


# ------------------------------------------------------------------------------------ extras


def test_no_warning_comes_from_the_progress_bar(data) -> None:
    """In a notebook without ipywidgets, tqdm's own choice of a bar warns."""
    code = (
        "import sys, warnings; warnings.simplefilter('error'); sys.modules['ipywidgets'] = None\n"
        "class Shell:\n    config = {'IPKernelApp': 1}\n"
        "import types; fake = types.ModuleType('IPython'); fake.get_ipython = Shell\n"
        "sys.modules['IPython'] = fake\n"
        "import nn; nn.fit(nn.LogisticRegression(1), [[0.0], [1.0]], [0, 1], epochs=2)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2/2" in done.stderr
