"""Jacobians and Hessians, and products with them: forward mode is reverse mode twice."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.functions.shape import stack
from autograd.graph.derivatives import gradients
from autograd.graph.node import Node
from autograd.nodes.tensor import Tensor
from autograd.rules.shape import reshape
from autograd.transforms.gradients import grad
from autograd.transforms.run import (
    Argnum,
    Function,
    Run,
    as_plain,
    recorded,
    start,
    transform,
    weighted,
)
from autograd.transforms.trees import flatten


@transform
def jacobian(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """All derivatives of all outputs, of shape `output.shape + x.shape`; one sweep per output.

    Nested outputs give the nested form of the outputs, with that of `x` at each place.
    """
    run = start("jacobian", fun, argnum, args, kwargs)
    outputs, rebuild = flatten(run.out)
    return rebuild([run.rebuild(_jacobians(run, output)) for output in outputs])


def _jacobians(run: Run, output: Any) -> list[Any]:
    """The Jacobian of one output array by each variable."""
    shape = np.shape(as_plain(output))
    rows = run.rows(output, _units(shape))
    if not rows:
        empty = [np.zeros(shape + np.shape(as_plain(given))) for given in run.given]
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


@transform
def make_vjp(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`make_vjp(f)(x, …)` is the pair (vjp, f(x, …)); `vjp(g)` is g times the Jacobian.

    `g` has the form of the output, the result that of `x`; vjp may be called many times.
    """
    run = start("make_vjp", fun, argnum, args, kwargs)

    def vjp(g: Any) -> Any:
        if isinstance(run.out, Node) and not isinstance(g, list | tuple | dict):
            return run.rebuild(run.gradients(run.out, g))
        with recorded():
            total = weighted(run.out, g)
        return run.rebuild(run.gradients(total))

    return vjp, run.leave(run.out)


@transform
def make_jvp(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`make_jvp(f)(x, …)` is a function: `jvp(v)` is the pair of f(x, …) and the Jacobian times v.

    `v` has the form of `x`. Pulls back twice: the vjp is linear in its g, and the vjp of that is
    the jvp.
    """
    run = start("make_jvp", fun, argnum, args, kwargs)
    outputs, rebuild = flatten(run.out)

    def jvp(v: Any) -> Any:
        tangents = flatten(v if isinstance(argnum, Sequence) else (v,))[0]
        if len(tangents) != len(run.variables):
            raise ValueError(
                f"make_jvp: {len(tangents)} tangents for {len(run.variables)} arguments"
            )
        return run.leave(run.out), rebuild([_push(run, output, tangents) for output in outputs])

    return jvp


def _push(run: Run, output: Any, tangents: Sequence[Any]) -> Any:
    """The derivative of one output along the tangents."""
    shape = np.shape(as_plain(output))
    again = run.differentiable or any(isinstance(tangent, Node) for tangent in tangents)
    if not isinstance(output, Node) or not output.requires_grad:
        zero = np.zeros(shape)
        return Tensor.constant(zero) if again else zero[()]
    with recorded():
        g = Tensor(np.zeros(shape, np.asarray(as_plain(output)).dtype))
        pulled = gradients(output, run.variables, gradient=g, create_graph=True)
        total = weighted(pulled, list(tangents))
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
    return rebuild([np.ones(np.shape(as_plain(leaf)))[()] for leaf in leaves])
