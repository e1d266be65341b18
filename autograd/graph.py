"""The computation graph: nodes and the sweep. Knows no NumPy and no operation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy, deepcopy
from typing import Any, ClassVar, NamedTuple, Self

from autograd.modes import detecting
from autograd.order import leading_to, results, toposort

Gradient = Any
_NONE: dict[str, Any] = {}
Fit = Callable[[Gradient, Any], Gradient]


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

    The first two arguments lie flat in the node, since a scalar graph has a node per addition:
    `left` and `right` are the argument nodes (None where a constant stands), `a` and `b` the
    numbers they held when the operation ran. An operation of more arguments keeps a tuple of nodes
    in `left` and a tuple of numbers in `a`. The sweep reads only `a` and `b`, so a leaf changed
    after the forward pass cannot bend the gradient.
    """

    __slots__ = (
        "__weakref__",
        "a",
        "b",
        "grad",
        "left",
        "name",
        "op",
        "params",
        "raw",
        "requires_grad",
        "right",
    )
    a: Any
    b: Any
    left: Any
    right: Any
    raw: Any
    op: Any
    grad: Any
    name: str | None
    params: dict[str, Any] | None
    requires_grad: bool
    fit: ClassVar[Fit | None] = None

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments in order, repeats kept; a constant stands as the plain number it is."""
        if self.op is None:
            return ()
        if self.op.arity == 1:
            return (self.a if self.left is None else self.left,)
        if self.op.arity == 2:
            return (
                self.a if self.left is None else self.left,
                self.b if self.right is None else self.right,
            )
        pairs = zip(self.left, self.a, strict=True)
        return tuple(raw if node is None else node for node, raw in pairs)

    @property
    def operands(self) -> tuple[Any, ...]:
        """The plain numbers that the operation saw, in order."""
        if self.op is None:
            return ()
        if self.op.arity == 1:
            return (self.a,)
        return (self.a, self.b) if self.op.arity == 2 else self.a

    @property
    def data(self) -> Any:
        """The number or array."""
        return self.raw

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes; () for a single number."""
        raise NotImplementedError

    def item(self) -> float:
        """The only entry as a plain number, outside the graph."""
        raise NotImplementedError

    def numpy(self) -> Any:
        """A copy as a plain array, outside the graph."""
        raise NotImplementedError

    def detach(self) -> Node:
        """A node of the same data that needs no gradient."""
        raise NotImplementedError

    def link(
        self, op: Any, nodes: Sequence[Any], operands: Sequence[Any], params: dict[str, Any] | None
    ) -> None:
        """Make this the result of `op`: `nodes` has None where a constant stands."""
        self.op, self.params = op, params or None
        self.right = self.b = None
        if op.arity == 1:
            (self.left,), (self.a,) = nodes, operands
        elif op.arity == 2:
            (self.left, self.right), (self.a, self.b) = nodes, operands
        else:
            self.left, self.a = tuple(nodes), tuple(operands)

    def named(self, name: str | None) -> Self:
        """Give the node a name for pictures, formulas and derivations; returns the node."""
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a name is a string, not {type(name).__name__}: {name!r}")
        self.name = name
        return self

    @classmethod
    def keep(cls, raw: Any) -> Any:
        """A number or array from elsewhere in the form that nodes keep."""
        return raw

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        for slot in _slots(type(self)):
            setattr(twin, slot, getattr(self, slot))
        twin.raw, twin.grad = self.keep(copy(self.raw)), copy(self.grad)
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        for node in toposort(self):
            if id(node) not in memo:
                twin = copy(node)
                twin.grad = deepcopy(node.grad, memo)
                twin.left, twin.right = _twin(node.left, memo), _twin(node.right, memo)
                memo[id(node)] = twin
        return memo[id(self)]

    def __reduce__(self) -> tuple[Any, ...]:
        """Leaves are pickled one by one, so that they stay the same objects; the rest as a list."""
        if self.op is None:
            return _leaf, (type(self), self.raw, self.requires_grad, self.name, self.grad)
        order = toposort(self)
        place: dict[Any, int | None] = {node: i for i, node in enumerate(order)}
        records = [node if node.op is None else _record(node, place) for node in order]
        return _rebuild, (records,)

    def seed(self, gradient: Any) -> Gradient:
        """The gradient of the output by itself, as plain data of this node's shape."""
        raise NotImplementedError

    def as_node(self, gradient: Gradient) -> Any:
        """A plain gradient as a constant node, for a sweep that is itself recorded."""
        raise NotImplementedError

    def same(self, raw: Any) -> bool:
        """Whether the node still holds the number that an operation saw."""
        raise NotImplementedError

    def quiet(self) -> AbstractContextManager[Any]:
        """A context in which arithmetic gives infinities without warnings."""
        return nullcontext()

    def zero(self) -> Gradient:
        """A gradient of nothing but zeros, of this node's shape."""
        raise NotImplementedError

    def is_nan(self, gradient: Gradient) -> bool:
        """Whether a plain gradient holds a NaN."""
        raise NotImplementedError

    def own(self, gradient: Gradient, taken: set[int]) -> Gradient:
        """A gradient that shares no memory with those `taken` before, fit to be stored."""
        return gradient

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
        for node in [node for node in found if node.op is None and node.grad is not None]:
            found[node] = node.grad + found[node]
        if self.fit is not None:  # floats belong to nobody, arrays are copied where shared
            taken: set[int] = set()
            for node, part in found.items():
                if not isinstance(part, Node):
                    found[node] = node.own(part, taken)
        # One call into C: a Ctrl-C comes before all of the stores or after all of them.
        deque(map(_store_grad, found, found.values()), maxlen=0)


