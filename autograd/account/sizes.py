"""Numbers that are sizes of axes, told from those that were typed: the m in 1/m."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Node
from autograd.symbols import Symbol
from autograd.symbols.algebra import divide, multiply, negative, total

SIZE_LETTERS = ("m", "n", "N", "M", "k", "K")


class Size(int):
    """The size of an axis as a rule reads it from a shape; a product of two is a plain number."""

    def __mul__(self, other: int) -> int:
        if self == 1 or other == 1:
            return other if self == 1 else self
        return int(self) * int(other)

    __rmul__ = __mul__


class Sized(Symbol):
    """A letter whose shape consists of sizes."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what the letter stands for."""
        return tuple(map(Size, super().shape))


class Sizes:
    """The letters for sizes: m, or the next one that means nothing else to the caller.

    A size is what a rule reads from a shape (the 7 in the mean of 7 entries), and a number that
    divides the sum over an axis of that size (or over so many entries in all) if the caller has it
    in a variable called m or so.
    """

    def __init__(
        self, order: Sequence[Node], names: Iterable[str], variables: Mapping[str, Any]
    ) -> None:
        used = set(names)
        self._free = [each for each in SIZE_LETTERS if each not in used]
        self._numbers = {each: _whole(variables[each]) for each in self._free if each in variables}
        self._letters: dict[int, Symbol] = {}
        self._typed = dict(self._find_typed(order))

    @property
    def known(self) -> dict[str, int]:
        """The letters given so far, and what they stand for."""
        return {str(letter): number for number, letter in self._letters.items()}

    def letter(self, number: int) -> Any:
        """The letter of a size; the number itself where letters have run out."""
        if number not in self._letters:
            fitting = [each for each in self._free if self._numbers.get(each, number) == number]
            fitting.sort(key=lambda each: each not in self._numbers)
            if not fitting:
                return int(number)
            self._free.remove(fitting[0])
            self._letters[int(number)] = Symbol(fitting[0], like=0.0)
        return self._letters[number]

    def typed(self, node: Node, slot: int) -> Any:
        """m, 1/m or −1/m for a number in an expression that is one; else None."""
        found = self._typed.get((node, slot))
        if found is None:
            return None
        number, power, sign = found
        letter = self.letter(number)
        return sign * letter if power == 1 else sign * (1 / letter)

    def _find_typed(self, order: Sequence[Node]) -> Iterable[tuple[Any, Any]]:
        """The constants that scale a sum, and are a size of it by a variable of the caller's."""
        owned = {number for number in self._numbers.values() if number}
        sums = {node: sizes for node in order if (sizes := _summed(node) & owned)}
        for node in order:
            if node.op is None:
                continue
            if node.op is negative and node.args[0] in sums:
                sums[node] = sums[node.args[0]]
            if node.op not in (multiply, divide) or np.ndim(node.data):
                continue
            for slot, arg in enumerate(node.args):
                other = node.args[1 - slot]
                if isinstance(other, Node) and other in sums and not isinstance(arg, Node):
                    for size in sorted(sums[other]):
                        yield from _as_power(node, slot, float(arg), size)


def _as_power(node: Node, slot: int, number: float, size: int) -> Iterable[tuple[Any, Any]]:
    for power, sign in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        divides = node.op is divide and slot == 1
        if number == sign * float(size) ** power and (power == 1) == divides:
            yield (node, slot), (size, power, sign)


def _summed(node: Node) -> set[int]:
    """The sizes of the axes that a sum goes over, and how many entries it adds up."""
    if node.op is not total:
        return set()
    shape = np.shape(node.operands[0])
    sizes = [shape[axis] for axis in (node.params or {})["axis"]]
    return {*sizes, math.prod(sizes)}


def _whole(number: Any) -> int:
    """The number of a variable if it can be a size, else 0, which none is."""
    return number if isinstance(number, int) and number > 1 else 0
