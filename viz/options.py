"""What `draw` was asked for; what makes no sense is refused in words that say what to pass."""

from __future__ import annotations

import numbers
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from autograd import Node

Show = Literal["data", "grad", "local", "shape", "dtype"]
SHOWN = ("data", "grad", "local", "shape", "dtype")


@dataclass
class Options:
    """The options of `draw` as far as they decide what is in the picture, checked."""

    variables: Mapping[str, Any]
    names: Mapping[str, Any] | None
    inputs: Any
    show: Collection[Show]
    fused: bool | Literal["auto"]
    depth: int | None
    focus: Any
    group: Any
    collapse: bool | Collection[str] | None
    max_nodes: int
    precision: int

    def __post_init__(self) -> None:
        one_of("draw: fused", self.fused, (True, False, "auto"))
        if isinstance(self.show, str) or not set(self.show) <= set(SHOWN):
            known = ", ".join(map(repr, SHOWN))
            raise ValueError(
                f"draw: show={self.show!r}: give some of {known}, as show=('data', 'grad')"
            )
        if isinstance(self.collapse, str) or not isinstance(self.collapse, Iterable | bool | None):
            raise TypeError(
                f"draw: collapse={self.collapse!r}: give True, False, or the names of groups in a "
                "list"
            )
        names("draw: names", self.names)
        whole("draw: max_nodes", self.max_nodes, 1)
        whole("draw: precision", self.precision, 1)
        if self.depth is not None:
            whole("draw: depth", self.depth, 0)
        if self.focus is not None and not isinstance(self.focus, Node):
            kind = type(self.focus).__name__
            raise TypeError(f"draw: focus={self.focus!r} is a {kind}, not a node")
        self.inputs = nodes("draw: inputs", self.inputs)


def one_of(what: str, value: Any, choices: Iterable[Any]) -> None:
    """Refuse what is none of the choices."""
    choices = list(choices)
    if not any(value is each or (isinstance(value, str) and value == each) for each in choices):
        raise ValueError(f"{what}={value!r} is none of {', '.join(map(repr, choices))}")


def whole(what: str, value: Any, least: int) -> None:
    """Refuse what is no whole number, or one below the least."""
    integral = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not integral or value < least:
        raise ValueError(f"{what}={value!r} is not a whole number from {least} on")


def seconds(what: str, value: Any) -> None:
    """Refuse what is no time."""
    if not isinstance(value, int | float) or not value > 0:
        raise ValueError(f"{what}={value!r} is not a number of seconds above 0")


def names(what: str, value: Any) -> None:
    """Refuse what doesn't map names to nodes, as `locals()` does."""
    if value is None:
        return
    if not isinstance(value, Mapping):
        kind = type(value).__name__
        raise TypeError(f"{what}= is a {kind}: give a mapping, {{'w': w}}, or locals()")
    if any(isinstance(key, Node) for key in value):
        raise TypeError(f"{what}= maps names to nodes, {{'w': w}}, not nodes to names")


def nodes(what: str, value: Any) -> list[Node]:
    """A node or several as a list; refuse anything else in it."""
    several = isinstance(value, Iterable) and not isinstance(value, Node | str)
    found: list[Any] = list(value) if several else [value]
    for each in found:
        if not isinstance(each, Node):
            kind = type(each).__name__
            raise TypeError(f"{what}= takes nodes, as {what.split()[-1]}=[x]; {each!r} is a {kind}")
    return found
