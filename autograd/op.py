"""The card of an operation, and the table of all cards. Knows nodes only as "whatever records"."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.graph import Node, Traced

# How tightly a notation binds, for setting parentheses.
ANY, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

Rule = Callable[..., Any]
Hint = Callable[[Sequence[Any], Sequence[str]], str | None]
Shape = Callable[..., tuple[int, ...] | None]
Notation = tuple[str, int] | tuple[str, int, tuple[int, ...]]


@dataclass(frozen=True)
class Domain:
    """Where an argument may lie: tests sample there, errors and documents quote the text."""

    text: str
    low: float
    high: float
    hole: float = 0.0
    whole: bool = False

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        """Random float64 in [low, high], at least `hole` away from zero."""
        x = rng.uniform(self.low, self.high, shape)
        if self.whole:
            return np.rint(x)
        return np.where(np.abs(x) < self.hole, np.copysign(self.hole, x) + x, x)


REAL = Domain("any real", -2.0, 2.0)
POSITIVE = Domain("> 0", 0.2, 3.0)
NONZERO = Domain("≠ 0", -2.0, 2.0, hole=0.2)


@dataclass(frozen=True)
class Case:
    """One set of argument shapes and parameters with which tests try an operation."""

    shapes: tuple[tuple[int, ...], ...]
    params: dict[str, Any]

    def __str__(self) -> str:
        params = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{' '.join(map(str, self.shapes))} {params}".strip()


def case(*shapes: tuple[int, ...], **params: Any) -> Case:
    """A `Case`, written as a call would be."""
    return Case(shapes, params)


TABLE: dict[str, Op] = {}
"""All operations by name."""

NUMPY: dict[Callable[..., Any], Callable[..., Any]] = {}
"""What runs in place of a NumPy function when one of its arguments is a node."""

# What NumPy may do to the plain data of nodes, since no gradient flows through it.
PLAIN: set[Callable[..., Any]] = {
    *(np.isnan, np.isfinite, np.isinf, np.isneginf, np.isposinf, np.signbit),
    *(np.argmax, np.argmin, np.argsort, np.searchsorted, np.count_nonzero, np.nonzero),
    *(np.shape, np.ndim, np.size, np.allclose, np.isclose, np.array_equal, np.array_equiv),
    *(np.histogram, np.histogram2d, np.histogram_bin_edges, np.digitize, np.bincount),
    *(
        np.ix_,
        np.imag,
        np.isreal,
        np.iscomplex,
        np.nanargmax,
        np.nanargmin,
        np.argpartition,
        np.argwhere,
        np.flatnonzero,
    ),
    *(np.unique, np.isin, np.intersect1d, np.union1d, np.setdiff1d, np.setxor1d, np.nextafter),
    *(np.spacing, np.linalg.matrix_rank, np.einsum_path, np.may_share_memory, np.shares_memory),
    *(np.min_scalar_type, np.common_type, np.can_cast, np.tril_indices_from, np.triu_indices_from),
    *(np.diag_indices_from, np.angle, np.savetxt, np.save),
    *(np.all, np.any, np.zeros_like, np.ones_like, np.full_like, np.empty_like),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.result_type),
    *(np.array2string, np.array_repr, np.array_str, np.iscomplexobj, np.isrealobj),
}

WRITES = {np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal}
"""NumPy's functions that change an argument, which a graph can't allow."""

METHODS: dict[str, Callable[..., Any]] = {}
"""What a Tensor has as methods besides the cards' own, by name."""


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Op:
    """One operation: forward map, one derivative rule per argument, notation, domain.

    Call it with nodes, symbols, arrays or numbers; what comes back is of the same kind. Made by
    `op`, which says what the fields are.
    """

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
    shape: Shape | None
    activation: bool
    doc: str
    arity: int = field(init=False)  # 3 and more: a node keeps its arguments in tuples
    differentiable: bool = field(init=False)

    def __post_init__(self) -> None:
        self.arity = 3 if self.variadic else len(self.vjps)
        self.differentiable = any(rule is not None for rule in self.vjps)

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

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
            raise FloatingPointError(f"{self.describe(args)} gave {_first_bad(out)}")

    def watch_backward(self, slot: int, part: Any, node: Any) -> None:
        """Under `detect_nan`: refuse a gradient that is not finite."""
        raw = plain(part)
        if not np.all(np.isfinite(raw)):
            raise FloatingPointError(
                f"the gradient of {self.describe(node.operands)} by argument {slot} is "
                f"{_first_bad(raw)}"
            )

    def describe(self, operands: Sequence[Any]) -> str:
        """The operation with its operands: values of numbers, shapes of arrays."""
        shown = [_show(operand) for operand in operands]
        if len(shown) == 2 and not self.symbol.isidentifier():
            return f"{self.name}: {shown[0]} {self.symbol} {shown[1]}"
        return f"{self.name}({', '.join(shown)})"

    def explained(
        self, error: Exception, operands: Sequence[Any], names: Sequence[str]
    ) -> Exception:
        """A failed forward map's error again, with the operation, its operands and a way out."""
        hint = self.hint(operands, names) if self.hint is not None else None
        if hint is None and self.elementwise:
            hint = _broadcast_hint(operands)
        text = f"{self.describe(operands)}: {hint or error}"
        try:
            return type(error)(text)
        except TypeError:  # an error of another form than a message
            return ValueError(text)


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
    shape: Shape | None = None,
    activation: bool = False,
    doc: str = "",
    replace: bool = False,
    table: dict[str, Op] | None = TABLE,
) -> Op:
    """Make an operation and put its card in the table.

    `forward` maps arrays to an array, `scalar` floats to a float (without it, Values are taken as
    0-d arrays). There is one rule per argument, `lambda g, y, a, b: …` with the gradient `g` of the
    output, the output `y`, and the arguments; it is linear in `g`, written in operators, methods
    and operations, and needs not undo broadcasting. None is a rule that lets no gradient through.
    Keyword parameters of the call reach `forward`, `scalar` and the rules.

    `tex` and `text` are notations with `%s` for each argument, how tightly they bind (`SUM` …
    `ATOM`), and how tightly each argument must. `domain` has an entry per argument; `cases` are
    what tests try an operation with that does not act entry by entry. `method` and `reflected` name
    the methods of nodes; `selects` marks an operation that passes only some operands on; a
    `variadic` operation takes any number of arguments with one rule for all, told its `slot`.
    `linear` are the arguments out of which a factor can be drawn (of a variadic one, 0 for all);
    `shape` maps the shapes of the
    arguments (and the parameters) to that of the result, None where they don't fit, for an
    operation that does not act entry by entry; an `activation` is what networks use as one.

    Raises ValueError if the name is taken, unless `replace`. With `table=None` the card is nobody's
    but the caller's.
    """
    if table and name in table and not replace:
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
        elementwise=not cases if elementwise is None else elementwise,
        cases=tuple(cases),
        method=method,
        reflected=reflected,
        selects=selects,
        variadic=variadic,
        kink=kink,
        hint=hint,
        linear=tuple(linear),
        shape=shape,
        activation=activation,
        doc=doc,
    )
    if table is None:
        return card
    table[name] = card
    if isinstance(forward, np.ufunc):
        NUMPY[forward] = card
    return card


