"""Which name a node goes by: its own, the caller's variable, or v1, v2, … Knows no layout."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from autograd import Node
from autograd.account.contributions import changed, output
from autograd.account.text import name_to_tex, number, shown
from autograd.symbols import Symbol

# How an array that an operation saw may come from one of the caller's variables.
_VARIANTS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("%s", "%s", lambda array: array),
    ("%sᵀ", r"%s^{\top}", np.transpose),
    ("(1 − %s)", r"\left(1 - %s\right)", lambda array: 1 - array),
)

_MOST_ENTRIES = 1000  # of a container that is searched for nodes


def variables_of_caller() -> dict[str, Any]:
    """The variables that can be seen where the function that asks was called, the inner first."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame is not None else None
    if frame is None:
        return {}
    held = frame.f_locals
    found = dict(held)
    if sys.version_info < (3, 13) and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        if (
            sys.getrefcount(held) <= 3
        ):  # a copy that none but the frame keeps, for as long as it runs
            held.clear()
    for name, value in frame.f_globals.items():
        found.setdefault(name, value)
    return found


class Names:
    """The names of all nodes of a graph, each used once; the root comes last in `order`.

    Looked up in turn: `given` (name → node), the node's own name, `visible` variables of the
    caller (also in lists, dicts and arrays: W[0], and in models: 0.weight), and last v1, v2, … in
    topological order. A `seed` other than 1 is the gradient of something that comes after the root,
    which is called `top`.
    """

    def __init__(
        self,
        order: Sequence[Node],
        given: Mapping[str, Any] | None = None,
        visible: Mapping[str, Any] | None = None,
        *,
        digits: int = 4,
        seed: Any = 1,
    ) -> None:
        self.digits = digits
        self.variables = {**(visible or {}), **(given or {})}
        explicit, seen = _nodes_in(given or {}), _nodes_in(visible or {})
        self._arrays = [*_arrays_in(given or {}), *_arrays_in(visible or {})]
        self.changed = changed(order)
        chosen = {node: explicit.get(node) or node.name or seen.get(node) for node in order}
        constants = [node for node in order if node.op is None and not node.requires_grad]
        self._arrays += [
            (name, np.asarray(self.seen(node))) for node in constants if (name := chosen[node])
        ]
        self.constants: dict[Node, Any] = {}
        """Nameless constants, each with its number or the letter of the array it comes from."""
        for node in constants:
            if not chosen[node]:
                data = np.asarray(self.seen(node))
                self.constants[node] = data.item() if data.size == 1 else self.of_array(data)
        self._choose(order, chosen, {*(visible or {})}, is_one(seed))

    def _choose(
        self, order: Sequence[Node], chosen: dict[Node, str | None], visible: set[str], whole: bool
    ) -> None:
        """Name every node, the nameless afresh; `whole` if nothing comes after the root."""
        root, wanted = order[-1], {name for name in chosen.values() if name}
        self._named = {node for node in order if chosen[node]} | {root}
        if not chosen[root]:
            chosen[root] = next(name for name in _root_names() if name not in wanted)
        taken: set[str] = set()
        fresh = (name for name in (f"v{i}" for i in count(1)) if name not in wanted)
        self._names: dict[Node, str] = {}
        for node in order:
            name = chosen[node]
            letter = self.constants.get(node)
            if letter is not None:
                numeral = not isinstance(letter, Symbol)
                self._names[node] = (
                    number(letter, self.digits) if numeral else str(letter).strip("()")
                )
            else:
                self._names[node] = _unique(name or next(fresh), taken)
        self._root = root
        self.root = self.top = self._names[root]
        if not whole:
            others = taken | visible
            self.top = next(name for name in _root_names() if name not in others)
        self.taken = {*taken, *(name for name, _ in self._arrays)}

    def __getitem__(self, node: Node) -> str:
        """The node's name as it is shown."""
        return self._names[node]

    def seen(self, node: Node) -> Any:
        """The number or array of a node that was computed with, whatever became of it since."""
        return self.changed[node][0] if node in self.changed else output(node)

    def is_root(self, node: Node) -> bool:
        """Whether the node is the root of the graph."""
        return node is self._root

    def is_named(self, node: Node) -> bool:
        """Whether the caller has a name for the node; the root always has one."""
        return node in self._named

    def is_number(self, node: Node) -> bool:
        """Whether a node is but a number in the formulas: a nameless constant of one entry."""
        return isinstance(self.constants.get(node), int | float)

    def is_nameless(self, node: Node) -> bool:
        """Whether a node is a constant that stands for nothing of the caller's."""
        return node in self.constants and not isinstance(self.constants[node], Symbol)

    def of_array(self, array: Any) -> Symbol | None:
        """The letter of the caller's array with these entries; operations hold copies of them."""
        if np.size(array) < 2:
            return None
        for text, tex, variant in _VARIANTS:
            for name, other in self._arrays:
                if other.size == np.size(array) and np.array_equal(variant(other), array):
                    return Symbol(text % shown(name), tex=tex % name_to_tex(name), like=array)
        return None


def is_one(seed: Any) -> bool:
    """Whether a pass starts with the number 1, so that the root itself is differentiated."""
    return bool(np.size(seed) == 1 and np.all(seed == 1))


def _root_names() -> Iterator[str]:
    yield from "JLEFQ"
    yield from (f"J{i}" for i in count(1))


def _unique(name: str, taken: set[str]) -> str:
    short = shown(name)
    names = (short if i == 1 else f"{short}#{i}" for i in count(1))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name


def _public(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return (
        (name, value)
        for name, value in list(variables.items())
        if isinstance(name, str) and not name.startswith("_")
    )


def _nodes_in(variables: Mapping[str, Any]) -> dict[Node, str]:
    """Node → name of the variable, or of the entry of the container, that holds it."""
    found: dict[Node, str] = {}
    containers = []
    for name, value in _public(variables):
        if isinstance(value, Node):
            found.setdefault(value, name)
        elif isinstance(value, list | tuple | dict | np.ndarray):
            containers.append((name, value))
    for name, value in containers:  # a variable of its own names a node better
        for key, entry in _entries(value):
            if isinstance(entry, Node):
                found.setdefault(entry, f"{name}[{key}]")
    for _, value in _public(variables):
        if callable(getattr(type(value), "named_parameters", None)):
            for name, node in value.named_parameters():
                if isinstance(node, Node):
                    found.setdefault(node, name)
    return found


def _entries(container: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(container, np.ndarray):
        if container.dtype != object or container.size > _MOST_ENTRIES:
            return ()
        return [("][".join(map(str, i)), entry) for i, entry in np.ndenumerate(container)]
    if len(container) > _MOST_ENTRIES:
        return ()
    if isinstance(container, dict):
        return [(str(key), entry) for key, entry in list(container.items())]
    return [(str(i), entry) for i, entry in enumerate(container)]


def _arrays_in(variables: Mapping[str, Any]) -> list[tuple[str, np.ndarray]]:
    return [
        (name, value)
        for name, value in _public(variables)
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.size > 1
    ]
