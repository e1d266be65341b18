"""Laws of groups, of recorded backward passes, and of thumbnails in pictures."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, Value, gradients, sigmoid, tanh, toposort
from viz.picture.groups import prefixes

SVG = "{http://www.w3.org/2000/svg}"

ROOT = Path(__file__).resolve().parents[2]


class Layer:
    """A model as others write it: named parameters, named modules."""

    def __init__(self, depth: int, width: int) -> None:
        rng = np.random.default_rng(0)
        self.weights = [Tensor(rng.normal(size=(width, width))) for _ in range(depth)]

    def named_parameters(self) -> Any:
        return ((f"layers.{i}.weight", W) for i, W in enumerate(self.weights))

    def named_modules(self) -> Any:
        return [("", self), ("layers.0", 1.0)]

    def __call__(self, x: Any) -> Any:
        for W in self.weights:
            x = tanh(W @ x)
        return x.sum().named("J")


def named(depth: int = 3) -> Tensor:
    """A chain of matrix products, its parameters named with prefixes."""
    model = Layer(depth, 3)
    for name, W in model.named_parameters():
        W.named(name)
    J: Tensor = model(np.ones((3, 2)))
    J.backward()
    return J


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("layers.0.weight", ("layers", "layers.0")),
        ("W[0]", ("W",)),
        ("W[0][1]", ("W", "W[0]")),
        ("net.0.weight[2, 1]", ("net", "net.0", "net.0.weight")),
        ("z1", ()),
        ("", ()),
        ("…", ()),
    ],
)
def test_names_tell_their_groups(name: str, groups: tuple[str, ...]) -> None:
    assert prefixes(name) == groups


def test_what_a_layer_computes_is_in_its_group_and_groups_are_nested() -> None:
    drawing = viz.draw(named(), group="name")
    by_formula = {box.formula: box.group for box in drawing.picture.boxes}
    for i in range(3):
        own = [each for formula, each in by_formula.items() if f"layers.{i}.weight ·" in formula]
        assert own == [("layers", f"layers.{i}")]
    assert drawing.picture.boxes[-1].group == ()
    assert drawing.source.count("subgraph cluster_") == 4 + 1  # and the legend
    depth = 0
    for line in drawing.source.splitlines():
        depth += line.strip().startswith("subgraph") - (line.strip() == "}")
    assert depth == -1  # the last one closes the graph


def test_a_model_among_the_variables_groups_its_parameters() -> None:
    model = Layer(2, 3)
    J = model(np.ones((3, 2)))
    for group in ("module", model):
        groups = {box.group for box in viz.draw(J, group=group).picture.boxes}
        assert ("layers", "layers.0 (float)") in groups
        assert ("layers", "layers.1") in groups


def framed(J: Any, model: Any) -> dict[str, list[str]]:
    """For each innermost frame, the operations in it, in order; "" is outside of all."""
    found: dict[str, list[str]] = {}
    for box in viz.draw(J, group=model).picture.boxes:
        if box.formula:
            found.setdefault(box.group[-1] if box.group else "", []).append(box.formula)
    return found


def test_a_frame_ends_where_its_module_does() -> None:
    X, Y = np.arange(21.0).reshape(7, 3) / 10, (np.arange(7.0) % 2).reshape(7, 1)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
    A = model(X)
    penalty = sum((p * p).sum() for p in model.parameters())
    J = (-(Y * np.log(A) + (1 - Y) * np.log(1 - A))).mean() + 0.1 * penalty
    frames = framed(J, model)
    assert frames["0 (Linear)"] == ["0.weightᵀ", "const · v1", "v2 + 0.bias"]
    assert frames["1 (Tanh)"] == ["tanh v3"]
    assert frames["2 (Linear)"][1:] == ["v4 · v5", "v6 + 2.bias"]
    assert frames["3 (Sigmoid)"] == ["σ(v7)"]
    assert sum(map(len, frames.values())) == sum(node.op is not None for node in toposort(J))
    assert not [formula for formula in frames[""] if "tanh" in formula or "σ" in formula]


class Residual(nn.Module):
    """A block with a way around it."""

    def __init__(self) -> None:
        self.net = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
        self.out = nn.Linear(3, 1, bias=False)

    def forward(self, x: Any) -> Any:
        return self.out(self.net(x) + x)


def test_what_lies_between_inner_modules_is_in_the_outer_frame() -> None:
    X = np.arange(21.0).reshape(7, 3) / 10
    model = nn.Sequential(Residual(), nn.Sigmoid())
    frames = framed((model(X) ** 2).mean(), model)
    assert frames["0.net.1 (Tanh)"] == ["tanh v3"]
    assert frames["0 (Residual)"] == ["v4 + const"]
    assert frames["0.out (Linear)"][-1] == "v5 · v6"
    assert frames["1 (Sigmoid)"] == ["σ(v7)"]
    assert frames[""] == ["v8²", "mean v9"]


def test_single_numbers_are_framed_by_module_too() -> None:
    model = nn.Sequential(nn.Linear(2, 2, node=Value), nn.Tanh(), nn.Linear(2, 1, node=Value))
    (z,) = model([0.5, -1.0])
    J = (z - 1.0) ** 2 + 0.1 * sum(p * p for p in model.parameters())
    boxes = viz.draw(J, group=model).picture.boxes
    outer = [box.group[0] for box in boxes if box.group and box.formula]
    assert Counter(outer) == {"0 (Linear)": 8, "1 (Tanh)": 2, "2 (Linear)": 4}
    outside = [box.formula for box in boxes if not box.group]
    assert not any("tanh" in formula for formula in outside)
    assert sum("weight" in formula for formula in outside) == 6


def test_parameters_go_by_their_names_in_the_callers_model() -> None:
    model = nn.Sequential(nn.Linear(2, 1))
    J = model(np.ones((3, 2))).mean()
    names = [box.name for box in viz.draw(J).picture.boxes]
    assert {"0.weight", "0.bias"} <= set(names)


def test_collapsed_groups_show_the_shapes_that_pass_their_border() -> None:
    drawing = viz.draw(named(), group="name", collapse=["layers.0", "layers.1"])
    boxes = {box.name: box for box in drawing.picture.boxes}
    assert boxes["layers.0"].role == "group"
    assert boxes["layers.0"].note == "2 nodes, 1 of them a parameter"
    between = next(box.id for box in drawing.picture.boxes if box.formula.startswith("tanh"))
    ends = [(boxes["layers.0"].id, between), (between, boxes["layers.1"].id)]
    crossing = [each for each in drawing.picture.arrows if (each.tail, each.head) in ends]
    assert [each.lines for each in crossing] == [["3 × 2"]] * 2
    ids = {box.id for box in drawing.picture.boxes}
    assert {end for each in drawing.picture.arrows for end in (each.tail, each.head)} <= ids
    every = viz.draw(named(), group="name", collapse=True).picture.boxes
    assert [box.name for box in every if box.role == "group"] == ["layers"]
    with pytest.raises(ValueError, match=r"no group is called 'x'; there are layers, layers\.0"):
        viz.draw(named(), group="name", collapse=["x"])


def test_large_graphs_are_grouped_unasked() -> None:
    J = named(depth=600)
    assert len(toposort(J)) > 1500
    drawing = viz.draw(J)
    assert 600 < len(drawing.picture.boxes) <= 1500
    assert sum(box.role == "group" for box in drawing.picture.boxes) == 600
    assert not any(box.role == "parameter" for box in drawing.picture.boxes)


def test_groups_of_different_depth_are_collapsed_together() -> None:
    model = nn.MLP([4, 12, 12, 1], node=Value)
    (out,) = np.ravel(model(np.ones(4)))
    boxes = viz.draw((out * out).named("J"), group=model, max_nodes=300).picture.boxes
    assert [box.name for box in boxes if box.role == "group"] == [
        *("0.weight", "0.bias", "1 (ReLU)", "2.weight", "2.bias", "3 (ReLU)", "4.weight", "4.bias")
    ]
    assert len(boxes) < 12


def test_words_on_an_arrow_do_not_stick_out_of_its_frame() -> None:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    J = (model(rng.normal(size=(30, 2))) ** 2).mean().named("J")
    J.backward()
    svg = ElementTree.fromstring(viz.draw(J, group=model).svg())
    frames, words = [], []
    for each in svg.iter(f"{SVG}g"):
        shape = each.find(f"{SVG}path")
        if (
            each.get("class") == "cluster"
            and shape is not None
            and "legend" not in each.get("id", "")
        ):
            xs = [float(x) for x in re.findall(r"(-?[\d.]+),", shape.get("d", ""))]
            frames.append((min(xs), max(xs)))
        texts = [text for text in each.findall(f"{SVG}text") if text.text == "axis 0"]
        words += [float(text.get("x", "nan")) for text in texts]
    assert len(words) == 2
    width = 30  # of "axis 0" in letters of 10 points, at the most
    assert all(any(low < x and x + width < high for low, high in frames) for x in words)


def test_an_arrow_into_a_collapsed_group_stands_for_all_uses_in_it() -> None:
    x, w = Value(2.0, name="x"), Value(3.0, name="a.w")
    J = ((x * w - x).named("a.z") * 2).named("J")
    J.backward()
    picture = viz.draw(J, group="name", collapse=True).picture
    (arrow,) = (each for each in picture.arrows if each.tail == "n0")
    assert (arrow.sign, arrow.size) == (0, 6.0)  # +6 and −2
    assert arrow.speech == "x into a: 1 number"


def test_a_value_stays_paired_with_its_gradient_in_a_collapsed_group() -> None:
    w, x = Value(2.0, name="a.w"), Value(0.5, name="x")
    (tanh(w * x) * w).named("J").backward(create_graph=True)
    assert isinstance(w.grad, Value)
    arrows = viz.draw(w.grad, group="name", collapse=["a"]).picture.arrows
    pairs = [arrow for arrow in arrows if arrow.kind == "pair"]
    assert pairs
    assert not any(arrow.lines for arrow in pairs)


def test_wrong_groups_are_told() -> None:
    with pytest.raises(ValueError, match="group='layer' is none of 'module', 'name' and a model"):
        viz.draw(Value(1.0) * 2, group="layer")
    with pytest.raises(TypeError, match="group= is a int without named_parameters"):
        viz.draw(Value(1.0) * 2, group=3)


def test_groups_with_hostile_names_stay_words() -> None:
    x = Value(2.0, name='</script>"{.a<b>.c')
    y = Value(3.0, name='</script>"{.a<b>.d')
    drawing = viz.draw((x * y).named("J"), group="name")
    assert drawing.svg().count("<svg ") == 1
    assert "<script" not in drawing.svg()


# ------------------------------------------------------------------------------ second order


def test_forward_and_backward_nodes_are_told_apart_and_paired() -> None:
    x = Value(2.0, name="x")
    y = tanh(x).named("y")
    J = (y * y).named("J")
    J.backward(create_graph=True)
    picture = viz.draw(x.grad).picture
    roles = {box.name: box.role for box in picture.boxes}
    assert (roles["x"], roles["y"], roles["x.grad"]) == ("parameter", "operation", "gradient")
    ids = {box.id: box.name for box in picture.boxes}
    pairs = {(ids[e.tail], ids[e.head]) for e in picture.arrows if e.kind == "pair"}
    assert {("x", "x.grad"), ("y", "y.grad")} <= pairs
    (shown,) = (box.gradient for box in picture.boxes if box.name == "x")
    assert shown is not None
    assert shown.symbol == "x.grad"
    assert not [e for e in viz.draw(J).picture.arrows if e.kind == "pair"]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_gradients_that_are_stored_nowhere_are_paired_too(kind) -> None:
    x, w = kind(2.0, name="x"), kind(0.5, name="w")
    y = tanh(x * w).named("y")
    J = (y * y + w).named("J")
    by_w = gradients(J, w, create_graph=True)
    picture = viz.draw(by_w).picture
    names = {box.id: box.name for box in picture.boxes}
    pairs = {(names[e.tail], names[e.head]) for e in picture.arrows if e.kind == "pair"}
    assert {("w", "by_w"), ("y", "∂J/∂y")} <= pairs
    roles = {box.name: box.role for box in picture.boxes}
    assert (roles["y"], roles["by_w"], roles["∂J/∂y"]) == ("operation", "gradient", "gradient")
    assert roles["x"] == "parameter"
    assert (J.grad, w.grad) == (None, None)


def test_a_gradient_is_that_of_the_node_that_is_drawn() -> None:
    w, x, b = (Value(number, name=name) for name, number in (("w", 2.0), ("x", 0.5), ("b", 0.1)))
    J = sigmoid(w * x + b).named("J")  # what arrives at w * x arrives at b and at their sum
    by_w = gradients(J, w, create_graph=True)
    picture = viz.draw(by_w).picture
    assert J.grad is None
    names = {box.id: box.name for box in picture.boxes}
    pairs = {(names[e.tail], names[e.head]) for e in picture.arrows if e.kind == "pair"}
    assert ("w", "by_w") in pairs


def test_what_is_no_recorded_pass_is_not_taken_for_one() -> None:
    x = Value(2.0, name="x")
    one = Value(1.0).detach()
    y = tanh(x).named("y")
    J = y * y
    other = (one * y + one * x) * (1 - y * y)
    picture = viz.draw(other).picture
    assert J.grad is None
    assert not [edge for edge in picture.arrows if edge.kind == "pair"]
    assert not [box for box in picture.boxes if box.role == "gradient"]
    by_x = gradients(y * y, x, create_graph=True)
    x.data = 3.0  # the pass can't be recorded again
    assert viz.draw(by_x).picture.root == "by_x"


# ---------------------------------------------------------------------------------- unused


def test_parameters_that_nothing_depends_on_are_drawn_as_unused() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    x = Tensor(np.ones((1, 2)), name="x")
    J = model[0](x).sum().named("J")
    boxes = {box.name: box for box in viz.draw(J, group=model, inputs=[x]).picture.boxes}
    gradient = boxes["1.weight"].gradient
    assert gradient is not None
    assert gradient.line == "no gradient yet: unused: J needs none of it"
    J.backward()
    boxes = {box.name: box for box in viz.draw(J, group=model, inputs=[x]).picture.boxes}
    gradient = boxes["1.weight"].gradient
    assert gradient is not None
    assert (gradient.state, gradient.reason) == ("zero", "unused: J needs none of it")
    assert boxes["1.weight"].group == ("1 (Linear)",)
    assert "1.weight" not in {box.name for box in viz.draw(J).picture.boxes}


def test_inputs_that_nothing_depends_on_are_drawn_as_unused() -> None:
    x, other = Value(2.0, name="x"), Value(3.0, name="other")
    J = (x * x).named("J")
    J.backward()
    boxes = viz.draw(J, inputs=[x, other]).picture.boxes
    (found,) = (box for box in boxes if box.name == "other")
    assert found.role == "input"
    assert found.gradient is not None
    assert found.gradient.line == "0 (unused: J needs none of it)"


# ------------------------------------------------------------------------------- thumbnails


def test_large_arrays_have_a_thumbnail_of_their_means() -> None:
    data = np.zeros((60, 120))
    data[:10, :10] = 4.0
    data[50:, 110:] = -2.0
    W = Tensor(data, name="W")
    (found,) = (box for box in viz.draw(W.sum()).picture.boxes if box.name == "W")
    assert found.value is not None
    heat = np.array(found.value.heat)
    assert heat.shape == (6, 12)
    assert (heat[0, 0], heat[-1, -1]) == (1.0, -0.5)
    assert np.abs(heat).sum() == 1.5


@pytest.mark.parametrize("shape", [(5,), (7, 3), (2, 3, 4), (1, 1000), (0, 9)])
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_thumbnails_of_any_shape_and_number(shape: tuple[int, ...]) -> None:
    for fill in (0.0, np.nan, np.inf, 1e300):
        drawing = viz.draw((Tensor(np.full(shape, fill)) * 1.0).sum())
        assert "nan" not in drawing.source
        json.loads(drawing.json())


# ------------------------------------------------------------------- gold and what else there is

GOLDEN = """\
digraph chainrule {
  graph [rankdir=LR, bgcolor="#FFFFFF", fontname="Arial", fontcolor="#1A202C", fontsize=18, \
ranksep=0.35, nodesep=0.25, pad="0.2", labelloc="t", label="", outputorder="edgesfirst"]
  node [fontname="Arial", fontsize=12, fontcolor="#1A202C", penwidth=1.2, margin="0.09,0.05", \
width=0.3, height=0.3]
  edge [fontname="Arial", fontsize=10, fontcolor="#5F6B7A", color="#5F6B7A", arrowsize=0.7, \
penwidth=1]
  n0 [shape=box, style="filled", fillcolor="#FFF6DB", color="#8A6D1B", id="n0", label=<<b>a</b>>]
  n1 [shape=octagon, style="filled", fillcolor="#F9EDF7", color="#7A3E73", peripheries=2, \
margin="0,0", id="n1", label=<<b>y</b> = a · 2>]
  n0 -> n1 [id="e0", color="#5F6B7A", penwidth=1.0]
}
"""


def test_the_source_is_golden() -> None:
    y = (Value(3.0, name="a") * 2).named("y")
    assert viz.draw(y, legend=False, show=(), fused=True).source == GOLDEN


def test_the_source_is_a_graphviz_source_for_that_package() -> None:
    import graphviz

    drawing = viz.draw(Value(3.0, name="a") * 2)
    source = drawing.to_graphviz()
    assert isinstance(source, graphviz.Source)
    assert source.source == drawing.source


def test_importing_viz_does_not_import_graphviz() -> None:
    code = "import sys, viz; print('graphviz' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_the_json_is_golden() -> None:
    content = json.loads(viz.draw((Value(3.0, name="a") * 2).named("y"), show=()).json())
    assert content["boxes"][0] == {
        "id": "n0",
        "role": "parameter",
        "name": "a",
        "formula": "",
        "shape": "",
        "value": None,
        "gradient": None,
        "note": "",
        "group": [],
    }
    assert [(e["id"], e["tail"], e["head"], e["slot"]) for e in content["arrows"]] == [
        ("e0", "o1", "n1", None),
        ("e1", "n0", "o1", 0),
        ("e2", "c1s1", "o1", 1),
    ]


PROGRAM = """
import viz
from test_viz_groups import named
J = named()
grouped = viz.draw(J, group="name")
print(grouped.source, viz.draw(J, group="name", collapse=True).json(), grouped.svg())
print(viz.chain_rule(J), viz.chain_rule(J).html(), viz.chain_rule(J).latex())
"""


def test_the_same_bytes_in_every_process(printed: Callable[[str], bytes]) -> None:
    assert len(printed(PROGRAM)) > 10_000
