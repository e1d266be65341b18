"""Operations with hand-defined gradients, as HIPS autograd declares them: `primitive`, `defvjp`.

A card made by `autograd.op` is shorter, can be drawn and written as a formula; this is for code
that exists.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.card.op import op, plain
from autograd.graph.node import Node
from autograd.misc.flatten import flatten as as_row
from autograd.nodes.tensor import Tensor
from autograd.transforms.trees import flatten

Maker = Callable[..., Callable[[Any], Any]]
Box = Node


class Primitive:
    """A function that is recorded as one node, with gradients from `defvjp`.

    It is called with plain numbers and arrays where nodes were given, also inside lists, tuples and
    dicts, and may give such a tree itself; the gradient of an output tree is a tree of its form.
    """

    def __init__(self, fun: Callable[..., Any]) -> None:
        functools.update_wrapper(self, fun)
        self.fun = fun
        self.name = getattr(fun, "__name__", "primitive")
        self.makers: dict[int, Maker | None] = {}
        self.by_argnums: Callable[..., Callable[[Any], Sequence[Any]]] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves, rebuild = flatten(args)
        places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, Node)]
        if not places:
            return self.fun(*args, **kwargs)
        outputs = _Outputs()
        needed = [i for i in places if leaves[i].requires_grad]
        last: list[
            Any
        ] = []  # what one gradient of the output gave, until all arguments have theirs

        def put(nodes: Sequence[Any]) -> Any:
            full = list(leaves)
            for i, node in zip(places, nodes, strict=True):
                full[i] = _number(node)
            return rebuild(full)

        def forward(*raws: Any) -> Any:
            return outputs.pack(self.fun(*put(raws), **kwargs))

        def rule(g: Any, y: Any, *nodes: Any, slot: int) -> Any:
            if not last or last[0] is not g:
                ans, upstream = outputs.unpack(y), outputs.unpack(g)
                last[:] = g, self._pull(needed, upstream, ans, put(nodes), kwargs)
            part = last[1][places[slot]]
            if places[slot] == needed[-1]:
                last.clear()
            return part

        card = op(self.name, forward, rule, variadic=True, elementwise=False, table=None)
        return outputs.unpack(Tensor.record(card, [leaves[i] for i in places], {}))

    def _pull(
        self, places: Sequence[int], g: Any, y: Any, args: Sequence[Any], kwargs: Any
    ) -> dict[int, Any]:
        """The gradients by the leaves at these places of the arguments."""
        owners = [(i, at) for i, arg in enumerate(args) for at in range(len(flatten(arg)[0]))]
        argnums = sorted({owners[place][0] for place in places})
        if self.by_argnums is not None:
            pulled = self.by_argnums(argnums, y, args, kwargs)(g)
        else:
            pulled = [self._pull_one(argnum, g, y, args, kwargs) for argnum in argnums]
        inner = {i: flatten(part)[0] for i, part in zip(argnums, pulled, strict=True)}
        return {place: inner[owners[place][0]][owners[place][1]] for place in places}

    def _pull_one(self, argnum: int, g: Any, y: Any, args: Sequence[Any], kwargs: Any) -> Any:
        if argnum not in self.makers:
            raise NotImplementedError(
                f"{self.name} has no gradient for argument {argnum}: "
                f"give one with defvjp({self.name}, …)"
            )
        maker = self.makers[argnum]
        if maker is None:
            leaves, rebuild = flatten(args[argnum])
            return rebuild([np.zeros(np.shape(plain(leaf))) for leaf in leaves])
        return maker(y, *args, **kwargs)(g)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


class _Outputs:
    """What a primitive gives, as one array: a tree is laid out in a row."""

    def __init__(self) -> None:
        self.unflatten: Callable[[Any], Any] | None = None

    def pack(self, out: Any) -> Any:
        if not isinstance(out, list | tuple | dict):
            return out
        row, self.unflatten = as_row(out)
        return row

    def unpack(self, packed: Any) -> Any:
        return _number(packed) if self.unflatten is None else self.unflatten(packed)


def _number(x: Any) -> Any:
    """A plain array without axes as a number, which functions of numbers may insist on."""
    return x[()] if isinstance(x, np.ndarray) and not x.ndim else x


def primitive(fun: Callable[..., Any]) -> Primitive:
    """Let a function of plain arrays be recorded as one node; its gradients come from `defvjp`."""
    return Primitive(fun)


def notrace_primitive(fun: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function be called with the plain arrays of nodes; no gradient flows through it."""

    @functools.wraps(fun)
    def untraced(*args: Any, **kwargs: Any) -> Any:
        leaves, rebuild = flatten((args, kwargs))
        raw_args, raw_kwargs = rebuild([_number(plain(leaf)) for leaf in leaves])
        return fun(*raw_args, **raw_kwargs)

    return untraced


def defvjp(fun: Any, *makers: Maker | None, argnums: Sequence[int] | None = None) -> None:
    """Give a primitive its gradients: one `lambda ans, *args: lambda g: …` per argument.

    `argnums` says which arguments they belong to, by default the first ones; None is a gradient of
    zero. A gradient that is to be differentiated again is written in operations on nodes.
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


def defjvp(fun: Any, *makers: Any, argnums: Sequence[int] | None = None) -> None:
    """Accepted and not used: derivatives along a direction follow from those of `defvjp`."""
    _checked(fun)


def defjvp_argnums(fun: Any, maker: Any) -> None:
    """Accepted and not used, as `defjvp`."""
    _checked(fun)


defjvp_argnum = defjvp_argnums


def def_linear(fun: Any) -> None:
    """Accepted and not used, as `defjvp`."""
    _checked(fun)


def _checked(fun: Any) -> Primitive:
    if not isinstance(fun, Primitive):
        raise TypeError(f"defvjp: {fun!r} is not a primitive: decorate it with @primitive first")
    return fun
