"""A step of a derivation as the learner wrote it: a formula or an array. Judges nothing."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
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
        """Whatever the formula gives; it can't write into arrays that are no arguments of it."""
        assert self.formula is not None
        positional, keywords = [], {}
        for parameter in self.parameters:
            value = values[parameter.name]
            if parameter.kind is parameter.KEYWORD_ONLY:
                keywords[parameter.name] = value
            else:
                positional.append(value)
        with _locked(self._outside):
            return self.formula(*positional, **keywords)

    @cached_property
    def _outside(self) -> list[np.ndarray]:
        """The arrays of the caller's that the formula uses by name, and could write into."""
        if not inspect.isfunction(self.formula):
            return []
        known = inspect.getclosurevars(self.formula)
        arrays = [*known.nonlocals.values(), *known.globals.values()]
        return [each for each in arrays if isinstance(each, np.ndarray)]

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
    if inspect.iscoroutinefunction(given) or inspect.isgeneratorfunction(given):
        problem = "it is a coroutine or a generator: write a plain function that returns an array"
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        problem = "it takes *args: name its arguments, so that they can be looked up"
    stars = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = tuple(each for each in parameters if each.kind not in stars)
    return WrittenStep(name, given, parameters=named, problem=problem)


def copied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that a formula may write into."""
    return {name: _copy(value) for name, value in values.items()}


def _copy(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    try:
        return copy.deepcopy(value) if isinstance(value, list | dict | set) else value
    except Exception:  # something in it that can't be copied
        return value


@contextmanager
def _locked(arrays: Sequence[np.ndarray]) -> Iterator[None]:
    open_ones = [each for each in arrays if each.flags.writeable]
    for array in open_ones:
        array.flags.writeable = False
    try:
        yield
    finally:
        for array in open_ones:
            array.flags.writeable = True


def numbers_in(value: Any) -> np.ndarray | None:
    """A constant as a float64 array; None if it holds anything but real numbers."""
    if not isinstance(value, np.ndarray | np.generic | int | float | list | tuple):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # ragged, or of objects that refuse
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def as_array(result: Any) -> np.ndarray:
    """What a step gave as a float array; its own dtype is kept. Raises StepError in words."""
    if result is None:
        raise StepError("it gives None: is a `return` missing?")
    if isinstance(result, Node):
        return result.numpy()
    if isinstance(result, np.ma.MaskedArray) and np.any(result.mask):
        raise StepError("it gives a masked array: say what belongs in the holes, with .filled(…)")
    if isinstance(result, str):
        raise StepError("it gives text, not real numbers: write the formula as a lambda")
    try:
        array = np.array(_entries(result))
        array = array.astype(float) if array.dtype.kind in "biuO" else array
    except (TypeError, ValueError, OverflowError) as error:
        raise StepError(f"it gives {type(result).__name__}, not one array of numbers") from error
    if array.dtype.kind != "f":
        raise StepError(f"it gives {array.dtype}, not real numbers")
    return array


def _entries(result: Any) -> Any:
    """What lists and arrays of nodes hold."""
    if isinstance(result, list | tuple):
        return [_entries(each) for each in result]
    if isinstance(result, np.ndarray) and result.dtype == object:
        return [_entries(each) for each in result] if result.ndim else _entries(result[()])
    return result.numpy() if isinstance(result, Node) else result
