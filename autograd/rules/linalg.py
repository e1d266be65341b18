"""Matrix products. 1-D operands are promoted at the edge, so the card stays one line a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.op import PRODUCT, SIGN, Op, case, implements, ndim_of, op, shape_of
from autograd.rules.shape import array_of, refuse, reshape


def _matmul_hint(operands: Sequence[Any], names: Sequence[str]) -> str | None:
    a, b = (shape_of(operand) for operand in operands)
    if len(a) < 2 or len(b) < 2:
        return "matmul needs arrays, not single numbers; write * for a product of numbers"
    if a[-1] == b[-2]:
        return None
    left, right = names
    if a[-2] == b[-2]:
        advice = f"; {left}.T @ {right}?"
    elif a[-1] == b[-1]:
        advice = f"; {left} @ {right}.T?"
    elif a[-2] == b[-1]:
        advice = f"; {right} @ {left}?"
    else:
        advice = ""
    return f"inner sizes {a[-1]} and {b[-2]} differ{advice}"


def _matmul_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of a product; a vector before is a row, one behind a column."""
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        return None
    columns = b[-1:] if len(b) > 1 else ()
    return (*np.broadcast_shapes(a[:-2], b[:-2]), *a[-2:-1], *columns)


_matmul: Op = op(
    "matmul",
    np.matmul,
    lambda g, y, a, b: g @ b.mT,
    lambda g, y, a, b: a.mT @ g,
    symbol="@",
    tex=(r"%s \, %s", PRODUCT, (PRODUCT, SIGN)),
    text=("%s · %s", PRODUCT, (PRODUCT, SIGN)),
    cases=(
        case((2, 3), (3, 4)),
        case((1, 3), (3, 1)),
        case((5, 2, 3), (5, 3, 2)),
        case((2, 3), (5, 3, 2)),
        case((5, 1, 2, 3), (4, 3, 2)),
    ),
    hint=_matmul_hint,
    linear=(0, 1),
    shape=_matmul_shape,
)


@implements(np.matmul)
def matmul(a: Any, b: Any) -> Any:
    """The matrix product by NumPy's rules: 1-D operands are a row before and a column behind."""
    rows, columns = ndim_of(a) == 1, ndim_of(b) == 1
    if not (rows or columns):
        return _matmul(a, b)
    left = reshape(a, shape=(1, -1)) if rows else a
    right = reshape(b, shape=(-1, 1)) if columns else b
    product = _matmul(left, right)
    shape = shape_of(product)
    shape = shape[:-1] if columns else shape
    if rows:
        shape = shape[:-1] if columns else (*shape[:-2], shape[-1])
    return reshape(product, shape=shape)


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Any:
    """The product of two or more matrices, multiplied in the order of the fewest operations.

    The first and the last may be 1-D. The order is that of Cormen et al., "Introduction to
    Algorithms", chapter 14.2.
    """
    refuse("multi_dot", {"out": out})
    chain = [array_of(each) for each in arrays]
    shapes = [shape_of(each) for each in chain]
    ends = [len(shape) in (1, 2) for shape in (*shapes[:1], *shapes[-1:])]
    if len(chain) < 2 or not all(ends) or any(len(shape) != 2 for shape in shapes[1:-1]):
        raise ValueError(f"multi_dot takes two or more matrices, not the shapes {shapes}")
    first = shapes[0][0] if len(shapes[0]) == 2 else 1
    sizes = [first, *(shape[-1] if len(shape) == 2 else 1 for shape in shapes)]
    sizes[1:-1] = [shape[0] for shape in shapes[1:]]
    # cost[i, j] and product[i, j] are of the matrices i to j
    cost = {(i, i): 0 for i in range(len(chain))}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, len(chain)):
        for i in range(len(chain) - length):
            j = i + length
            price = {
                k: cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                for k in range(i, j)
            }
            split[i, j] = min(price, key=price.__getitem__)
            cost[i, j] = price[split[i, j]]

    def product(i: int, j: int) -> Any:
        if i == j:
            return chain[i]
        return matmul(product(i, split[i, j]), product(split[i, j] + 1, j))

    return product(0, len(chain) - 1)
