"""Laws of the ledger: the steps add up to the gradients bit for bit, and read as on paper."""

import re

import numpy as np
import pytest

import viz
from autograd import Node, Tensor, Value, gradients, log, maximum, sigmoid, tanh, toposort, where
from autograd.account.text import name_to_tex


def logistic() -> Value:
    w1, w2, b = (Value(x, name=n) for n, x in (("w1", 0.5), ("w2", -0.3), ("b", 0.1)))
    x1, x2, y = (Value(x, name=n) for n, x in (("x1", 1.5), ("x2", -2.0), ("y", 0.3)))
    z = (w1 * x1 + w2 * x2 + b).named("z")
    a = sigmoid(z).named("a")
    return (-(y * log(a) + (1 - y) * log(1 - a))).named("J")


def tangle() -> Value:
    """Numbers whose sums round differently in another order."""
    x = Value(0.1, name="x")
    parts = [x * c for c in (1e16, 3.3, -1e16, 0.7, 1 / 3)]
    y = x * x + x / 3
    for part in parts:
        y = y + part * tanh(part * 1e-16 + x)
    return y.named("J")


def network() -> Tensor:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(3, 7)), (rng.random((1, 7)) < 0.4) * 1.0
    W1, b1 = Tensor(rng.normal(size=(4, 3)), name="W1"), Tensor(np.zeros((4, 1)), name="b1")
    W2, b2 = Tensor(rng.normal(size=(1, 4)), name="W2"), Tensor(np.zeros((1, 1)), name="b2")
    A1 = tanh((W1 @ X + b1).named("Z1")).named("A1")
    A2 = sigmoid((W2 @ A1 + b2).named("Z2")).named("A2")
    return (-(Y * log(A2) + (1 - Y) * log(1 - A2))).mean().named("J")


def selecting() -> Tensor:
    x = Tensor([-1.0, 0.0, 2.0, 1e-3], name="x")
    picked = where(x.numpy() > 0, log(x), x * 2) + maximum(x, 0.5)
    return (picked[1:] * np.concatenate([x[:1], x[2:]])).sum()


def single() -> Tensor:
    x = Tensor(np.arange(1.0, 5.0, dtype=np.float32), name="x")
    return (x.max() * x.sum() / (x * x).mean()).sum()


GRAPHS = [logistic, tangle, network, selecting, single]


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_contributions_add_up_to_the_gradient_bit_for_bit(make) -> None:
    root: Node = make()
    rule = viz.chain_rule(root)
    root.backward()
    seen = 0
    for step in rule:
        if not step.terms:
            continue
        total = step.terms[0].value
        for term in step.terms[1:]:
            total = total + term.value
        seen += 1
        for mine in (total, step.gradient):
            np.testing.assert_array_equal(mine, step.node.grad, strict=isinstance(mine, np.ndarray))
    wanted = [node for node in toposort(root) if node.grad is not None]
    assert seen == len(wanted) - 1
    assert {step.node for step in rule} == set(wanted)


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_no_step_comes_before_a_step_that_it_needs(make) -> None:
    done: set[str] = set()
    for step in viz.chain_rule(make()):
        assert {term.consumer for term in step.terms} <= done
        done.add(step.name)


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
@pytest.mark.parametrize("make", GRAPHS)
def test_nothing_is_stored(make) -> None:
    root = make()
    str(viz.chain_rule(root))
    assert all(node.grad is None for node in toposort(root))


def test_the_step_of_a_sigmoid_reads_as_in_the_notes() -> None:
    step = viz.chain_rule(logistic())["z"]
    assert step.lines[0].text == "∂J/∂a · a · (1 − a)"
    assert step.lines[0].tex == r"\frac{\partial J}{\partial a} \cdot a \cdot \left(1 - a\right)"
    assert re.fullmatch(r"[\d.]+ · 0\.81 · \(1 − 0\.81\)", step.lines[2].text)
    assert step.terms[0].because.text == "a = σ(z)"


