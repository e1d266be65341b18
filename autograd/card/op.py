"""The card of an operation, and the table of all cards. Knows nodes only as "whatever records".

Over 300 lines, since `op` describes every field for those who add an operation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.card.described import Described, Docstring, Hint, Notation, first_bad
from autograd.card.domain import REAL, Case, Domain
from autograd.card.table import Table, is_free
from autograd.graph.node import Node, Traced

# How tightly a notation binds, for setting parentheses.
ANY, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

Rule = Callable[..., Any]
ShapeOf = Callable[..., tuple[int, ...] | None]


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Op(Described):
    __doc__ = Docstring(
        """One operation: forward map, one derivative rule per argument, notation, domain.

        Call it with nodes, symbols, arrays or numbers; what comes back is of the same kind. Made by
        `op`, which says what the fields are.
        """
    )

    name: str
    forward: Callable[..., Any]
    vjps: tuple[Rule | None, ...]
    scalar: Callable[..., Any] | None
    symbol: str
    tex: Notation
    text: Notation
    domain: tuple[Domain, ...]
    elementwise: bool
    cases: tuple[Case, ...]
    method: str | None
    reflected: str | None
    selects: bool
    variadic: bool
    kink: str
    hint: Hint | None
    linear: tuple[int, ...]
    shape: ShapeOf | None
    activation: bool
    numpy: tuple[Callable[..., Any], ...]
    public: bool
    doc: str
    arity: int = field(init=False)  # 3 and more: a node keeps its arguments in tuples
    differentiable: bool = field(init=False)

    def __post_init__(self) -> None:
        self.arity = 3 if self.variadic else len(self.vjps)
        self.differentiable = any(rule is not None for rule in self.vjps)

    def __call__(self, *args: Any, **params: Any) -> Any:
        kind: type[Traced] | None = None
        floats, objects = self.scalar is not None, False
        for arg in args:
            of = type(arg)
            if of is np.ndarray:
                floats = False
                objects = objects or arg.dtype.hasobject
            elif of is not float and of is not int:
                floats = False
                if issubclass(of, Traced) and (kind is None or of.rank > kind.rank):
                    kind = of
        if len(args) != self.arity and not self.variadic:
            raise TypeError(f"{self.name} takes {self.arity} operands, not {len(args)}")
        if kind is not None:
            return kind.record(self, args, params)
        if objects and self.elementwise:
            return self.entry_by_entry(args, params)
        if floats and not any(isinstance(param, np.ndarray) for param in params.values()):
            return self.on_floats(args, params)
        return self.forward(*args, **params)

    def entry_by_entry(self, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Apply the operation to the entries of arrays of nodes, broadcast together."""
        apply = np.frompyfunc(lambda *entries: self(*entries, **params), len(args), 1)
        return apply(*map(_boxed, args))

    def on_floats(self, args: Sequence[float], params: dict[str, Any]) -> Any:
        """The forward map on plain floats: Python's arithmetic, with NumPy's infinities and NaN."""
        assert self.scalar is not None
        try:
            return self.scalar(*args, **params)
        except (ArithmeticError, ValueError):
            return float(self.forward(*map(np.float64, args), **params))

    def __reduce__(self) -> tuple[Any, ...]:
        return _card, (self.name,)

    def __copy__(self) -> Op:
        return self

    def __deepcopy__(self, memo: Any) -> Op:
        return self

    def rule(self, slot: int) -> Rule | None:
        """The derivative rule of the argument in `slot`; None where no gradient flows."""
        if not self.variadic:
            return self.vjps[slot]
        rule = self.vjps[0]
        return None if rule is None else lambda *args, **params: rule(*args, slot=slot, **params)

    def pull(
        self,
        slot: int,
        g: Any,
        y: Any,
        args: Sequence[Any],
        params: dict[str, Any],
        *,
        shielded: bool = False,
    ) -> Any:
        """Evaluate one rule where floats may overflow or divide by zero.

        `shielded`: where the incoming gradient is zero, so is the result, whatever the rule says.
        """
        rule = self.rule(slot)
        assert rule is not None
        with np.errstate(all="ignore"):
            try:
                part = rule(g, y, *args, **params)
            except ArithmeticError:
                wide = [np.float64(arg) if type(arg) in (float, int) else arg for arg in args]
                part = float(rule(np.float64(g), np.float64(y), *wide, **params))
            if shielded and self.elementwise:
                part = TABLE["where"](part, 0.0, cond=plain(g) != 0)
        return part

    def watch_forward(self, out: Any, args: Sequence[Any]) -> None:
        """Under `detect_nan`: refuse a result that is not finite though the operands were."""
        if not np.all(np.isfinite(out)):
            raise FloatingPointError(f"{self.describe(args)} gave {first_bad(out)}")

    def watch_backward(self, slot: int, part: Any, node: Any) -> None:
        """Under `detect_nan`: refuse a gradient that is not finite."""
        raw = plain(part)
        if not np.all(np.isfinite(raw)):
            raise FloatingPointError(
                f"the gradient of {self.describe(node.operands)} by argument {slot} is "
                f"{first_bad(raw)}"
            )


