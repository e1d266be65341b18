"""What functions give for each kind of operand, observed: they are called with samples of it."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, Value

SIGNATURES = Path(__file__).resolve().parents[1] / "autograd" / "signatures.pyi"
BY_HAND = ast.parse(SIGNATURES.read_text(encoding="utf-8")).body
CLASSES = {each.name for each in BY_HAND if isinstance(each, ast.ClassDef)}

# What a function's first parameters may want, of an operand x: tried until a call works.
CANDIDATES: tuple[Callable[[Any], Any], ...] = (
    lambda x: "ij",
    lambda x: x,
    lambda x: [x, x],
    lambda x: 1,
    lambda x: (3, 3),
    lambda x: np.eye(3) > 0,
    lambda x: np.zeros((3, 3), int),
)
WORDS, OPERAND, PAIR = CANDIDATES[:3]
MATRIX = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]])
ARRAYS = (MATRIX, MATRIX[0], np.stack([MATRIX, MATRIX]))

Pattern = tuple[Callable[[Any], Any], ...]


class Use(NamedTuple):
    """How a function is called, and the types of what it gives for each kind of operand."""

    pattern: Pattern
    of_value: str
    of_tensor: str
    of_float: str
    of_array: str


def patterns(parameters: Sequence[inspect.Parameter]) -> list[Pattern]:
    """The ways in which a function may be called with operands, those of few arguments first."""
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    places = [each for each in parameters if each.kind in by_place]
    required = sum(each.default is each.empty for each in places)
    variadic = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    most = max(required + 3, 1) if variadic else min(required + 2, len(places))
    return [
        pattern
        for count in range(max(required, 1), most + 1)
        for pattern in itertools.product(CANDIDATES, repeat=count)
        if OPERAND in pattern or PAIR in pattern
    ]


def observed(called: Callable[..., Any], parameters: Sequence[inspect.Parameter]) -> Use | None:
    """How a function can be called with nodes; None if no sample fits.

    A way in which it gives nodes is preferred, and one with few arguments.
    """
    axes = [{}, {"axis": 0}] if any(each.name == "axis" for each in parameters) else [{}]
    every = patterns(parameters)
    for wanted, pattern, array in itertools.product(("Tensor", ""), every, ARRAYS[:2]):
        gives = given(called, pattern, [Tensor(array)], [{}])
        if gives and wanted in gives and given(called, pattern, [array], [{}]):
            return Use(
                pattern,
                given(called, pattern, [Value(0.5)], [{}]),
                given(called, pattern, map(Tensor, ARRAYS), axes),
                given(called, pattern, [0.5], [{}]),
                given(called, pattern, ARRAYS, axes),
            )
    return None


def parameters_of(called: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function; of a ufunc nothing but the operands."""
    if isinstance(called, np.ufunc):
        return []
    return list(inspect.signature(called).parameters.values())


def given(
    called: Callable[..., Any],
    pattern: Pattern,
    operands: Iterable[Any],
    options: list[dict[str, Any]],
) -> str:
    """The type of what a function gives for these operands; Any where that differs, "" if none."""
    seen = set()
    for x, option in itertools.product(operands, options):
        try:
            seen.add(type_of(called(*(make(x) for make in pattern), **option)))
        except Exception:  # it takes no such operand
            continue
    return one_of(seen) if seen else ""


def one_of(types: Iterable[str]) -> str:
    """The type that all of them are."""
    first, *others = dict.fromkeys(types)
    return "Any" if others else first


def type_of(thing: Any) -> str:
    """The type of a result as annotations write it."""
    if isinstance(thing, Value | Tensor):
        return type(thing).__name__
    if isinstance(thing, np.ndarray):
        return {"b": "s.Bools", "O": "s.Objects"}.get(thing.dtype.kind, "np.ndarray")
    if isinstance(thing, bool):
        return "s.Flag"
    if isinstance(thing, list | tuple) and thing:
        inner = [type_of(each) for each in thing]
        if isinstance(thing, list):
            return f"builtins.list[{one_of(inner)}]"
        if hasattr(thing, "_fields"):
            name = type(thing).__name__
            return f"s.{name}[{one_of(inner)}]" if name in CLASSES else "Any"
        same = len(set(inner)) == 1
        return f"builtins.tuple[{', '.join([*inner[:1], '...'] if same else inner)}]"
    return "float" if isinstance(thing, Real | np.generic) else "Any"
