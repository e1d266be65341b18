"""A card is all that an operation needs, at whatever time it is made."""

import inspect
import pickle
import pydoc

import numpy as np
import pytest

import autograd
from autograd import TABLE, Tensor, Value, gradients, op
from autograd.card.domain import POSITIVE
from autograd.card.op import Op
from autograd.functions import FUNCTIONS
from autograd.symbols import Symbol, pullback
from docs import generate


def make_softsign(**fields) -> Op:
    return op(
        "softsign",
        lambda x: x / (1 + abs(x)),
        lambda g, y, x: g / (1 + abs(x)) ** 2,
        scalar=lambda x: x / (1 + abs(x)),
        tex=(r"\operatorname{softsign}(%s)", 5),
        doc="x / (1 + |x|), between −1 and 1",
        kink="twice differentiable but at 0",
        **fields,
    )


@pytest.fixture
def softsign():
    card = make_softsign()
    yield card
    TABLE.pop("softsign", None)


def test_a_card_is_a_name_of_the_package(softsign):
    from autograd import softsign as imported

    assert imported is autograd.softsign is softsign is TABLE["softsign"]
    assert "softsign" in dir(autograd)
    assert "softsign" in autograd.__all__
    assert pickle.loads(pickle.dumps(softsign)) is softsign


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_card_is_a_method_of_nodes_of_any_order(softsign, kind):
    x = kind(-0.5)
    y = x.softsign()
    first = gradients(y, x, create_graph=True)
    second = gradients(first, x)
    found = [float(each) for each in (y.item(), first.item(), second)]
    assert found == pytest.approx([-1 / 3, 1 / 1.5**2, 2 / 1.5**3], rel=1e-15)
    assert kind.softsign.__name__ == "softsign"
    assert "softsign(x)" in kind.softsign.__doc__
    boxed = np.array([Value(-0.5), Value(1.0)])
    assert [each.item() for each in softsign(boxed)] == pytest.approx([-1 / 3, 0.5])


def test_a_card_is_written_as_a_formula(softsign):
    x, g = Symbol("x"), Symbol("g")
    assert str(x.softsign()) == "softsign(x)"
    assert x.softsign().tex == r"\operatorname{softsign}(x)"
    assert str(pullback(softsign, 0, g, Symbol("y"), [x])) == "g / (1 + |x|)²"
    assert pullback(softsign, 0, g, Symbol("y"), [x]).tex == (
        r"\frac{g}{{\left(1 + |x|\right)}^{2}}"
    )


def test_a_card_is_a_row_of_the_docs(softsign):
    row = "| `softsign` | `softsign(x)` | `g / (1 + ∣x∣)²` |  | x / (1 + ∣x∣), between −1 and 1; "
    assert row in generate.page()


def test_a_card_has_help_of_its_own(softsign):
    shown = pydoc.plain(pydoc.render_doc(autograd.softsign))
    for line in (
        "y = softsign(x): x / (1 + |x|), between −1 and 1",
        "Takes nodes, arrays and numbers; x: any real.",
        "by x: g / (1 + |x|)²",
        "At kinks and ends: twice differentiable but at 0.",
        "As a method: x.softsign().",
    ):
        assert line in shown
    assert inspect.getdoc(softsign) == softsign.__doc__ != Op.__doc__
    assert str(inspect.signature(softsign)) == "(x, /)"
    assert softsign.__name__ == "softsign"
    assert str(inspect.signature(autograd.leaky_relu)) == "(x, /, *, slope=0.01)"


def test_the_class_of_cards_keeps_its_own_help():
    assert Op.__doc__.startswith("One operation")
    assert "forward" in inspect.signature(Op).parameters


@pytest.mark.parametrize("card", TABLE.values(), ids=lambda card: card.name)
def test_every_card_has_help(card):
    assert card.formula in card.__doc__
    assert card.doc in card.__doc__
    assert card.kink in card.__doc__
    assert inspect.signature(card).parameters


def test_a_deleted_card_leaves_nothing_behind(softsign):
    before = [set(dir(kind)) for kind in (Value, Tensor, Symbol, autograd)]
    del TABLE["softsign"]
    after = [set(dir(kind)) for kind in (Value, Tensor, Symbol, autograd)]
    assert [b - a for a, b in zip(after, before, strict=True)] == [{"softsign"}] * 4
    assert "softsign" not in autograd.__all__
    with pytest.raises(AttributeError, match="softsign"):
        _ = autograd.softsign
    with pytest.raises(LookupError, match="define it before"):
        pickle.loads(pickle.dumps(softsign))


