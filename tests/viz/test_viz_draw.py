"""Laws of the drawn graph: what the picture holds, in which state, and that names stay words."""

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, log, maximum, relu, sigmoid, softmax, tanh, toposort
from viz.picture.model import Arrow, Box, Picture

SVG = "{http://www.w3.org/2000/svg}"


def box(drawing: viz.Drawing, name: str) -> Box:
    """The box of a node."""
    (found,) = (each for each in drawing.picture.boxes if each.name == name)
    return found


def arrows(drawing: viz.Drawing, tail: str, head: str) -> list[Arrow]:
    """The arrows between two boxes."""
    ends = box(drawing, tail).id, box(drawing, head).id
    return [each for each in drawing.picture.arrows if (each.tail, each.head) == ends]


def unit() -> Value:
    """A logistic unit on one sample, its nodes unnamed."""
    w1, w2, b, x1, x2, y = map(Value, (0.5, -0.3, 0.1, 1.5, -2.0, 1.0))
    a = sigmoid(w1 * x1 + w2 * x2 + b)
    return -(y * log(a) + (1 - y) * log(1 - a))


def network(m: int = 20) -> tuple[Tensor, dict[str, Tensor]]:
    """The two-layer network in column layout, and its named nodes."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, m)), (rng.random((1, m)) < 0.4) * 1.0
    W1, b1 = Tensor(rng.normal(size=(4, 30)), name="W1"), Tensor(np.zeros((4, 1)), name="b1")
    W2, b2 = Tensor(rng.normal(size=(1, 4)), name="W2"), Tensor(np.zeros((1, 1)), name="b2")
    A1 = tanh(W1 @ X + b1).named("A1")
    Z2 = (W2 @ A1 + b2).named("Z2")
    A2 = sigmoid(Z2).named("A2")
    J = (-(Y * log(A2) + (1 - Y) * log(1 - A2))).mean().named("J")
    return J, {node.name or "": node for node in toposort(J)}


# ------------------------------------------------------------------------------ nodes and edges


@pytest.mark.parametrize("fused", [True, False])
def test_one_edge_for_each_operand_slot(fused: bool) -> None:
    a = Value(3.0, name="a")
    y = (a * a).named("y")
    y.backward()
    drawing = viz.draw(y, fused=fused)
    into = [each for each in drawing.picture.arrows if each.tail == box(drawing, "a").id]
    assert [each.slot for each in into] == [0, 1]
    assert [each.lines for each in into] == [["3 × 1"]] * 2
    assert [each.result for each in into] == ["= +3"] * 2
    gradient = box(drawing, "a").gradient
    assert gradient is not None
    assert (gradient.line, gradient.total) == ("+6", "= 3 + 3")


def test_a_sum_of_many_uses_is_shortened() -> None:
    x = Value(2.0, name="x")
    J = sum((x * float(i) for i in range(1, 7)), Value(0.0)).named("J")
    J.backward()
    gradient = box(viz.draw(J), "x").gradient
    assert gradient is not None
    assert gradient.total == "= 6 + 5 + … + 1   (6 uses)"


def test_local_times_upstream_is_the_contribution() -> None:
    x, w = Value(-2.0, name="x"), Value(0.25, name="w")
    z = (x * w).named("z")
    J = (z * 3.0).named("J")
    J.backward()
    (edge,) = arrows(viz.draw(J, fused=True), "x", "z")
    assert (edge.lines, edge.result, edge.sign) == (["0.25 × 3"], "= +0.75", 1)
    (edge,) = arrows(viz.draw(J, fused=True), "w", "z")
    assert (edge.lines, edge.result, edge.sign) == (["(−2) × 3"], "= −6", -1)


def test_array_edges_carry_the_product_in_symbols() -> None:
    J, _ = network()
    J.backward()
    drawing = viz.draw(J)
    (product,) = (box for box in drawing.picture.boxes if box.formula == "W2 · A1")
    (edge,) = arrows(drawing, "W2", product.name)
    assert edge.lines == [f"∂J/∂{product.name} · A1ᵀ"]
    (edge,) = arrows(drawing, "Z2", "A2")
    assert edge.lines == ["∂J/∂A2 ⊙ A2 ⊙ (1 − A2)"]


def test_the_gradient_before_a_sum_is_not_colored_by_the_sum() -> None:
    s, v = Tensor(2.0, name="s"), Tensor([3.0, -1.0], name="v")
    J = (s * v).sum().named("J")
    J.backward()
    drawing = viz.draw(J, fused=True)
    (summed,) = arrows(drawing, "s", "broadcast")
    (product,) = arrows(drawing, "broadcast", "v1")
    assert (summed.sign, summed.size) == (1, 2.0)
    assert (product.sign, product.size) == (0, 2.0)


def test_the_transpose_of_a_gradient_is_not_taken_for_one_by_the_transpose() -> None:
    W = Tensor(np.ones((2, 3)), name="W")
    J = (W.T.named("V") ** 2).sum().named("J")
    J.backward()
    (arrow,) = arrows(viz.draw(J, fused=True), "W", "V")
    assert arrow.lines == ["(∂J/∂V)ᵀ"]
    assert "(∂J/∂V)ᵀ" in str(viz.chain_rule(J))


def test_what_notation_leaves_out_is_told_in_words() -> None:
    A, B, c = (Tensor(np.ones(s), name=n) for n, s in (("A", (2, 3)), ("B", (3, 4)), ("c", (4,))))
    C, d = np.einsum("ij,jk->ik", A, B).named("C"), np.cumsum(c, axis=0).named("d")
    J = (C * d).sum().named("J")
    J.backward()
    drawing = viz.draw(J, fused=True)
    assert arrows(drawing, "A", "C")[0].lines == ["einsum(∂J/∂C, B)", "(ik,jk to ij)"]
    assert arrows(drawing, "c", "d")[0].lines == ["cumsum(∂J/∂d)", "from the last entry on"]
    assert "cumsum(∂J/∂d) from the last entry on" in str(viz.chain_rule(J))


def test_undoing_a_broadcast_is_a_step_of_its_own() -> None:
    J, _ = network()
    J.backward()
    drawing = viz.draw(J)
    start, end = box(drawing, "b2").id, box(drawing, "Z2").id
    (step,) = (e for e in drawing.picture.arrows if e.tail == start)
    (onward,) = (e for e in drawing.picture.arrows if (e.tail, e.head) == (step.head, end))
    (middle,) = (each for each in drawing.picture.boxes if each.id == step.head)
    assert (middle.name, middle.shape) == ("broadcast", "1 × 20")
    assert (step.lines, onward.lines) == (["sum over axis 1"], ["∂J/∂Z2"])


def test_arrays_up_to_4_by_4_in_full_and_larger_ones_summarised() -> None:
    J, nodes = network()
    J.backward()
    drawing = viz.draw(J)
    small, large = box(drawing, "W2"), box(drawing, "W1")
    assert small.value is not None
    assert small.value.grid == [[f"{x:.4g}".replace("-", "−") for x in nodes["W2"].numpy()[0]]]
    assert large.value is not None
    assert large.value.grid is None
    assert [what for what, _ in large.value.measures] == ["min", "mean", "max"]
    assert large.shape == "4 × 30"
    assert large.gradient is not None
    assert large.gradient.numbers is not None
    assert [what for what, _ in large.gradient.numbers.measures] == ["min", "mean", "max"]


def test_roles_and_a_legend_of_those_present() -> None:
    w, x = Value(2.0, name="w"), Value(1.0, name="x")
    J = (w * x + 1).named("J")
    J.backward()
    plain, split = viz.draw(J, inputs=[x], fused=True), viz.draw(J, inputs=[x], fused=False)
    assert [box(plain, name).role for name in "wxJ"] == ["parameter", "input", "loss"]
    assert {*plain.picture.roles} == {"parameter", "input", "operation", "loss"}
    assert {*split.picture.roles} == {
        "parameter",
        "input",
        "operation",
        "result",
        "constant",
        "loss",
    }
    for drawing in (plain, split):
        present = set(re.findall(r"legend_(\w+) \[", drawing.source))
        assert present == set(drawing.picture.roles)
    assert "legend" not in viz.draw(J, legend=False).source


def test_forty_doublings_are_41_nodes() -> None:
    y = Value(1.0)
    for _ in range(40):
        y = y + y
    y.backward()
    drawing = viz.draw(y)
    assert (len(drawing.picture.boxes), len(drawing.picture.arrows)) == (41, 80)


def test_too_many_nodes_are_refused_with_what_to_pass() -> None:
    y = Value(1.0)
    for _ in range(10_000):
        y = y + 1.0
    with pytest.raises(ValueError, match=r"10,001 nodes .* max_nodes=1,500: .*depth=.*focus="):
        viz.draw(y)
    assert len(viz.draw(y, depth=3, fused=True).picture.boxes) == 4
    assert len(viz.draw(y, max_nodes=10_001).picture.boxes) == 10_001


def test_large_graphs_are_drawn_compactly() -> None:
    y = Value(1.0)
    for _ in range(400):
        y = y * 1.01
    y.backward()
    picture = viz.draw(y).picture
    assert picture.compact
    assert picture.fused
    assert not any(arrow.lines for arrow in picture.arrows)


def test_focus_keeps_the_paths_through_one_node() -> None:
    a, b = Value(1.0, name="a"), Value(2.0, name="b")
    left, right = (a * 2).named("left"), (b * 3).named("right")
    J = (left + right).named("J")
    assert [each.name for each in viz.draw(J, focus=left, fused=True).picture.boxes] == [
        "a",
        "left",
        "J",
    ]
    with pytest.raises(ValueError, match="focus= is not part of the graph"):
        viz.draw(left, focus=b)


# --------------------------------------------------------------------------- states of gradients


def state(node: Value, root: Value) -> tuple[str, str]:
    """The state of the gradient of a node in the picture of a root, and what is said of it."""
    drawing = viz.draw(root)
    gradient = box(drawing, node.name or "").gradient
    assert gradient is not None
    return gradient.state, gradient.line


def test_before_backward_no_gradient_is_shown_and_none_is_stored() -> None:
    x = Value(2.0, name="x")
    J = (x * x).named("J")
    assert state(x, J) == ("none yet", "no gradient yet")
    assert state(J, J) == ("none yet", "no gradient yet")
    viz.chain_rule(J)
    assert (x.grad, J.grad) == (None, None)


def test_states_value_zero_and_not_wanted() -> None:
    x, off = Value(2.0, name="x"), Value(-1.0, name="off")
    fixed = Value(5.0).detach().named("fixed")
    J = (x * fixed + relu(off).named("r")).named("J")
    J.backward()
    assert state(x, J) == ("value", "+5")
    assert state(off, J) == ("zero", "0 (relu is off in r)")
    assert state(fixed, J) == ("not wanted", "no gradient wanted")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x: tanh(x * 1000).named("t"), "∂J/∂v1 is zero"),
        (lambda x: (x * 0.0).named("t"), "times zero in t"),
        (lambda x: maximum(x, 100.0).named("t"), "maximum is off in t"),
        (lambda x: (x - x).named("t"), "its parts cancel"),
    ],
)
def test_a_zero_says_why(make, reason) -> None:
    x = Value(2.0, name="x")
    J = (make(x) * 3.0).named("J")
    J.backward()
    assert state(x, J) == ("zero", f"0 ({reason})")


def test_a_saturated_activation_is_told() -> None:
    z = Value(1000.0, name="z")
    J = (sigmoid(z).named("a") * 2).named("J")
    J.backward()
    assert state(z, J) == ("zero", "0 (sigmoid is flat here: saturated)")


@pytest.mark.parametrize(
    ("make", "start", "reason"),
    [
        (np.cos, [0.0], "cos is flat here"),
        (np.exp, [-1000.0], "exp is flat here: saturated"),
        (lambda x: x**2, [0.0], "the local derivative in v1 is 0"),
        (softmax, [0.0, 0.0], "softmax lets nothing of ∂J/∂v1 through"),
        (
            lambda x: (x + np.zeros(2)) * np.array([1.0, -1.0]),
            [0.0],
            "its entries cancel in the sum that undoes broadcasting to v1",
        ),
        (
            lambda x: relu(x) * np.array([1.0, 0.0]),
            [-1.0, 2.0],
            "relu is off in v1 where ∂J/∂v1 is not zero",
        ),
    ],
)
def test_the_reason_of_a_zero_is_true(make, start, reason) -> None:
    x = Tensor(start, name="x")
    J = (make(x).sum() * 3.0).named("J")
    J.backward()
    gradient = box(viz.draw(J), "x").gradient
    assert gradient is not None
    assert (gradient.state, gradient.reason) == ("zero", reason)


def test_gradients_of_earlier_passes_are_told_apart() -> None:
    x = Value(3.0, name="x")
    J = (x * x).named("J")
    J.backward()
    J.backward()
    gradient = box(viz.draw(J), "x").gradient
    assert gradient is not None
    assert (gradient.symbol, gradient.line) == ("x.grad", "+12")
    assert (gradient.note, gradient.total) == ("of it from this J: +6 = 3 + 3", "")


def symbols(root: Value) -> dict[str, tuple[str, str, str]]:
    """Of every node of a picture: what its gradient is called, its number, what is added to it."""
    made = {box.name: box.gradient for box in viz.draw(root, fused=True).picture.boxes}
    return {name: (g.symbol, g.line, g.note) for name, g in made.items() if g is not None}


def test_a_gradient_that_did_not_start_at_the_root_is_not_called_its_derivative() -> None:
    x = Value(1.0, name="x")
    z = (x * 2).named("z")
    (z * 5).named("K").backward()
    assert symbols(z) == {
        "x": ("∂J/∂x", "+10", ""),
        "z": ("∂J/∂z", "+5", "given: J comes after it"),
    }
    J = (z + x).named("J")
    assert symbols(J)["x"] == ("x.grad", "+10", "")
    J.backward()
    assert symbols(J)["x"] == ("x.grad", "+13", "of it from this J: +3 = 1 + 2")
    (z * 5).backward()
    assert symbols(J)["z"] == ("z.grad", "+5", "from this J: +1")


def test_a_drawing_is_a_snapshot() -> None:
    x = Value(3.0, name="x")
    J = (x * x).named("J")
    drawing = viz.draw(J)
    before = drawing.source
    x.data = 100.0
    J.backward()
    assert drawing.source == before
    assert "100" not in str(drawing)


def test_second_order_gradients_are_drawn_as_numbers() -> None:
    x = Value(3.0, name="x")
    J = (x**3).named("J")
    J.backward(create_graph=True)
    assert state(x, J) == ("value", "+27")


# -------------------------------------------------------------------------------------- names


def test_names_come_from_the_caller_then_from_the_order() -> None:
    w, x = Value(2.0), Value(3.0)
    own = Value(1.0, name="mine")
    loss = w * x + own
    names = [each.name for each in viz.draw(loss, fused=True).picture.boxes]
    assert names == ["w", "x", "v1", "mine", "loss"]


def test_names_in_containers_and_given_names() -> None:
    w = [Value(1.0), Value(2.0)]
    layer = {"b": Value(3.0)}
    J = w[0] * w[1] + layer["b"]
    assert [each.name for each in viz.draw(J).picture.boxes][:2] == ["w[0]", "w[1]"]
    names = [each.name for each in viz.draw(J, names={"bias": layer["b"]}).picture.boxes]
    assert "bias" in names
    assert "layer[b]" not in names


def test_equal_names_are_told_apart() -> None:
    a, b = Value(1.0, name="w"), Value(2.0, name="w")
    assert [each.name for each in viz.draw(a + b).picture.boxes][:2] == ["w", "w#2"]


def test_constant_arrays_go_by_the_callers_names() -> None:
    X, Y = np.arange(6.0).reshape(3, 2), np.array([[0.0, 1.0]])
    W = Tensor(np.ones((1, 3)))
    J = ((1 - Y) * (W @ X) + np.ones((1, 2)) @ X.T @ X).sum()
    boxes = {each.name: each.role for each in viz.draw(J).picture.boxes}
    assert boxes["X"] == boxes["1 − Y"] == "input"


HOSTILE = [
    '<b>&"{}|\\n</b>',
    "line\nbreak\ttab\x00\x1b",
    "</script><script>alert(1)</script>",
    "digraph",
    "a:b",
    "中文 🎉",
    "",
    " ",
    "]]>",
    "\u202eesrever\ufffe",
    "&amp;&#0;",
    "x" * 10_000,
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
def test_hostile_names_are_shown_not_interpreted(name: str) -> None:
    x = Value(2.0, name="x")
    y = (x * 2).named("y")
    y.backward()
    plain = viz.draw(y, title="t", fused=True)
    hostile = viz.draw(y, title=name, names={name: x}, fused=True)
    trees = [ElementTree.fromstring(each.svg()) for each in (plain, hostile)]
    tags = [[each.tag for each in tree.iter(f"{SVG}g")] for tree in trees]
    assert tags[0] == tags[1]
    texts = [each.text or "" for each in trees[1].iter(f"{SVG}text")]
    shown = hostile.picture.boxes[0].name
    assert len(shown) <= 40
    if shown.strip():
        assert shown in [text.replace("\xa0", " ") for text in texts]
    if 0 < len(name) < 40 and name.isprintable() and name.strip():
        assert shown == name


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, -0.0, 1e-320, 1e300])
def test_extreme_numbers_are_drawn(number: float) -> None:
    x = Value(number, name="x")
    y = x * 2.0
    y.backward()
    drawing = viz.draw(y)
    ElementTree.fromstring(drawing.svg())

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    json.loads(drawing.json(), parse_constant=refuse)


# ------------------------------------------------------------------------------------ the output


def test_svg_has_a_group_for_each_box_and_arrow_with_a_sentence() -> None:
    J = unit()
    J.backward()
    drawing = viz.draw(J, title="A unit", legend=False)
    tree = ElementTree.fromstring(drawing.svg())
    assert tree.get("role") == "img"
    assert tree.find(f"{SVG}title").text == "A unit"  # type: ignore[union-attr]
    assert "max-width:100%" in (tree.get("style") or "")
    groups = {each.get("class"): 0 for each in tree.iter(f"{SVG}g")}
    for each in tree.iter(f"{SVG}g"):
        groups[each.get("class")] += 1
        assert each.find(f"{SVG}title").text  # type: ignore[union-attr]
    assert groups == {
        "graph": 1,
        "node": len(drawing.picture.boxes),
        "edge": len(drawing.picture.arrows),
    }


def test_all_text_lies_inside_the_svg() -> None:
    J, _ = network()
    J.backward()
    tree = ElementTree.fromstring(viz.draw(J, title="A network").svg())
    _, _, width, height = map(float, (tree.get("viewBox") or "").split())
    (moved,) = (each for each in tree.iter(f"{SVG}g") if each.get("class") == "graph")
    match = re.search(r"translate\(([\d.]+) ([\d.]+)\)", moved.get("transform") or "")
    assert match is not None
    dx, dy = map(float, match.groups())
    for text in tree.iter(f"{SVG}text"):
        x, y = float(text.get("x") or 0) + dx, float(text.get("y") or 0) + dy
        wide = 0.56 * float(text.get("font-size") or 0) * len(text.text or "")
        assert 0 <= x <= x + wide <= width + 1
        assert 0 <= y <= height


def test_ids_of_two_pictures_on_a_page_do_not_clash() -> None:
    x = Value(2.0, name="x")
    pictures = [viz.draw(x * x).svg(), viz.draw(x + x).svg()]
    first, second = (set(re.findall(r'\bid="([^"]+)"', svg)) for svg in pictures)
    assert not first & second
    labels = re.search(r'aria-labelledby="([^"]+)"', pictures[0])
    assert labels is not None
    assert set(labels[1].split()) <= first


PROGRAM = """
import viz
from test_viz_draw import network, unit
for root in (unit(), network()[0]):
    root.backward()
    for direction in ("LR", "TB"):
        drawing = viz.draw(root, direction=direction)
        print(drawing.source, drawing.json(), drawing, viz.chain_rule(root).markdown())
