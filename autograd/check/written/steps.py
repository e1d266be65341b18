"""A step of a derivation as the learner wrote it: a formula or an array. Judges nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Node


class StepError(Exception):
    """Why a step can't be judged, in words for the learner."""


@dataclass(frozen=True, eq=False)
class WrittenStep:
    """A formula with named arguments, or an array; `problem` is what is wrong with its form."""

    name: str
    formula: Callable[..., Any] | None = None
    array: np.ndarray | None = None
    parameters: tuple[inspect.Parameter, ...] = ()
    problem: str = ""

    def __call__(self, values: Mapping[str, Any]) -> np.ndarray:
        """What the step gives for some values. Raises StepError if that is no array of numbers."""
        if self.array is not None:
            return self.array
        with np.errstate(all="ignore"):
            return as_array(self.call(copied(values)))

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

    def takes(self, name: str) -> bool:
        """Whether the formula has an argument of this name."""
        return any(parameter.name == name for parameter in self.parameters)

    def mentions(self, *names: str) -> bool:
        """Whether the formula calls a function of one of these names."""
        code = getattr(self.formula, "__code__", None)
        return code is not None and not set(names).isdisjoint(code.co_names)


def read_step(name: str, given: Any) -> WrittenStep:
    """A step as the learner wrote it; what is wrong with its form goes into `problem`."""
    if not callable(given) or isinstance(given, Node):
        try:
            return WrittenStep(name, array=as_array(given))
        except StepError as error:
            return WrittenStep(name, problem=str(error))
    try:
        parameters = tuple(inspect.signature(given).parameters.values())
    except (TypeError, ValueError):
        problem = "its argument names can't be read: write it as a lambda with named ones"
        return WrittenStep(name, given, problem=problem)
    problem = ""
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        problem = "it takes *args: name its arguments, so that they can be looked up"
    stars = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = tuple(each for each in parameters if each.kind not in stars)
    return WrittenStep(name, given, parameters=named, problem=problem)


def copied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that a formula may write into."""
    return {k: x.copy() if isinstance(x, np.ndarray) else x for k, x in values.items()}


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
