"""Where a right result proves little: points at which a wrong formula would agree as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograd.check.algebra import ADD, MATMUL, SUBTRACT
from autograd.check.diagnosis.examination import ExaminedStep
from autograd.check.judge.tolerance import nearly_equal
from autograd.check.written.steps import numbers_in

ADVICE = (
    "try another point: random numbers, several samples, sizes that all differ "
    "(check.generic_point makes one)"
)

ONE_SAMPLE = (
    "One sample (m = 1): what is right here is right for one sample. For many, 1/m and the sums "
    "over the samples have to be judged at m > 1."
)


def blind_spots(step: ExaminedStep, yours: np.ndarray) -> list[str]:
    """Why agreement of this step proves little; empty at a generic point."""
    return [reason for look in _LOOKS for reason in look(step, yours)]


def _zero_gradient(step: ExaminedStep, yours: np.ndarray) -> Iterator[str]:
    if step.ours.size and not np.any(step.ours) and step.arguments:
        yield f"{step.ours_in_words} is zero everywhere here, so any factor agrees"


def _zero_argument(step: ExaminedStep, yours: np.ndarray) -> Iterator[str]:
    """A term with a zero in front is not seen."""
    if not np.any(step.ours):
        return
    for name, argument in step.arguments.items():
        value = step.values[name]
        array = numbers_in(value) if not isinstance(value, bool) else None
        if argument.kind == "default" or array is None or not array.size or np.any(array):
            continue
        moved = step.call({**step.values, name: _moved(value)})
        if moved is not None and not nearly_equal(moved, yours):
            yield f"{name} is zero here, so a mistake in the term with it cannot be seen"


def _moved(value: object) -> object:
    """Something that is not zero, of the same kind."""
    if isinstance(value, np.ndarray):
        return np.linspace(0.5, 1.5, value.size).reshape(value.shape)
    return 0.75


def _one_sample(step: ExaminedStep, yours: np.ndarray) -> Iterator[str]:
    """At m = 1 neither a missing 1/m nor a missing sum over the samples shows.

    A derivation that has neither anywhere is one of a single sample, and right as such.
    """
    if step.evaluation.samples != 1 or not step.evaluation.is_for_many:
        return
    seed = not any(each.kind == "gradient" for each in step.arguments.values())
    takes_m = any(each.value == 1 for name, each in step.arguments.items() if name == "m")
    is_parameter = step.target.node is not None and step.target.node.op is None
    passed_on = [each.consumer.op in (ADD, SUBTRACT) for each in step.contributions] == [True]
    if seed or takes_m or (is_parameter and passed_on):
        yield "with m = 1, a missing 1/m or sum over the samples would not show"


def _symmetric(step: ExaminedStep, yours: np.ndarray) -> Iterator[str]:
    """A symmetric matrix is its own transpose."""
    for name, array in _matrices(step):
        if array.shape[0] == array.shape[1] and np.any(array) and nearly_equal(array, array.T):
            what = "has size 1 × 1" if array.size == 1 else "is symmetric"
            yield f"{name} {what} here, so {name} and {name}.T cannot be told apart"


def _equal_rows(step: ExaminedStep, yours: np.ndarray) -> Iterator[str]:
    """Units with the same weights stay the same for ever (N3.8)."""
    for name, array in _matrices(step):
        for axis, word in ((0, "rows"), (1, "columns")):
            first = np.take(array, [0], axis=axis)
            alike = array.shape[axis] > 1 and np.any(array)
            if alike and nearly_equal(array, np.broadcast_to(first, array.shape)):
                yield f"all {word} of {name} are equal, so a formula that mixes them up agrees too"
                break


def _matrices(step: ExaminedStep) -> Iterator[tuple[str, np.ndarray]]:
    """The arguments that are factors of a matrix product in the graph."""
    for name, argument in step.arguments.items():
        node = argument.quantity.node if argument.quantity else None
        if argument.kind != "value" or node is None or np.ndim(argument.value) != 2:
            continue
        if any(user.op is MATMUL for user, _ in step.truth.users.get(node, [])):
            yield name, np.asarray(argument.value)


_LOOKS: tuple[Callable[[ExaminedStep, np.ndarray], Iterator[str]], ...] = (
    _zero_gradient,
    _zero_argument,
    _one_sample,
    _symmetric,
    _equal_rows,
)

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def generic_point(*, seed: int = 0, **shapes: str) -> dict[str, np.ndarray]:
    """A point without blind spots: random arrays with distinct primes for sizes.

    `generic_point(W="n1 n0", X="n0 m")` writes a shape as sizes in words or digits; each word gets
    a prime of its own, "" makes a single number. The entries lie between 0.2 and 1 or between −1
    and −0.2. Raises ValueError if there are more words than primes below 40.
    """
    words = dict.fromkeys(
        word for shape in shapes.values() for word in shape.split() if not word.isdigit()
    )
    if len(words) > len(_PRIMES):
        raise ValueError(f"generic_point: {len(words)} different sizes, at most {len(_PRIMES)}")
    sizes = dict(zip(words, _PRIMES[1:] if len(words) < len(_PRIMES) else _PRIMES, strict=False))
    rng = np.random.default_rng(seed)
    point = {}
    for name, shape in shapes.items():
        axes = [int(word) if word.isdigit() else sizes[word] for word in shape.split()]
        point[name] = rng.uniform(0.2, 1, axes) * rng.choice([-1.0, 1.0], axes)
    return point