_store_grad = Node.__dict__["grad"].__set__


# ------------------------------------------------------------------------------ copies, pickles


def _slots(kind: type) -> list[str]:
    slots = [slot for base in kind.__mro__ for slot in getattr(base, "__slots__", ())]
    return [slot for slot in slots if slot != "__weakref__"]


def _twin(arg: Any, memo: dict[int, Any]) -> Any:
    if type(arg) is tuple:
        return tuple(_twin(each, memo) for each in arg)
    return None if arg is None else memo[id(arg)]


def _leaf(kind: type[Node], raw: Any, requires_grad: bool, name: str | None, grad: Any) -> Node:
    node = object.__new__(kind)
    for slot in _slots(kind):
        setattr(node, slot, None)
    node.raw, node.requires_grad, node.name, node.grad = kind.keep(raw), requires_grad, name, grad
    return node


def _record(node: Node, place: dict[Any, int | None]) -> tuple[Any, ...]:
    args = [place[arg] if isinstance(arg, Node) else None for arg in node.args]
    return type(node), node.op, args, node.operands, node.params, node.raw, node.name, node.grad


def _rebuild(records: list[Any]) -> Node:
    nodes: list[Node] = []
    for record in records:
        if isinstance(record, Node):
            nodes.append(record)
            continue
        kind, op, places, operands, params, raw, name, grad = record
        node = _leaf(kind, raw, True, name, grad)
        args = tuple(None if i is None else nodes[i] for i in places)
        node.link(op, args, tuple(map(kind.keep, operands)), params)
        nodes.append(node)
    return nodes[-1]


# ---------------------------------------------------------------------------------------- sweep


class Contribution(NamedTuple):
    """What one use of a node adds to its gradient: that of argument `slot` of `consumer`.

    `part` is what the rule gave, `fitted` the same with broadcasting undone.
    """

    consumer: Node
    slot: int
    arg: Node
    part: Gradient
    fitted: Gradient


def contributions(root: Node, gradient: Any = None) -> tuple[dict[Node, Gradient], list[Any]]:
    """A backward pass taken apart: all gradients, and the contributions in the order they add up.

    Stores nothing. Raises as `backward` does.
    """
    log: list[Contribution] = []
    return pull_back(root, gradient, log=log), log


