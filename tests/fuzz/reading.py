"""The lines of a ledger of numbers, worked out as a reader would: names for what they stand for."""

import math
import re
from collections.abc import Iterator
from typing import Any

from viz import ChainRule


class _Before:
    """A function written before its argument, `log x`: binds as tightly as a power."""

    def __init__(self, name: str) -> None:
        self.function = getattr(math, name)

    def __pow__(self, x: float) -> float:
        return self.function(x)

    __call__ = __pow__


_PREFIXED = {"log₂": "log2", "log₁₀": "log10", "log": "log", "√": "sqrt", "∛": "cbrt"}
_PREFIXED |= {name: name for name in ("sin", "cos", "tanh")}
_FUNCTIONS: dict[str, Any] = {
    "σ": lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    **{name: getattr(math, name) for name in ("cosh", "sinh", "expm1")},
}
_SIGNS = str.maketrans({"·": "*", "⊙": "*", "−": "-", "^": "**"})
_SIGNS |= str.maketrans({"[": "ahead(", ">": ",", "]": ")"})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
# The letters of a name are ASCII here, so that an exponent behind it is none of them.
_WORD = re.compile(r"∂J/∂[A-Za-z]\w*|log[₂₁₀]*|[A-Za-zσ]\w*|[√∛]", re.ASCII)


def _ahead(a: float, b: float) -> float:
    if a == b:
        raise ArithmeticError("what stands there at a tie is a convention")
    return float(a > b)


def numbers(rule: ChainRule) -> Iterator[tuple[Any, str, float]]:
    """Each line that is made of known signs, with its step and the number it comes to."""
    known = {step.name: step.node.data for step in rule}
    known |= {f"∂J/∂{step.name}": step.gradient for step in rule}
    for step in rule:
        for line in step.lines:
            text = re.sub(r" {3}\(.*\)$", "", line.text)
            number = _worked_out(text, known)
            if number is not None:
                yield step, line.text, number


def _worked_out(text: str, known: dict[str, float]) -> float | None:
    scope: dict[str, Any] = {}

    def word(match: re.Match[str]) -> str:
        found = match[0]
        place = f"w{len(scope)}"
        if found in known:
            scope[place] = known[found]
        elif found == "e":
            scope[place] = math.e
        elif found in _PREFIXED:
            scope[place] = _Before(_PREFIXED[found])
            return f"{place}**"
        elif found in _FUNCTIONS:
            scope[place] = _FUNCTIONS[found]
        else:
            raise LookupError(found)
        return place

    text = re.sub(r"(?<=\d)e(?=[+−-]?\d)", "E", text)  # 1e−5 is a number
    try:
        text = _WORD.sub(word, re.sub(r"(?<=\d)E", "\N{EULER CONSTANT}", text))
    except LookupError:
        return None
    text = text.replace("\N{EULER CONSTANT}", "e")
    text = re.sub("([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "**" + m[1].translate(_RAISED), text)
    try:
        return float(eval(text.translate(_SIGNS), {"__builtins__": {}, "ahead": _ahead}, scope))
    except (SyntaxError, ValueError, ArithmeticError, TypeError):
        return None
