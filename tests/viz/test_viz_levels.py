"""Laws of the picture of a replay: its levels are columns, and large graphs are summed up."""

import json
from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from autograd import Node, Tensor, Value, replay, sigmoid, tanh, toposort


class Levelled:
    """What `draw` reads of a replay, made by hand."""

    def __init__(self, output: Node, inputs: tuple[Node, ...] = ()) -> None:
        self.output, self.inputs = output, inputs
        self.level: dict[Node, int] = {}
        for node in toposort(output):
            args = [self.level[arg] for arg in node.args if isinstance(arg, Node)]
            self.level[node] = 1 + max(args, default=-1)

    @property
    def levels(self) -> list[list[tuple[str, int]]]:
        last = max(self.level.values())
        names: list[Counter[str]] = [Counter() for _ in range(last)]
        for node, level in self.level.items():
            if level:
                names[level - 1][node.op.name] += 1
        return [list(found.items()) for found in names]


def unit() -> tuple[Value, list[Value]]:
    """A logistic unit, and its leaves."""
    leaves = [Value(x, name=name) for name, x in (("w", 0.5), ("x", 2.0), ("b", 0.1))]
    w, x, b = leaves
    a = sigmoid(w * x + b).named("a")
    a.backward()
    return a, leaves


def test_a_replay_is_drawn_level_by_level() -> None:
    a, (w, x, b) = unit()
    drawing = viz.draw(replay(a, inputs=[x], wrt=[w, b]), title="levels")
    groups = [box.group[0] for box in drawing.picture.boxes]
    assert groups == ["level 0: 3 leaves"] * 3 + [
        "level 1: 1 × multiply",
        "level 2: 1 × add",
        "level 3: 1 × sigmoid",
    ]
    roles = {box.name: box.role for box in drawing.picture.boxes}
    assert (roles["w"], roles["x"], roles["a"]) == ("parameter", "input", "loss")
    assert drawing.picture.direction == "LR"
    for i in range(4):
        assert f"{{ rank=same; h{i};" in drawing.source
    text = str(drawing).splitlines()
    assert text[:3] == ["levels", "", "level 0: 3 leaves"]
    ElementTree.fromstring(drawing.svg())


def test_what_is_drawn_by_level_is_what_is_drawn_of_the_node() -> None:
    a, (_, x, _) = unit()
    levelled, plain = viz.draw(Levelled(a, (x,))).picture, viz.draw(a, inputs=[x]).picture
    assert {each.lines[0] for each in levelled.arrows} == {
        each.lines[0] for each in plain.arrows if each.lines
    }
    assert {(box.name, box.value.line) for box in levelled.boxes if box.value} == {
        (box.name, box.value.line) for box in plain.boxes if box.value
    }


def test_arrays_by_level_say_how_broadcasting_is_undone() -> None:
    X = np.arange(6.0).reshape(2, 3)
    W, b = Tensor(np.ones((1, 2)), name="W"), Tensor(np.zeros((1, 1)), name="b")
    J = tanh(W @ X + b).mean()
    picture = viz.draw(replay(J, inputs=[], wrt=[W, b])).picture
    assert not any(box.name == "broadcast" for box in picture.boxes)
    assert ["∂J/∂v2", "sum over axis 1"] in [arrow.lines for arrow in picture.arrows]
    assert [box.name for box in picture.boxes if box.group[0].startswith("level 0")] == [
        "W",
        "b",
        "X",
    ]


def large() -> tuple[Value, list[Value]]:
    """Three layers of 12 tanh units of single numbers, 489 nodes, and the inputs."""
    rng = np.random.default_rng(0)
    inputs = [Value(x, name=f"x{i}") for i, x in enumerate(rng.normal(size=4))]
    layer = inputs
    for _ in range(3):
        weights = [[Value(x) for x in row] for row in rng.normal(size=(12, len(layer)))]
        layer = [
            tanh(sum((w * x for w, x in zip(row, layer, strict=True)), Value(0.1)))
            for row in weights
        ]
    return (sum(layer, Value(0.0)) * 0.1).named("J"), inputs


def test_a_large_replay_is_summed_up_by_operation() -> None:
    J, inputs = large()
    assert len(toposort(J)) > 300
    drawing = viz.draw(Levelled(J, tuple(inputs)))
    names = [box.name for box in drawing.picture.boxes]
    assert "4 × input" in names
    assert "4 times 12 × add" in names
    assert sum(box.role == "loss" for box in drawing.picture.boxes) == 1
    assert "levels 2 to 5" in str(drawing)
    assert "rank=same" in drawing.source
    ElementTree.fromstring(drawing.svg())
    json.loads(drawing.json())


def test_the_sum_counts_every_node_and_every_use_once() -> None:
    J, inputs = large()
    picture, order = viz.draw(Levelled(J, tuple(inputs))).picture, toposort(J)
    counts = [box.name.partition(" × ")[0].split(" times ") for box in picture.boxes]
    assert sum(np.prod([int(part) for part in each]) for each in counts) == len(order)
    inside = sum((int(each[0]) - 1) * int(each[1]) for each in counts if len(each) == 2)
    uses = sum(isinstance(arg, Node) for node in order for arg in node.args)
    assert sum(int(arrow.lines[0]) for arrow in picture.arrows) == uses - inside


def test_options_of_graphs_do_not_go_with_levels() -> None:
    a, _ = unit()
    with pytest.raises(ValueError, match="a replay is drawn by levels: without depth, focus"):
        viz.draw(Levelled(a), depth=2)
    y = Value(1.0)
    for i in range(800):
        y = y * 1.01 if i % 2 else y + 1.0
    with pytest.raises(ValueError, match="801 groups in 800 levels are more than max_nodes=500"):
        viz.draw(Levelled(y), max_nodes=500)


PROGRAM = """
import viz
from test_viz_levels import Levelled, large, unit
for output, _ in (unit(), large()):
    print(viz.draw(Levelled(output)).source, viz.draw(Levelled(output)).json())
"""


def test_levels_are_the_same_bytes_in_every_process(printed: Callable[[str], bytes]) -> None:
    assert printed(PROGRAM)
