"""Random programs: operations on results before them, that any kind of number goes through.

A *step* applies one card, or one of NumPy's functions, to results before it. Operands are first
brought into the shape and, smoothly, into the domain that the step needs. A program runs on floats,
arrays of any precision, Values and Tensors alike, and is the same for the same seed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd import TABLE, Node, Tensor, Value

WIDE = np.longdouble
Shape = tuple[int, ...]

# What NumPy has as functions and not as cards: name, shapes of the operands, the call.
FUNCTIONS: dict[str, tuple[tuple[Shape, ...], Callable[..., Any]]] = {
    "np.average": (((2, 3), (3,)), lambda a, w: np.average(a, axis=1, weights=2 + np.tanh(w))),
    "np.clip": (((2, 3),), lambda a: np.clip(a, -0.8, 0.9)),
    "np.cov": (((3, 4),), lambda a: np.cov(a)),
    "np.cumprod": (((2, 3),), lambda a: np.cumprod(1 + 0.3 * np.tanh(a), axis=1)),
    "np.diag": (((3, 3),), lambda a: np.diag(a)),
    "np.diff": (((2, 4),), lambda a: np.diff(a, n=2, axis=1)),
    "np.dot": (((2, 3), (3,)), lambda a, b: np.dot(a, b)),
    "np.flip": (((2, 3),), lambda a: np.flip(a, axis=1)),
    "np.gradient": (((5,),), lambda a: np.gradient(a, 0.5, edge_order=2)),
    "np.inner": (((2, 3), (4, 3)), lambda a, b: np.inner(a, b)),
    "np.interp": (((4,), (5,)), lambda a, b: np.interp(a, np.linspace(-2, 2, 5), b)),
    "np.kron": (((2,), (3,)), lambda a, b: np.kron(a, b)),
    "np.median": (((5,),), lambda a: np.median(a)),
    "np.nanmean": (((2, 3),), lambda a: np.nanmean(a, axis=0)),
    "np.nansum": (((2, 3),), lambda a: np.nansum(a, axis=1)),
    "np.outer": (((2,), (3,)), lambda a, b: np.outer(a, b)),
    "np.pad": (((2, 2),), lambda a: np.pad(a, 1, mode="reflect")),
    "np.polyval": (((3,), (4,)), lambda a, b: np.polyval(a, b)),
    "np.ptp": (((2, 3),), lambda a: np.ptp(a, axis=1)),
    "np.quantile": (((5,),), lambda a: np.quantile(a, 0.3)),
    "np.repeat": (((3,),), lambda a: np.repeat(a, 2)),
    "np.where, fixed": (((4,), (4,)), lambda a, b: np.where(np.arange(4) % 2 == 0, a, b)),
    "np.std": (((2, 3),), lambda a: np.std(a, axis=1, ddof=1)),
    "np.take": (((4,),), lambda a: np.take(a, [3, 0, 0, 2])),
    "np.tensordot": (((2, 3), (3, 2)), lambda a, b: np.tensordot(a, b, axes=1)),
    "np.tile": (((2,),), lambda a: np.tile(a, 2)),
    "np.trapezoid": (((4,), (4,)), lambda a, x: np.trapezoid(a, np.cumsum(2 + np.tanh(x)))),
    "np.where": (((2, 3), (2, 3)), lambda a, b: np.where(_plain(a) > 0, a, b)),
}


@dataclass(frozen=True)
class Step:
    """One application: operands are results by their place, or numbers; `case` is the card's."""

    name: str
    operands: tuple[int | float, ...]
    case: int = 0
    written: bool = True
    shapes: tuple[Shape | None, ...] = ()

    def __str__(self) -> str:
        args = ", ".join(f"r{x}" if isinstance(x, int) else str(x) for x in self.operands)
        case = CARDS[self.name].cases[self.case] if self._has_case() else ""
        return f"{self.name}({args})  # {case or self.shapes}"

    def _has_case(self) -> bool:
        return self.name in CARDS and bool(CARDS[self.name].cases)


