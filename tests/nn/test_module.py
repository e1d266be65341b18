"""Modules: parameters found in attributes, states that fit or say why not, modes, the tree."""

import copy
import pickle
from functools import partial

import numpy as np
import pytest

import nn
from autograd import Tensor, Value


class Odd(nn.Module):
    """A module with parameters wherever they may stand."""

    def __init__(self) -> None:
        self.scale = Tensor(2.0)
        self.mean = np.zeros(3)  # plain data is no parameter
        self.grid = [Tensor([1.0, 2.0]), {"left": Value(3.0), "right": (Value(4.0),)}]
        self.layer = nn.Linear(2, 1, rng=0)
        self.again = self.layer
        self.units = {"a": nn.Linear(1, 1, bias=False, rng=0), 3: nn.Tanh()}
        self.many = np.array([Value(5.0), Value(6.0)], dtype=object)
        self.parent = self
        self.result = self.scale * 2  # a result is no parameter
        self.results = self.many * 2


def test_parameters_are_found_once_in_attributes_lists_and_dicts() -> None:
    names = [name for name, _ in Odd().named_parameters()]
    assert names == [
        *("scale", "grid.0", "grid.1.left", "grid.1.right.0", "many[0]", "many[1]"),
        *("layer.weight", "layer.bias", "units.a.weight"),
    ]
    assert [name for name, _ in Odd().named_modules()] == ["", "layer", "units.a", "units.3"]


def test_names_are_those_of_pytorch() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Sequential(nn.Linear(2, 1)))
    expected = ["0.weight", "0.bias", "2.0.weight", "2.0.bias"]
    assert [name for name, _ in model.named_parameters()] == expected
    assert list(model.state_dict()) == expected


def test_a_parameter_in_two_places_counts_once() -> None:
    layer = nn.Linear(2, 2, rng=0)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    assert list(model.parameters()) == [layer.weight, layer.bias]
    assert list(model.state_dict()) == ["0.weight", "0.bias"]
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    assert list(model.parameters()) == [model[0].weight]
    assert list(model.state_dict()) == ["0.weight"]
    values = nn.Linear(2, 1, node=Value)
    values.first = values.weight[0, 0]
    assert len(list(values.parameters())) == 3


def test_zero_grad_gives_none() -> None:
    model = nn.MLP([2, 3, 1], rng=0)
    model(np.ones((4, 2))).sum().backward()
    assert all(node.grad is not None for node in model.parameters())
    model.zero_grad()
    assert all(node.grad is None for node in model.parameters())


def test_train_and_eval_reach_all_modules() -> None:
    model = nn.Sequential(nn.Sequential(nn.Tanh()))
    assert model.training
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    model.train()
    assert all(module.training for module in model.modules())


def test_frozen_parameters_get_no_gradient_and_stay_parameters() -> None:
    model = nn.MLP([2, 3, 1], rng=0)
    names = list(model.state_dict())
    assert model[0].requires_grad_(False) is model[0]
    model(np.ones((4, 2))).sum().backward()
    assert [node.grad is None for node in model.parameters()] == [True, True, False, False]
    assert list(model.state_dict()) == names
    model.requires_grad_()
    assert all(node.requires_grad for node in model.parameters())


def test_repr_is_a_tree_with_counts() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(0.1), nn.MLP([2, 1], nn.Tanh))
    model[0].requires_grad_(False)
    assert repr(model).splitlines() == [
        "Sequential: 11 parameters, 8 of them frozen",
        "├─ 0: Linear(in_features=3, out_features=2): 8 parameters, 8 of them frozen",
        "├─ 1: LeakyReLU(negative_slope=0.1)",
        "└─ 2: MLP: 3 parameters",
        "   └─ 0: Linear(in_features=2, out_features=1): 3 parameters",
    ]


def test_repr_counts_values_as_it_does_tensors() -> None:
    trees = [repr(nn.MLP([3, 2, 1], node=node)) for node in (Tensor, Value)]
    assert trees[0] == trees[1]


# ---------------------------------------------------------------------------------------- state


def test_state_is_a_copy_and_loads_back() -> None:
    model, other = nn.MLP([3, 2, 1], rng=1), nn.MLP([3, 2, 1], rng=2)
    state = model.state_dict()
    for array in state.values():
        array += 1
    assert other.load_state_dict(state) == ([], [])
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(mine.data + 1, theirs.data)
    assert [node.name for node in other.parameters()] == ["W1", "b1", "W2", "b2"]


