"""`fit` learns, repeats itself bit for bit, and stops with a sentence when it can't go on."""

import sys

import numpy as np
import pytest

import nn


@pytest.fixture
def blobs(rng):
    """Two separable clouds of 60 points in the plane, and their labels."""
    y = np.repeat([0, 1], 30)
    return rng.normal(size=(60, 2)) * 0.4 + np.where(y, 2, -2)[:, np.newaxis], y


def ring(rng, m=120):
    """Points in and around a circle: no line separates them."""
    radius, angle = np.repeat([0.5, 2.0], m // 2), rng.uniform(0, 2 * np.pi, m)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return X + rng.normal(size=X.shape) * 0.1, (radius > 1).astype(int)


def test_logistic_regression_learns_what_a_line_separates(blobs) -> None:
    X, y = blobs
    model = nn.LogisticRegression(2)
    history = nn.fit(model, X, y, lr=0.5, epochs=50, progress=False)
    np.testing.assert_array_equal(model.predict(X), y)
    assert history.loss == sorted(history.loss, reverse=True)
    assert history.loss[0] == pytest.approx(np.log(2))
    assert history.accuracy[-1] == 1


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (lambda rng: nn.MLP([2, 8, 1], nn.Tanh, rng=rng), nn.BCEWithLogitsLoss()),
        (lambda rng: nn.Sequential(nn.MLP([2, 8, 1], rng=rng), nn.Sigmoid()), nn.BCELoss()),
        (lambda rng: nn.MLP([2, 8, 1], nn.Tanh, rng=rng), nn.BCEWithLogitsLoss(reduction="sum")),
    ],
)
def test_a_network_learns_what_no_line_separates(model, loss, rng) -> None:
    model, (X, y) = model(rng), ring(rng)
    lr = 0.5 / (15 if loss.reduction == "sum" else 1)
    history = nn.fit(
        model, X, y, loss=loss, lr=lr, epochs=60, batch_size=15, rng=rng, progress=False
    )
    assert history.accuracy[-1] > 0.97


def test_a_line_is_found_by_least_squares(rng) -> None:
    X = rng.normal(size=(50, 2))
    y = X @ [2.0, -1.0] + 0.5
    model = nn.Linear(2, 1, rng=rng)
    history = nn.fit(model, X, y, loss=nn.MSELoss(), lr=0.3, epochs=100, progress=False)
    np.testing.assert_allclose(model.weight.numpy(), [[2.0, -1.0]], atol=1e-6)
    assert history.accuracy == []


def test_same_seed_same_training_bit_for_bit(rng) -> None:
    X, y = ring(rng)
    results = []
    for _ in range(2):
        model = nn.MLP([2, 5, 1], rng=1)
        history = nn.fit(model, X, y, epochs=5, batch_size=16, rng=2, progress=False)
        results.append((history, model.state_dict()))
    (first, one), (second, two) = results
    assert first == second
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


def test_an_epoch_of_one_batch_is_the_loop_written_out(blobs) -> None:
    X, y = blobs
    models = [nn.MLP([2, 3, 1], rng=0) for _ in range(2)]
    history = nn.fit(models[0], X, y, lr=0.2, epochs=3, progress=False)
    optimizer = nn.optim.SGD(models[1].parameters(), lr=0.2)
    for loss in history.loss:
        optimizer.zero_grad()
        J = nn.BCEWithLogitsLoss()(models[1](X), y[:, np.newaxis])
        J.backward()
        optimizer.step()
        assert J.item() == loss
    for mine, theirs in zip(models[0].parameters(), models[1].parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, theirs.data)


def test_loss_of_an_epoch_weighs_each_sample_the_same(blobs) -> None:
    X, y = blobs
    for reduction, factor in [("mean", 1), ("sum", 60)]:
        loss = nn.BCEWithLogitsLoss(reduction=reduction)
        model = nn.LogisticRegression(2, init=nn.init.normal, rng=0)
        expected = nn.BCEWithLogitsLoss()(model(X), y[:, np.newaxis]).item() * factor
        history = nn.fit(model, X, y, loss=loss, lr=0, epochs=1, batch_size=25, progress=False)
        assert history.loss[0] == pytest.approx(expected, rel=1e-12)
        assert history.accuracy[0] == pytest.approx(np.mean(model.predict(X) == y), rel=1e-12)


