"""What holds for every program, each law with an oracle of its own and a tolerance it can defend.

The oracle of the derivatives is the program itself, run on numbers of extended precision along a
line: NumPy's functions and the cards' forward maps, no rule.
"""

from typing import Any

import numpy as np

import viz
from autograd import Tensor, Value, contributions, gradients, replay
from autograd.symbols import Symbol, evaluate, pullback
from tests.fuzz import reading
from tests.fuzz.programs import WIDE, Program, nodes


class Broken(AssertionError):
    """A law does not hold."""


def check(program: Program) -> None:
    """Raise `Broken`, or whatever the program raises, if one of the laws fails."""
    with np.errstate(all="ignore"):
        for law in (slopes, kinds, replays, precision, formulas):
            law(program)


def _close(what: str, found: Any, expected: Any, rtol: float, atol: float) -> None:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        raise Broken(f"{what}: shape {found.shape}, and {expected.shape} is right")
    if not np.allclose(found, expected, rtol=rtol, atol=atol, equal_nan=True):
        raise Broken(f"{what}: {found.tolist()}, and {expected.tolist()} is right")


def _line(program: Program) -> list[np.ndarray]:
    return [np.asarray(x) / (1 + np.abs(x)) for x in program.leaves(1)]


def _sum(parts: Any, line: list[np.ndarray]) -> Any:
    return sum(np.sum(g * v) for g, v in zip(parts, line, strict=True))


def _derivatives(program: Program, kind: Any) -> tuple[Any, list[Any], Any, float]:
    """Value, gradient, and slope and bend along the line."""
    line = [float(v) if kind is Value else v for v in _line(program)]
    leaves = nodes(kind, program.leaves())
    out = program(leaves)
    plain = gradients(out, leaves)
    recorded = gradients(out, leaves, create_graph=True)
    for a, b in zip(plain, recorded, strict=True):
        _close("the recorded gradient", b.data, a, 1e-12, 1e-12)
    slope = _sum(recorded, line)
    second = gradients(slope, leaves) if slope.requires_grad else [x.data * 0 for x in leaves]
    return out.item(), plain, slope.item(), float(_sum(second, line))


def differences(program: Program) -> tuple[float, float, float, float] | None:
    """Slope and bend along the line with their errors; None near a kink, where there are none."""
    try:
        return _differences(program, WIDE, 1e-6)
    except TypeError:  # LAPACK knows no extended precision
        return _differences(program, np.float64, 1e-4)


def _differences(
    program: Program, kind: Any, rounding: float
) -> tuple[float, float, float, float] | None:
    line = _line(program)
    leaves = [np.asarray(x, kind)[()] for x in program.leaves()]

    def at(t: float) -> Any:
        return program([x + kind(t) * v for x, v in zip(leaves, line, strict=True)])

    def both(h: float) -> np.ndarray:
        far, low, middle, high, beyond = (at(k * h) for k in (-2, -1, 0, 1, 2))
        slope = (8 * (high - low) - (beyond - far)) / (12 * h)
        bend = (16 * (high + low) - (beyond + far) - 30 * middle) / (12 * kind(h) ** 2)
        return np.array([slope, bend])

    coarse, fine = both(1e-3), both(2e-4)
    scale = 1 + float(np.max(np.abs(fine)))
    errors = np.abs(coarse - fine)
    if not np.all(np.isfinite(errors)) or np.any(errors > 1e-3 * scale):
        return None
    slope, bend = fine
    return float(slope), float(bend), *(float(10 * each + rounding * scale) for each in errors)


def slopes(program: Program) -> None:
    """Gradient and Hessian are slope and bend."""
    expected = differences(program)
    for kind in (Value, Tensor) if program.scalar else (Tensor,):
        value, _, slope, bend = _derivatives(program, kind)
        _close("the value", value, program(program.leaves()), 1e-9, 1e-9)
        if expected is not None:
            _close(f"the slope of {kind.__name__}s", slope, expected[0], 0, expected[2])
            _close(f"the bend of {kind.__name__}s", bend, expected[1], 0, expected[3])


