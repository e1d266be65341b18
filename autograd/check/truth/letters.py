"""The learner's letters: dZ2 for a gradient, k for a constant; the nameless is written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Node
from autograd.account.letters import Letters, stand_in
from autograd.account.names import Names
from autograd.account.sizes import SIZE_LETTERS, Sizes
from autograd.symbols import Symbol

_MOST = 40  # operations that are written out
_EVERYDAY = (-1, -0.5, 0, 0.5, 1, 2)  # numbers that stand for themselves


class LearnersLetters(Letters):
    """Letters by the learner's names. Raises LookupError for what has none and can't be written."""

    as_on_paper = True

    def __init__(self, order: Sequence[Node], names: Names, constants: Mapping[str, Any]) -> None:
        unknown = set(SIZE_LETTERS) - constants.keys()
        super().__init__(names, Sizes(order, names.taken | unknown, constants))
        self._constants = constants
        self._written: dict[Node, Any] = {}

    def symbol(self, arg: Any) -> Any:
        """A node by its name, a constant by its own, or written out."""
        if not isinstance(arg, Node):
            return self._constant(arg)
        if self.names.is_named(arg):
            return super().symbol(arg)
        if arg.op is None:
            return self._constant(arg.numpy())
        if arg not in self._written:
            self._written[arg] = self.written_out(arg)
        return self._written[arg]

    def written_out(self, node: Node) -> Any:
        """A result as the formula that made it."""
        if len(self._written) > _MOST:
            raise LookupError("too long to be written out")
        return node.op(*map(self.symbol, node.args), **(node.params or {}))

    def gradient(self, node: Node) -> Symbol:
        """The letter dZ2."""
        return Symbol(f"d{self.names[node]}", like=stand_in(node))

    def _constant(self, raw: Any) -> Any:
        """An array by its name; a number by the one name it has, if it is no everyday number."""
        if np.ndim(raw):
            found = self.names.of_array(raw)
            if found is None:
                raise LookupError("an array without a name")
            return found
        named = [name for name, each in self._constants.items() if _is_number(each, raw)]
        if len(named) == 1 and raw not in _EVERYDAY:
            return Symbol(named[0], like=raw)
        return super().symbol(raw)


def _is_number(constant: Any, raw: Any) -> bool:
    number = isinstance(constant, int | float) and not isinstance(constant, bool)
    return number and bool(constant == raw)
