"""For type checkers alone: how the operations and the function transforms may be called.

Written by hand. The stubs that `python -m docs.stubs` writes put these signatures on the names.
Kinds of operands: a node (`Value`, `Tensor`), a plain number, a plain array. What a plain number
or array meets decides the kind of the result; without a node the result is plain.
"""

# mypy: disable-error-code="overload-overlap, misc"

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import (
    Any,
    Concatenate,
    Generic,
    Literal,
    NamedTuple,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    overload,
)

import numpy as np
from numpy.typing import NDArray

from autograd.card.op import Op
from autograd.graph.node import Node
from autograd.nodes.tensor import Tensor
from autograd.nodes.value import Value

T = TypeVar("T")

class _Array(Protocol):
    """Arrays, data frames and their like; no node, since a Tensor refuses to be converted."""

    def __array__(self) -> np.ndarray: ...

Number: TypeAlias = float | np.floating[Any] | np.integer[Any] | np.bool | Fraction | Decimal
_Entry: TypeAlias = Number | _Array
Plain: TypeAlias = (
    _Entry | Sequence[_Entry] | Sequence[Sequence[_Entry]] | Sequence[Sequence[Sequence[_Entry]]]
)
Operand: TypeAlias = Value | Tensor | Plain | Sequence[Any]
Objects: TypeAlias = NDArray[np.object_]
"""An array of Values."""
Bools: TypeAlias = NDArray[np.bool]
Axis: TypeAlias = int | Sequence[int] | None
Flag: TypeAlias = bool
"""Under a name of its own for the stub of `autograd.numpy`, where `bool` is NumPy's."""

# ------------------------------------------------------------- operations entry by entry

class Unary:
    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: Tensor, /) -> Tensor: ...
    @overload
    def __call__(self, x: Number, /) -> float: ...
    @overload
    def __call__(self, x: Plain, /, *args: Any, **options: Any) -> np.ndarray: ...

class Binary:
    @overload
    def __call__(self, a: Value, b: Value | Number, /) -> Value: ...
    @overload
    def __call__(self, a: Number, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: Tensor, b: Operand, /) -> Tensor: ...
    @overload
    def __call__(self, a: Operand, b: Tensor, /) -> Tensor: ...
    @overload
    def __call__(self, a: Value, b: np.ndarray, /) -> Objects: ...
    @overload
    def __call__(self, a: np.ndarray, b: Value, /) -> Objects: ...
    @overload
    def __call__(self, a: Number, b: Number, /) -> float: ...
    @overload
    def __call__(self, a: Plain, b: Plain, /, *args: Any, **options: Any) -> np.ndarray: ...

class FlatUnary:
    @overload
    def __call__(self, x: Value | Number, /) -> float: ...
    @overload
    def __call__(self, x: Tensor | Plain, /) -> np.ndarray: ...

class FlatBinary:
    @overload
    def __call__(self, a: Value | Number, b: Value | Number, /) -> float: ...
    @overload
    def __call__(self, a: Operand, b: Operand, /) -> np.ndarray: ...

# ------------------------------------------------------------------- operations on arrays

class ArrayUnary:
    @overload
    def __call__(self, x: Tensor | Value, /) -> Tensor: ...
    @overload
    def __call__(self, x: Plain, /) -> np.ndarray: ...

class ArrayBinary:
    @overload
    def __call__(self, a: Plain, b: Plain, /) -> Any: ...
    @overload
    def __call__(self, a: Operand, b: Operand, /) -> Tensor: ...

# ------------------------------------------------------- what carries a signature: ours, NumPy's

class UnaryOp(Unary, Op): ...
class BinaryOp(Binary, Op): ...
class FlatUnaryOp(FlatUnary, Op): ...
class FlatBinaryOp(FlatBinary, Op): ...
class ArrayUnaryOp(ArrayUnary, Op): ...
class ArrayBinaryOp(ArrayBinary, Op): ...
class UnaryUfunc(Unary, np.ufunc): ...
class BinaryUfunc(Binary, np.ufunc): ...
class FlatUnaryUfunc(FlatUnary, np.ufunc): ...
class FlatBinaryUfunc(FlatBinary, np.ufunc): ...
class ArrayBinaryUfunc(ArrayBinary, np.ufunc): ...

# ------------------------------------------------------------------- results of several parts

class EighResult(NamedTuple, Generic[T]):
    eigenvalues: T
    eigenvectors: T

class QRResult(NamedTuple, Generic[T]):
    Q: T
    R: T

class SlogdetResult(NamedTuple, Generic[T]):
    sign: T
    logabsdet: T

class SVDResult(NamedTuple, Generic[T]):
    U: T
    S: T
    Vh: T

# ------------------------------------------------------------------------ gradients of nodes

def toposort(*roots: Node) -> list[Node]: ...

_Kind = TypeVar("_Kind", Value, Tensor)