def test_a_state_goes_from_tensors_to_values_and_back() -> None:
    tensors, values = nn.MLP([3, 2, 1], rng=1), nn.MLP([3, 2, 1], rng=2, node=Value)
    values.load_state_dict(tensors.state_dict())
    for name, array in values.state_dict().items():
        np.testing.assert_array_equal(array, tensors.state_dict()[name])
    tensors.load_state_dict(values.state_dict())


def test_a_state_that_does_not_fit_names_all_keys_and_changes_nothing() -> None:
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Linear(2, 1, rng=1))
    before = model.state_dict()
    state = {"0.weight": np.zeros((3, 2)), "0.bias": np.ones(2), "1.bias": [0.0], "2.bias": [1.0]}
    with pytest.raises(ValueError, match="the state does not fit this Sequential") as caught:
        model.load_state_dict(state)
    for part in (
        "0.weight has shape (2, 3) here and (3, 2) there",
        "1.weight, of shape (1, 2), is missing",
        "2.bias, of shape (1,), is unexpected",
    ):
        assert part in str(caught.value)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_loading_less_strictly_returns_the_keys_passed_over() -> None:
    model = nn.Linear(2, 1, rng=0)
    keys = model.load_state_dict({"weight": [[5, 6]], "scale": 1.0}, strict=False)
    assert keys.missing_keys == ["bias"]
    assert keys.unexpected_keys == ["scale"]
    np.testing.assert_array_equal(model.weight.numpy(), [[5.0, 6.0]])
    with pytest.raises(ValueError, match="weight has shape"):
        model.load_state_dict({"weight": [1.0]}, strict=False)


def test_a_state_of_other_things_is_refused() -> None:
    with pytest.raises(TypeError, match="the state holds <U1 at bias"):
        nn.Linear(2, 1).load_state_dict({"weight": np.ones((1, 2)), "bias": ["x"]})


def test_a_state_keeps_the_dtype_of_the_model() -> None:
    model = nn.Linear(2, 1, dtype=np.float32)
    model.load_state_dict({"weight": np.ones((1, 2)), "bias": np.zeros(1)})
    assert model.weight.dtype == np.float32


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("node", [Tensor, Value])
def test_copies_are_independent(again, node) -> None:
    model = nn.MLP([2, 2, 1], rng=0, node=node)
    other = again(model)
    next(other.parameters()).data = next(other.parameters()).data * 0 + 7.0
    name = next(iter(model.state_dict()))
    assert np.any(model.state_dict()[name] != other.state_dict()[name])
    assert not set(model.parameters()) & set(other.parameters())


# --------------------------------------------------------------------------------------- layers


def test_linear_is_the_formula_with_samples_as_rows(rng) -> None:
    layer, x = nn.Linear(3, 2, rng=rng), rng.normal(size=(5, 3))
    W, b = layer.weight.numpy(), layer.bias.numpy()
    columns = W @ x.T + b[:, np.newaxis]  # N3.1, samples as columns
    np.testing.assert_allclose(layer(x).numpy(), columns.T, rtol=1e-14)
    np.testing.assert_allclose(layer(x[0]).numpy(), columns[:, 0], rtol=1e-14)
    np.testing.assert_allclose(layer(Tensor(x)).numpy(), columns.T, rtol=1e-14)
    np.testing.assert_allclose(layer(x.tolist()).numpy(), columns.T, rtol=1e-14)


def test_linear_without_bias() -> None:
    layer = nn.Linear(2, 1, bias=False, init=nn.init.zeros)
    assert list(layer.state_dict()) == ["weight"]
    assert repr(layer) == "Linear(in_features=2, out_features=1, bias=False): 2 parameters"
    assert layer(np.ones((3, 2))).shape == (3, 1)


def test_linear_starts_within_pytorchs_bounds() -> None:
    layer = nn.Linear(100, 400, rng=0)
    for entries in layer.state_dict().values():
        assert 0.09 < np.abs(entries).max() <= 0.1


def test_linear_says_what_is_wrong_with_its_input() -> None:
    layer = nn.Linear(3, 2)
    with pytest.raises(ValueError, match=r"Linear\(in_features=3.*shape \(3, 5\).*x\.T\?"):
        layer(np.ones((3, 5)))
    with pytest.raises(ValueError, match=r"shape \(5, 4\), and its last axis should be the 3 feat"):
        layer(np.ones((5, 4)))
    with pytest.raises(ValueError, match=r"shape \(\)"):
        layer(1.0)


