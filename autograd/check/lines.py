"""One line of a derivation as the learner wrote it: a formula or an array. Judges nothing."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node
from autograd.check.facts import Facts, Quantity


class StepError(Exception):
    """Why a step can't be judged, in words for the learner."""


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the derivation: a formula with named arguments, or an array."""

    name: str
    target: Quantity | None
    formula: Callable[..., Any] | None = None
    array: np.ndarray | None = None
    parameters: tuple[inspect.Parameter, ...] = ()
    problem: str = ""

    def __call__(self, values: Mapping[str, Any]) -> np.ndarray:
        """The formula at some values; they are copied, since a formula may write into them."""
        if self.array is not None:
            return self.array
        copies = {
            name: value.copy() if isinstance(value, np.ndarray) else value
            for name, value in values.items()
        }
        with np.errstate(all="ignore"):
            return as_array(self.call(copies))

    def takes(self, name: str) -> bool:
        """Whether the formula has an argument of this name."""
        return any(parameter.name == name for parameter in self.parameters)

    def uses(self, *names: str) -> bool:
        """Whether the formula mentions one of some functions."""
        code = getattr(self.formula, "__code__", None)
        return code is not None and not set(names).isdisjoint(code.co_names)

    def call(self, values: Mapping[str, Any]) -> Any:
        """Whatever the formula gives."""
        assert self.formula is not None
        positional, keywords = [], {}
        for parameter in self.parameters:
            value = values[parameter.name]
            if parameter.kind is parameter.KEYWORD_ONLY:
                keywords[parameter.name] = value
            else:
                positional.append(value)
        return self.formula(*positional, **keywords)


def target_of(facts: Facts, name: str) -> Quantity | None:
    """The quantity that dZ2, dJ_dZ2 or dJ/dZ2 is the gradient of."""
    output = facts.label(facts.output)
    for prefix in (f"d{output}_d", f"d{output}/d", f"d{output}d", "d"):
        rest = name.removeprefix(prefix)
        if rest != name and rest in facts.quantities:
            return facts.quantities[rest]
    return None


def read_line(facts: Facts, name: str, given: Any) -> Line:
    """A step as the learner wrote it; what is wrong with its form goes into `problem`."""
    target = target_of(facts, name)
    problem = _problem_of_target(facts, name, target)
    if not callable(given) or isinstance(given, Node):
        try:
            return Line(name, target, array=as_array(given), problem=problem)
        except StepError as error:
            return Line(name, target, problem=problem or str(error))
    try:
        parameters = tuple(inspect.signature(given).parameters.values())
    except (TypeError, ValueError):
        problem = (
            problem or "its argument names can't be read: write it as a lambda with named ones"
        )
        return Line(name, target, given, problem=problem)
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        problem = problem or "it takes *args: name its arguments, so that they can be looked up"
    parameters = tuple(
        each for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    )
    return Line(name, target, given, parameters=parameters, problem=problem)


def _problem_of_target(facts: Facts, name: str, target: Quantity | None) -> str:
    if target is not None:
        return target.problem
    inner = name[1:]
    if name.startswith("d") and inner in facts.plain:
        return (
            f"{inner} is a plain number or array, so the graph has no gradient for it: make it a "
            f"Tensor(…, name={inner!r})"
        )
    words = [f"d{each}" for each in facts.quantities]
    close = difflib.get_close_matches(name, words, n=1, cutoff=0.5)
    hint = f"; did you mean {close[0]}?" if close else ""
    if not words:
        hint = (
            ": no node of the graph has a name; give names with name=, .named() or names=locals()"
        )
    return f"no node of the graph is called {inner if name.startswith('d') else name}{hint}"


def as_array(result: Any) -> np.ndarray:
    """What a step gave as a float array; its own dtype is kept. Raises StepError in words."""
    if result is None:
        raise StepError("it gives None: is a `return` missing?")
    if isinstance(result, Node):
        return result.numpy()
    try:
        array = np.asarray(result)
        if array.dtype == object:
            entries = [each.numpy() if isinstance(each, Node) else each for each in array.flat]
            array = np.array(entries, dtype=float).reshape(array.shape)
    except (TypeError, ValueError) as error:
        raise StepError(f"it gives {type(result).__name__}, not one array of numbers") from error
    if array.dtype.kind in "biu":
        return array.astype(float)
    if array.dtype.kind != "f":
        raise StepError(f"it gives {array.dtype}, not real numbers")
    return array