@dataclass(frozen=True)
class Program:
    """Leaves, and steps on them; the result is a weighted sum of everything."""

    seed: int
    scalar: bool
    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    removed: frozenset[int] = field(default=frozenset())

    def leaves(self, number: int = 0) -> list[np.ndarray]:
        """The point at which it is tried; another number gives another point."""
        rng = np.random.default_rng([self.seed, number])
        return [rng.normal(size=shape) for shape in self.shapes]

    def __call__(self, leaves: list[Any]) -> Any:
        results = list(leaves)
        for place, step in enumerate(self.steps, len(leaves)):
            if place in self.removed:
                results.append(results[self._first(step)])
                continue
            args = [
                (results[x] if isinstance(x, int) else x)
                if shape is None
                else _fit(results[x], shape)
                for x, shape in zip(step.operands, step.shapes, strict=True)
            ]
            results.append(_apply(step, args))
        total: Any = 0.0
        for place, result in enumerate(results):
            if place not in self.removed:  # a sum of all, so that nothing is of no use
                weight = math.cos(place + 1.0)
                total = total + weight * (result if self.scalar else np.mean(result))
        return total

    def _first(self, step: Step) -> int:
        return next((x for x in step.operands if isinstance(x, int)), 0)

    def __str__(self) -> str:
        rows = [f"seed {self.seed}: {'numbers' if self.scalar else 'arrays'}"]
        rows += [f"  r{i} = {x.tolist()}" for i, x in enumerate(self.leaves())]
        for place, step in enumerate(self.steps, len(self.shapes)):
            shown = f"r{self._first(step)}" if place in self.removed else str(step)
            rows.append(f"  r{place} = {shown}")
        return "\n".join(rows)

    def names(self) -> set[str]:
        """The cards and functions that it uses."""
        places = enumerate(self.steps, len(self.shapes))
        return {step.name for place, step in places if place not in self.removed}

    def smaller(self, fails: Callable[["Program"], bool]) -> "Program":
        """Without the steps that are not needed for it to fail."""
        found, changed = self, True
        while changed:
            changed = False
            for place in reversed(range(len(self.shapes), len(self.shapes) + len(self.steps))):
                tried = replace(found, removed=found.removed | {place})
                if place not in found.removed and fails(tried):
                    found, changed = tried, True
        return found


# ------------------------------------------------------------------------------------- making