def test_the_steps_of_a_network_read_as_in_the_notes() -> None:
    rule = viz.chain_rule(network())
    assert rule["A1"].lines[0].text.startswith("W2ᵀ · ∂J/∂")
    assert rule["Z1"].lines[0].text == "∂J/∂A1 ⊙ (1 − A1²)"
    assert rule["b1"].lines[0].text == "sum over axis 1 of ∂J/∂Z1"
    assert rule["W2"].lines[0].text.endswith(" · A1ᵀ")
    assert "(1 × 7) · (4 × 7)ᵀ   (shapes)" in [line.text for line in rule["W2"].lines]


def test_a_fan_out_shows_its_sum() -> None:
    x = Value(3.0, name="x")
    step = viz.chain_rule((x * x + 2 * x).named("J"))["x"]
    assert [line.text for line in step.lines][-2:] == ["2 + 3 + 3", "8"]
    assert [term.value for term in step.terms] == [2.0, 3.0, 3.0]


def test_a_given_gradient_starts_the_steps() -> None:
    x = Value(3.0, name="x")
    rule = viz.chain_rule((x * x).named("J"), gradient=10.0)
    assert (rule["J"].gradient, rule["x"].gradient) == (10.0, 60.0)
    assert "∂L/∂J" in rule["x"].lines[0].text
    assert rule["J"].lines[0].text == "10   (given)"


def test_wrt_keeps_what_leads_there_and_lists_the_paths() -> None:
    J = logistic()
    (w1,) = (node for node in toposort(J) if node.name == "w1")
    rule = viz.chain_rule(J, w1)
    assert "w2" not in [step.name for step in rule]
    (paths,) = rule.paths
    assert paths.count == len(paths.listed) == 2
    products = [path.product for path in paths.listed]
    assert sum(p for p in products if p is not None) == pytest.approx(gradients(J, w1), rel=1e-12)
    with pytest.raises(ValueError, match="does not reach"):
        viz.chain_rule(J, Value(1.0))


def test_a_node_asked_for_twice_is_told_of_once() -> None:
    x = Value(0.5, name="x")
    J = (x * x).named("J")
    assert str(viz.chain_rule(J, wrt=[x, x])) == str(viz.chain_rule(J, wrt=x))


def test_the_numbers_along_a_path_have_the_precision_asked_for() -> None:
    x = Value(1 / 3, name="x")
    rule = viz.chain_rule((x * x).named("J"), wrt=x, precision=8)
    assert "x → J:  0.33333333 = 0.33333333" in str(rule)


def test_many_paths_are_counted_and_the_largest_is_shown() -> None:
    x = Value(1.0, name="x")
    y = x
    for _ in range(40):
        y = y * 0.5 + y * 0.25
    (paths,) = viz.chain_rule(y, x).paths
    assert paths.count == 2**40
    assert [path.product for path in paths.listed] == [0.5**40]


def test_paths_through_arrays_have_names_only() -> None:
    J = network()
    (b1,) = (node for node in toposort(J) if node.name == "b1")
    (paths,) = viz.chain_rule(J, [b1]).paths
    assert paths.count == 2
    assert {path.product for path in paths.listed} == {None}
    assert paths.listed[0].names[:3] == ("b1", "Z1", "A1")


def test_a_long_chain_does_not_recurse() -> None:
    x = Value(1.0, name="x")
    y = x
    for _ in range(3000):
        y = y * 1.001
    with pytest.raises(
        ValueError, match=r"3,001 steps .* max_steps=1,000: pass wrt=.*max_steps=3001"
    ):
        viz.chain_rule(y, x)
    rule = viz.chain_rule(y, x, max_steps=3001)
    assert len(rule) == 3001
    assert len(str(rule).splitlines()) > 3001


def test_shapes_are_told_from_numbers() -> None:
    X = Tensor(np.arange(15.0).reshape(3, 5), name="X")
    rule = viz.chain_rule((X.sum(axis=1) * 1.0).named("s").sum().named("J"))
    for line in (line for step in rule for line in step.lines):
        assert ("(shapes)" in line.text) == ("3 entries)" in line.text), line.text
    assert "(3)" not in str(rule)


