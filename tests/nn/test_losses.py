"""Losses against their formulas and hand-derived gradients, at ordinary points and at extremes."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, Value
from nn.nodes import make, numbers


def formula(a, y):
    """N1.2."""
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


@pytest.fixture
def y(rng):
    return rng.integers(0, 2, size=(6, 1))


@pytest.fixture
def z(rng):
    return rng.normal(size=(6, 1))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_bce_is_the_formula_and_its_gradient_that_of_the_notes(z, y) -> None:
    a = Tensor(sigmoid(z))
    J = nn.BCELoss()(a, y)
    assert J.item() == pytest.approx(formula(a.data, y).mean(), rel=1e-14)
    J.backward()
    m = len(y)  # N3.3
    np.testing.assert_allclose(a.grad, -(y / a.data - (1 - y) / (1 - a.data)) / m, rtol=1e-13)


def test_bce_of_logits_is_the_formula_and_its_gradient_that_of_the_notes(z, y) -> None:
    logits = Tensor(z)
    J = nn.BCEWithLogitsLoss()(logits, y)
    assert J.item() == pytest.approx(formula(sigmoid(z), y).mean(), rel=1e-13)
    J.backward()
    np.testing.assert_allclose(logits.grad, (sigmoid(z) - y) / len(y), rtol=1e-13)  # N3.3


def test_mse_is_the_formula_and_its_gradient(z, rng) -> None:
    x, target = Tensor(z), rng.normal(size=z.shape)
    J = nn.MSELoss()(x, target)
    assert J.item() == pytest.approx(((z - target) ** 2).mean(), rel=1e-14)
    J.backward()
    np.testing.assert_allclose(x.grad, 2 * (z - target) / len(z), rtol=1e-14)


LOSSES = [nn.BCELoss, nn.BCEWithLogitsLoss, nn.MSELoss]


@pytest.mark.parametrize("loss", LOSSES)
def test_reductions_agree(loss, z, y) -> None:
    a = Tensor(sigmoid(z))
    each = loss(reduction="none")(a, y).numpy()
    assert each.shape == y.shape
    assert loss(reduction="sum")(a, y).item() == pytest.approx(each.sum(), rel=1e-14)
    assert loss()(a, y).item() == pytest.approx(each.mean(), rel=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_values_give_the_loss_and_gradient_of_tensors(loss, reduction, z, y) -> None:
    tensor, values = Tensor(sigmoid(z)), np.frompyfunc(Value, 1, 1)(sigmoid(z))
    J, J_values = loss(reduction=reduction)(tensor, y), loss(reduction=reduction)(values, y)
    assert J_values.item() == pytest.approx(J.item(), rel=1e-13)
    J.backward()
    J_values.backward()
    np.testing.assert_allclose([each.grad for each in values[:, 0]], tensor.grad[:, 0], rtol=1e-12)
    single = loss(reduction="none")(Value(0.3), 1)
    assert single.item() == pytest.approx(loss()(Tensor([0.3]), [1]).item())


@pytest.mark.parametrize("labels", [bool, int, np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES)
def test_labels_may_be_of_any_dtype(loss, labels, z, y) -> None:
    a = Tensor(sigmoid(z))
    assert loss()(a, y.astype(labels)).item() == loss()(a, y.astype(float)).item()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [*LOSSES, lambda: nn.BCEWithLogitsLoss(2.0, pos_weight=[3.0])])
def test_losses_keep_the_dtype(loss, dtype, z, y) -> None:
    a = Tensor(sigmoid(z), dtype=dtype)
    J = loss()(a, y)
    J.backward()
    assert (J.dtype, a.grad.dtype) == (dtype, dtype)


# ------------------------------------------------------------------------------------- extremes


def test_bce_is_finite_at_0_and_1_as_in_pytorch() -> None:
    a = Tensor([0.0, 1.0, 0.0, 1.0])
    J = nn.BCELoss(reduction="none")(a, [0, 1, 1, 0])
    np.testing.assert_array_equal(J.numpy(), [0, 0, 100, 100])
    J.sum().backward()
    assert np.isfinite(a.grad).all()
    assert nn.BCELoss()(Value(0.0), 1).item() == 100


def test_bce_is_not_cut_above_its_limit() -> None:
    a = 1e-43  # log a = -99.01
    assert nn.BCELoss()(Tensor([a]), [1]).item() == pytest.approx(-np.log(a), rel=1e-14)


@pytest.mark.parametrize("node", [Tensor, Value])
def test_bce_of_logits_is_exact_at_any_size(node) -> None:
    for z, label, loss in [(1e3, 1, 0), (1e3, 0, 1e3), (-1e3, 1, 1e3), (-1e3, 0, 0)]:
        logit = node(z)
        J = nn.BCEWithLogitsLoss()(logit, label)
        J.backward()
        assert J.item() == loss
        assert float(logit.grad) == (0 if loss == 0 else 1 - 2 * label)
    assert nn.BCEWithLogitsLoss()(Tensor(50.0), 1).item() == pytest.approx(np.exp(-50), rel=1e-12)
    assert nn.BCEWithLogitsLoss()(Tensor(-50.0), 0).item() == pytest.approx(np.exp(-50), rel=1e-12)


def test_second_derivative_of_the_logistic_loss() -> None:
    z = Tensor(0.7)
    first = autograd.gradients(nn.BCEWithLogitsLoss()(z, 1), z, create_graph=True)
    second = autograd.gradients(first, z)
    s = sigmoid(0.7)
    assert float(second) == pytest.approx(s * (1 - s), rel=1e-14)


# -------------------------------------------------------------------------------------- weights


def test_weights_multiply_the_entries(z, y, rng) -> None:
    weight, pos_weight = rng.uniform(1, 2, size=z.shape), np.array([3.0])
    a = sigmoid(z)
    expected = weight * -(3 * y * np.log(a) + (1 - y) * np.log(1 - a))
    weighted = nn.BCEWithLogitsLoss(weight, pos_weight=pos_weight, reduction="none")
    np.testing.assert_allclose(weighted(Tensor(z), y).numpy(), expected, rtol=1e-13)
    weighted = nn.BCELoss(weight)
    assert weighted(Tensor(a), y).item() == pytest.approx((weight * formula(a, y)).mean())


# --------------------------------------------------------------------------------------- errors


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match=r"output has shape \(3, 1\) and the target \(3,\)"):
        nn.BCEWithLogitsLoss()(Tensor(np.ones((3, 1))), np.ones(3))


@pytest.mark.parametrize("node", [Tensor, Value])
def test_bce_refuses_what_is_no_probability(node) -> None:
    with pytest.raises(ValueError, match=r"goes from 1\.5 to 1\.5: .*BCEWithLogitsLoss"):
        nn.BCELoss()(node(1.5), 1)
    with pytest.raises(ValueError, match=r"goes from -0\.5 to -0\.5"):
        nn.BCELoss()(node(-0.5), 1)


def test_unknown_reduction_is_refused() -> None:
    with pytest.raises(ValueError, match="reduction='average': give 'mean', 'sum' or 'none'"):
        nn.MSELoss(reduction="average")


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.5]])
@pytest.mark.parametrize("ignored", [-100, 1])
def test_ignored_samples_count_for_nothing(rng, smoothing, weight, ignored):
    logits, target = rng.normal(size=(6, 3)), np.array([0, 2, 0, 2, 2, 0])
    target[[1, 4]] = ignored
    kept = target != ignored
    options = {"weight": weight, "label_smoothing": smoothing}
    z, z_kept = Tensor(logits), Tensor(logits[kept])
    loss = nn.CrossEntropyLoss(ignore_index=ignored, **options)
    all_of_them, some = loss(z, target), nn.CrossEntropyLoss(**options)(z_kept, target[kept])
    assert all_of_them.item() == pytest.approx(some.item(), rel=1e-14)
    all_of_them.backward()
    some.backward()
    np.testing.assert_allclose(z.grad[kept], z_kept.grad, rtol=1e-13)
    assert not z.grad[~kept].any()
    assert loss.correct(logits, target).shape == (4,)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_of_values_gives_values(axis, rng) -> None:
    z = np.concatenate([rng.normal(size=(3, 4)), [[1000.0, -1000.0, 0.0, 999.0]]])
    for layer in (nn.Softmax(axis), nn.LogSoftmax(axis)):
        of_values = layer(make(z, Value))
        assert {type(each) for each in of_values.flat} == {Value}
        expected = layer(Tensor(z)).numpy()
        np.testing.assert_allclose(numbers(of_values), expected, rtol=1e-12, atol=1e-300)


def test_cross_entropy_of_values_is_a_value(rng) -> None:
    z, y = rng.normal(size=(5, 3)) * 100, rng.integers(0, 3, 5)
    values, tensor = make(z, Value), Tensor(z)
    losses = [nn.CrossEntropyLoss(label_smoothing=0.1)(each, y) for each in (values, tensor)]
    assert isinstance(losses[0], Value)
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-13)
    for loss in losses:
        loss.backward()
    grads = [each.grad for each in values.flat]
    np.testing.assert_allclose(np.reshape(grads, z.shape), tensor.grad, rtol=1e-11, atol=1e-15)


def test_one_class_is_no_choice():
    with pytest.raises(ValueError, match="BCEWithLogitsLoss"):
        nn.CrossEntropyLoss()(Tensor(np.ones((4, 1))), [[0], [1], [1], [0]])
