"""The computation graph: what a node holds, and how it is made. Knows no NumPy, no operation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any, ClassVar, Self

from autograd.graph.sweep import Fit, Gradient, pull_back

_new = object.__new__


class Traced:
    """Whatever an operation can be applied to besides plain numbers: nodes and symbols.

    The operand of the highest `rank` decides which kind `record`s the application.
    """

    __slots__ = ()
    rank: ClassVar[int] = 0
    symbolic: ClassVar[bool] = False

    @classmethod
    def record(cls, op: Any, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Apply `op` to `args`, at least one of which is of this kind."""
        raise NotImplementedError


class Node(Traced):
    """A result in the graph: its number, the operation that made it, and what that operation saw.

    The first two arguments lie flat in the node, since a scalar graph has a node per addition. The
    sweep reads only the numbers that the operation saw, `a` and `b`, so a leaf changed after the
    forward pass cannot bend the gradient.
    """

    raw: Any  # the number or array
    op: Any  # the operation that gave it; None for a leaf, and then so are all that follow but name
    left: Any  # the node of the first argument, None where a constant stands; if the operation has
    right: Any  # three or more, a tuple of all
    a: Any  # what the first argument was when the operation ran; or a tuple of all
    b: Any
    params: dict[str, Any] | None
    requires_grad: bool
    name: str | None
    grad: Any  # None before the first backward()
    __slots__ = ("__weakref__", *__annotations__)

    # What each kind of node says of its numbers:
    item: Callable[[], float]  # the only entry as a plain number, outside the graph
    numpy: Callable[[], Any]  # a copy as a plain array, outside the graph
    detach: Callable[[], Node]  # a node of the same data that needs no gradient
    fit: ClassVar[Fit | None] = None  # undoes broadcasting, see `sweep`; None for single numbers
    wider: ClassVar[type[Node]]  # the kind for operations that need an array
    seed: Callable[[Any], Gradient]  # the gradient of the output by itself, as plain data
    zero: Callable[[], Gradient]  # a gradient of nothing but zeros, of this node's shape
    as_node: Callable[[Gradient], Self]  # a plain gradient as a constant
    same: Callable[[Any], bool]  # whether the node still holds the number that an operation saw
    is_nan: Callable[[Gradient], bool]  # whether a plain gradient holds a NaN
    quietly: Callable[..., Any]  # calls a function whose arithmetic gives infinities, no warnings

    def fill(self, raw: Any, requires_grad: bool) -> None:
        """Set all slots, as those of a leaf."""
        self.raw = raw
        self.requires_grad = requires_grad
        self.grad = self.name = self.op = self.params = None
        self.left = self.right = self.a = self.b = None

    @classmethod
    def constant(cls, raw: Any) -> Self:
        """A node that needs no gradient, around a number or an array of ours: nothing is copied."""
        node = _new(cls)
        node.fill(raw, False)
        return node

    @property
    def nodes(self) -> tuple[Any, ...]:
        """The argument nodes in order, repeats kept; None where a constant stands."""
        if self.op is None:
            return ()
        if self.op.arity == 1:
            return (self.left,)
        return (self.left, self.right) if self.op.arity == 2 else self.left

    @property
    def operands(self) -> tuple[Any, ...]:
        """The plain numbers that the operation saw, in order."""
        if self.op is None:
            return ()
        if self.op.arity == 1:
            return (self.a,)
        return (self.a, self.b) if self.op.arity == 2 else self.a

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments in order, repeats kept; a constant stands as the plain number it is."""
        pairs = zip(self.nodes, self.operands, strict=True)
        return tuple([raw if node is None else node for node, raw in pairs])

    @property
    def data(self) -> Any:
        """The number or array."""
        return self.raw

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes; () for a single number."""
        raise NotImplementedError

    def named(self, name: str | None) -> Self:
        """Give the node a name for pictures, formulas and derivations; returns the node."""
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a name is a string, not {type(name).__name__}: {name!r}")
        self.name = name
        return self

    def seen(self) -> Any:
        """The number or array as an operation sees it."""
        return self.raw

    @staticmethod
    def keep(raw: Any) -> Any:
        """A number or array from elsewhere in the form that nodes keep."""
        return raw

    def own(self, gradient: Gradient, taken: set[int]) -> Gradient:
        """A gradient that shares no memory with those `taken` before, fit to be stored."""
        return gradient

    def arriving(self, gradient: Any, *, recorded: bool) -> Gradient:
        """The gradient with which a backward pass begins here; a node if that is recorded."""
        seed = self.seed(gradient)
        if not recorded:
            return seed
        return gradient if isinstance(gradient, Node) else self.as_node(seed)

    def backward(
        self, gradient: Any = None, *, retain_grads: bool = True, create_graph: bool = False
    ) -> None:
        """Fill `.grad` of everything that this node was computed from.

        Leaves add to the `.grad` they have; other nodes get that of this call, or keep theirs with
        `retain_grads=False`. `gradient` is the gradient arriving at this node: 1 for a single
        number, required (of the node's shape) for an array. With `create_graph` the gradients are
        nodes and can be differentiated again. Nothing is stored if anything fails.

        Raises ValueError if `gradient` is missing or has another shape, or if the node has nothing
        to differentiate.
        """
        found = pull_back(self, gradient, create_graph=create_graph)
        if not retain_grads:
            found = {node: part for node, part in found.items() if node.op is None}
        with _STORING:
            for node in [node for node in found if node.op is None and node.grad is not None]:
                found[node] = node.grad + found[node]
            if self.fit is not None:  # floats belong to nobody, arrays are copied where shared
                taken: set[int] = set()
                for node, part in found.items():
                    if not isinstance(part, Node):
                        found[node] = node.own(part, taken)
            # One call into C: a Ctrl-C comes before all of the stores or after all of them.
            deque(map(_store_grad, found, found.values()), maxlen=0)


_STORING = RLock()  # graphs of several threads may meet in a leaf
_store_grad = Node.__dict__["grad"].__set__


def result(
    kind: type[Node],
    op: Any,
    raw: Any,
    nodes: Sequence[Any],
    operands: Sequence[Any],
    params: dict[str, Any] | None,
) -> Any:
    """The node of what `op` gave for `operands`, which come from `nodes` (None for a constant)."""
    node = _new(kind)
    node.raw = raw
    node.requires_grad = True
    node.op = op
    node.params = params or None
    node.grad = node.name = node.right = node.b = None
    if op.arity == 1:
        node.left, node.a = nodes[0], operands[0]
    elif op.arity == 2:
        (node.left, node.right), (node.a, node.b) = nodes, operands
    else:
        node.left, node.a = tuple(nodes), tuple(operands)
    return node