def test_validation_is_measured_after_each_epoch(blobs) -> None:
    X, y = blobs
    model = nn.LogisticRegression(2)
    history = nn.fit(model, X, y, epochs=4, validation=(X[::2], y[::2]), progress=False)
    expected = nn.BCEWithLogitsLoss()(model(X[::2]), y[::2, np.newaxis]).item()
    assert history.validation_loss[-1] == expected
    assert len(history.validation_accuracy) == len(history) == 4
    assert list(history.last()) == [
        *("loss", "accuracy", "validation_loss", "validation_accuracy"),
    ]
    assert repr(history).startswith("<History of 4 epochs, loss 0.")


def test_modes_are_set_for_training_and_validation(blobs) -> None:
    modes = []

    class Watch(nn.Tanh):
        def forward(self, x):
            modes.append(self.training)
            return super().forward(x)

    X, y = blobs
    model = nn.MLP([2, 2, 1], Watch, rng=0)
    nn.fit(model, X, y, epochs=2, validation=(X, y), progress=False)
    assert modes == [True, False, True, False]
    assert not model.training


def test_the_data_get_the_dtype_of_the_model(blobs) -> None:
    dtypes = []

    class Watch(nn.Tanh):
        def forward(self, x):
            dtypes.append(x.dtype)
            return super().forward(x)

    model = nn.MLP([2, 2, 1], Watch, rng=0, dtype=np.float32)
    nn.fit(model, *blobs, epochs=1, progress=False)
    assert dtypes == [np.float32]


def test_targets_may_have_the_shape_of_the_output(blobs) -> None:
    X, y = blobs
    losses = [
        nn.fit(nn.LogisticRegression(2), X, target, epochs=2, progress=False).loss
        for target in (y, y[:, np.newaxis], y.tolist(), y.astype(bool))
    ]
    assert losses.count(losses[0]) == 4


def test_a_loss_that_is_not_finite_stops_naming_epoch_and_batch(blobs) -> None:
    X, y = blobs
    model = nn.Linear(2, 1, rng=0)
    with pytest.raises(
        nn.DivergenceError,
        match=r"loss is inf in epoch \d+, batch 1 of 1; the first bad operation is power.*1e\+20",
    ) as caught:
        nn.fit(model, X, y, loss=nn.MSELoss(), lr=1e20, epochs=50, progress=False)
    assert 2 < len(caught.value.history) < 50
    assert np.isfinite(caught.value.history.loss).all()

    X[40, 0] = np.nan
    model = nn.MLP([2, 2, 1], rng=0)
    with pytest.raises(
        FloatingPointError, match=r"loss is nan in epoch 1, batch \d of 6; X\[40, 0\] is nan"
    ):
        nn.fit(model, X, y, batch_size=10, rng=0, progress=False)
    assert all(np.isfinite(array).all() for array in model.state_dict().values())


def test_the_progress_bar_shows_loss_and_accuracy(blobs, capsys) -> None:
    X, y = blobs
    nn.fit(nn.LogisticRegression(2), X, y, epochs=3)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "3/3" in shown.err
    assert "loss 0." in shown.err
    assert "accuracy 1" in shown.err