TABLE: Table[Op] = Table()
"""All operations by name."""


def op(
    name: str,
    forward: Callable[..., Any],
    *vjps: Rule | None,
    scalar: Callable[..., Any] | None = None,
    symbol: str | None = None,
    tex: Notation | None = None,
    text: Notation | None = None,
    domain: Sequence[Domain] | None = None,
    elementwise: bool | None = None,
    cases: Sequence[Case] = (),
    method: str | None = None,
    reflected: str | None = None,
    selects: bool = False,
    variadic: bool = False,
    kink: str = "",
    hint: Hint | None = None,
    linear: Sequence[int] = (),
    shape: ShapeOf | None = None,
    activation: bool = False,
    numpy: Sequence[Callable[..., Any]] = (),
    public: bool = True,
    doc: str = "",
    replace: bool = False,
    table: Table[Op] | None = TABLE,
) -> Op:
    """Make an operation and put its card in the table.

    `forward` maps arrays to an array, `scalar` floats to a float (without it, Values are taken as
    0-d arrays). There is one rule per argument, `lambda g, y, a, b: …` with the gradient `g` of the
    output, the output `y`, and the arguments; it is linear in `g`, written in operators, methods
    and operations, and needs not undo broadcasting. None is a rule that lets no gradient through.
    Keyword parameters of the call reach `forward`, `scalar` and the rules.

    `tex` and `text` are notations with `%s` for each argument, how tightly they bind (`SUM` …
    `ATOM`), and how tightly each argument must. `domain` has an entry per argument; `cases` are
    what tests try an operation with that does not act entry by entry. `selects` marks an operation
    that passes only some operands on; a `variadic` operation takes any number of arguments with one
    rule for all, told its `slot`. `linear` are the arguments out of which a factor can be drawn (of
    a variadic one, 0 for all); `shape` maps the shapes of the arguments (and the parameters) to
    that of the result, None where they don't fit, for an operation that does not act entry by
    entry; an `activation` is what networks use as one. `doc` says what it is where the notation
    does not.

    From then on the card is `autograd.<name>` where that is free (unless not `public`: rules and
    functions alone use it), stands in for `forward` if that is a ufunc and for the `numpy`
    functions, and is a method of nodes: `method` names it (and `reflected`, with the operands
    swapped), by default `name` for one argument entry by entry; "" is none. `del TABLE[name]`
    undoes all of it.

    Raises ValueError if the name is taken, unless `replace`, or if nodes have another method of
    that name. With `table=None` the card is nobody's but the caller's.
    """
    if table is not None and name in table and not replace:
        raise ValueError(
            f"op: {name!r} is in the table already; replace=True puts a new card there"
        )
    if not vjps:
        raise ValueError(f"op {name!r}: give one rule per argument (None where nothing flows)")
    if variadic and len(vjps) != 1:
        raise ValueError(f"op {name!r}: a variadic operation has one rule for all its arguments")
    for slot, rule in enumerate(vjps):
        _check_rule(name, rule, slot, 1 if variadic else len(vjps))
    if domain is not None and len(domain) != len(vjps):
        raise ValueError(f"op {name!r}: {len(vjps)} arguments but {len(domain)} domains")
    if elementwise is None:
        elementwise = not cases
    if method is None and elementwise and public and len(vjps) == 1 and not variadic:
        method = name if _has_room(table, name, name) else None
    elif method and not _has_room(table, name, method):
        raise ValueError(f"op {name!r}: nodes have another method {method!r}")
    if isinstance(forward, np.ufunc):
        numpy = (forward, *numpy)
    holes = ", ".join(["%s"] * len(vjps))
    latin = name.replace("_", r"\_")
    card = Op(
        name=name,
        forward=forward,
        vjps=vjps,
        scalar=scalar,
        symbol=symbol or name,
        tex=tex or (rf"\operatorname{{{latin}}}({holes})", ATOM),
        text=text or (f"{symbol or name}({holes})", ATOM),
        domain=tuple(domain) if domain is not None else (REAL,) * len(vjps),
        elementwise=elementwise,
        cases=tuple(cases),
        method=method or None,
        reflected=reflected,
        selects=selects,
        variadic=variadic,
        kink=kink,
        hint=hint,
        linear=tuple(linear),
        shape=shape,
        activation=activation,
        numpy=tuple(numpy),
        public=public,
        doc=doc,
    )
    if table is not None:
        table[name] = card
    return card