"""


def test_the_same_bytes_in_every_process(printed: Callable[[str], bytes]) -> None:
    assert len(printed(PROGRAM)) > 10_000


def test_the_source_of_a_small_graph() -> None:
    a = Value(3.0, name="a")
    y = (a * 2).named("y")
    source = viz.draw(y, legend=False, show=("data",), fused=True).source
    lines = [line.strip() for line in source.splitlines()]
    assert lines[0] == "digraph chainrule {"
    assert lines[-1] == "}"
    assert [line.split(" [")[0] for line in lines[4:-1]] == ["n0", "n1", "n0 -> n1"]


def test_json_holds_what_the_picture_shows() -> None:
    x = Value(2.0, name="x")
    y = (x * x).named("y")
    y.backward()
    content = json.loads(viz.draw(y).json())
    assert content["root"] == "y"
    assert content["boxes"][0]["gradient"]["total"] == "= 2 + 2"


def test_printing_shows_the_graph_as_text() -> None:
    x = Value(2.0, name="x")
    y = (x * x).named("y")
    y.backward()
    lines = str(viz.draw(y, title="Twice", fused=True)).splitlines()
    assert lines[0] == "Twice"
    assert re.fullmatch(r"x\s+parameter\s+= 2\s+∂y/∂x: \+4 = 2 \+ 2", lines[1])
    assert re.fullmatch(r"y = x · x\s+loss\s+= 4\s+∂y/∂y: \+1", lines[2])


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_themes_and_directions(theme, direction) -> None:
    x = Value(2.0, name="x")
    drawing = viz.draw(x * x, theme=theme, direction=direction)
    assert f"rankdir={direction}" in drawing.source
    ElementTree.fromstring(drawing.svg())


def test_a_few_numbers_go_to_the_right_long_chains_and_arrays_down() -> None:
    short = Value(1.0) * 2 + 3
    pictures: list[Picture] = [viz.draw(each).picture for each in (short, unit(), network()[0])]
    assert [picture.direction for picture in pictures] == ["LR", "TB", "TB"]
    assert viz.draw(unit(), direction="LR").picture.direction == "LR"


def test_wrong_arguments_are_told() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match="draw: the root is float"):
        viz.draw(1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="direction='up' is none of"):
        viz.draw(x, direction="up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="theme='pink' is none of 'light', 'dark', 'print'"):
        viz.draw(x, theme="pink")  # type: ignore[arg-type]
