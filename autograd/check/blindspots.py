"""Where a right result proves little: points at which a wrong formula would agree as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograd.check.case import Case, same

ADVICE = (
    "try another point: random numbers, several samples, sizes that all differ "
    "(check.generic_point makes one)"
)


ONE_SAMPLE = (
    "One sample (m = 1): what is right here is right for one sample. For many, 1/m and the sums "
    "over the samples have to be judged at m > 1."
)


def blind_spots(case: Case, yours: np.ndarray) -> list[str]:
    """Why agreement of this step proves little; empty at a generic point."""
    return [reason for look in _LOOKS for reason in look(case, yours)]


def _zero_gradient(case: Case, yours: np.ndarray) -> Iterator[str]:
    if case.ours.size and not np.any(case.ours) and case.arguments:
        yield f"{case.truth} is zero everywhere here, so any factor agrees"


def _zero_argument(case: Case, yours: np.ndarray) -> Iterator[str]:
    """A term with a zero in front is not seen."""
    if not np.any(case.ours):
        return
    for name, argument in case.arguments.items():
        value = case.values[name]
        if argument.kind == "default" or callable(value) or isinstance(value, bool):
            continue
        array = np.asarray(value)
        if not array.size or array.dtype.kind not in "fiu" or np.any(array):
            continue
        moved = case.call({**case.values, name: _moved(value)})
        if moved is not None and not (moved.shape == yours.shape and same(moved, yours)):
            yield f"{name} is zero here, so a mistake in the term with it cannot be seen"


def _moved(value: object) -> object:
    """Something that is not zero, of the same kind."""
    if isinstance(value, np.ndarray):
        return np.linspace(0.5, 1.5, value.size).reshape(value.shape)
    return 0.75


def _one_sample(case: Case, yours: np.ndarray) -> Iterator[str]:
    """At m = 1 neither a missing 1/m nor a missing sum over the samples shows.

    A derivation that has neither anywhere is one of a single sample, and right as such.
    """
    if case.samples != 1 or not case.derivation.is_for_many:
        return
    seed = not any(each.kind == "gradient" for each in case.arguments.values())
    takes_m = any(each.value == 1 for name, each in case.arguments.items() if name == "m")
    use = case.only_use
    parameter = case.target.node is not None and case.target.node.op is None
    passed_on = parameter and use is not None and use.user.op.name in ("add", "subtract")
    if seed or takes_m or passed_on:
        yield "with m = 1, a missing 1/m or sum over the samples would not show"


def _symmetric(case: Case, yours: np.ndarray) -> Iterator[str]:
    """A symmetric matrix is its own transpose."""
    for name, array in _matrices(case):
        if array.shape[0] == array.shape[1] and np.any(array) and same(array, array.T):
            what = "has size 1 × 1" if array.size == 1 else "is symmetric"
            yield f"{name} {what} here, so {name} and {name}.T cannot be told apart"


def _equal_rows(case: Case, yours: np.ndarray) -> Iterator[str]:
    """Units with the same weights stay the same for ever (N3.8)."""
    for name, array in _matrices(case):
        for axis, word in ((0, "rows"), (1, "columns")):
            first = np.take(array, [0], axis=axis)
            alike = array.shape[axis] > 1 and np.any(array)
            if alike and same(array, np.broadcast_to(first, array.shape)):
                yield f"all {word} of {name} are equal, so a formula that mixes them up agrees too"
                break


def _matrices(case: Case) -> Iterator[tuple[str, np.ndarray]]:
    """The arguments that are factors of a matrix product in the graph."""
    for name, argument in case.arguments.items():
        node = argument.quantity.node if argument.quantity else None
        if argument.kind != "value" or node is None or np.ndim(argument.value) != 2:
            continue
        if any(user.op.name == "matmul" for user, _ in case.facts.users.get(node, [])):
            yield name, np.asarray(argument.value)


_LOOKS: tuple[Callable[[Case, np.ndarray], Iterator[str]], ...] = (
    _zero_gradient,
    _zero_argument,
    _one_sample,
    _symmetric,
    _equal_rows,
)
