"""The card of a mistake, and the table of all cards. Knows no mistake itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograd.check.diagnosis.examination import Attempt, ExaminedStep

Undo = Callable[[ExaminedStep, Attempt], Iterator[Attempt]]

ARGUMENT, INSIDE, DERIVATIVE, RESULT = range(4)


@dataclass(frozen=True)
class Mistake:
    """One kind of mistake.

    `where` it lies: in an argument of the formula, inside the formula, in the derivative, or in the
    result; pairs are undone in this order. `cost` says how far-fetched it is: of several
    explanations the cheapest is told. A `simple` one is a small change that is often the second of
    two. `undo` gets a step and an attempt, and yields attempts with
    this mistake undone in one way or another; whether that explains the result is not its business.
    """

    name: str
    where: int
    cost: float
    undo: Undo
    simple: bool = False


MISTAKES: list[Mistake] = []
"""All cards, in the order in which a pair of mistakes is undone."""


def mistake(name: str, where: int, cost: float, *, simple: bool = False) -> Callable[[Undo], Undo]:
    """Put a card on the table."""

    def register(undo: Undo) -> Undo:
        MISTAKES.append(Mistake(name, where, cost, undo, simple))
        MISTAKES.sort(key=lambda card: card.where)
        return undo

    return register
