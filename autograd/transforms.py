"""Functions of functions: gradients, Jacobians and products with them, nesting to any order.

The conventions are those of HIPS autograd (Maclaurin 2015) and JAX: a transform takes a function
and gives a function of the same arguments. Arguments may be numbers, arrays, nodes, and nested
lists, tuples and dicts of them; `argnum` is the position, or a tuple of positions, to differentiate
by. Plain arguments give plain results; nodes give nodes, which can be differentiated again.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Node, gradient_rows, gradients
from autograd.modes import enable_grad, no_grad, recording
from autograd.op import ATOM, Op, case, op
from autograd.order import toposort
from autograd.rules.arithmetic import multiply
from autograd.rules.reductions import reduce_sum
from autograd.rules.shape import concatenate, ravel, reshape, stack
from autograd.tensor import Tensor
from autograd.trees import Rebuild, flatten, paths

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
)

# How many transforms are running around this one: only inside another may a plain argument
# have to give a node, since the function may close over the other's variables.
_depth: ContextVar[int] = ContextVar("depth", default=0)


class _Run(NamedTuple):
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
        return rebuild([_plain(leaf) for leaf in leaves])


def _run(
    name: str, fun: Function, argnum: Argnum, args: Sequence[Any], kwargs: dict[str, Any]
) -> _Run:
    """Call `fun` with fresh variables for the arguments it is to be differentiated by."""
    several = isinstance(argnum, Sequence)
    positions = [int(each) for each in argnum] if isinstance(argnum, Sequence) else [argnum]
    for position in positions:
        if not -len(args) <= position < len(args):
            raise TypeError(
                f"{name}: argnum={argnum} but {_name(fun)} was called with {len(args)} positional "
                "argument(s)"
            )
    chosen = tuple(args[position] for position in positions)
    given, rebuild = flatten(chosen)
    where = [
        path for at, each in zip(positions, chosen, strict=True) for path in paths(each, str(at))
    ]
    with _recorded():
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
    return _Run(out, variables, given, back, differentiable)


def _recorded() -> AbstractContextManager[Any]:
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


def _plain(leaf: Any) -> Any:
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


def _one_number(name: str, fun: Function, out: Any) -> Any:
    """The output of a function that must give a single real number."""
    raw = out.raw if isinstance(out, Node) else out
    number = isinstance(raw, int | float | np.ndarray | np.generic)
    if not number or np.asarray(raw).dtype.kind not in "fiu" or np.size(raw) != 1:
        shown = f"an array of shape {out.shape}" if getattr(out, "ndim", 0) else repr(out)
        advice = "does it lack a return?" if out is None else "use jacobian or elementwise_grad"
        raise TypeError(
            f"{name}: {_name(fun)} gave {shown}, where one real number is needed; {advice}"
        )
    return out


def _name(fun: Function) -> str:
    return getattr(fun, "__name__", repr(fun))


def _transform(make: Callable[..., Any]) -> Any:
    """Let a transform written as `make(fun, argnum, args, kwargs)` be used as `transform(fun)`."""

    @functools.wraps(make)
    def transform(fun: Function, argnum: Argnum = 0) -> Function:
        if not callable(fun):
            raise TypeError(f"{make.__name__} takes a function, not {fun!r}")

        @functools.wraps(fun)
        def transformed(*args: Any, **kwargs: Any) -> Any:
            return make(fun, argnum, args, kwargs)

        transformed.__name__ = f"{make.__name__}_of_{_name(fun)}"
        return transformed

    # The signature that users call, which functools.wraps has covered up.
    transform.__signature__ = inspect.signature(  # type: ignore[attr-defined]
        transform, follow_wrapped=False
    )
    return transform


@_transform
def grad(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`grad(f)(x, …)` is the gradient of `f`, which gives one real number, in the form of `x`."""
    return _value_and_grad("grad", fun, argnum, args, kwargs)[1]


