"""Laws of the account of a backward pass: it is complete, and the same for all who read it."""

import ast
from pathlib import Path

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, check, contributions, log, sigmoid, tanh, toposort
from autograd.account import Account, BackwardPass
from autograd.account.contributions import summed_axes
from autograd.account.documents import code, columns, inert, latex, markdown_table, padded
from autograd.account.text import GREEK, name_to_tex, number
from autograd.symbols import render

ROOT = Path(__file__).resolve().parents[2]


def network() -> Tensor:
    """A layer with a bias that is broadcast, and a mean over its entries."""
    rng = np.random.default_rng(0)
    W, b = Tensor(rng.normal(size=(2, 3)), name="W"), Tensor(np.zeros((2, 1)), name="b")
    Z = (W @ rng.normal(size=(3, 5)) + b).named("Z")
    return tanh(Z).named("A").mean().named("J")


def unit() -> Value:
    """A logistic unit whose output is used twice."""
    w, x, y = (Value(each, name=name) for name, each in (("w", 0.5), ("x", 1.5), ("y", 0.3)))
    a = sigmoid(w * x).named("a")
    return (-(y * log(a) + (1 - y) * log(1 - a))).named("J")


@pytest.mark.parametrize("make", [network, unit])
def test_the_account_tells_of_every_node_what_adds_up_to_its_gradient(make) -> None:
    root = make()
    account = Account.of(root)
    found, log = contributions(root)
    steps = {step.node: step for step in account.steps()}
    assert steps.keys() == found.keys()
    for node, step in steps.items():
        assert np.array_equal(step.gradient, found[node])
        mine = [each for each in log if each.arg is node]
        assert [account.name(each.consumer) for each in mine] == [t.consumer for t in step.terms]
        for term, each in zip(step.terms, mine, strict=True):
            assert np.array_equal(term.value, each.fitted)
        for line in (step.letter, *step.lines):
            assert line.text
            assert line.tex
    assert root.grad is None


def test_an_account_without_a_pass_names_and_writes_but_has_no_gradients() -> None:
    root = network()
    account = Account(Account.of(root).letters, None)
    for node in toposort(root):
        assert account.gradient(node) is None
        assert account.stored(node).state in ("none yet", "not wanted")
        for operand in account.operands(node) if node.op is not None else ():
            assert account.contribution(node, operand.slot) is None
    assert str(account.made(root)) == "mean A"


def test_pictures_derivations_and_verdicts_have_the_same_formulas() -> None:
    root = network()
    root.backward()
    rule = viz.chain_rule(root)
    picture = viz.draw(root)
    drawn = {line for arrow in picture.picture.arrows for line in arrow.lines}
    assert rule["Z"].lines[0].text == "∂J/∂A ⊙ (1 − A²)"
    assert rule["Z"].lines[0].text in drawn
    report = check.derivation(root, {"dZ": lambda dA, A: dA * (1 - A)})
    assert report["dZ"].formula == "dZ = dA ⊙ (1 − A²)"


def test_the_nearest_gradients_with_names_need_not_all_be_worked_out() -> None:
    root = network()
    account = Account.of(root)
    (b,) = (node for node in toposort(root) if node.name == "b")
    assert render(account.nearest(b)) == "Σ ∂J/∂Z"
    assert b not in account.forms.full


@pytest.mark.parametrize("shape", [(), (3,), (1,), (2, 3), (2, 1), (1, 1), (1, 3)])
def test_undoing_a_broadcast_sums_over_what_was_repeated(shape: tuple[int, ...]) -> None:
    whole = np.arange(6.0).reshape(2, 3)
    narrow = Tensor.fit(whole, np.empty(shape))
    assert narrow.shape == shape
    assert narrow.sum() == whole.sum()
    assert len(summed_axes(whole.shape, shape)) == sum(
        size != have
        for size, have in zip((1,) * (2 - len(shape)) + shape, whole.shape, strict=True)
    )


def test_the_pass_that_is_told_is_the_one_that_ran() -> None:
    root = network()
    taken = BackwardPass(root, 2.0)
    root.backward(2.0)
    for node in toposort(root):
        if node.requires_grad:
            assert np.array_equal(taken.gradients[node], node.grad)
    assert taken.seed == 2.0


# ------------------------------------------------------------------------------ one of each


def test_numbers_have_one_minus_and_one_way_of_being_written() -> None:
    assert [number(x) for x in (-0.5, 1e-5, -np.inf, np.nan, 0.0)] == [
        "−0.5",
        "1e−5",
        "−∞",
        "NaN",
        "0",
    ]
    assert latex("−σ(z)²") == r"$-$$\sigma$(z)$^2$"
    assert all(name_to_tex(letter) == rf"\{name}" for letter, name in GREEK.items())


def test_words_stay_words_in_every_format() -> None:
    assert inert("[a](b) *c* <d> $e$") == r"[a\](b) \*c\* \<d\> \$e\$"
    assert code("`x`").count("`") == 2
    assert markdown_table(("a", "b", ""), [("1", "2", "3")]) == (
        "| a | b | |\n|---|:-:|---|\n| 1 | 2 | 3 |"
    )
    assert (columns("中文é"), padded("中", 4)) == (5, "中  ")


@pytest.mark.parametrize(
    "folder", ["viz", "autograd/account", "autograd/check", "autograd/symbols"]
)
def test_nothing_is_decided_by_the_name_of_an_operation(folder: str) -> None:
    """Operations are told by their cards, so that a new one needs no entry elsewhere."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and ast.unparse(node.left).endswith("op.name")
        and any(isinstance(each, ast.Constant | ast.Tuple | ast.Set) for each in node.comparators)
    ]
    assert not wrong


def test_viz_shows_its_public_names_alone() -> None:
    assert set(dir(viz)) == {*viz.__all__, "__version__"}
