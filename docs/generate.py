"""Write docs/operations.md from the table: `python -m docs.generate`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import autograd.numpy as drop_in
from autograd.card.dispatch import NUMPY, PLAIN
from autograd.card.op import TABLE, Op
from autograd.symbols.reference import IN_WORDS, rule_of

PAGE = Path(__file__).with_name("operations.md")

HEAD = """# Operations

Written by `python -m docs.generate` from the table of operations (`autograd.TABLE`).

Letters: `x`, `a`, `b`, `c` are the arguments, `y` is the output, `g` the gradient of the output. A
rule gives the gradient of one argument; the sweep brings it to the argument's shape. "Flat" marks
operations that let no gradient through: they give plain numbers and arrays.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *operations(), *namespace()])


def operations() -> Iterator[str]:
    """The table of operations: those that act entry by entry, the others, the flat ones."""
    cards = sorted(TABLE.values(), key=lambda card: card.name)
    groups: list[tuple[str, Callable[[Op], bool]]] = [
        ("Entry by entry", lambda card: card.elementwise and card.differentiable),
        ("On whole arrays", lambda card: not card.elementwise and card.differentiable),
    ]
    for title, belongs in groups:
        yield f"## {title}\n"
        yield "| operation | formula | rules | domain | at kinks and ends |"
        yield "|---|---|---|---|---|"
        for card in filter(belongs, cards):
            yield row(card)
        yield ""
    flat = [f"`{card.name}`" for card in cards if not card.differentiable]
    yield f"## Flat\n\n{', '.join(flat)}.\n"


def row(card: Op) -> str:
    """A card as a line of the table."""
    domains = dict.fromkeys(domain.text for domain in card.domain if domain.text != "any real")
    rules = [rule_of(card, slot) for slot in range(len(card.vjps))]
    cells = [
        f"`{card.name}`",
        f"`{card.formula}`",
        "<br>".join(rule if rule in IN_WORDS else f"`{rule}`" for rule in rules),
        ", ".join(domains),
        "; ".join(filter(None, (card.doc, card.kink))),
    ]
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"


def namespace() -> Iterator[str]:
    """What becomes of every function of NumPy's namespaces."""
    yield "## NumPy's functions\n"
    yield (
        "Every function and ufunc of NumPy's namespaces, as of NumPy "
        f"{'.'.join(np.__version__.split('.')[:2])}. An unsupported function raises a `TypeError` "
        "that names it.\n"
    )
    for name, module in [("numpy", np), ("numpy.linalg", np.linalg), ("numpy.fft", np.fft)]:
        kinds: dict[str, list[str]] = {}
        for each in sorted(module.__all__):
            function = getattr(module, each)
            if is_function(function):
                kinds.setdefault(kind_of(function, each), []).append(f"`{each}`")
        yield f"### {name}\n"
        for kind in ("differentiable", "flat", "takes no nodes", "not supported"):
            if kind in kinds:
                yield f"**{kind.capitalize()}**: {', '.join(kinds[kind])}.\n"


def is_function(thing: Any) -> bool:
    """Whether a name of NumPy's is a function of arrays, and no class or constant."""
    return callable(thing) and not isinstance(thing, type)


def kind_of(function: Any, name: str) -> str:
    """What a NumPy function does with nodes."""
    ours = NUMPY.get(function)
    if ours is not None:
        return "flat" if isinstance(ours, Op) and not ours.differentiable else "differentiable"
    if function in PLAIN:
        return "flat"
    if getattr(drop_in, name, function) is not function:  # defined anew for nodes
        return "differentiable"
    dispatches = isinstance(function, np.ufunc) or hasattr(function, "__wrapped__")
    return "not supported" if dispatches else "takes no nodes"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written to {PAGE}")
