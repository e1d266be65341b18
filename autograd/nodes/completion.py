"""What `dir()` and completion show of nodes: what is for users, without the engine's own."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.graph.node import Node, Traced

# What is for users of all that nodes have in common; the rest of it is the engine's.
_PUBLIC = (
    *("data", "grad", "name", "op", "args", "operands", "params", "requires_grad", "shape"),
    *("backward", "named", "detach", "item", "numpy"),
)
_INTERNAL = {*vars(Traced), *vars(Node), *Node.__annotations__}.difference(_PUBLIC)


def _shown(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith("__") or name not in _INTERNAL]


class _Kind(type):
    """The type of the kinds of nodes, whose `dir()` shows what users may use."""

    def __dir__(cls) -> list[str]:
        return _shown(super().__dir__())


class Completed(Node, metaclass=_Kind):
    """A kind of node whose `dir()`, and that of its nodes, shows what users may use."""

    __slots__ = ()

    def __dir__(self) -> list[str]:
        return _shown(super().__dir__())
