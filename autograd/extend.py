"""Operations with hand-defined gradients, as HIPS autograd declares them: `primitive`, `defvjp`.

A card made by `autograd.op` is shorter, can be drawn and written as a formula; this is for code
that exists.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from autograd.graph import Node
from autograd.op import op
from autograd.tensor import Tensor

Maker = Callable[..., Callable[[Any], Any]]


class Primitive:
    """A function that is recorded as one node, with gradients from `defvjp`."""

    def __init__(self, fun: Callable[..., Any]) -> None:
        functools.update_wrapper(self, fun)
        self.fun = fun
        self.name = getattr(fun, "__name__", "primitive")
        self.makers: dict[int, Maker | None] = {}
        self.by_argnums: Callable[..., Callable[[Any], Sequence[Any]]] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        places = [i for i, arg in enumerate(args) if isinstance(arg, Node)]
        if not places:
            return self.fun(*args, **kwargs)

        def put(nodes: Sequence[Any]) -> list[Any]:
            full = list(args)
            for i, node in zip(places, nodes, strict=True):
                full[i] = node
            return full

        def forward(*raws: Any) -> Any:
            return self.fun(*put(raws), **kwargs)

        def rule(g: Any, y: Any, *nodes: Any, slot: int) -> Any:
            return self.pull(places[slot], g, y, put(nodes), kwargs)

        card = op(self.name, forward, rule, variadic=True, elementwise=False, table=None)
        return Tensor.record(card, [args[i] for i in places], {})

    def pull(self, place: int, g: Any, y: Any, args: Sequence[Any], kwargs: Any) -> Any:
        """The gradient by the argument at `place`, from the rule that was defined for it."""
        if self.by_argnums is not None:
            return self.by_argnums([place], y, args, kwargs)(g)[0]
        if place not in self.makers:
            raise NotImplementedError(
                f"{self.name} has no gradient for argument {place}: "
                f"give one with defvjp({self.name}, …)"
            )
        maker = self.makers[place]
        return g * 0.0 if maker is None else maker(y, *args, **kwargs)(g)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


def primitive(fun: Callable[..., Any]) -> Primitive:
    """Let a function of plain arrays be recorded as one node; its gradients come from `defvjp`."""
    return Primitive(fun)


def defvjp(fun: Any, *makers: Maker | None, argnums: Sequence[int] | None = None) -> None:
    """Give a primitive its gradients: one `lambda ans, *args: lambda g: …` per argument.

    `argnums` says which arguments they belong to, by default the first ones; None is a gradient of
    zero.
    """
    places = range(len(makers)) if argnums is None else argnums
    for place, maker in zip(places, makers, strict=True):
        _checked(fun).makers[place] = maker


def defvjp_argnums(fun: Any, maker: Callable[..., Any]) -> None:
    """Give a primitive all gradients at once: `lambda argnums, ans, args, kwargs: lambda g: …`."""
    _checked(fun).by_argnums = maker


def defvjp_argnum(fun: Any, maker: Callable[..., Any]) -> None:
    """Give a primitive its gradients by place: `lambda argnum, ans, args, kwargs: lambda g: …`."""

    def all_at_once(argnums: Sequence[int], ans: Any, args: Any, kwargs: Any) -> Any:
        return lambda g: [maker(argnum, ans, args, kwargs)(g) for argnum in argnums]

    defvjp_argnums(fun, all_at_once)


def _checked(fun: Any) -> Primitive:
    if not isinstance(fun, Primitive):
        raise TypeError(f"defvjp: {fun!r} is not a primitive: decorate it with @primitive first")
    return fun
