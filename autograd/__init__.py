"""Reverse-mode differentiation of any order over a graph of floats and NumPy arrays."""

# ruff: noqa: F401 - what is imported here is what users see
from importlib import import_module as _import_module
from types import ModuleType as _ModuleType
from typing import Any as _Any

from autograd.card.op import TABLE, Op, op
from autograd.functions import FUNCTIONS as _FUNCTIONS
from autograd.graph.derivatives import Contribution, contributions, gradients, zero_grad
from autograd.graph.modes import detect_nan, enable_grad, no_grad, watch_comparisons
from autograd.graph.node import Node
from autograd.graph.order import toposort
from autograd.nodes.tensor import Tensor
from autograd.nodes.value import Value
from autograd.replaying import BranchError, replay
from autograd.transforms import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_vector_product,
    jacobian,
    make_hvp,
    make_jvp,
    make_vjp,
    value_and_grad,
)
from autograd.transforms.products import (
    hessian_tensor_product,
    make_ggnvp,
    multigrad_dict,
    tensor_jacobian_product,
    vector_jacobian_product,
)

# Loaded when they are asked for.
_MODULES = ("check", "extend", "misc", "numpy", "scipy", "symbols", "test_util")
_ABOUT = ("__doc__", "__file__", "__name__", "__path__", "__version__")
_ELSEWHERE = {  # the builtins are what existing code looks for here
    "__version__": "version",
    "primitive": "extend",
    **dict.fromkeys(("dict", "isinstance", "list", "tuple", "type"), "builtins"),
}

globals().update(_FUNCTIONS)
__all__ = ["check"]
__all__ += [
    name
    for name, thing in globals().items()
    if not (name.startswith("_") or isinstance(thing, _ModuleType))
]


def _enter(card: Op) -> None:
    """A card is a name here, unless it is for rules only or something else has that name."""
    if card.public and card.name not in globals() and card.name not in _MODULES:
        globals()[card.name] = card
        __all__.append(card.name)


def _leave(card: Op) -> None:
    if globals().get(card.name) is card:
        del globals()[card.name]
        __all__.remove(card.name)


TABLE.follow(_enter, _leave)


def __getattr__(name: str) -> _Any:
    if name in _MODULES:
        return _import_module(f"autograd.{name}")
    if name in _ELSEWHERE:
        return getattr(_import_module(f"autograd.{_ELSEWHERE[name]}"), name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES, *_ABOUT})
