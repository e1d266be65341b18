"""Gradients of functions that give one real number, and of those that act entry by entry."""

from __future__ import annotations

import inspect
from typing import Any

from autograd.transforms.run import (
    Argnum,
    Function,
    function_name,
    one_number,
    start,
    transform,
    weighted,
)


@transform
def grad(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`grad(f)(x, …)` is the gradient of `f`, which gives one real number, in the form of `x`."""
    return _value_and_grad("grad", fun, argnum, args, kwargs)[1]


@transform
def value_and_grad(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`value_and_grad(f)(x, …)` is the pair of `f(x, …)` and its gradient."""
    return _value_and_grad("value_and_grad", fun, argnum, args, kwargs)


def _value_and_grad(name: str, fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    run = start(name, fun, argnum, args, kwargs)
    out = one_number(name, fun, run.out)
    return run.leave(out), run.rebuild(run.gradients(out))


@transform
def grad_and_aux(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """`grad_and_aux(f)(x, …)` for `f` giving `(number, aux)`: the gradient, and aux untouched."""
    run = start("grad_and_aux", fun, argnum, args, kwargs)
    if not isinstance(run.out, tuple) or len(run.out) != 2:
        raise TypeError(f"grad_and_aux: {function_name(fun)} must return a pair (number, aux)")
    out = one_number("grad_and_aux", fun, run.out[0])
    return run.rebuild(run.gradients(out)), run.leave(run.out[1])


@transform
def elementwise_grad(fun: Function, argnum: Argnum, args: Any, kwargs: Any) -> Any:
    """The gradient of the sum of `f`'s outputs: entry by entry, the derivative of such an `f`."""
    run = start("elementwise_grad", fun, argnum, args, kwargs)
    total = weighted(run.out, None)
    return run.rebuild(run.gradients(total))


def grad_named(fun: Function, argname: str) -> Function:
    """The gradient by the parameter of that name."""
    names = list(inspect.signature(fun).parameters)
    if argname not in names:
        raise ValueError(
            f"grad_named: {function_name(fun)} has no parameter {argname!r}, but {names}"
        )
    return grad(fun, names.index(argname))
