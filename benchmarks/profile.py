"""Where the time of an eager step goes: `python -m benchmarks.profile`."""

from __future__ import annotations

import gc
import timeit
from collections.abc import Callable, Iterator
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np

from autograd import TABLE, Node, Tensor, Value, tanh, zero_grad
from autograd.graph.sweep import Pulling, backward_order, pull_back, sweep, unrolled
from benchmarks.work.arrays import by_hand, loss, problem

STEPS = (
    ([2, 16, 16, 1], 100, "float64"),
    ([30, 1], 569, "float64"),
    ([64, 64, 10], 128, "float32"),
)
CHAINS = (1_000, 100_000, 1_000_000)


def main() -> None:
    """Three tables in Markdown."""
    print("Microseconds of a training step, the best of 9 times 1,000:\n")
    print("| step | by hand | forward | of it NumPy | order | rules | rest of backward |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for given in STEPS:
        shown = " | ".join(f"{number:.1f}" for number in step(*given))
        print(f"| {'-'.join(map(str, given[0]))}, {given[1]} samples, {given[2]} | {shown} |")
    print("\nMicroseconds a node of a chain of additions:\n")
    print("| nodes | garbage collector | build | order | sweep and store | free | sum |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for length in CHAINS:
        for collect in (True, False):
            parts = [1e6 * seconds / length for seconds in chain(length, collect=collect)]
            shown = " | ".join(f"{number:.2f}" for number in (*parts, sum(parts)))
            print(f"| {length:,} | {'on' if collect else 'off'} | {shown} |")
    print("\nWhat is written out for speed, microseconds beside the general text:\n")
    print("| | general | written out |")
    print("|---|--:|--:|")
    for what, general, fast in written_out():
        print(f"| {what} | {general:.2f} | {fast:.2f} |")


def step(sizes: list[int], samples: int, dtype: str) -> Iterator[float]:
    """The columns of the first table."""
    x, y, weights, biases = problem(sizes, samples, dtype)
    ws, bs = [Tensor(w) for w in weights], [Tensor(b) for b in biases]
    inputs, targets = Tensor(x, requires_grad=False), Tensor(y, requires_grad=False)
    output = loss(tanh, inputs, targets, ws, bs)
    order = best(lambda: backward_order(output, None))
    rules = sum(map(best, pulls(output)))
    yield best(by_hand(sizes, samples, dtype))
    yield best(lambda: loss(tanh, inputs, targets, ws, bs))
    yield best(lambda: loss(np.tanh, x, y, weights, biases))
    yield order
    yield rules

    def backward() -> None:
        zero_grad([*ws, *bs])
        output.backward(retain_grads=False)

    yield best(backward) - order - rules


def pulls(output: Node) -> Iterator[Callable[[], Any]]:
    """Each call of a rule that a sweep makes, by itself."""
    found = pull_back(output)
    for node in backward_order(output, None):
        for slot, arg in enumerate(node.args):
            rule = node.op.rule(slot)
            if isinstance(arg, Node) and arg.requires_grad and rule is not None:
                given = (found[node], node.raw, *node.operands)
                yield lambda rule=rule, given=given, params=node.params or {}: rule(
                    *given, **params
                )


def written_out() -> Iterator[tuple[str, float, float]]:
    """What, by the general text, and by the one written out for the most frequent case."""
    v, w, t, u = Value(2.0), Value(3.0), Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    multiply, tangent = TABLE["multiply"], TABLE["tanh"]
    yield "a product of Values", best(lambda: multiply(v, w)), best(lambda: v * w)
    yield "tanh of a Value", best(lambda: tangent(v)), best(lambda: v.tanh())
    yield "a product of Tensors", best(lambda: multiply(t, u)), best(lambda: t * u)
    y, z = v, t
    for _ in range(100):
        y, z = (y * w).tanh(), tanh(z * u)
    yield "a sweep over 200 Values", *sweeps(y)
    yield "a sweep over 200 Tensors of two numbers", *sweeps(z.sum())


def sweeps(output: Node) -> Iterator[float]:
    """The sweep that is to be read, and the unrolled one."""
    order, start = backward_order(output, None), {output: output.arriving(None, recorded=False)}
    fit = type(output).fit
    yield best(lambda: sweep(order, dict(start), Pulling(fit, None, recorded=False)), 10)
    yield best(lambda: unrolled(order, dict(start), fit, False), 10)


def best(run: Callable[[], Any], number: int = 1000) -> float:
    """Microseconds of one run, the best of 9 times so many."""
    return 1e6 / number * min(timeit.repeat(run, number=number, repeat=9))


def chain(length: int, *, collect: bool) -> list[float]:
    """Seconds to build a chain, to order it, to sweep over it, and to free it; the best of some."""
    (gc.enable if collect else gc.disable)()
    runs = [_chained(length) for _ in range(max(3, 300_000 // length))]
    gc.enable()
    return [min(column) for column in zip(*runs, strict=True)]


def _chained(length: int) -> list[float]:
    times = [perf_counter()]
    y: Any = Value(1.0)
    for _ in range(length):
        y = y + 1.0
    times.append(perf_counter())
    backward_order(y, None)
    times.append(perf_counter())
    y.backward()
    times.append(perf_counter())
    del y
    times.append(perf_counter())
    build, order, backward, free = (end - start for start, end in pairwise(times))
    return [build, order, backward - order, free]


if __name__ == "__main__":
    main()
