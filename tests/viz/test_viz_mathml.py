"""Laws of the ledger as MathML: valid XML for any formula, the same words, nothing interpreted."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import TABLE, Tensor, Value, log, sigmoid, where
from autograd.account.mathml import to_mathml
from autograd.symbols import Symbol


def unit() -> Value:
    """A logistic unit."""
    a = sigmoid(Value(0.5, name="w") * Value(-2.0, name="x")).named("a")
    return (-(0.3 * log(a) + 0.7 * log(1 - a))).named("J")


def arrays() -> Tensor:
    """A matrix product, a branch, a broadcast."""
    W, b = Tensor(np.ones((2, 3)), name="W"), Tensor(np.zeros((2, 1)), name="b")
    z = W @ np.ones((3, 5)) + b
    return where(z.numpy() > 0, z * z, z).mean().named("J")


@pytest.mark.parametrize("make", [unit, arrays])
def test_a_ledger_is_valid_xml_with_a_formula_for_each_line(make) -> None:
    rule = viz.chain_rule(make())
    page = ElementTree.fromstring(f"<body>{rule.html()}</body>")
    assert len(list(page.iter("math"))) == sum(len(step.lines) for step in rule)
    assert len(list(page.iter("li"))) == len(rule)


@pytest.mark.parametrize("op", TABLE.values(), ids=lambda op: op.name)
def test_the_notation_of_every_operation_is_set(op) -> None:
    args = [Symbol(letter) for letter in "abcd"[: 2 if op.variadic else op.arity]]
    made = Symbol("")
    made.label, made.op, made.args = None, op, tuple(args)
    math = ElementTree.fromstring(to_mathml(made.tex, str(made)))
    assert math.get("alttext") == str(made)
    assert "\\" not in "".join(math.itertext())
    assert {*"abcd"[: len(args)]} <= {*"".join(math.itertext())}


def test_fractions_and_powers_are_nested() -> None:
    math = ElementTree.fromstring(to_mathml(r"\frac{\partial J}{\partial w_{1}}^{2}", "words"))
    (fraction,) = math.iter("mfrac")
    assert ["".join(part.itertext()) for part in fraction] == ["∂J", "∂w1"]
    assert [part.tag for part in math.iter("msub")] == ["msub"]


@given(st.text(alphabet="ab\\{}^_&<>\"'12 \n中🎉"))
def test_any_text_gives_valid_xml(tex: str) -> None:
    ElementTree.fromstring(to_mathml(tex, tex))


@pytest.mark.parametrize(
    "name", ["</math><script>", 'a"b', "{}", "\\frac", "中文 🎉", "x" * 10_000]
)
def test_hostile_names_stay_words(name: str) -> None:
    x = Value(2.0).named(name)
    page = ElementTree.fromstring(f"<body>{viz.chain_rule((x * x).named('J')).html()}</body>")
    assert not list(page.iter("script"))
