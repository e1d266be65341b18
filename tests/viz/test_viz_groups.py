"""Laws of groups, of recorded backward passes, and of thumbnails in pictures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, tanh, toposort
from viz.groups import prefixes

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


def test_collapsed_groups_show_the_shapes_that_pass_their_border() -> None:
    drawing = viz.draw(named(), group="name", collapse=["layers.0", "layers.1"])
    boxes = {box.name: box for box in drawing.picture.boxes}
    assert boxes["layers.0"].role == "group"
    assert boxes["layers.0"].note == "3 nodes, 1 of them parameters"
    (edge,) = (
        each
        for each in drawing.picture.arrows
        if (each.tail, each.head) == (boxes["layers.0"].id, boxes["layers.1"].id)
    )
    assert edge.lines == ["3 × 2"]
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
    assert {box.role for box in drawing.picture.boxes} == {"group", "loss", "constant"}


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
import sys
sys.path[:0] = [{root!r}, {here!r}]
import viz
from test_viz_groups import named
J = named()
grouped = viz.draw(J, group="name")
print(grouped.source, viz.draw(J, group="name", collapse=True).json(), grouped.svg())
print(viz.chain_rule(J), viz.chain_rule(J).html(), viz.chain_rule(J).latex())
"""


def test_the_same_bytes_in_every_process() -> None:
    program = PROGRAM.format(root=str(ROOT), here=str(Path(__file__).parent))
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000