@_transform
def value_and_grad(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`value_and_grad(f)(x, …)` is the pair of `f(x, …)` and its gradient."""
    return _value_and_grad("value_and_grad", fun, argnum, args, kwargs)


def _value_and_grad(name: str, fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    run = _run(name, fun, argnum, args, kwargs)
    out = _one_number(name, fun, run.out)
    return run.leave(out), run.rebuild(run.gradients(out))


@_transform
def grad_and_aux(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`grad_and_aux(f)(x, …)` for `f` giving `(number, aux)`: the gradient, and aux untouched."""
    run = _run("grad_and_aux", fun, argnum, args, kwargs)
    if not isinstance(run.out, tuple) or len(run.out) != 2:
        raise TypeError(f"grad_and_aux: {_name(fun)} must return a pair (number, aux)")
    out = _one_number("grad_and_aux", fun, run.out[0])
    return run.rebuild(run.gradients(out)), run.leave(run.out[1])


@_transform
def elementwise_grad(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """The gradient of the sum of `f`'s outputs: entry by entry, the derivative of such an `f`."""
    run = _run("elementwise_grad", fun, argnum, args, kwargs)
    total = _weighted(run.out, None)
    return run.rebuild(run.gradients(total))


@_transform
def jacobian(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """All derivatives of all outputs, of shape `output.shape + x.shape`; one sweep per output.

    Nested outputs give the nested form of the outputs, with that of `x` at each place.
    """
    run = _run("jacobian", fun, argnum, args, kwargs)
    outputs, rebuild = flatten(run.out)
    return rebuild([run.rebuild(_jacobians(run, output)) for output in outputs])


def _jacobians(run: _Run, output: Any) -> list[Any]:
    """The Jacobian of one output array by each variable."""
    shape = np.shape(_plain(output))
    rows = run.rows(output, _units(shape))
    if not rows:
        empty = [np.zeros(shape + np.shape(_plain(given))) for given in run.given]
        return [Tensor.constant(each) for each in empty] if run.differentiable else list(empty)
    columns = [list(column) for column in zip(*rows, strict=True)]
    if run.differentiable:
        return [reshape(stack(column), shape=shape + column[0].shape) for column in columns]
    if shape == ():
        return [column[0] for column in columns]
    return [np.reshape(np.stack(column), shape + np.shape(column[0])) for column in columns]


def _units(shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """The arrays with a single 1 among zeros."""
    for index in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        yield unit


def hessian(fun: Function, argnum: int = 0) -> Function:
    """All second derivatives of `f`, which gives one real number: of shape `x.shape + x.shape`."""
    return jacobian(jacobian(fun, argnum), argnum)


def hessian_vector_product(fun: Function, argnum: int = 0) -> Function:
    """`hessian_vector_product(f)(x, …, v)`: the Hessian times `v`, without the Hessian.

    `v` has the form of `x` and comes last. The gradient's vector-Jacobian product, since the
    Hessian is symmetric (Pearlmutter 1994).
    """
    at = make_hvp(fun, argnum)

    @functools.wraps(fun)
    def product(*args: Any, **kwargs: Any) -> Any:
        *point, v = args
        return at(*point, **kwargs)[0](v)

    return product


def make_hvp(fun: Function, argnum: int = 0) -> Function:
    """`make_hvp(f)(x, …)` is the pair (hvp, gradient); `hvp(v)` is the Hessian times v.

    `f` runs once for any number of products.
    """
    return make_vjp(grad(fun, argnum), argnum)


def _weighted(outputs: Any, weights: Any) -> Any:
    """The sum over all entries of outputs, each times its weight (None: 1)."""
    leaves, _ = flatten(outputs)
    factors = [None] * len(leaves) if weights is None else flatten(weights)[0]
    if len(factors) != len(leaves):
        raise ValueError(f"{len(factors)} weights for {len(leaves)} outputs: give one for each")
    total: Any = 0.0
    for leaf, factor in zip(leaves, factors, strict=True):
        if factor is not None and np.shape(_plain(factor)) != np.shape(_plain(leaf)):
            raise ValueError(
                f"a weight of shape {np.shape(_plain(factor))} for an output of shape "
                f"{np.shape(_plain(leaf))}"
            )
        total = total + reduce_sum(leaf if factor is None else multiply(leaf, factor))
    return total


@_transform
def make_vjp(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`make_vjp(f)(x, …)` is the pair (vjp, f(x, …)); `vjp(g)` is g times the Jacobian.

    `g` has the form of the output, the result that of `x`; vjp may be called many times.
    """
    run = _run("make_vjp", fun, argnum, args, kwargs)

    def vjp(g: Any) -> Any:
        if isinstance(run.out, Node) and not isinstance(g, list | tuple | dict):
            return run.rebuild(run.gradients(run.out, g))
        with _recorded():
            total = _weighted(run.out, g)
        return run.rebuild(run.gradients(total))

    return vjp, run.leave(run.out)


@_transform
def make_jvp(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`make_jvp(f)(x, …)` is a function: `jvp(v)` is the pair of f(x, …) and the Jacobian times v.

    `v` has the form of `x`. Pulls back twice: the vjp is linear in its g, and the vjp of that is
    the jvp.
    """
    run = _run("make_jvp", fun, argnum, args, kwargs)
    outputs, rebuild = flatten(run.out)

    def jvp(v: Any) -> Any:
        tangents = flatten(v if isinstance(argnum, Sequence) else (v,))[0]
        if len(tangents) != len(run.variables):
            raise ValueError(
                f"make_jvp: {len(tangents)} tangents for {len(run.variables)} arguments"
            )
        return run.leave(run.out), rebuild([_push(run, output, tangents) for output in outputs])

    return jvp


def _push(run: _Run, output: Any, tangents: Sequence[Any]) -> Any:
    """The derivative of one output along the tangents."""
    shape = np.shape(_plain(output))
    again = run.differentiable or any(isinstance(tangent, Node) for tangent in tangents)
    if not isinstance(output, Node) or not output.requires_grad:
        zero = np.zeros(shape)
        return Tensor.constant(zero) if again else zero[()]
    with _recorded():
        g = Tensor(np.zeros(shape, np.asarray(_plain(output)).dtype))
        pulled = gradients(output, run.variables, gradient=g, create_graph=True)
        total = _weighted(pulled, list(tangents))
        if not total.requires_grad:
            return Tensor.constant(g.zero()) if again else g.zero()[()]
        pushed = gradients(total, g, create_graph=again)
    return pushed if again else pushed[()]


def deriv(fun: Function, argnum: int = 0) -> Function:
    """The derivative along the argument itself: the jvp with ones, for a function of one number."""

    @functools.wraps(fun)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        return make_jvp(fun, argnum)(*args, **kwargs)(_ones(args[argnum]))[1]

    return derivative


def _ones(x: Any) -> Any:
    leaves, rebuild = flatten(x)
    return rebuild([np.ones(np.shape(_plain(leaf)))[()] for leaf in leaves])


def grad_named(fun: Function, argname: str) -> Function:
    """The gradient by the parameter of that name."""
    names = list(inspect.signature(fun).parameters)
    if argname not in names:
        raise ValueError(f"grad_named: {_name(fun)} has no parameter {argname!r}, but {names}")
    return grad(fun, names.index(argname))


# A function with its gradient as one node: on the way back the function is run again.
_rerun: Op = op(
    "checkpoint",
    lambda x, *, fun: fun(x),
    lambda g, y, x, *, fun: _pull_again(g, x, fun),
    cases=(case((3,), fun=lambda x: x * x), case((2,), fun=lambda x: np.sin(x) * x)),
)


def _pull_again(g: Any, x: Any, fun: Function) -> Any:
    vjp, _ = make_vjp(fun)(x)
    return vjp(g)


def checkpoint(fun: Function) -> Function:
    """`fun`, keeping none of its inner results: they are computed again on the way back.

    Trades time for memory (Griewank 1992). Gradients flow to the positional arguments, not to what
    `fun` closes over.
    """

    @functools.wraps(fun)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        leaves, rebuild = flatten(args)
        variable = [isinstance(leaf, Node) for leaf in leaves]
        if not any(variable):
            return fun(*args, **kwargs)
        shapes = [leaf.shape for leaf in leaves if isinstance(leaf, Node)]
        form: list[Any] = []

        def flat(x: Any) -> Any:
            pieces = iter(_cut(x, shapes))
            new = [
                next(pieces) if is_node else leaf
                for leaf, is_node in zip(leaves, variable, strict=True)
            ]
            outputs, put_back = flatten(fun(*rebuild(new), **kwargs))
            form[:] = [[np.shape(_plain(output)) for output in outputs], put_back]
            return concatenate([ravel(output) for output in outputs])

        def plainly(x: Any) -> Any:
            if isinstance(x, Node):
                return flat(x)
            with no_grad():
                return flat(Tensor(x)).numpy()

        packed = concatenate([ravel(leaf) for leaf in leaves if isinstance(leaf, Node)])
        out = _rerun(packed, fun=plainly)
        out_shapes, put_back = form
        return put_back(_cut(out, out_shapes))

    return checkpointed


def _cut(x: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """One row of entries as arrays of these shapes."""
    pieces, start = [], 0
    for shape in shapes:
        stop = start + int(np.prod(shape))
        pieces.append(reshape(x[start:stop], shape=shape))
        start = stop
    return pieces
