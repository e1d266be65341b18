"""Which name a node goes by: its own, the caller's variable, or v1, v2, … Knows no layout."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from types import FrameType
from typing import Any

import numpy as np

from autograd import Node
from autograd.symbols import Symbol
from viz.sizes import Size, Sized, Sizes
from viz.text import name_to_tex, number, number_to_tex, shown

# How an array that an operation saw may come from one of the caller's variables.
_VARIANTS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("%s", "%s", lambda array: array),
    ("%sᵀ", r"%s^{\top}", np.transpose),
    ("(1 − %s)", r"\left(1 - %s\right)", lambda array: 1 - array),
)

_FLIPPED = re.compile(r"(∂[^\s()]+)ᵀ")
_MOST_ENTRIES = 1000  # of a container that is searched for nodes


def caller() -> FrameType | None:
    """The frame from which the function that asks was called."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame is not None else None
    return frame


def variables(frame: FrameType | None) -> dict[str, Any]:
    """The variables that can be seen from a frame, the inner ones first."""
    if frame is None:
        return {}
    found = dict(frame.f_locals)
    for name, value in frame.f_globals.items():
        found.setdefault(name, value)
    return found


class Literal(Symbol):
    """A number or shape in a formula: equal only to itself, so that 2 · 2 does not become 2²."""

    __slots__ = ()
    __hash__ = Symbol.__hash__

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two formulas the same."""
        return (id(self),) if self.op is None else super().key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.key == other.key


class Names:
    """The names of all nodes of a graph, each used once, and the letters of formulas.

    Looked up in turn: `given` (name → node), the node's own name, `visible` variables of the
    caller (also in lists, dicts and arrays: W[0], and in models: 0.weight), and last v1, v2, … in
    topological order. With `sizes`, formulas have letters for the sizes of axes, too. A `seed`
    other than 1 is the gradient of something that comes after the root, which is called `top`.
    """

    def __init__(
        self,
        order: Sequence[Node],
        given: Mapping[str, Any] | None = None,
        visible: Mapping[str, Any] | None = None,
        *,
        digits: int = 4,
        sizes: bool = False,
        seed: Any = 1,
    ) -> None:
        self._digits = digits
        explicit, seen = _nodes_in(given or {}), _nodes_in(visible or {})
        self._arrays = [*_arrays_in(given or {}), *_arrays_in(visible or {})]
        root = order[-1]
        chosen = {node: explicit.get(node) or node.name or seen.get(node) for node in order}
        constants = [node for node in order if node.op is None and not node.requires_grad]
        self._arrays += [(name, _held(node)) for node in constants if (name := chosen[node])]
        self._letters: dict[Node, Any] = {}
        for node in constants:
            if not chosen[node]:
                self._letters[node] = self._constant(_held(node))
        wanted = {name for name in chosen.values() if name}
        self._named = {node for node in order if chosen[node]} | {root}
        if not chosen[root]:
            chosen[root] = next(name for name in _root_names() if name not in wanted)
        taken: set[str] = set()
        fresh = (name for name in (f"v{i}" for i in count(1)) if name not in wanted)
        self._names: dict[Node, str] = {}
        for node in order:
            name = chosen[node]
            letter = self._letters.get(node)
            if letter is not None:
                numeral = not isinstance(letter, Symbol)
                self._names[node] = number(letter, digits) if numeral else str(letter).strip("()")
            else:
                self._names[node] = _unique(name or next(fresh), taken)
        self.root = self.top = self._names[root]
        if not is_one(seed):
            others = {*taken, *(visible or {})}
            self.top = next(name for name in _root_names() if name not in others)
        self._formulas: dict[tuple[Node, str], Symbol] = {}
        self._quotients: set[str] = set()
        letters = [*taken, *(name for name, _ in self._arrays)]
        known = {**(visible or {}), **(given or {})}
        self.sizes = Sizes(order, letters, known) if sizes else None

    def __getitem__(self, node: Node) -> str:
        """The node's name as it is shown."""
        return self._names[node]

    def is_named(self, node: Node) -> bool:
        """Whether the caller has a name for the node; the root always has one."""
        return node in self._named

    def is_number(self, node: Node) -> bool:
        """Whether a node is but a number in the formulas: a nameless constant of one entry."""
        return isinstance(self._letters.get(node), int | float)

    def is_nameless(self, node: Node) -> bool:
        """Whether a node is a constant that stands for nothing of the caller's."""
        return node in self._letters and not isinstance(self._letters[node], Symbol)

    def _constant(self, data: Any) -> Any:
        """What a nameless constant goes by: its number, or the array that it comes from."""
        return data.item() if data.size == 1 else self.of_array(data)

    def of_array(self, array: Any) -> Symbol | None:
        """The letter of the caller's array with these entries; operations hold copies of them."""
        if np.size(array) < 2:
            return None
        for text, tex, variant in _VARIANTS:
            for name, other in self._arrays:
                if other.size == np.size(array) and np.array_equal(variant(other), array):
                    return Symbol(text % shown(name), tex=tex % name_to_tex(name), like=array)
        return None

    def symbol(self, arg: Any) -> Any:
        """The letter for a node or constant array; numbers stand for themselves."""
        if isinstance(arg, Node):
            if self._letters.get(arg) is not None:
                return self._letters[arg]
            made = self._formulas.get((arg, ""))
            if made is None:
                name = self[arg]
                kind = Sized if self.sizes else Symbol
                made = kind(name, tex=name_to_tex(name), like=_stand_in(arg))
                self._formulas[arg, ""] = made
            return made
        if np.ndim(arg) == 0:
            return arg.item() if isinstance(arg, np.generic | np.ndarray) else arg
        return self.of_array(arg) or Symbol("const", tex=r"\text{const}", like=arg)

    def operand(self, node: Node, slot: int) -> Any:
        """The letter for an argument; m for a number that is the size of an axis summed over."""
        typed = None if self.sizes is None else self.sizes.typed(node, slot)
        return self.symbol(node.args[slot]) if typed is None else typed

    def with_sizes(self, formula: Any) -> Any:
        """The formula of a rule with letters for the sizes that it read from shapes."""
        if isinstance(formula, Size) and self.sizes is not None and formula > 1:
            return self.sizes.letter(formula)
        if not isinstance(formula, Symbol) or formula.op is None:
            return formula
        args = map(self.with_sizes, formula.args)
        return formula.op(*args, **formula.params)

    def literal(self, data: Any) -> Literal:
        """A plain number or array as it stands in a formula: (−0.5), or (4 × 30)."""
        if np.ndim(data):
            sizes = " × ".join(map(str, np.shape(data)))
            tex = sizes.replace("×", r"\times")
            return Literal(f"({sizes})", tex=rf"\left({tex}\right)", like=data)
        text = number(data, self._digits)
        tex = number_to_tex(text)
        if text.startswith("−") or "e" in text:
            return Literal(f"({text})", tex=rf"\left({tex}\right)", like=data)
        return Literal(text, tex=tex, like=data)

    def gradient(self, node: Node) -> Symbol:
        """The letter ∂J/∂w."""
        made = self._formulas.get((node, "∂"))
        if made is None:
            bottom = self.symbol(node)
            below = bottom.tex if isinstance(bottom, Symbol) else str(bottom)
            tex = rf"\frac{{\partial {name_to_tex(self.top)}}}{{\partial {below}}}"
            top, under = (f"({x})" if "/" in x else x for x in (self.top, str(bottom)))
            made = Symbol(f"∂{top}/∂{under}", tex=tex, like=_stand_in(node))
            self._formulas[node, "∂"] = made
            self._quotients.add(str(made))
        return made

    def clear(self, text: str) -> str:
        """A formula in which (∂J/∂w)ᵀ can't be taken for the gradient by wᵀ."""
        return _FLIPPED.sub(
            lambda found: f"({found[1]})ᵀ" if found[1] in self._quotients else found[0], text
        )


def is_one(seed: Any) -> bool:
    """Whether a pass starts with the number 1, so that the root itself is differentiated."""
    return bool(np.size(seed) == 1 and np.all(seed == 1))


def word(text: str) -> Symbol:
    """Words, or a number that must not be computed with, in the place of a formula."""
    return Symbol(text, tex=text if text.isdigit() else rf"\text{{{text}}}", like=0.0)


def _held(node: Any) -> np.ndarray:
    """A copy of the array or number of a node."""
    return np.asarray(node.numpy())


def _stand_in(node: Node) -> Any:
    """An array of the node's shape that takes no memory; rules ask for the shape alone."""
    shape, dtype = getattr(node, "shape", ()), getattr(node, "dtype", np.float64)
    return np.broadcast_to(np.zeros((), dtype), shape)


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
