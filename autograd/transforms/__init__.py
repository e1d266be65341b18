"""Functions of functions: gradients, Jacobians and products with them, nesting to any order.

The conventions are those of HIPS autograd (Maclaurin 2015) and JAX: a transform takes a function
and gives a function of the same arguments. Arguments may be numbers, arrays, nodes, and nested
lists, tuples and dicts of them; `argnum` is the position, or a tuple of positions, to differentiate
by. Plain arguments give plain results; nodes give nodes, which can be differentiated again.
"""

from autograd.transforms.checkpoints import checkpoint
from autograd.transforms.gradients import (
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    value_and_grad,
)
from autograd.transforms.jacobians import (
    deriv,
    hessian,
    hessian_vector_product,
    jacobian,
    make_hvp,
    make_jvp,
    make_vjp,
)

__all__ = [
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "value_and_grad",
]
