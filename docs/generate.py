"""Write docs/operations.md from the table: `python -m docs.generate`."""

from __future__ import annotations

import contextlib
import itertools
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import autograd.numpy as drop_in
from autograd import Tensor, gradients
from autograd.card.dispatch import NUMPY, PLAIN, WRITES
from autograd.card.op import TABLE, Op, is_node, plain
from autograd.symbols.reference import IN_WORDS, rule_of
from docs.observing import OPERAND, Pattern, parameters_of, patterns

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
        f"{'.'.join(np.__version__.split('.')[:2])}. Each was called with Tensors, and the "
        "gradients of the differentiable ones agree with central differences. An unsupported "
        "function raises a `TypeError` that names it.\n"
    )
    for name, theirs, ours in NAMESPACES:
        kinds: dict[str, list[str]] = {}
        for each in sorted(theirs.__all__):
            if is_function(getattr(theirs, each)):
                kind = kind_of(getattr(theirs, each), getattr(ours, each))
                kinds.setdefault(kind, []).append(f"`{each}`")
        yield f"### {name}\n"
        for kind in ("differentiable", "flat", "takes no nodes", "not supported"):
            if kind in kinds:
                yield f"**{kind.capitalize()}**: {', '.join(kinds[kind])}.\n"


NAMESPACES = [
    ("numpy", np, drop_in),
    ("numpy.linalg", np.linalg, drop_in.linalg),
    ("numpy.fft", np.fft, drop_in.fft),
]

# What functions are tried with. No entry is another one, so that no step of a difference ties them.
ROW = np.array([0.45, 0.7, 0.92])
MATRIX = np.array([[0.85, 0.2, 0.1], [0.22, 0.65, 0.05], [0.12, 0.07, 0.45]])
ARRAYS = (ROW, MATRIX, ROW + 1, MATRIX + 1)

# Calls of functions that want their arguments in a form of their own.
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "bincount": lambda f, x: f([0, 1, 1], x),
    "ldexp": lambda f, x: f(x, 2),
    "piecewise": lambda f, x: f(x, [ROW > 0.5], [x[0], x[1]]),
    "tensorsolve": lambda f, x: f(x, x[0]),
}
UNTRIED = {np.save, np.savetxt, np.savez, np.savez_compressed}  # they would write files


def is_function(thing: Any) -> bool:
    """Whether a name of NumPy's is a function of arrays, and no class or constant."""
    return callable(thing) and not isinstance(thing, type)


@cache
def kind_of(theirs: Any, ours: Any) -> str:
    """What a NumPy function, by `ours` in `autograd.numpy`, does with nodes: tried, not believed.

    Raises AssertionError if it does something else than it is there for.
    """
    if theirs not in NUMPY and theirs not in PLAIN and ours is theirs:
        dispatches = isinstance(theirs, np.ufunc) or hasattr(theirs, "__wrapped__")
        refused = dispatches and (theirs in UNTRIED or refuses(theirs))
        return "not supported" if refused else "takes no nodes"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        enough = 1 if theirs in PLAIN and ours is theirs else 100
        outcomes = set(itertools.islice(outcomes_of(theirs, ours), enough))
    if True in outcomes:
        return "differentiable"
    assert False not in outcomes, f"{theirs}: no gradient agrees with central differences"
    assert outcomes or theirs in UNTRIED, f"{theirs}: no sample fits"
    return "flat"


def refuses(function: Any) -> bool:
    """Whether a Tensor makes the function raise a TypeError that names it."""
    for count in range(1, 4):
        try:
            function(*[Tensor(MATRIX)] * count)
        except TypeError as error:
            if function.__name__ in str(error) and "is not supported on" in str(error):
                return True
    return function in WRITES


def outcomes_of(theirs: Any, ours: Any) -> Iterator[bool | None]:
    """For calls that work, whether the gradients are right; None if nothing has one."""
    places = parameters_of(theirs)
    calls = [CALLS[theirs.__name__]] if theirs.__name__ in CALLS else []
    if isinstance(theirs, np.ufunc):
        tried = [(OPERAND,) * theirs.nin]
    else:
        tried = patterns(places)
    for pattern in tried:
        calls.append(lambda f, x, pattern=pattern: f(*arguments(pattern, x)))
    for call, array in itertools.product(calls, ARRAYS):
        with contextlib.suppress(Exception):  # it takes no such operands
            outcome = is_right(lambda x, call=call: call(ours, x), array)
            yield outcome
            if outcome:
                return


def arguments(pattern: Pattern, x: Any) -> list[Any]:
    """The arguments of a call, no two of them the same."""
    return [
        each(x * 0.6**place + 0.03 * place if place else x) for place, each in enumerate(pattern)
    ]


def is_right(f: Callable[[Any], Any], array: np.ndarray) -> bool | None:
    """Whether the gradient of `f` agrees with a central difference; None if it has none."""

    def total(x: Any) -> Any:
        parts = [part for part in parts_of(f(x)) if is_node(part)]
        return sum((np.sum(np.sin(part + 1)) for part in parts), 0.0)

    x = Tensor(array)
    y = total(x)
    if not getattr(y, "requires_grad", False):
        return None
    way = 1e-6 * np.cos(np.arange(array.size)).reshape(array.shape)
    ahead, behind = (plain(total(Tensor(array + sign * way))) for sign in (1, -1))
    slope = np.sum(gradients(y, x) * way)
    return bool(abs(slope) > 1e-9 and abs(ahead - behind - 2 * slope) < 1e-4 * abs(slope))


def parts_of(thing: Any) -> list[Any]:
    """The arrays in lists and tuples of them."""
    nested = isinstance(thing, list | tuple)
    return [part for each in thing for part in parts_of(each)] if nested else [thing]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written to {PAGE}")
