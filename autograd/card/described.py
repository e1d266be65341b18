"""What an operation says of itself: its formula, its help, and the words of its errors."""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

Hint = Callable[[Sequence[Any], Sequence[str]], str | None]
Notation = tuple[str, int] | tuple[str, int, tuple[int, ...]]


def visible(words: str) -> str:
    """Words from outside on one line, shown and not obeyed: newlines as ¶, controls as ␀ …"""
    return words if words.isprintable() else "".join(map(_visible, words))


def _visible(char: str) -> str:
    code = ord(char)
    if char == "\n":
        return "¶"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x200D or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"):
        return char
    return "\N{REPLACEMENT CHARACTER}"


class Docstring(str):
    """The docstring of a class each of whose objects has one of its own."""

    __slots__ = ()

    def __get__(self, card: Described | None, owner: type[Any]) -> str:
        if card is None:
            return str(self)
        # The one look upwards, on the day that somebody asks: formulas are written by symbols.
        return str(import_module("autograd.symbols.reference").help_of(card))


class OwnSignature:
    """`__signature__` of the objects of a class that has none itself."""

    def __get__(self, card: Described | None, owner: type[Any]) -> inspect.Signature:
        if card is None:
            raise AttributeError("__signature__")
        return signature_of(card)


class Described:
    """The words of an operation, from the fields of its card."""

    __slots__ = ()
    __signature__ = OwnSignature()
    name: str
    forward: Callable[..., Any]
    symbol: str
    text: Notation
    elementwise: bool
    variadic: bool
    hint: Hint | None
    arity: int

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def letters(self) -> tuple[str, ...]:
        """What formulas and help call the arguments; of a variadic operation, two of them."""
        return (
            ("x",) if self.arity == 1 else tuple("abcdefgh"[: 2 if self.variadic else self.arity])
        )

    @property
    def formula(self) -> str:
        """What the operation computes of its letters, in its own notation."""
        if self.variadic:
            return f"{self.name}({', '.join(self.letters)}, …)"
        return self.text[0] % self.letters

    def describe(self, operands: Sequence[Any]) -> str:
        """The operation with its operands: values of numbers, shapes of arrays."""
        shown = [_show(operand) for operand in operands]
        if len(shown) == 2 and not self.symbol.isidentifier():
            return f"{self.name}: {shown[0]} {self.symbol} {shown[1]}"
        return f"{self.name}({', '.join(shown)})"

    def explained(
        self, error: Exception, operands: Sequence[Any], names: Sequence[str]
    ) -> Exception:
        """A failed forward map's error again, with the operation, its operands and a way out."""
        hint = self.hint(operands, names) if self.hint is not None else None
        if hint is None and self.elementwise:
            hint = _broadcast_hint(operands)
        text = f"{self.describe(operands)}: {hint or error}"
        try:
            return type(error)(text)
        except TypeError:  # an error of another form than a message
            return ValueError(text)


def signature_of(card: Described) -> inspect.Signature:
    """How an operation is called: its letters, and the parameters of its forward map."""
    kind = inspect.Parameter.VAR_POSITIONAL if card.variadic else inspect.Parameter.POSITIONAL_ONLY
    names = ("operands",) if card.variadic else card.letters
    found = [inspect.Parameter(name, kind) for name in names]
    if not isinstance(card.forward, np.ufunc):
        given = inspect.signature(card.forward).parameters.values()
        found += [
            each.replace(annotation=each.empty) for each in given if each.kind is each.KEYWORD_ONLY
        ]
    return inspect.Signature(found)


def _show(operand: Any) -> str:
    if isinstance(operand, np.ndarray) and operand.ndim:
        return str(operand.shape)
    return str(operand)


def first_bad(out: Any) -> str:
    """The first entry that is not finite, and where it is."""
    array = np.asarray(out)
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    where = f" at {list(index)}" if index else ""
    return f"{array[index]}{where}"


def _broadcast_hint(operands: Sequence[Any]) -> str | None:
    shapes = [np.shape(operand) for operand in operands]
    for axis in range(1, 1 + max(map(len, shapes))):
        sizes = [shape[-axis] for shape in shapes if len(shape) >= axis]
        if len({size for size in sizes if size != 1}) > 1:
            return f"axis -{axis} has the sizes {' and '.join(map(str, sizes))}, which don't match"
    return None