def kinds(program: Program) -> None:
    """Values and Tensors agree."""
    if program.scalar:
        one, other = (_derivatives(program, kind) for kind in (Value, Tensor))
        for a, b in zip(
            (one[0], *one[1], *one[2:]), (other[0], *other[1], *other[2:]), strict=True
        ):
            _close("Values beside Tensors", a, b, 1e-8, 1e-8 * (1 + abs(other[3])))


def replays(program: Program) -> None:
    """A replay gives, at other numbers, what recording again gives."""
    for kind in (Value, Tensor) if program.scalar else (Tensor,):
        leaves = nodes(kind, program.leaves())
        if {"np.median", "np.quantile", "np.interp", "np.where"} & program.names():
            return  # decide by numbers, which a replay keeps
        step = replay(program(leaves), inputs=leaves, wrt=leaves)
        for number in (0, 2):
            point = program.leaves(number)
            again = nodes(kind, point)
            out = program(again)
            value, grads = step(dict(zip(leaves, point, strict=True)))
            _close("the replayed value", value, out.data, 1e-11, 1e-11)
            for a, b in zip(grads, gradients(out, again), strict=True):
                _close("the replayed gradient", a, b, 1e-9, 1e-9 * (1 + np.max(np.abs(b))))


def precision(program: Program) -> None:
    """Single precision stays what it is in NumPy, and as near as rounding its numbers allows."""
    if program.scalar or {"qr", "pinv"} & program.names():  # which ask for a rank
        return

    def run(shift: float, dtype: Any) -> tuple[Any, list[Any]]:
        point = [np.asarray(x) * (1 + shift * np.sin(7 * np.asarray(x))) for x in program.leaves()]
        leaves = nodes(Tensor, point, dtype)
        out = program(leaves)
        return out, gradients(out, leaves)

    out, found = run(0, np.float32)
    wanted = np.asarray(program([x.astype(np.float32) for x in map(np.asarray, program.leaves())]))
    if out.dtype != wanted.dtype or {g.dtype for g in found} != {np.dtype(np.float32)}:
        raise Broken(f"float32 became {out.dtype} with gradients {[str(g.dtype) for g in found]}")
    _, exact = run(0, np.float64)
    moved = [run(shift, np.float64)[1] for shift in (1e-5, -1e-5)]
    for a, b, *others in zip(found, exact, *moved, strict=True):
        bent = max(float(np.max(np.abs(other - b))) for other in others)
        if bent < 1e-2 * (1 + np.max(np.abs(b))):  # else a kink is near, or a division by little
            _close("the gradient in float32", a, b, 3e-2, 3e-2 + 30 * bent)


def formulas(program: Program) -> None:
    """Every rule read as a formula gives what the sweep added, and every line of the ledger too."""
    leaves = nodes(Value if program.scalar else Tensor, program.leaves())
    root = program(leaves)
    grads, log = contributions(root)
    for part in log:
        node, op = part.consumer, part.consumer.op
        if not op.elementwise:
            continue  # an inner formula knows no shape
        letters = [Symbol(f"a{i}", like=x) for i, x in enumerate(node.operands)]
        g, y = Symbol("g", like=node.data), Symbol("y", like=node.data)
        formula = pullback(op, part.slot, g, y, letters, node.params)
        numbers = {f"a{i}": x for i, x in enumerate(node.operands)}
        found = evaluate(formula, {**numbers, "g": grads[node], "y": node.data})
        wanted = np.asarray(part.part, dtype=float)
        found = np.broadcast_to(np.asarray(found, dtype=float), wanted.shape)
        _close(f"the formula of {op.name}: {formula}", found, wanted, 1e-9, 1e-9)
    rule = viz.chain_rule(root.named("J"), precision=14)
    for step in rule:
        _close(f"the step of {step.name}", step.gradient, grads[step.node], 1e-12, 1e-12)
    if program.scalar:
        for step, line, number in reading.numbers(rule):
            scale = 1 + max((abs(term.value) for term in step.terms), default=0.0)
            _close(f"∂J/∂{step.name} = {line}", number, step.gradient, 1e-4, 1e-4 * scale)
