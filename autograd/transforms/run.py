"""A function run at a point, with variables entered for its arguments: how transforms begin."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from autograd.card.op import ATOM, Op, op
from autograd.functions.reductions import reduce_sum
from autograd.graph.derivatives import gradient_rows
from autograd.graph.modes import enable_grad, recording
from autograd.graph.node import Node
from autograd.graph.order import toposort
from autograd.nodes.tensor import Tensor
from autograd.rules.arithmetic import multiply
from autograd.transforms.trees import Rebuild, flatten, paths

Function = Callable[..., Any]
Argnum = int | Sequence[int]

identity: Op = op(
    "identity",
    lambda x: x,
    lambda g, y, x: g,
    scalar=lambda x: x,
    tex=("%s", ATOM, (ATOM,)),
    text=("%s", ATOM, (ATOM,)),
    linear=(0,),
    public=False,
)

# How many transforms are running around this one: only inside another may a plain argument
# have to give a node, since the function may close over the other's variables.
_depth: ContextVar[int] = ContextVar("depth", default=0)


class Run(NamedTuple):
    """A function at a point: its output, and the variables entered for its arguments."""

    out: Any
    variables: list[Node]
    given: list[Any]
    rebuild: Rebuild
    differentiable: bool

    def gradients(self, output: Any, gradient: Any = None) -> list[Any]:
        """The gradients of one output by all variables, as nodes or plain as they were given."""
        return self.rows(output, [gradient], again=isinstance(gradient, Node))[0]

    def rows(self, output: Any, seeds: Iterable[Any], *, again: bool = False) -> list[list[Any]]:
        """The same for each of several gradients arriving at the output; nodes if `again`."""
        again = again or self.differentiable
        if isinstance(output, Node) and output.requires_grad:
            rows = gradient_rows(output, self.variables, seeds, create_graph=again)
        else:
            zeros = [variable.zero() for variable in self.variables]
            if again:
                pairs = zip(self.variables, zeros, strict=True)
                zeros = [variable.as_node(zero) for variable, zero in pairs]
            rows = [zeros for _ in seeds]
        return [
            [
                part if isinstance(part, Node) else _as_given(part, given)
                for part, given in zip(parts, self.given, strict=True)
            ]
            for parts in rows
        ]

    def leave(self, value: Any) -> Any:
        """An output for the caller: its nodes made plain unless they can be differentiated."""
        if self.differentiable:
            return value
        leaves, rebuild = flatten(value)
        return rebuild([as_plain(leaf) for leaf in leaves])


def start(
    name: str, fun: Function, argnum: Argnum, args: Sequence[Any], kwargs: dict[str, Any]
) -> Run:
    """Call `fun` with fresh variables for the arguments it is to be differentiated by."""
    several = isinstance(argnum, Sequence) and not isinstance(argnum, str)
    positions: list[Any] = [*argnum] if isinstance(argnum, Sequence) and several else [argnum]
    for position in positions:
        if isinstance(position, bool) or not hasattr(position, "__index__"):
            raise TypeError(
                f"{name}: argnum={argnum!r}; give the place of an argument, 0 for the first, or a "
                "tuple of places (grad_named takes a name)"
            )
        if not -len(args) <= position < len(args):
            raise TypeError(
                f"{name}: argnum={argnum} but {function_name(fun)} was called with {len(args)} "
                "positional argument(s)"
            )
    chosen = tuple(args[position] for position in positions)
    given, rebuild = flatten(chosen)
    where = [
        path for at, each in zip(positions, chosen, strict=True) for path in paths(each, str(at))
    ]
    with recorded():
        variables = [
            _enter(name, leaf, f"argument {path}") for leaf, path in zip(given, where, strict=True)
        ]
        entered = list(args)
        for position, each in zip(positions, rebuild(variables), strict=True):
            entered[position] = each
        token = _depth.set(_depth.get() + 1)
        try:
            out = fun(*entered, **kwargs)
        finally:
            _depth.reset(token)
    differentiable = recording() and (
        any(isinstance(leaf, Node) for leaf in given)
        or (_depth.get() > 0 and _reaches_beyond(out, variables))
    )
    back = rebuild if several else lambda new: rebuild(new)[0]
    return Run(out, variables, given, back, differentiable)


def recorded() -> AbstractContextManager[Any]:
    """A context in which operations record; none is entered where they do, for modes cost time."""
    return nullcontext() if recording() else enable_grad()


def _enter(name: str, leaf: Any, path: str) -> Node:
    if isinstance(leaf, Node):
        if leaf.requires_grad:
            return identity(leaf)
        return Tensor(leaf.raw)
    if isinstance(leaf, complex) or (
        not isinstance(leaf, bool | int | float | np.ndarray | np.generic)
    ):
        raise TypeError(
            f"{name}: {path} is {leaf!r}, which can't be differentiated by: give real numbers, "
            "arrays, or nested lists, tuples and dicts of them"
        )
    return Tensor(leaf)


def _reaches_beyond(out: Any, variables: Sequence[Node]) -> bool:
    """Whether an output depends on a leaf that is none of the variables."""
    own = set(variables)
    return any(
        node.op is None and node.requires_grad and node not in own
        for leaf in flatten(out)[0]
        if isinstance(leaf, Node)
        for node in toposort(leaf)
    )


def as_plain(leaf: Any) -> Any:
    """A leaf of an output as the caller gets it, outside the graph."""
    if isinstance(leaf, Tensor):
        return leaf.numpy()[()]
    return leaf.item() if isinstance(leaf, Node) else leaf


def _as_given(part: Any, given: Any) -> Any:
    """A plain gradient in the type of the argument: a float for a number, an array for an array."""
    if isinstance(given, Node):
        return given.as_node(part)
    if isinstance(given, np.ndarray):
        return np.asarray(part)
    return part[()] if isinstance(given, np.generic) else float(part)


def one_number(name: str, fun: Function, out: Any) -> Any:
    """The output of a function that must give a single real number."""
    raw = out.raw if isinstance(out, Node) else out
    number = isinstance(raw, int | float | np.ndarray | np.generic)
    if not number or np.asarray(raw).dtype.kind not in "fiu" or np.size(raw) != 1:
        shown = f"an array of shape {out.shape}" if getattr(out, "ndim", 0) else repr(out)
        advice = "does it lack a return?" if out is None else "use jacobian or elementwise_grad"
        raise TypeError(
            f"{name}: {function_name(fun)} gave {shown}, where one real number is needed; {advice}"
        )
    return out


def function_name(fun: Function) -> str:
    """What errors call a function."""
    return getattr(fun, "__name__", repr(fun))


def transform(make: Callable[..., Any]) -> Any:
    """Let a transform written as `make(fun, argnum, args, kwargs)` be used as `transform(fun)`."""

    @functools.wraps(make)
    def transformer(fun: Function, argnum: Argnum = 0) -> Function:
        if not callable(fun):
            raise TypeError(f"{make.__name__} takes a function, not {fun!r}")

        @functools.wraps(fun)
        def transformed(*args: Any, **kwargs: Any) -> Any:
            return make(fun, argnum, args, kwargs)

        transformed.__name__ = f"{make.__name__}_of_{function_name(fun)}"
        return transformed

    # The signature that users call, which functools.wraps has covered up.
    transformer.__signature__ = inspect.signature(  # type: ignore[attr-defined]
        transformer, follow_wrapped=False
    )
    return transformer


def weighted(outputs: Any, weights: Any) -> Any:
    """The sum over all entries of outputs, each times its weight (None: 1)."""
    leaves, _ = flatten(outputs)
    factors = [None] * len(leaves) if weights is None else flatten(weights)[0]
    if len(factors) != len(leaves):
        raise ValueError(f"{len(factors)} weights for {len(leaves)} outputs: give one for each")
    total: Any = 0.0
    for leaf, factor in zip(leaves, factors, strict=True):
        if factor is not None and np.shape(as_plain(factor)) != np.shape(as_plain(leaf)):
            raise ValueError(
                f"a weight of shape {np.shape(as_plain(factor))} for an output of shape "
                f"{np.shape(as_plain(leaf))}"
            )
        total = total + reduce_sum(leaf if factor is None else multiply(leaf, factor))
    return total
