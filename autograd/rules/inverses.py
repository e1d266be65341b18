"""Inverses, linear equations and determinants, batched where NumPy is.

The rules are those of Giles, "An extended collection of matrix derivative results" (2008), where
no other source is named.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.op import (
    ATOM,
    POWER,
    REAL,
    SIGN,
    Domain,
    Op,
    case,
    implements,
    ndim_of,
    op,
    plain,
    shape_of,
)
from autograd.rules.diagonals import diagonal, triu
from autograd.rules.linalg import matmul
from autograd.rules.select import where
from autograd.rules.shape import array_of, concatenate, moveaxis, reshape


class _Invertible(Domain):
    """Square matrices far from singular; entries of other shapes as in any domain."""

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Random entries, with a heavy diagonal that alternates in sign."""
        return super().sample(rng, shape) + np.diag(3.0 * (-1.0) ** np.arange(shape[-1]))


INVERTIBLE = _Invertible("invertible", -1.0, 1.0)


def in_lapack(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A forward map that float16 reaches as float32, since LAPACK has no half precision."""

    @wraps(forward)
    def run(*arrays: Any, **params: Any) -> Any:
        wide = [np.asarray(array) for array in arrays]
        if all(array.dtype != np.float16 for array in wide):
            return forward(*wide, **params)
        half = np.result_type(*wide) == np.float16
        out = forward(*(a.astype(np.promote_types(a.dtype, np.float32)) for a in wide), **params)
        return out.astype(np.float16) if half else out

    return run


def square_hint(operands: Sequence[Any], names: Sequence[str] = ()) -> str | None:
    """What is wrong with an operand that should be a square matrix, or a stack of them."""
    shape = shape_of(operands[0])
    if len(shape) < 2:
        return "a matrix is needed, or a stack of matrices (..., n, n)"
    if shape[-1] != shape[-2]:
        return f"the matrix is not square ({shape[-2]} × {shape[-1]})"
    return None


def _solve_hint(operands: Sequence[Any], names: Sequence[str]) -> str | None:
    a, b = map(shape_of, operands)
    if len(a) >= 2 and a[-1] == a[-2] and len(b) >= 2 and a[-1] != b[-2]:
        return f"{a[-1]} equations, but right-hand sides of {b[-2]} entries"
    return square_hint(operands, names)


_SQUARE = (case((3, 3)), case((1, 1)), case((2, 2, 2)), case((0, 0)))

inv: Op = op(
    "inv",
    in_lapack(np.linalg.inv),
    lambda g, y, a: -(y.mT @ g @ y.mT),
    tex=("{%s}^{-1}", POWER, (ATOM,)),
    text=("%s⁻¹", POWER, (ATOM,)),
    domain=(INVERTIBLE,),
    cases=_SQUARE,
    hint=square_hint,
)
implements(np.linalg.inv)(inv)

_solve: Op = op(
    "solve",
    in_lapack(np.linalg.solve),
    lambda g, y, a, b: -(_solve(a.mT, g) @ y.mT),
    lambda g, y, a, b: _solve(a.mT, g),
    domain=(INVERTIBLE, REAL),
    cases=(
        case((3, 3), (3, 2)),
        case((2, 3, 3), (3, 1)),
        case((3, 3), (2, 3, 2)),
        case((4, 1, 2, 2), (3, 2, 2)),
        case((3, 3), (3, 0)),
    ),
    hint=_solve_hint,
)


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """The `x` of `a @ x = b`; a 1-D `b` is one right-hand side, else its columns are."""
    b = array_of(b)
    if ndim_of(b) != 1:
        return _solve(array_of(a), b)
    x = _solve(array_of(a), reshape(b, shape=(*shape_of(b), 1)))
    return reshape(x, shape=shape_of(x)[:-1])


# ------------------------------------------------------------------------------- determinants

_det: Op = op(
    "det",
    in_lapack(np.linalg.det),
    lambda g, y, a: (g * y)[..., None, None] * inv(a).mT,
    tex=(r"\det %s", SIGN, (ATOM,)),
    text=("det %s", SIGN, (ATOM,)),
    domain=(INVERTIBLE,),
    cases=_SQUARE,
    hint=square_hint,
)
# Sign and logarithm in one array, so that a matrix is factorised once.
_slogdet: Op = op(
    "slogdet",
    in_lapack(lambda a: np.stack(np.linalg.slogdet(a))),
    lambda g, y, a: g[1][..., None, None] * inv(a).mT,
    domain=(INVERTIBLE,),
    cases=_SQUARE,
    hint=square_hint,
    kink="the sign has the gradient 0; at a singular matrix the logarithm has none (LinAlgError)",
)
_SignAndLog: Any = type(np.linalg.slogdet(np.eye(1)))


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """The sign of the determinant and the logarithm of its magnitude, as a named tuple."""
    both = _slogdet(array_of(a))
    return _SignAndLog(both[0], both[1])


@implements(np.linalg.det)
def det(a: Any) -> Any:
    """The determinant, with its derivatives of any order at singular matrices too."""
    a = array_of(a)
    y = _det(a)
    borders = None if plain(a) is a else _borders(plain(a), plain(y))
    return y if borders is None else _bordered_det(a, y, *borders)


def _borders(a: Any, y: Any) -> tuple[Any, Any] | None:
    """What makes the singular matrices of a stack regular; None if they all are.

    That is, singular vectors of the smallest singular values, as columns and as rows.
    """
    small = np.sqrt(np.finfo(y.dtype).eps)
    with np.errstate(all="ignore"):
        largest = np.prod(np.linalg.norm(a, axis=-1), axis=-1)  # Hadamard's bound
    if np.all(np.abs(y) > small * largest) or not np.all(np.isfinite(a)):
        return None
    wide = a.astype(np.result_type(a, np.float32))
    if np.all(np.linalg.cond(wide, "fro") < 1 / small):
        return None
    u, s, vh = np.linalg.svd(wide)
    top = s[..., :1]
    count = int(np.max(np.sum(s <= small * top, axis=-1)))
    if not count:
        return None
    scale = np.where(top == 0, 1, top)[..., None].astype(a.dtype)
    return u[..., -count:].astype(a.dtype) * scale, vh[..., -count:, :].astype(a.dtype) * scale


def _bordered_det(a: Any, y: Any, columns: Any, rows: Any) -> Any:
    """det a as det m · det c, where a is the corner of a regular m, and c that of its inverse.

    The identity (Jacobi's, of complementary minors) holds around `a` as well as at it, so that its
    derivatives are those of det a.
    """
    count = rows.shape[-2]
    corner = np.zeros((*rows.shape[:-1], count), rows.dtype)
    m = concatenate(
        [concatenate([a, columns], axis=-1), np.concatenate([rows, corner], axis=-1)], axis=-2
    )
    product = _det(m) * _small_det(inv(m)[..., -count:, -count:])
    return product + (plain(y) - plain(product))  # NumPy's number to the last digit


def _small_det(x: Any) -> Any:
    """The determinant without a division: Bird, "A simple division-free algorithm" (2011)."""
    size = shape_of(x)[-1]
    behind = np.tril(np.ones((size, size), plain(x).dtype), -1)
    f = x
    for _ in range(size - 1):
        tail = diagonal(f, 0, -2, -1) @ behind
        f = (triu(f, 1) - tail[..., None] * np.eye(size, dtype=plain(x).dtype)) @ x
    return (-1) ** (size - 1) * f[..., 0, 0]


# --------------------------------------------------------------------------- made of the above


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """The product of `n` times `a`; of its inverse for negative `n`."""
    n, a = operator.index(n), array_of(a)
    hint = square_hint([a])
    if hint is not None:
        raise np.linalg.LinAlgError(f"matrix_power of {shape_of(a)}: {hint}")
    if n == 0:  # a constant, but still in the graph of `a`
        return where(False, a, np.eye(shape_of(a)[-1], dtype=plain(a).dtype))
    square, out = (a if n > 0 else inv(a)), None
    n = abs(n)
    while True:
        if n % 2:
            out = square if out is None else matmul(out, square)
        n //= 2
        if not n:
            return out
        square = matmul(square, square)


@implements(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of the map that `tensordot(a, ·)` is, `a` having `ind` axes of results."""
    a = array_of(a)
    if ind <= 0:
        raise ValueError(f"tensorinv: ind={ind} must be positive")
    front, back = shape_of(a)[:ind], shape_of(a)[ind:]
    return reshape(inv(reshape(a, shape=(math.prod(front), math.prod(back)))), shape=back + front)


@implements(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    """The `x` of `tensordot(a, x, x.ndim) = b`; `axes` of `a` are moved to its end first."""
    a, b = array_of(a), array_of(b)
    if axes is not None:
        a = moveaxis(a, axes, range(-len(axes), 0))
    shape = shape_of(a)[ndim_of(b) :]
    matrix = reshape(a, shape=(math.prod(shape_of(b)), math.prod(shape)))
    return reshape(solve(matrix, reshape(b, shape=(-1,))), shape=shape)