def test_wrong_layers_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"Linear\(0, 2\): in_features=0: give a whole number from 1 up"
    ):
        nn.Linear(0, 2)
    with pytest.raises(TypeError, match=r"node=.*give Tensor or Value"):
        nn.Linear(1, 2, node=float)
    with pytest.raises(ValueError, match=r"init gave shape \(2,\)"):
        nn.Linear(1, 2, init=lambda shape, rng: np.zeros(2))
    with pytest.raises(TypeError, match=r"layer 1 is .*tanh.*, which is no Module"):
        nn.Sequential(nn.Tanh(), np.tanh)
    with pytest.raises(NotImplementedError, match=r"Module has no forward\(\)"):
        nn.Module()(1.0)
    with pytest.raises(ValueError, match=r"MLP\(\[3\]\)"):
        nn.MLP([3])


def test_sequential_is_a_list_of_layers() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    assert len(model) == 3
    assert list(model) == [model[0], model[1], model[2]]
    x = np.ones((1, 2))
    np.testing.assert_array_equal(model[1:](model[0](x)).numpy(), model(x).numpy())


ACTIVATIONS = [
    (nn.Sigmoid(), lambda z: 1 / (1 + np.exp(-z))),
    (nn.Tanh(), lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
    (nn.ReLU(), lambda z: np.maximum(0, z)),
    (nn.LeakyReLU(0.2), lambda z: np.maximum(0, z) + 0.2 * np.minimum(0, z)),
]


@pytest.mark.parametrize(("module", "formula"), ACTIVATIONS, ids=lambda x: type(x).__name__)
def test_activations_are_the_formulas(module, formula, rng) -> None:
    z = rng.normal(size=(4, 3)) * 3
    tensor = Tensor(z)
    np.testing.assert_allclose(module(tensor).numpy(), formula(z), rtol=1e-13)
    values = np.frompyfunc(Value, 1, 1)(z)
    results = module(values)
    assert {type(entry) for entry in results.flat} == {Value}
    np.testing.assert_allclose([entry.item() for entry in results.flat], formula(z).ravel(), 1e-13)
    np.testing.assert_allclose(module(z), formula(z), rtol=1e-13)


# ----------------------------------------------------------------------------------------- init


def test_same_seed_same_start_bit_for_bit() -> None:
    for first, second in zip(
        nn.MLP([4, 3, 1], rng=5).state_dict().values(),
        nn.MLP([4, 3, 1], rng=np.random.default_rng(5), node=Value).state_dict().values(),
        strict=True,
    ):
        np.testing.assert_array_equal(first, second)


def test_no_seed_gives_another_start_every_time() -> None:
    assert np.all(nn.Linear(3, 3).weight.data != nn.Linear(3, 3).weight.data)


def test_the_layers_of_an_mlp_start_differently() -> None:
    model = nn.MLP([3, 3, 3], rng=0)
    assert np.all(model[0].weight.data != model[2].weight.data)


@pytest.mark.parametrize(
    ("init", "mean", "variance"),
    [
        (partial(nn.init.uniform, a=-1, b=3), 1, 16 / 12),
        (partial(nn.init.normal, mean=2, std=0.5), 2, 0.25),
        (partial(nn.init.xavier_uniform, gain=2), 0, 8 / 500),
        (partial(nn.init.xavier_normal, gain=2), 0, 8 / 500),
        (nn.init.he_uniform, 0, 2 / 200),
        (partial(nn.init.he_normal, a=0.5), 0, 2 / (200 * 1.25)),
    ],
)
def test_initialisers_have_their_mean_and_variance(init, mean, variance) -> None:
    w = init((300, 200), 0)  # 60,000 entries: the mean is known to 0.4 % of the deviation
    assert w.mean() == pytest.approx(mean, abs=0.02 * np.sqrt(variance))
    assert w.var() == pytest.approx(variance, rel=0.03)


def test_with_init_the_bias_is_zero() -> None:
    layer = nn.Linear(3, 2, init=nn.init.he_normal, rng=0)
    np.testing.assert_array_equal(layer.weight.data, nn.init.he_normal((2, 3), 0))
    np.testing.assert_array_equal(layer.bias.data, [0.0, 0.0])


def test_initialisers_of_weights_refuse_other_shapes() -> None:
    with pytest.raises(
        ValueError, match=r"needs the shape \(n_out, n_in\) of a weight, not \(3,\)"
    ):
        nn.init.he_normal((3,))
