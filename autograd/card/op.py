"""The card of an operation, and the table of all cards. Knows nodes only as "whatever records".

Over 300 lines, since every field says what it is for those who add an operation.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
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


def _field(default: Any, doc: str) -> Any:
    """A field of a card with what it is, which `help(autograd.op)` shows."""
    return field(default=default, metadata={"doc": doc})


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
    scalar: Callable[..., Any] | None = _field(
        None, "maps floats to a float; without it, Values are taken as 0-d arrays"
    )
    symbol: str = _field("", "what stands between two operands in errors; by default the name")
    tex: Notation = _field(
        ("", 0), "a notation with %s for each argument, how tightly it binds (SUM … ATOM), and each"
    )
    text: Notation = _field(("", 0), "the same in plain text")
    domain: tuple[Domain, ...] = _field(None, "where each argument may lie; by default any real")
    elementwise: bool = _field(None, "acts entry by entry; by default if it has no cases")
    cases: tuple[Case, ...] = _field((), "what tests try an operation with that does not")
    method: str | None = _field(
        None, "its name as a method of nodes, '' for none; by default `name` if it has one argument"
    )
    reflected: str | None = _field(None, "the method with the operands swapped")
    selects: bool = _field(False, "passes only some operands on")
    variadic: bool = _field(False, "takes any number of arguments; one rule, told its `slot`")
    kink: str = _field("", "what the derivative is where there is none")
    hint: Hint | None = _field(None, "words for a failure, from the operands and their names")
    linear: tuple[int, ...] = _field((), "arguments out of which a factor can be drawn; 0 is all")
    shape: ShapeOf | None = _field(
        None,
        "the result's shape from those of the arguments, None if they don't fit, if not "
        "entry by entry",
    )
    activation: bool = _field(False, "networks use it as an activation")
    numpy: tuple[Callable[..., Any], ...] = _field((), "functions of NumPy that it stands in for")
    public: bool = _field(True, "is `autograd.<name>` where that is free")
    doc: str = _field("", "what it is, where the notation does not say")
    arity: int = field(init=False)  # 3 and more: a node keeps its arguments in tuples
    differentiable: bool = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.vjps)
        _check_rules(self.name, self.vjps, variadic=self.variadic)
        if self.domain is not None and len(self.domain) != count:
            raise ValueError(f"op {self.name!r}: {count} arguments but {len(self.domain)} domains")
        self.arity = 3 if self.variadic else count
        self.differentiable = any(rule is not None for rule in self.vjps)
        self.domain = (REAL,) * count if self.domain is None else tuple(self.domain)
        self.elementwise = not self.cases if self.elementwise is None else self.elementwise
        self.cases, self.linear = tuple(self.cases), tuple(self.linear)
        ufunc = (self.forward,) if isinstance(self.forward, np.ufunc) else ()
        self.numpy = (*ufunc, *self.numpy)
        holes, latin = ", ".join(["%s"] * count), self.name.replace("_", r"\_")
        self.symbol = self.symbol or self.name
        self.tex = self.tex if self.tex[0] else (rf"\operatorname{{{latin}}}({holes})", ATOM)
        self.text = self.text if self.text[0] else (f"{self.symbol}({holes})", ATOM)

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
        return apply(*map(boxed, args))

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
        return quietly(self._pull, slot, g, y, args, params, shielded)

    def _pull(
        self, slot: int, g: Any, y: Any, args: Sequence[Any], params: dict[str, Any], shielded: bool
    ) -> Any:
        rule = self.rule(slot)
        assert rule is not None
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
    replace: bool = False,
    table: Table[Op] | None = TABLE,
    **fields: Any,
) -> Op:
    """Make an operation and put its card in the table.

    `forward` maps arrays to an array. There is one rule per argument, `lambda g, y, a, b: …` with
    the gradient `g` of the output, the output `y`, and the arguments; it is linear in `g`, written
    in operators, methods and operations, and needs not undo broadcasting. None is a rule that lets
    no gradient through. Keyword parameters of the call reach `forward`, `scalar` and the rules.

    From then on the card is a name in `autograd`, stands in for `forward` if that is a ufunc, and
    is a method of nodes. `del TABLE[name]` undoes all of it. Raises ValueError if the name is
    taken, unless `replace`, or if nodes have another method of that name. With `table=None` the
    card is nobody's but the caller's. The other fields of a card:
    """
    if table is not None and name in table and not replace:
        raise ValueError(
            f"op: {name!r} is in the table already; replace=True puts a new card there"
        )
    for unknown in fields.keys() - _FIELDS.keys():
        near = difflib.get_close_matches(unknown, _FIELDS, n=1)
        meant = f"did you mean {near[0]}=" if near else f"there are {', '.join(_FIELDS)}"
        raise TypeError(f"op {name!r}: a card has no field {unknown!r}; {meant}")
    card = Op(name=name, forward=forward, vjps=vjps, **fields)
    if card.method is None and card.elementwise and card.public and card.arity == 1:
        card.method = name if _has_room(table, name, name) else None
    elif card.method and not _has_room(table, name, card.method):
        raise ValueError(f"op {name!r}: nodes have another method {card.method!r}")
    card.method = card.method or None
    if table is not None:
        table[name] = card
    return card


_FIELDS = {each.name: each for each in dataclass_fields(Op) if each.metadata}
op.__doc__ = inspect.cleandoc(op.__doc__ or "") + "".join(
    f"\n    {name}: {each.metadata['doc']}" for name, each in _FIELDS.items()
)


def _has_room(table: Table[Op] | None, name: str, method: str) -> bool:
    """Whether all kinds of nodes can take a method, which a card to be replaced makes room for."""
    if table is None or (name in table and table[name].method == method):
        return True
    return all(is_free(kind, method) for kind in table.kinds)


def quietly(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call a function whose arithmetic gives infinities and NaN, and no warnings.

    In a context of its own, which ends with it: a Ctrl-C between entering and leaving np.errstate
    would leave NumPy silent for good.
    """
    return copy_context().run(_silently, function, args, options)


def _silently(function: Callable[..., Any], args: Any, options: Any) -> Any:
    np.seterr(all="ignore")
    return function(*args, **options)


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


def boxed(arg: Any) -> Any:
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


def _check_rules(name: str, vjps: Sequence[Rule | None], *, variadic: bool) -> None:
    """A rule must take g, y and every argument, or calling it would fail far from its card."""
    if not vjps:
        raise ValueError(f"op {name!r}: give one rule per argument (None where nothing flows)")
    if variadic and len(vjps) != 1:
        raise ValueError(f"op {name!r}: a variadic operation has one rule for all its arguments")
    for slot, rule in enumerate(vjps):
        if rule is None:
            continue
        if not callable(rule):
            raise TypeError(f"op {name!r}: the rule of argument {slot} is {rule!r}, not a function")
        kinds = [each.kind for each in inspect.signature(rule).parameters.values()]
        count = sum(kind in _POSITIONAL for kind in kinds)
        if count != 2 + len(vjps) and inspect.Parameter.VAR_POSITIONAL not in kinds:
            raise TypeError(
                f"op {name!r}: the rule of argument {slot} takes {count} positional arguments; "
                f"it is called with g, y and the {len(vjps)} argument(s)"
            )


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