def pull_back(
    root: Node,
    gradient: Any = None,
    *,
    create_graph: bool = False,
    log: list[Contribution] | None = None,
    wrt: Sequence[Node] | None = None,
    order: list[Node] | None = None,
) -> dict[Node, Gradient]:
    """The gradient of `root` by every node it depends on and that requires one. Stores nothing.

    With `wrt`, by these nodes, and only as far as they need. `order` is that of an earlier call.
    """
    order = backward_order(root, wrt) if order is None else order
    seed = root.seed(gradient)
    fit = type(root).fit
    if create_graph:
        for node in order:
            _refuse_stale(node)
        seed = gradient if isinstance(gradient, Node) else root.as_node(seed)
    careful = log is not None or detecting()
    # Plain floats don't warn, they raise.
    with root.quiet() if fit is not None or create_graph else nullcontext():
        if not careful:
            try:
                found = _sweep(order, {root: seed}, fit, create_graph)
            except ArithmeticError:  # plain floats raise where arrays give infinity
                careful = True
        if careful:
            found = _sweep_with_care(order, {root: seed}, fit, create_graph, log)
        if _selects(order) and _any_nan(found, found if wrt is None else wrt, leaves=wrt is None):
            if log is not None:
                log.clear()
            found = _sweep_with_care(order, {root: seed}, fit, create_graph, log, shielded=True)
    return found


def backward_order(root: Node, wrt: Sequence[Node] | None) -> list[Node]:
    """The results that a sweep from `root` (to `wrt`) visits. Raises ValueError if it can't."""
    if not root.requires_grad:
        raise ValueError(
            f"{root!r} has nothing to differentiate: it was made under no_grad(), by detach(), or "
            "from constants only"
        )
    if wrt is None:
        order = results(root, set())
    else:  # a gradient inside of another function would else sweep all that came before
        ends = set(wrt)
        # One end can't have been computed from itself, so what is behind it need not be walked.
        order = leading_to(results(root, set(ends) if len(ends) == 1 else set()), ends)
    order.reverse()
    return order


def _selects(order: list[Node]) -> bool:
    """Whether an operation among these results passes only some operands on."""
    for node in order:  # no generator: it would cost as much as a small sweep
        if node.op.selects:
            return True
    return False


def _any_nan(found: dict[Node, Gradient], nodes: Iterable[Node], *, leaves: bool) -> bool:
    """Whether one of the nodes (with `leaves`, of the leaves among them) got a gradient of NaN."""
    for node in nodes:
        if (node.op is None or not leaves) and node in found and node.is_nan(found[node]):
            return True
    return False


def _sweep(
    order: list[Node], found: dict[Node, Gradient], fit: Fit | None, recorded: bool
) -> dict[Node, Any]:
    """Reverse mode, results before arguments; unrolled for one and two arguments.

    Rules read the plain numbers that operations saw, or, `recorded`, the nodes themselves. `fit`
    undoes broadcasting: it brings a part to the shape and dtype of the operand.
    """
    for node in order:
        if node not in found:
            continue
        g, op, left = found[node], node.op, node.left
        rules, params = op.vjps, node.params or _NONE
        if op.arity == 1:
            y, a = (node, left) if recorded else (node.raw, node.a)
            part = rules[0](g, y, a, **params)
            if fit is not None:
                part = fit(part, node.a)
            # never in place: g may be shared with a sibling
            found[left] = found[left] + part if left in found else part
        elif op.arity == 2:
            right, y, a, b = node.right, node.raw, node.a, node.b
            if recorded:
                y, a, b = node, a if left is None else left, b if right is None else right
            if left is not None and left.requires_grad and rules[0] is not None:
                part = rules[0](g, y, a, b, **params)
                if fit is not None:
                    part = fit(part, node.a)
                found[left] = found[left] + part if left in found else part
            if right is not None and right.requires_grad and rules[1] is not None:
                part = rules[1](g, y, a, b, **params)
                if fit is not None:
                    part = fit(part, node.b)
                found[right] = found[right] + part if right in found else part
        else:
            y, args = (node, node.args) if recorded else (node.raw, node.a)
            for slot, (arg, operand) in enumerate(zip(left, node.a, strict=True)):
                rule = op.rule(slot)
                if rule is not None and arg is not None and arg.requires_grad:
                    part = rule(g, y, *args, **params)
                    if fit is not None:
                        part = fit(part, operand)
                    found[arg] = found[arg] + part if arg in found else part
    return found


