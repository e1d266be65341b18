"""Functions whose inner results are not kept, but computed again on the way back."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.card.domain import case
from autograd.card.op import Op, op
from autograd.functions.shape import concatenate, ravel
from autograd.graph.modes import no_grad
from autograd.graph.node import Node
from autograd.nodes.tensor import Tensor
from autograd.rules.shape import reshape
from autograd.transforms.jacobians import make_vjp
from autograd.transforms.run import Function, as_plain
from autograd.transforms.trees import flatten

# A function with its gradient as one node: on the way back the function is run again.
_rerun: Op = op(
    "checkpoint",
    lambda x, *, fun: fun(x),
    lambda g, y, x, *, fun: _pull_again(g, x, fun),
    cases=(case((3,), fun=lambda x: x * x), case((2,), fun=lambda x: np.sin(x) * x)),
    public=False,
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
            form[:] = [[np.shape(as_plain(output)) for output in outputs], put_back]
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
