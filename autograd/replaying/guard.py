"""Comparisons of the recording, made again at each call of a replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.card.op import Op
from autograd.graph.node import Node
from autograd.nodes.arrays import name_of


class BranchError(RuntimeError):
    """A comparison came out otherwise than when the graph was recorded."""


class Check(NamedTuple):
    """One comparison: what was compared, and what it gave."""

    op: Op
    args: tuple[Any, ...]
    params: dict[str, Any]
    outcome: Any

    @property
    def nodes(self) -> list[Node]:
        """The nodes that were compared."""
        return [arg for arg in self.args if isinstance(arg, Node)]

    def __str__(self) -> str:
        shown = [_show(arg) for arg in self.args]
        if len(shown) == 2 and not self.op.symbol.isidentifier():
            return f"{shown[0]} {self.op.symbol} {shown[1]}"
        return f"{self.op.name}({', '.join(shown)})"

    def compare(self, found: Any) -> None:
        """Raise BranchError unless it came out as it did."""
        floats = np.asarray(found).dtype.kind == "f"
        if not np.array_equal(found, self.outcome, equal_nan=floats):
            self.refuse(found)

    def refuse(self, found: Any, sample: int | None = None) -> None:
        """Raise the error for an outcome that is not the recorded one."""
        if np.ndim(self.outcome):
            differ = np.count_nonzero(np.asarray(found) != self.outcome)
            said = f"came out otherwise in {differ} of {np.size(self.outcome)} entries"
        else:
            at = "" if sample is None else f" for sample {sample}"
            said = f"was {self.outcome} when the graph was recorded and is {found}{at}"
        raise BranchError(
            f"replay: {self} {said}, so that the code may take another branch: record the graph "
            "again with these numbers, and replay that"
        )


def checks_of(guard: Any) -> list[Check]:
    """The comparisons that `watch_comparisons` saw, each once."""
    if guard is None:
        return []
    if not hasattr(guard, "seen"):
        raise TypeError(
            f"replay: guard={guard!r}; give what `with autograd.watch_comparisons() as watched:` "
            "gave around the recording"
        )
    checks: dict[Any, Check] = {}
    for op, args, params, outcome in guard.seen:
        shown = tuple(repr(arg) if isinstance(arg, int | float) else id(arg) for arg in args)
        key = (op, shown, id(params) if params else None, np.asarray(outcome).tobytes())
        checks.setdefault(key, Check(op, args, params, outcome))
    return [check for check in checks.values() if check.nodes]


def compared(checks: Sequence[Check]) -> list[Node]:
    """All nodes that were compared."""
    return list(dict.fromkeys(node for check in checks for node in check.nodes))


def _show(arg: Any) -> str:
    if not isinstance(arg, Node):
        return str(arg) if np.ndim(arg) == 0 else f"an array of shape {np.shape(arg)}"
    return name_of(arg) if arg.op is not None or arg.name else repr(arg)