def test_a_mean_that_is_zero_but_for_rounding_is_zero() -> None:
    x = np.sin(np.linspace(0, 2 * np.pi, 101))
    assert 0 < abs(x.mean()) < 1e-15
    assert "mean 0," in str(viz.draw(Tensor(x, name="x").sum()))
    assert "mean 1e−9," in str(viz.draw(Tensor(x + 1e-9, name="x").sum()))


def test_constants_have_as_many_digits_as_are_asked_for() -> None:
    x = Value(2.0, name="x")
    y = (x * 0.123456789).named("y")
    assert "0.123457" in str(viz.chain_rule(y))
    assert "0.123456789" in str(viz.chain_rule(y, precision=12))
    assert "0.123456789" in viz.chain_rule(y, precision=12).latex()
    assert "0.123456789" in viz.draw(y, precision=12, fused=True).source


@pytest.mark.parametrize("make", [logistic, network])
def test_markdown_survives_markdown(make) -> None:
    """GitHub and others drop a backslash before punctuation and read < and > as HTML."""
    text = viz.chain_rule(make()).markdown()
    blocks = re.findall(r"^\$\$\n(.*?)\n\$\$$", text, flags=re.DOTALL | re.MULTILINE)
    assert text.count("$$") == 2 * len(blocks) > 0
    for block in blocks:
        assert "\n" not in block
        assert not re.search(r"\\[^A-Za-z]", block)
        assert not re.search(r"[<>*|~`]", block)
        assert block.count("{") == block.count("}")
        assert block.count(r"\left") == block.count(r"\right")


@pytest.mark.parametrize("name", ["$$x", "a_b{c}", "`code`", "<script>", "100%", "\\frac", "中文"])
def test_hostile_names_stay_words(name: str) -> None:
    x = Value(2.0).named(name)
    rule = viz.chain_rule((x * x).named("J"))
    text = rule.markdown()
    assert "<script>" not in re.sub(r"`[^`]*`", "", text)
    for block in re.findall(r"^\$\$\n(.*?)\n\$\$$", text, flags=re.DOTALL | re.MULTILINE):
        assert block.count("{") == block.count("}")
        assert "$" not in block
        assert "%" not in block
    assert "<script>" not in rule.html()
    assert name in rule[name].name


def test_greek_and_indices_are_set_as_letters() -> None:
    alpha, w12, tall = (Value(2.0, name=n) for n in ("alpha", "w12", "weight"))
    tex = viz.chain_rule((alpha * w12 * tall).named("J")).latex()
    assert r"\alpha" in tex
    assert "w_{12}" in tex
    assert r"\mathrm{weight}" in tex
    assert name_to_tex("W1[0, 12]") == name_to_tex("W_1[0][12]") == r"W_{1,0,12}"
    assert tex.count(r"\begin{align*}") == tex.count(r"\end{align*}") == 5


def test_the_ledger_prints_and_shows() -> None:
    x = Value(3.0, name="x")
    rule = viz.chain_rule((x * x).named("J"))
    assert str(rule).splitlines()[0] == "The chain rule for J: 2 steps"
    assert "2. ∂J/∂x = x + x      since J = x · x" in str(rule)
    assert rule.html().count("<li>") == len(rule) == 2
    assert rule._repr_markdown_() == rule.markdown()
    with pytest.raises(KeyError, match="no step is called 'y'; there are J, x"):
        rule["y"]


def test_wrong_roots_are_told() -> None:
    with pytest.raises(TypeError, match="chain_rule: the root is float"):
        viz.chain_rule(1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nothing to differentiate"):
        viz.chain_rule(Value(1.0).detach())
    with pytest.raises(ValueError, match="gradient="):
        viz.chain_rule(Tensor([1.0, 2.0]) * 2)