def test_without_tqdm_there_is_a_line_that_names_the_extra(blobs, monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    X, y = blobs
    nn.fit(nn.LogisticRegression(2), X, y, epochs=3)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert "3 epochs, loss 0." in shown.err
    assert "chainrule[train]" in shown.err
    nn.fit(nn.LogisticRegression(2), X, y, epochs=1, progress=False)
    assert capsys.readouterr().err == ""


def test_wrong_arguments_are_refused(blobs) -> None:
    X, y = blobs
    model = nn.LogisticRegression(2)
    optimizer = nn.optim.SGD(model.parameters())
    with pytest.raises(ValueError, match="an optimizer or lr, not both"):
        nn.fit(model, X, y, optimizer=optimizer, lr=0.1, progress=False)
    with pytest.raises(ValueError, match=r"X has shape \(60, 2\) and y \(59,\)"):
        nn.fit(model, X, y[1:], progress=False)
    with pytest.raises(ValueError, match=r"a loss of one number, and got the shape \(60, 1\)"):
        nn.fit(model, X, y, loss=nn.MSELoss(reduction="none"), progress=False)
    with pytest.raises(ValueError, match="there are no samples"):
        nn.fit(model, X[:0], y[:0], progress=False)
    with pytest.raises(ValueError, match="batch_size=0"):
        nn.fit(model, X, y, batch_size=0, progress=False)


# ----------------------------------------------------------------------------------------- data


@pytest.mark.parametrize("test_size", [0.1, 0.25, 0.37])
def test_a_split_loses_nothing_and_keeps_the_classes_apart_in_proportion(test_size, rng) -> None:
    y = np.repeat(["a", "b", "c"], [50, 30, 21])
    X = np.arange(len(y))[:, np.newaxis]
    split = nn.data.train_test_split(X, y, test_size=test_size, rng=rng)
    assert sorted([*split.X_train[:, 0], *split.X_test[:, 0]]) == list(range(len(y)))
    np.testing.assert_array_equal(y[split.X_test[:, 0]], split.y_test)
    np.testing.assert_array_equal(y[split.X_train[:, 0]], split.y_train)
    assert len(split.y_test) == round(test_size * len(y))
    for label, count in [("a", 50), ("b", 30), ("c", 21)]:
        assert abs(np.sum(split.y_test == label) - test_size * count) < 1.5


def test_a_split_repeats_with_its_seed() -> None:
    X, y = np.arange(40).reshape(20, 2), np.arange(20) % 2
    for stratify in (True, False):
        one, two, other = (
            nn.data.train_test_split(X, y, rng=seed, stratify=stratify) for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(one.X_test, two.X_test)
        assert one.X_test.tolist() != other.X_test.tolist()


def test_impossible_splits_are_refused() -> None:
    X = np.ones((10, 1))
    with pytest.raises(ValueError, match=r"test_size=0\.01 of 10 samples leaves a part empty"):
        nn.data.train_test_split(X, np.zeros(10), test_size=0.01)
    with pytest.raises(ValueError, match="class 1 has 1 of the 10 samples, and 0 of them"):
        nn.data.train_test_split(X, np.eye(10)[0].astype(int))
    with pytest.raises(ValueError, match="both need one row for each sample"):
        nn.data.train_test_split(X, np.zeros(9))


def test_standardised_data_have_mean_0_and_deviation_1(rng) -> None:
    X = rng.normal(size=(50, 3)) * [1, 1e6, 1e-6] + [0, 1e3, 1]
    X[:, 0] = 0.1  # a constant column, of which nothing is known
    standardize = nn.data.Standardizer.fit(X)
    Z = standardize(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(Z.std(axis=0), [0, 1, 1], atol=1e-9)
    np.testing.assert_allclose(standardize.invert(Z), X, rtol=1e-12)
    np.testing.assert_allclose(standardize(X[:1] + 1)[0, 0], 1, rtol=1e-12)


def test_the_statistics_are_those_of_the_data_fitted_to() -> None:
    standardize = nn.data.Standardizer.fit([[0.0], [2.0]])
    np.testing.assert_array_equal(standardize([[5.0]]), [[4.0]])


def test_bad_rows_are_named() -> None:
    X = np.ones((5, 3))
    X[3, 1], X[4, 0] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"X\[3, 1\] is nan; in all, 2 of the 5 rows"):
        nn.data.Standardizer.fit(X)
    with pytest.raises(ValueError, match=r"X has shape \(3,\)"):
        nn.data.Standardizer.fit([1.0, 2.0, 3.0])


@pytest.mark.parametrize("shuffle", [True, False])
def test_batches_hold_every_sample_once(shuffle) -> None:
    parts = list(nn.data.batches(10, 4, shuffle=shuffle, rng=0))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert sorted(np.concatenate(parts)) == list(range(10))
    assert (np.concatenate(parts).tolist() == list(range(10))) is not shuffle


def test_batches_of_all_and_without_the_last() -> None:
    assert [part.tolist() for part in nn.data.batches(3)] == [[0, 1, 2]]
    assert [len(part) for part in nn.data.batches(10, 4, drop_last=True)] == [4, 4]
