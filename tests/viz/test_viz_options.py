"""Laws of the options of `draw`, of sizes, and of graphs that change or are drawn in threads."""

import re
import threading
import time
from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from autograd import Tensor, Value, relu, tanh, toposort, where


def two_layers() -> Tensor:
    """A small network."""
    W, b = Tensor(np.ones((2, 3)) / 7, name="W"), Tensor(np.zeros((2, 1)), name="b")
    J = tanh(W @ np.arange(15.0).reshape(3, 5) + b).mean().named("J")
    J.backward()
    return J


def speech(drawing: viz.Drawing, name: str) -> str:
    """What is said of a box."""
    (found,) = (box for box in drawing.picture.boxes if box.name == name)
    return found.speech


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ((), "W, parameter"),
        (("shape",), "W, parameter, 2 × 3"),
        (("dtype",), "W, parameter, float64"),
        (("shape", "dtype"), "W, parameter, 2 × 3 float64"),
        (("data",), "W, parameter, value 0.14 0.14 0.14; 0.14 0.14 0.14"),
    ],
)
def test_what_is_asked_for_is_shown_and_nothing_else(show, said: str) -> None:
    assert speech(viz.draw(two_layers(), show=show, precision=2), "W") == said


def test_without_local_no_arrow_is_labelled_and_without_grad_no_gradient_shown() -> None:
    picture = viz.draw(two_layers(), show=("data",)).picture
    assert not any(arrow.lines for arrow in picture.arrows)
    assert not any(box.gradient for box in picture.boxes)


@pytest.mark.parametrize("depth", [0, 1, 2, 5])
def test_depth_counts_steps_back_from_the_root(depth: int) -> None:
    y = Value(1.0)
    for _ in range(9):
        y = tanh(y)
    assert len(viz.draw(y, depth=depth, fused=True).picture.boxes) == depth + 1


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x: relu(x - 9.0), "∂J/∂v1 is zero"),
        (lambda x: where([True], 3.0, x), "masked: v1 takes the other branch"),
    ],
)
def test_reasons_of_a_zero(make, reason: str) -> None:
    x = Tensor([2.0], name="x")
    J = make(x).sum().named("J")
    J.backward()
    (found,) = (box.gradient for box in viz.draw(J).picture.boxes if box.name == "x")
    assert found is not None
    assert (found.state, found.reason) == ("zero", reason)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"show": "grad"}, r"show='grad': give some of 'data', .* as show=\('data', 'grad'\)"),
        ({"show": ("value",)}, "give some of 'data', 'grad', 'local', 'shape', 'dtype'"),
        ({"fused": "yes"}, "fused='yes' is none of True, False, 'auto'"),
        ({"depth": -1}, "depth=-1 is not a whole number from 0 on"),
        ({"max_nodes": None}, "max_nodes=None is not a whole number from 1 on"),
        ({"precision": 2.5}, "precision=2.5 is not a whole number from 1 on"),
        ({"time_limit": 0}, "time_limit=0 is not a number of seconds above 0"),
        ({"focus": "W"}, "focus='W' is a str, not a node"),
        ({"inputs": ["W"]}, r"inputs= takes nodes, as inputs=\[x\]; 'W' is a str"),
        ({"names": ["W"]}, "names= is a list: give a mapping, .* or locals"),
        ({"names": {Value(1.0): "W"}}, "names= maps names to nodes, .* not nodes to names"),
        ({"collapse": "layers"}, "collapse='layers': give True, False, or the names of groups"),
        ({"collapse": ["layers"]}, "no group is called 'layers'; there are none"),
        ({"group": "module"}, "no model among your variables .* pass the model itself"),
    ],
)
def test_options_that_make_no_sense_say_what_to_pass(options, words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=f"draw: .*{words}"):
        viz.draw(two_layers(), **options)


def test_options_of_the_ledger_that_make_no_sense_say_what_to_pass() -> None:
    J = two_layers()
    with pytest.raises(ValueError, match="chain_rule: precision=0 is not a whole number from 1"):
        viz.chain_rule(J, precision=0)
    with pytest.raises(TypeError, match=r"chain_rule: wrt= takes nodes, as wrt=\[x\]; 'W' is a"):
        viz.chain_rule(J, wrt="W")  # type: ignore[arg-type]


def test_a_single_input_needs_no_list() -> None:
    x = Value(2.0, name="x")
    J = x * 3
    assert viz.draw(J, inputs=x).source == viz.draw(J, inputs=[x]).source


# ------------------------------------------------------------------------------------- sizes


