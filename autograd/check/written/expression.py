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
from autograd.check.written.steps import copied
from autograd.symbols import Symbol

_MOST = 60  # operations; a loop over entries is no formula to take apart
_LONGEST = 44  # characters of a formula that is quoted


@dataclass(frozen=True, eq=False)
class Expression:
    """An operation and its arguments (expressions or plain numbers), or a name; with its value."""

    value: Any
    op: Any = None
    args: tuple[Any, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    @classmethod
    def of(cls, op: Any, *args: Any, **params: Any) -> Expression | None:
        """An operation applied to expressions and plain numbers; None where that fails."""
        raw = [arg.value if isinstance(arg, Expression) else arg for arg in args]
        try:
            return cls(op(*raw, **params), op, args, params)
        except Exception:  # sizes that don't fit, an axis that is not there
            return None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its value."""
        return np.shape(self.value)

    @cached_property
    def order(self) -> list[Expression]:
        """All expressions in it, arguments first, this one last."""
        found: dict[Expression, None] = {}
        for part in self.parts.values():
            found |= dict.fromkeys(part.order)
        return [*found, self]

    @cached_property
    def parts(self) -> dict[int, Expression]:
        """The arguments that are no plain numbers, by their slots."""
        return {slot: arg for slot, arg in enumerate(self.args) if isinstance(arg, Expression)}

    def replaced(self, changes: Mapping[Expression, Expression]) -> Expression | None:
        """The same with others in some places; None where it can't be evaluated."""
        new = dict(changes)
        for each in self.order:
            changed = {slot: new[part] for slot, part in each.parts.items() if part in new}
            if changed and each not in new:
                args = [changed.get(slot, arg) for slot, arg in enumerate(each.args)]
                made = Expression.of(each.op, *args, **each.params)
                if made is None:
                    return None
                new[each] = made
        return new.get(self, self)

    def at(self, values: Mapping[str, Any]) -> Expression | None:
        """The same where its names have other values."""
        changes = {
            each: Expression(values[each.name], name=each.name)
            for each in self.order
            if each.name and each.value is not values.get(each.name, each.value)
        }
        return self.replaced(changes) if changes else self

    def text(self, number: Callable[[float], str]) -> str:
        """One line of Unicode, or nothing if it would be long; `number` writes a constant."""
        try:
            text = str(_symbol(self, number))
        except Exception:  # an operation without notation: no quotation then
            return ""
        return text if len(text) <= _LONGEST and "…" not in text and "const" not in text else ""


def _symbol(part: Any, number: Callable[[float], str]) -> Any:
    """An expression as a formula; a number by its name, if it has one."""
    if not isinstance(part, Expression):
        name = number(float(part)) if np.ndim(part) == 0 else ""
        return Symbol(name, like=part) if name.strip("−0123456789./e") else part
    if part.op is None:
        return Symbol(part.name or "…", like=part.value)
    return part.op(*(_symbol(arg, number) for arg in part.args), **part.params)


def take_apart(
    formula: Callable[[Mapping[str, Any]], Any], values: Mapping[str, Any]
) -> Expression | None:
    """The formula as an Expression, or None where Tensors can't run through it."""
    leaves = {
        name: Tensor(np.array(value), dtype=float, name=name)
        for name, value in values.items()
        if isinstance(value, np.ndarray | float) and np.asarray(value).dtype.kind == "f"
    }
    try:
        with np.errstate(all="ignore"):
            root = formula({**copied(values), **leaves})
        order = toposort(root) if isinstance(root, Node) else []
    except Exception:  # float(x), x[0] = 1, a function of another library
        return None
    return _read(order, {leaf: name for name, leaf in leaves.items()}, values)


def _read(
    order: list[Node], names: Mapping[Any, str], values: Mapping[str, Any]
) -> Expression | None:
    """The last node of a graph as an Expression; None where a leaf is no argument."""
    if not 0 < len(order) <= _MOST:
        return None
    found: dict[Node, Expression] = {}
    for node in order:
        if node in names:
            found[node] = Expression(values[names[node]], name=names[node])
        elif node.op is None:
            return None
        else:
            args = tuple(found[arg] if isinstance(arg, Node) else arg for arg in node.args)
            found[node] = Expression(node.numpy(), node.op, args, dict(node.params or {}))
    return found[order[-1]]
