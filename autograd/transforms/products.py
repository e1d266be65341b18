"""Products with Jacobians and Hessians beside `transforms`, as HIPS autograd names them."""

from __future__ import annotations

import functools
import inspect
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from autograd.card.op import ndim_of
from autograd.functions.products import tensordot
from autograd.functions.reductions import reduce_sum
from autograd.transforms import grad, hessian_vector_product, jacobian, make_jvp, make_vjp

Function = Callable[..., Any]

hessian_tensor_product = hessian_vector_product


def tensor_jacobian_product(fun: Function, argnum: int = 0) -> Function:
    """`tensor_jacobian_product(f)(x, …, t)`: t times the Jacobian, summed over all axes of t.

    The axes of `t` are the first of those of the output.
    """

    def weighted(*args: Any, **kwargs: Any) -> Any:
        *point, tensor = args
        return tensordot(tensor, fun(*point, **kwargs), axes=ndim_of(tensor))

    return jacobian(weighted, argnum)


vector_jacobian_product = tensor_jacobian_product


def _half_square(x: Any) -> Any:
    """Half the sum of squares along the last axis; its Hessian is the identity."""
    return reduce_sum(x**2, axis=-1) / 2


def make_ggnvp(f: Function, g: Function = _half_square, f_argnum: int = 0) -> Function:
    """`make_ggnvp(f, g)(x, …)` multiplies by the generalised Gauss-Newton matrix of g(f(x)).

    That is Jᵀ H J with the Jacobian J of `f` and the Hessian H of `g` (Schraudolph 2002).
    """

    def at(*args: Any, **kwargs: Any) -> Function:
        pull, out = make_vjp(f, f_argnum)(*args, **kwargs)
        push = make_jvp(f, f_argnum)(*args, **kwargs)
        curve, _ = make_vjp(grad(g))(out)
        return lambda v: pull(curve(push(v)[1]))

    return at


def multigrad_dict(fun: Function) -> Function:
    """The gradients by all parameters at once, as a dict from their names."""
    signature = inspect.signature(fun)

    def by_name(named: dict[str, Any]) -> Any:
        bound = signature.bind_partial()
        bound.arguments.update(named)
        return fun(*bound.args, **bound.kwargs)

    @functools.wraps(fun)
    def gradients(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return OrderedDict(grad(by_name)(dict(bound.arguments)))

    return gradients
