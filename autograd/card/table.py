"""The table of operations, and those who follow it. Knows no more of a card than its name."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar


class Named(Protocol):
    """What a table asks of a card."""

    name: str

    @property
    def formula(self) -> str:
        """What the operation computes, in letters."""


Card = TypeVar("Card", bound=Named)


class Table(UserDict[str, Card]):
    """All operations by name.

    Whoever follows the table learns of every card: of those that are there, and later of each that
    is put in or taken out. So an operation is whole however late it is made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.followers: list[tuple[Callable[[Card], None], Callable[[Card], None]]] = []
        self.kinds: list[type[Any]] = []

    def follow(self, enter: Callable[[Card], None], leave: Callable[[Card], None]) -> None:
        """Call `enter` with every card, now and when another comes, and `leave` when it goes."""
        self.followers.append((enter, leave))
        for card in self.values():
            enter(card)

    def bind(
        self, kind: type[Any], methods: Callable[[Card], Mapping[str, Callable[..., Any]]]
    ) -> None:
        """Give a kind of node the methods of every card, where it has none of that name itself."""
        given: dict[str, list[str]] = {}

        def enter(card: Card) -> None:
            given[card.name] = []
            for name, method in methods(card).items():
                if is_free(kind, name):
                    method.__name__, method.__qualname__ = name, f"{kind.__name__}.{name}"
                    method.__doc__ = f"{card.formula}: see help(autograd.TABLE[{card.name!r}])."
                    setattr(kind, name, method)
                    given[card.name].append(name)

        def leave(card: Card) -> None:
            for name in given.pop(card.name):
                delattr(kind, name)

        self.kinds.append(kind)
        self.follow(enter, leave)

    def __setitem__(self, name: str, card: Card) -> None:
        self.pop(name, None)
        super().__setitem__(name, card)
        for enter, _ in self.followers:
            enter(card)

    def __delitem__(self, name: str) -> None:
        card = self[name]
        super().__delitem__(name)
        for _, leave in self.followers:
            leave(card)


def is_free(kind: type[Any], name: str) -> bool:
    """Whether a class has nothing of that name but what every object has."""
    return getattr(kind, name, None) is getattr(object, name, None)
