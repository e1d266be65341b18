"""Names meant to do harm, in every output: they are shown, and never obeyed."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Value, check, gradients

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "$$ x $$",
    r"\input{/etc/passwd}",
    r"\write18{ls}",
    "}{",
    "%",
    "a|b",
    "`code`",
    "\x1b[31mred",
    "\x07\x00",
    "two\nlines",
    "\u202eabc",
    'a"b; c',
    "&lt;",
    "]]>",
    "--><evil>",
    "中文 é",
    "x" * 5000,
]
names = pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[1:25])

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ELEMENTS = re.compile(r"<(script|img|evil)\b", re.I)


def graph(name, kind=Value):
    x = kind(2.0, name=name)
    return (x * x).named("J"), x


def is_no_markup(text):
    """HTML that is well formed, with no element out of a name."""
    assert not ELEMENTS.search(text)
    assert not re.search(r"(href|src)=.?\s*javascript", text)
    ET.fromstring(f"<all>{text.replace('&nbsp;', ' ').replace('<br>', '<br/>')}</all>")


def is_no_markdown(text):
    """Markdown in which neither HTML, links nor formulas come out of a name."""
    outside = re.sub(r"\$\$\n.*?\n\$\$|(`+).+?\1", "", text, flags=re.DOTALL)
    assert not ELEMENTS.search(outside.replace(r"\<", ""))
    assert not re.search(r"(?<!\\)\]\(", outside), "a link"
    assert not re.search(r"(?<!\\)\$", outside), "a formula"


def is_no_latex(text):
    """LaTeX in which no command comes out of a name, and braces match."""
    assert not re.search(r"\\(input|write)", text)
    assert not re.search(r"(?<!\\)%", text), "the rest of the line is a comment"
    bare = re.sub(r"\\[\\{}]", "", text)
    assert bare.count("{") == bare.count("}")


@names
def test_in_a_printed_ledger(name):
    rule = viz.chain_rule(graph(name)[0])
    assert not CONTROLS.search(str(rule))
    assert not CONTROLS.search(repr(rule))


@names
def test_in_a_ledger_as_markdown(name):
    is_no_markdown(viz.chain_rule(graph(name)[0]).markdown())


@names
def test_in_a_ledger_as_latex(name):
    is_no_latex(viz.chain_rule(graph(name)[0]).latex())


@names
def test_in_a_ledger_as_html(name):
    is_no_markup(viz.chain_rule(graph(name)[0]).html())


@names
def test_in_a_drawing(name):
    drawing = viz.draw(graph(name, Tensor)[0])
    assert not CONTROLS.search(str(drawing))
    assert not ELEMENTS.search(drawing.source)
    assert not CONTROLS.search(drawing.source)


@pytest.mark.parametrize("name", HOSTILE[::3], ids=lambda name: ascii(name)[1:25])
def test_in_a_drawing_as_svg(name):
    svg = viz.draw(graph(name)[0]).svg()
    ET.fromstring(svg)
    assert not ELEMENTS.search(svg)


def report_of(name):
    x = Value(2.0, name=name)
    other = Value(3.0, name="other")
    J = (x * x * other).named("J")
    names = {name: x, "other": other, "J": J}
    return check.derivation(J, {f"d{name}": lambda other: 1 * other, "dother": 3.0}, names=names)


@names
def test_in_a_printed_report(name):
    report = report_of(name)
    assert not CONTROLS.search(report.text())
    assert not CONTROLS.search(repr(report))


@names
def test_in_a_report_as_markdown(name):
    is_no_markdown(report_of(name).markdown())


@names
def test_in_a_report_as_latex(name):
    is_no_latex(report_of(name).latex())


@names
def test_in_a_report_as_html(name):
    is_no_markup(report_of(name)._repr_html_())


@names
def test_in_errors(name):
    """The words of an error are one line without control characters."""
    x, y = Tensor([[1.0, 2.0]], name=name), Tensor([[1.0, 2.0]], name="y")
    with pytest.raises(ValueError, match="matmul") as caught:
        x @ y
    assert not CONTROLS.search(str(caught.value))
    with pytest.raises(TypeError) as told:
        np.asarray(x)
    assert not CONTROLS.search(str(told.value))


@names
def test_in_the_representation_of_a_node(name):
    for kind in (Value, Tensor):
        text = repr(graph(name, kind)[1])
        assert not CONTROLS.search(text)
        assert "\n" not in text


@names
def test_of_an_array_in_a_file(name, tmp_path):
    """It comes back under its name, or is refused with words, and nothing is written elsewhere."""
    path = tmp_path / "inner" / "model.safetensors"
    path.parent.mkdir()
    state = {name: np.arange(3.0), "../escape": np.ones(2), "/etc/x": np.ones(1)}
    try:
        nn.save(state, path)
    except ValueError:
        assert not path.exists()
    else:
        found = nn.load(path)
        assert {key: array.tolist() for key, array in found.items()} == {
            key: array.tolist() for key, array in state.items()
        }
    assert {each.name for each in tmp_path.iterdir()} == {"inner"}


@names
def test_a_name_changes_no_number(name):
    J, x = graph(name)
    assert gradients(J, x) == 4.0
    assert viz.chain_rule(J).steps[-1].gradient == 4.0