def _has_room(table: Table[Op] | None, name: str, method: str) -> bool:
    """Whether all kinds of nodes can take a method, which a card to be replaced makes room for."""
    if table is None or (name in table and table[name].method == method):
        return True
    return all(is_free(kind, method) for kind in table.kinds)


def is_symbol(x: Any) -> bool:
    """Whether a rule is being read as a formula, where there are no numbers to decide on."""
    return isinstance(x, Traced) and x.symbolic


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of anything; np.shape would take a detour through the protocol of the nodes."""
    try:
        return x.shape
    except AttributeError:
        return np.shape(x)


def ndim_of(x: Any) -> int:
    """The number of axes of anything."""
    return len(shape_of(x))


def is_node(x: Any) -> bool:
    """Whether it is part of a graph, and no plain number or array."""
    return isinstance(x, Node)


def plain(x: Any) -> Any:
    """The number or array in a node; everything else as it is."""
    return x.raw if isinstance(x, Node) else x


def _boxed(arg: Any) -> Any:
    """A node inside a 0-d array, so that NumPy broadcasts it and asks it nothing."""
    if not isinstance(arg, Node):
        return arg
    box = np.empty((), dtype=object)
    box[()] = arg
    return box


def _card(name: str) -> Op:
    """The card of a pickled operation."""
    if name not in TABLE:
        raise LookupError(f"the operation {name!r} is not in the table: define it before loading")
    return TABLE[name]


def _check_rule(name: str, rule: Rule | None, slot: int, count: int) -> None:
    """A rule must take g, y and every argument, or calling it would fail far from its card."""
    if rule is None:
        return
    if not callable(rule):
        raise TypeError(f"op {name!r}: the rule of argument {slot} is {rule!r}, not a function")
    kinds = [parameter.kind for parameter in inspect.signature(rule).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return
    positional = sum(
        kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for kind in kinds
    )
    if positional != 2 + count:
        raise TypeError(
            f"op {name!r}: the rule of argument {slot} takes {positional} positional arguments; "
            f"it is called with g, y and the {count} argument(s)"
        )