@overload
def gradients(
    output: Node, wrt: _Kind, *, gradient: Any = None, create_graph: Literal[True]
) -> _Kind: ...
@overload
def gradients(
    output: Node, wrt: Sequence[_Kind], *, gradient: Any = None, create_graph: Literal[True]
) -> list[_Kind]: ...
@overload
def gradients(
    output: Node, wrt: Value, *, gradient: Any = None, create_graph: Literal[False] = False
) -> float: ...
@overload
def gradients(
    output: Node, wrt: Tensor, *, gradient: Any = None, create_graph: Literal[False] = False
) -> np.ndarray: ...
@overload
def gradients(
    output: Node,
    wrt: Sequence[Value],
    *,
    gradient: Any = None,
    create_graph: Literal[False] = False,
) -> list[float]: ...
@overload
def gradients(
    output: Node,
    wrt: Sequence[Tensor],
    *,
    gradient: Any = None,
    create_graph: Literal[False] = False,
) -> list[np.ndarray]: ...
@overload
def gradients(
    output: Node, wrt: Node | Sequence[Node], *, gradient: Any = None, create_graph: bool = False
) -> Any: ...

# ------------------------------------------------------------------------ function transforms

# A function's arguments, and its result: what it is differentiated by has the type of its gradient,
# since plain input gives plain output. The bound keeps the arguments of a lambda unknown.
P = ParamSpec("P")
R = TypeVar("R")
X = TypeVar("X", bound=Any)
A = TypeVar("A", float, np.ndarray)
Tree = TypeVar("Tree", bound=list[Any] | tuple[Any, ...] | dict[Any, Any])

@overload
def grad(fun: Callable[Concatenate[X, P], Any]) -> Callable[Concatenate[X, P], X]: ...
@overload
def grad(fun: Callable[P, Any], argnum: int) -> Callable[P, Any]: ...
@overload
def grad(fun: Callable[P, Any], argnum: Sequence[int]) -> Callable[P, tuple[Any, ...]]: ...
@overload
def elementwise_grad(fun: Callable[Concatenate[X, P], Any]) -> Callable[Concatenate[X, P], X]: ...
@overload
def elementwise_grad(fun: Callable[P, Any], argnum: int) -> Callable[P, Any]: ...
@overload
def elementwise_grad(
    fun: Callable[P, Any], argnum: Sequence[int]
) -> Callable[P, tuple[Any, ...]]: ...
@overload
def value_and_grad(
    fun: Callable[Concatenate[X, P], R],
) -> Callable[Concatenate[X, P], tuple[R, X]]: ...
@overload
def value_and_grad(fun: Callable[P, R], argnum: int) -> Callable[P, tuple[R, Any]]: ...
@overload
def value_and_grad(
    fun: Callable[P, R], argnum: Sequence[int]
) -> Callable[P, tuple[R, tuple[Any, ...]]]: ...
@overload
def grad_and_aux(
    fun: Callable[Concatenate[X, P], tuple[Any, R]],
) -> Callable[Concatenate[X, P], tuple[X, R]]: ...
@overload
def grad_and_aux(
    fun: Callable[P, tuple[Any, R]], argnum: int | Sequence[int]
) -> Callable[P, tuple[Any, R]]: ...
def grad_named(fun: Callable[P, Any], argname: str) -> Callable[P, Any]: ...
def multigrad_dict(fun: Callable[P, Any]) -> Callable[P, dict[str, Any]]: ...
def deriv(fun: Callable[P, R], argnum: int = 0) -> Callable[P, R]: ...
def jacobian(fun: Callable[P, Any], argnum: int | Sequence[int] = 0) -> Callable[P, Any]: ...
@overload
def hessian(fun: Callable[Concatenate[A, P], Any]) -> Callable[Concatenate[A, P], A]: ...
@overload
def hessian(fun: Callable[Concatenate[Tree, P], Any]) -> Callable[Concatenate[Tree, P], Any]: ...
@overload
def hessian(fun: Callable[P, Any], argnum: int) -> Callable[P, Any]: ...
@overload
def make_vjp(
    fun: Callable[Concatenate[X, P], R],
) -> Callable[Concatenate[X, P], tuple[Callable[[R], X], R]]: ...
@overload
def make_vjp(
    fun: Callable[P, R], argnum: int | Sequence[int]
) -> Callable[P, tuple[Callable[[R], Any], R]]: ...
@overload
def make_jvp(
    fun: Callable[Concatenate[X, P], R],
) -> Callable[Concatenate[X, P], Callable[[X], tuple[R, R]]]: ...
@overload
def make_jvp(
    fun: Callable[P, R], argnum: int | Sequence[int]
) -> Callable[P, Callable[[Any], tuple[R, R]]]: ...
@overload
def make_hvp(
    fun: Callable[Concatenate[X, P], Any],
) -> Callable[Concatenate[X, P], tuple[Callable[[X], X], X]]: ...
@overload
def make_hvp(
    fun: Callable[P, Any], argnum: int
) -> Callable[P, tuple[Callable[[Any], Any], Any]]: ...
def hessian_vector_product(fun: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]: ...
def tensor_jacobian_product(fun: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]: ...
def make_ggnvp(
    f: Callable[..., Any], g: Callable[..., Any] = ..., f_argnum: int = 0
) -> Callable[..., Callable[[Any], Any]]: ...
def checkpoint(fun: Callable[P, R]) -> Callable[P, R]: ...

hessian_tensor_product = hessian_vector_product
vector_jacobian_product = tensor_jacobian_product
