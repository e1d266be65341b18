"""The learner's formula taken apart: its operations, each of which can be changed and run again.

Knows no mistake. The formula is run once on Tensors, whose graph is read off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd import Node, Tensor, toposort
from autograd.symbols import Symbol

_MOST = 60  # operations; a loop over entries is no formula to take apart
_LONGEST = 44  # characters of a formula that is quoted


@dataclass(frozen=True, eq=False)
class Part:
    """A formula: an operation and its arguments (formulas or plain numbers), or a name."""

    value: Any
    op: Any = None
    args: tuple[Any, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its value."""
        return np.shape(self.value)

    @cached_property
    def order(self) -> list[Part]:
        """All parts, arguments first, this one last."""
        found: dict[Part, None] = {}
        for arg in self.args:
            if isinstance(arg, Part):
                found |= dict.fromkeys(arg.order)
        return [*found, self]

    def replaced(self, changes: Mapping[Part, Part]) -> Part | None:
        """The formula with other parts in some places; None where it can't be evaluated."""
        new: dict[Part, Part] = dict(changes)
        for part in self.order:
            if part in new:
                continue
            if any(isinstance(arg, Part) and arg in new for arg in part.args):
                args = [new.get(arg, arg) if isinstance(arg, Part) else arg for arg in part.args]
                made = apply(part.op, args, part.params)
                if made is None:
                    return None
                new[part] = made
        return new.get(self, self)

    def at(self, values: Mapping[str, Any]) -> Part | None:
        """The formula where its names have other values."""
        changes = {
            part: Part(values[part.name], name=part.name)
            for part in self.order
            if part.name and part.value is not values.get(part.name, part.value)
        }
        return self.replaced(changes) if changes else self

    def text(self, number: Callable[[float], str]) -> str:
        """One line of Unicode, or nothing if it would be long; `number` writes a constant."""
        try:
            text = str(_symbol(self, number))
        except Exception:  # an operation without notation: no quotation then
            return ""
        return text if len(text) <= _LONGEST and "…" not in text and "const" not in text else ""


def _symbol(part: Part, number: Callable[[float], str]) -> Any:
    if part.op is None:
        return Symbol(part.name or "…", like=part.value)
    return part.op(*(_argument(arg, number) for arg in part.args), **part.params)


def _argument(arg: Any, number: Callable[[float], str]) -> Any:
    """A formula; or a number, by its name if it has one."""
    if isinstance(arg, Part):
        return _symbol(arg, number)
    name = number(float(arg)) if np.ndim(arg) == 0 else ""
    return Symbol(name, like=arg) if name.strip("−0123456789./e") else arg


def apply(op: Any, args: Any, params: Mapping[str, Any]) -> Part | None:
    """An operation applied to formulas and plain numbers; None where that fails."""
    raw = [arg.value if isinstance(arg, Part) else arg for arg in args]
    try:
        return Part(op(*raw, **params), op, tuple(args), params)
    except Exception:  # sizes that don't fit, an axis that is not there
        return None


def take_apart(formula: Callable[[Mapping[str, Any]], Any], values: Mapping[str, Any]) -> Any:
    """The formula as a Part, or None where Tensors can't run through it."""
    leaves = {
        name: Tensor(np.array(value), dtype=float, name=name)
        for name, value in values.items()
        if isinstance(value, np.ndarray | float) and np.asarray(value).dtype.kind == "f"
    }
    others = {
        name: value.copy() if isinstance(value, np.ndarray) else value  # it may write into them
        for name, value in values.items()
        if name not in leaves
    }
    try:
        with np.errstate(all="ignore"):
            root = formula({**others, **leaves})
        if not isinstance(root, Node):
            return None
        order = toposort(root)
    except Exception:  # float(x), x[0] = 1, a function of another library
        return None
    if len(order) > _MOST:
        return None
    names: dict[Node, str] = {leaf: name for name, leaf in leaves.items()}
    parts: dict[Node, Part] = {}
    for node in order:
        if node in names:
            parts[node] = Part(values[names[node]], name=names[node])
        elif node.op is None:
            return None
        else:
            args = tuple(parts[arg] if isinstance(arg, Node) else arg for arg in node.args)
            number: Any = node
            parts[node] = Part(number.numpy(), node.op, args, dict(node.params or {}))
    return parts[root]