def test_a_card_stands_in_for_its_numpy_functions():
    names = ("spacings", "logs")
    try:
        log = op("logs", np.spacing, lambda g, y, x: 0 * g, numpy=(np.i0,), domain=(POSITIVE,))
        t = Tensor([1.0, 2.0])
        assert np.spacing(t).op is log
        assert np.i0(t).op is log
        exp = np.exp(t).op
        op("spacings", np.exp, lambda g, y, x: g * y)
        assert np.exp(t).op is exp  # the older card stays
    finally:
        for name in names:
            TABLE.pop(name, None)
    assert isinstance(np.spacing(t), np.ndarray)  # flat again
    with pytest.raises(TypeError, match=r"np\.i0 is not supported"):
        np.i0(t)


def test_a_replaced_card_takes_all_places(softsign):
    new = make_softsign(replace=True)
    assert autograd.softsign is TABLE["softsign"] is new
    assert Tensor([1.0]).softsign().op is new


@pytest.mark.parametrize("method", ["backward", "sum", "exp", "__add__", "data"])
def test_a_card_takes_no_method_away(method):
    kept = getattr(Tensor, method)
    with pytest.raises(ValueError, match=f"nodes have another method '{method}'"):
        make_softsign(method=method)
    assert "softsign" not in TABLE
    assert getattr(Tensor, method) is kept


def test_a_card_takes_no_name_away():
    identity = lambda x: x  # noqa: E731 - a forward map
    grad, backward = autograd.grad, Tensor.backward
    try:
        for name in ("grad", "backward", "numpy"):
            op(name, identity, lambda g, y, x: g)
        assert autograd.grad is grad
        assert Tensor.backward is backward
        assert inspect.ismodule(autograd.numpy)
    finally:
        for name in ("grad", "backward", "numpy"):
            TABLE.pop(name, None)
    assert autograd.grad is grad
    assert Tensor.backward is backward


def test_a_method_can_be_named_or_left_out():
    try:
        make_softsign(method="soft")
        assert Value(1.0).soft().item() == 0.5
        assert not hasattr(Value, "softsign")
        make_softsign(method="", replace=True)
        assert not hasattr(Value, "soft")
        make_softsign(public=False, replace=True)
        assert not hasattr(autograd, "softsign")
        assert not hasattr(Value, "softsign")
    finally:
        TABLE.pop("softsign", None)


def test_flat_and_wide_cards_are_methods_too():
    fused = dict(method="fused", scalar=lambda a, b, c: a * b + c)
    rules = (lambda g, y, a, b, c: g * b, lambda g, y, a, b, c: g * a, lambda g, y, a, b, c: g)
    try:
        op("half_up", lambda x: np.floor(x + 0.5), None)
        assert Tensor([0.6, 1.2]).half_up().tolist() == [1.0, 1.0]
        assert Value(0.6).half_up() == 1.0
        op("fused", lambda a, b, c: a * b + c, *rules, **fused)
        for kind in (Value, Tensor):
            y = kind(2.0).fused(3.0, kind(4.0))
            assert (y.item(), y.op.name) == (10.0, "fused")
    finally:
        TABLE.pop("half_up", None)
        TABLE.pop("fused", None)


def test_every_unary_function_of_numpy_reaches_values_in_arrays():
    values = np.array([Value(0.3), Value(0.4)])
    for name in ("tan", "arcsin", "log1p", "expm1", "cbrt", "sinh", "square", "sinc"):
        found = [each.item() for each in getattr(np, name)(values)]
        np.testing.assert_allclose(found, getattr(np, name)([0.3, 0.4]), rtol=1e-15)


def test_the_package_shows_what_users_use():
    shown = set(dir(autograd))
    assert {card.name for card in TABLE.values() if card.public} <= shown
    assert set(FUNCTIONS) <= shown
    assert {"Tensor", "Value", "grad", "check", "numpy", "relu", "where", "reduce_sum"} <= shown
    assert shown.isdisjoint({"Any", "import_module", "graph", "rules", "sum", "spread"})
    assert all(hasattr(autograd, name) for name in shown)
    assert len(autograd.__all__) == len(set(autograd.__all__))