def _plain(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x


def _whole_domain(domain: Any) -> bool:
    """Whether any number between its ends belongs to it."""
    return type(domain) is type(TABLE["exp"].domain[0]) and not domain.whole


# They change the precision; hold functions; order freely what lies on either side; have NaN for a
# derivative where two values are near.
UNFIT = ("cast", "checkpoint", "partition", "singular_vectors", "eigenvectors")
CARDS = {
    card.name: card
    for card in TABLE.values()
    if card.differentiable and all(map(_whole_domain, card.domain)) and card.name not in UNFIT
}
SCALAR = sorted(name for name, card in CARDS.items() if card.scalar)
ARRAYS = sorted(CARDS) + sorted(FUNCTIONS)


def scalar_params(card: Any, case: int) -> dict[str, Any]:
    """The parameters of a card for single numbers."""
    params = dict(card.cases[case].params) if card.cases else {}
    return {key: bool(np.ravel(x)[0]) if key == "cond" else x for key, x in params.items()}


def program(seed: int, *, scalar: bool, names: tuple[str, ...] = ()) -> Program:
    """The program of this seed, out of these operations."""
    rng = np.random.default_rng([seed, scalar])
    shapes = [() if scalar else _shape(rng) for _ in range(rng.integers(1, 4))]
    steps: list[Step] = []
    pool = names or tuple(SCALAR if scalar else ARRAYS)
    for _ in range(rng.integers(2, 9)):
        name = str(rng.choice(pool))
        count = len(shapes) + len(steps)
        steps.append(_step(rng, name, count, scalar=scalar))
    return Program(seed, scalar, tuple(shapes), tuple(steps))


def _shape(rng: np.random.Generator) -> Shape:
    return tuple(int(n) for n in rng.integers(1, 4, size=rng.integers(0, 3)))


def _step(rng: np.random.Generator, name: str, count: int, *, scalar: bool) -> Step:
    def place() -> int:  # late results more often, so that chains grow
        return int(count - 1 - min(rng.geometric(0.35) - 1, count - 1))

    if name in FUNCTIONS:
        wanted: tuple[Shape | None, ...] = FUNCTIONS[name][0]
        return Step(name, tuple(place() for _ in wanted), shapes=wanted)
    card = CARDS[name]
    case = int(rng.integers(len(card.cases))) if card.cases else 0
    if card.cases and not scalar:
        shapes, params = card.cases[case].shapes, card.cases[case].params
        if not np.size(card.forward(*map(np.ones, shapes), **params)):
            return _step(rng, name, count, scalar=scalar)
        return Step(name, tuple(place() for _ in shapes), case, shapes=shapes)
    operands: list[int | float] = [place() for _ in range(card.arity)]
    if card.arity == 2 and rng.random() < 0.3:  # a plain number beside a result
        number = float(rng.choice([0.5, 1.0, 2.0, 3.0, 1.7]))
        operands[rng.integers(2)] = number
    if card.arity == 1 or scalar or rng.random() < 0.3:
        wanted = (None,) * card.arity
    else:
        full = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        less = [full, full[1:], (1, full[1]), (full[0], 1), ()]
        wanted = (full, less[rng.integers(len(less))])
    wanted = tuple(
        shape if isinstance(x, int) else None for shape, x in zip(wanted, operands, strict=True)
    )
    if not scalar and card.arity == 2 and None in wanted:  # shapes that can't but fit together
        wanted = tuple((2, 3) if isinstance(x, int) else None for x in operands)
    return Step(name, tuple(operands), case, bool(rng.random() < 0.7), wanted)


# ------------------------------------------------------------------------------------- running


def _fit(x: Any, shape: Shape) -> Any:
    """The entries of a result, some of them left out or repeated, in the shape that is needed."""
    row, count = np.reshape(x, (-1,)), math.prod(shape)
    apart = 0.4 * np.sin(1.0 + np.arange(count, dtype=_plain(row).dtype))  # no two are equal
    return np.reshape(row[np.arange(count) % row.shape[0]] + apart, shape)


def _inside(domain: Any, x: Any) -> Any:
    """A number brought into the domain of an operation, smoothly."""
    low = domain.hole if domain.hole else domain.low
    middle, half = (low + domain.high) / 2, (domain.high - low) / 2
    return np.tanh(x) * (0.9 * half) + middle


def _apply(step: Step, args: list[Any]) -> Any:
    if step.name in FUNCTIONS:
        return FUNCTIONS[step.name][1](*args)
    card = CARDS[step.name]
    domains = card.domain if len(card.domain) == len(args) else card.domain[:1] * len(args)
    args = [
        _inside(domain, x) if isinstance(operand, int) else min(max(x, domain.low), domain.high)
        for domain, operand, x in zip(domains, step.operands, args, strict=True)
    ]
    numbers = all(np.ndim(_plain(x)) == 0 for x in args)
    params = dict(card.cases[step.case].params) if card.cases else {}
    if numbers and card.scalar:
        params = scalar_params(card, step.case)
    if step.written and not params and card.method:  # as users write it
        nodes = [isinstance(x, Node) for x in args]
        if nodes[0]:
            return getattr(args[0], card.method)(*args[1:])
        if any(nodes) and card.reflected:
            return getattr(args[1], card.reflected)(args[0])
    if not any(isinstance(x, Node) for x in args):
        return card.forward(*args, **params)
    return card(*args, **params)


def nodes(kind: Any, leaves: list[np.ndarray], dtype: Any = None) -> list[Any]:
    """Leaves of a graph."""
    if kind is Value:
        return [Value(float(x), name=f"x{i}") for i, x in enumerate(leaves)]
    return [Tensor(x, dtype=dtype, name=f"x{i}") for i, x in enumerate(leaves)]