def _sweep_with_care(
    order: list[Node],
    found: dict[Node, Gradient],
    fit: Fit | None,
    create_graph: bool,
    log: list[Contribution] | None,
    *,
    shielded: bool = False,
) -> dict[Node, Any]:
    """The same sweep for the rarer wishes: recorded, watched for NaN, or shielded.

    Shielded: below an operation that selects (`where`, `maximum`, …), a zero gradient times an
    infinite local derivative is zero, since the branch was not taken (0 · ∞ is NaN otherwise).
    """
    unselected: set[Node] = set()
    watch = detecting()
    for node in order:
        if node not in found:
            continue
        g, op = found[node], node.op
        below = shielded and (op.selects or node in unselected)
        args, operands = node.args, node.operands
        values = args if create_graph else operands
        for slot, arg in enumerate(args):
            if not (isinstance(arg, Node) and arg.requires_grad) or op.rule(slot) is None:
                continue
            output = node if create_graph else node.raw
            part = op.pull(slot, g, output, values, node.params or {}, shielded=below)
            fitted = part if fit is None else fit(part, operands[slot])
            if watch:
                op.watch_backward(slot, fitted, node)
            if log is not None:
                log.append(Contribution(node, slot, arg, part, fitted))
            found[arg] = found[arg] + fitted if arg in found else fitted
            if below:
                unselected.add(arg)
    return found


def _refuse_stale(node: Node) -> None:
    """A recorded sweep reads the nodes themselves, so their data must be what it was."""
    for arg, raw in zip(node.args, node.operands, strict=True):
        if isinstance(arg, Node) and arg.op is None and not arg.same(raw):
            raise RuntimeError(
                f"the data of {arg!r} was changed after {node.op.name} used it: run the forward "
                "pass again before create_graph=True"
            )


def gradients(
    output: Node,
    wrt: Node | Sequence[Node],
    *,
    gradient: Any = None,
    create_graph: bool = False,
) -> Any:
    """The gradients of `output` by the nodes in `wrt`, as values in the same order; stores nothing.

    A single node gives a single gradient. A node that `output` does not depend on gives zeros.
    With `create_graph` the results are nodes. Raises as `backward` does.
    """
    nodes = [wrt] if isinstance(wrt, Node) else list(wrt)
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(f"gradients: wrt holds {node!r}, which is not a node of a graph")
        if not node.requires_grad:
            raise ValueError(f"gradients: {node!r} does not require a gradient")
    rows = gradient_rows(output, nodes, [gradient], create_graph=create_graph)
    return rows[0][0] if isinstance(wrt, Node) else rows[0]


def gradient_rows(
    output: Node, wrt: Sequence[Node], seeds: Iterable[Any], *, create_graph: bool = False
) -> list[list[Any]]:
    """`gradients` for each of several gradients arriving at the output; the order is found once."""
    order = backward_order(output, wrt)
    rows = []
    for seed in seeds:
        found = pull_back(output, seed, create_graph=create_graph, wrt=wrt, order=order)
        taken: set[int] = set()
        parts = []
        for node in wrt:
            part = found.get(node)
            if part is None:
                part = node.as_node(node.zero()) if create_graph else node.zero()
            parts.append(part if create_graph else node.own(part, taken))
        rows.append(parts)
    return rows


def zero_grad(nodes: Iterable[Node]) -> None:
    """Set `.grad` of every node back to None, which is what it is before the first backward()."""
    for node in [nodes] if isinstance(nodes, Node) else nodes:
        node.grad = None
