"""Why the order matters: b = a + a; c = b + b by recursion and by the sweep."""

from __future__ import annotations

from pathlib import Path

import viz
from autograd import Node, Value, toposort
from demos.console import Written, heading


def naive(node: Node, gradient: float, found: dict[Node, float]) -> int:
    """Hand the gradient on as soon as it comes, once for every path; the number of visits."""
    found[node] = found.get(node, 0.0) + gradient
    return 1 + sum(naive(arg, gradient, found) for arg in node.args)  # additions pass it on whole


def careless(node: Node, found: dict[Node, float]) -> None:
    """The same, but handing on all that has come so far, so that early parts count again."""
    for arg in node.args:
        found[arg] = found.get(arg, 0.0) + found[node]
        careless(arg, found)


def doublings(count: int) -> Value:
    """`count` times y = y + y."""
    y = Value(1.0, name="a")
    for _ in range(count):
        y = y + y
    return y


def run(out: Path) -> list[Written]:
    """Count the visits, show where haste is wrong, draw the order."""
    heading("Visits of naive recursion and of the topological sweep")
    for count in (2, 5, 10, 15):
        root = doublings(count)
        visits, nodes = naive(root, 1.0, {}), len(toposort(root))
        print(f"  {count:2} doublings: {visits:7,} visits, {nodes:3} nodes")
    a = Value(1.0, name="a")
    b = (a + a).named("b")
    c = (b + b).named("c")
    c.backward()
    found = {c: 1.0}
    careless(c, found)
    print(
        f"\nFor b = a + a; c = b + b the sweep finds dc/da = {a.grad:g} in three visits. Recursion "
        "walks each of the 4 paths,\n2ⁿ for n doublings, and if it hands on what has piled up in "
        f"b, it finds {found[a]:g}: the first part of dc/db counts twice."
    )
    order = " → ".join(node.name or "?" for node in reversed(toposort(c)))
    title = f"Backward in topological order: {order}"
    picture = viz.draw(c, title=title, direction="LR", fused=True)
    shows = "the graph of c: each node is done when all of its uses are"
    return [Written(picture.save(out / "topological_order.svg"), shows)]