def implements(
    *functions: Callable[..., Any], method: str | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """Let the decorated function (or operation) run in place of these NumPy functions on nodes.

    `method` is the name under which a Tensor has it too, the Tensor being the first argument.
    """

    def register(ours: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            NUMPY[function] = ours
        if method is not None:
            METHODS[method] = ours
        return ours

    return register


def nearest(function: Callable[..., Any]) -> str:
    """The supported NumPy function closest in name to an unsupported one, as advice."""
    name = full_name(function).rpartition(".")[2]
    known = sorted({full_name(each).rpartition(".")[2] for each in NUMPY})
    close = [each for each in known if len(each) > 2 and (each in name or name in each)]
    close += difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return f"; the nearest supported one is {close[0]}" if close else ""


def full_name(function: Callable[..., Any]) -> str:
    """A NumPy function as users write it: np.linalg.norm."""
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return f"{module}.{getattr(function, '__name__', function)}"


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


def _show(operand: Any) -> str:
    if isinstance(operand, np.ndarray) and operand.ndim:
        return str(operand.shape)
    return str(operand)


def _first_bad(out: Any) -> str:
    array = np.asarray(out)
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    where = f" at {list(index)}" if index else ""
    return f"{array[index]}{where}"


def _broadcast_hint(operands: Sequence[Any]) -> str | None:
    shapes = [np.shape(operand) for operand in operands]
    for axis in range(1, 1 + max(map(len, shapes))):
        sizes = [shape[-axis] for shape in shapes if len(shape) >= axis]
        if len({size for size in sizes if size != 1}) > 1:
            return f"axis -{axis} has the sizes {' and '.join(map(str, sizes))}, which don't match"
    return None