def chain(count: int) -> Value:
    """A chain of `count` operations."""
    y = Value(1.0, name="x")
    for _ in range(count):
        y = y * 1.0001
    y.backward()
    return y


@pytest.mark.parametrize(("count", "compact"), [(299, False), (300, True), (1499, True)], ids=str)
def test_sizes(count: int, compact: bool) -> None:
    drawing = viz.draw(chain(count))
    assert len(drawing.picture.boxes) == count + 1
    assert drawing.picture.compact is compact
    assert drawing.picture.fused


def test_a_thousand_nodes_are_rendered_in_seconds() -> None:
    start = time.perf_counter()
    ElementTree.fromstring(viz.draw(chain(999)).svg())
    assert time.perf_counter() - start < 20


def test_a_long_chain_is_refused_at_once_and_not_by_recursion() -> None:
    y = chain(10_000)
    start = time.perf_counter()
    with pytest.raises(ValueError, match=r"10,001 nodes .* pass group=model, or pass max_nodes="):
        viz.draw(y)
    assert time.perf_counter() - start < 5
    assert len(viz.draw(y, focus=y, depth=4, fused=True).picture.boxes) == 5


# ------------------------------------------------------------------- changes and threads


def test_a_changed_leaf_is_shown_as_it_was_beside_the_results_and_as_it_is() -> None:
    x = Value(3.0, name="x")
    J = (x * x).named("J")
    J.backward()
    x.data = 5.0
    drawing = viz.draw(J, fused=True)
    assert "value 3 (when J was computed; now 5)" in speech(drawing, "x")
    assert "when J was computed; now 5" in drawing.source
    assert "3 (when J was computed; now 5)" in str(drawing)
    assert "∂J/∂x: +6" in speech(drawing, "x")
    assert [arrow.lines for arrow in drawing.picture.arrows][:1] == [["3 × 1"]]


def test_new_weights_do_not_stand_beside_old_results() -> None:
    W, b = Tensor([[1.0, 2.0]], name="W"), Tensor([0.5], name="b")
    J = ((W * 3.0).named("Z") + b).sum().named("J")
    J.backward()
    W.data -= 0.5 * W.grad
    assert "value 1 2 (when Z was computed; now [[−0.5, 0.5]])" in speech(viz.draw(J), "W")
    assert "(when" not in speech(viz.draw(J), "b")
    rule = viz.chain_rule(J)
    assert rule.notes == ["W was [[1, 2]] when Z was computed; now [[−0.5, 0.5]]"]
    for text in (str(rule), rule.html()):
        assert rule.notes[0] in text
    assert "W was" in rule.markdown()
    W.data = [[1.0, 2.0]]
    assert not viz.chain_rule(J).notes


def test_changes_too_small_to_be_seen_and_too_many_to_be_told() -> None:
    xs = [Value(float(i), name=f"x{i}") for i in range(9)]
    J = sum(xs)
    xs[0].data = 1e-9 + 0.0
    for x in xs[1:]:
        x.data += 1e-9
    notes = viz.chain_rule(J).notes
    assert len(notes) == 6
    assert notes[1].endswith("; changed since")
    assert notes[-1] == "4 more leaves were changed since they were used"


def test_drawing_while_another_thread_works() -> None:
    J = two_layers()
    wanted, wrong, stop = viz.draw(J).source, [], threading.Event()

    def work() -> None:
        while not stop.is_set():
            two_layers()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(20):
            if viz.draw(J).source != wanted:
                wrong.append(1)
    finally:
        stop.set()
        worker.join()
    assert not wrong


def test_drawing_stores_nothing_in_the_graph() -> None:
    J = two_layers()
    before = [(node.name, id(node.grad)) for node in toposort(J)]
    viz.draw(J, names={"other": J}).svg()
    assert [(node.name, id(node.grad)) for node in toposort(J)] == before


def test_every_theme_keeps_its_words_readable() -> None:
    """WCAG: 4.5 to 1 for text on its fill."""

    def light(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    from viz.rendering.theme import THEMES

    for theme in THEMES.values():
        for fill in {*theme.fills.values(), theme.paper}:
            for ink, least in ((theme.ink, 7), (theme.faint, 4.5), (theme.plus, 4.2)):
                high, low = sorted((light(fill), light(ink)), reverse=True)
                assert (high + 0.05) / (low + 0.05) >= least, (fill, ink)


def test_the_gradient_of_a_result_is_told_in_words_and_signs() -> None:
    said = str(viz.draw(two_layers()))
    assert re.search(r"∂J/∂W: [+−][\d.]+", said)
