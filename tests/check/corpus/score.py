"""The score of the proof-reader on injected mistakes: how many it names as what they are."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Node, gradients
from autograd.check import Step, derivation
from tests.check.corpus.examples import Example, formula
from tests.check.corpus.mutants import FACTOR, MUTATIONS, Kinds, Mutant, mutants, parse


@dataclass
class Score:
    """Counts of mutants; one whose result is the right gradient after all counts nowhere."""

    named: int = 0
    """The first explanation told is of the kind that was injected (of a pair: both are)."""
    same: int = 0
    """Another explanation, and a mutant of the kind that it tells has the very same numbers."""
    other: int = 0
    """Another explanation."""
    silent: int = 0
    """No explanation."""
    misses: list[tuple[Mutant, Step]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.named + self.same + self.other + self.silent

    @property
    def share(self) -> float:
        return (self.named + self.same) / self.total if self.total else 1.0

    def add(self, other: Score) -> None:
        for name in ("named", "same", "other", "silent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.misses += other.misses


def judged(example: Example, step: str, source: str, convention: str = "J") -> Step:
    with warnings.catch_warnings():  # of the formulas that only Python complains about
        warnings.simplefilter("ignore")
        given = {step: formula(source)}
        return derivation(example.output, given, names=example.names, convention=convention)[step]


def singles(example: Example, convention: str = "J", most: int = 10**6, seed: int = 0) -> Score:
    """The score on mistakes one at a time; on a sample of `most` of them if there are more."""
    score, alone = Score(), list(mutants(example))
    for mutant in sample(alone, most, seed):
        found = judged(example, mutant.step, mutant.source, convention)
        if found.ok:
            continue
        if set(found.mistakes) & set(mutant.accepted) and len(found.mistakes) == 1:
            score.named += 1
        elif is_same(example, found, mutant, alone):
            score.same += 1
        else:
            score.misses.append((mutant, found))
            score.other += bool(found.mistakes)
            score.silent += not found.mistakes
    return score


@dataclass(frozen=True)
class Pair:
    """A formula with two mistakes in it, and the kinds of each."""

    step: str
    source: str
    first: Kinds
    second: Kinds


def pairs(example: Example, convention: str = "J", most: int = 60, seed: int = 0) -> Score:
    """The score on mistakes two at a time, of different mutations."""
    score, alone, both = Score(), list(mutants(example)), list(twice(example))
    for pair in sample(both, most, seed):
        found = judged(example, pair.step, pair.source, convention)
        if found.ok:
            continue
        if is_named(found.mistakes, pair):
            score.named += 1
        elif told_as_one(found, pair) or is_same(example, found, pair, [*alone, *both]):
            score.same += 1
        else:
            score.misses.append((Mutant(pair.step, pair.source, pair.first + pair.second), found))
            score.other += bool(found.mistakes)
            score.silent += not found.mistakes
    return score


def is_named(mistakes: tuple[str, ...], pair: Pair) -> bool:
    """Whether there are two mistakes, one of each kind."""
    if len(mistakes) != 2:
        return False
    a, b = mistakes
    return (a in pair.first and b in pair.second) or (b in pair.first and a in pair.second)


def told_as_one(found: Step, pair: Pair) -> bool:
    """Whether both mistakes are factors and told as one."""
    told = found.mistakes
    return len(told) == 1 and told[0] in {*pair.first} & {*pair.second} & {*FACTOR}


def is_same(
    example: Example, found: Step, wrong: Mutant | Pair, twins: Iterable[Mutant | Pair]
) -> bool:
    """Whether a mutant that has just the mistakes that are told gives the very same numbers."""
    values = surroundings(example)
    yours = value(wrong.source, values)
    if not found.mistakes or yours is None:
        return False
    for each in twins:
        if each.step == wrong.step and has_just(found.mistakes, each):
            other = value(each.source, values)
            if other is not None and other.shape == yours.shape:
                if np.allclose(other, yours, rtol=1e-9, atol=0):
                    return True
    return False


def has_just(mistakes: Kinds, mutant: Mutant | Pair) -> bool:
    if isinstance(mutant, Pair):
        return is_named(mistakes, mutant)
    return len(mistakes) == 1 and mistakes[0] in mutant.accepted


def surroundings(example: Example) -> dict[str, Any]:
    """All that formulas may use: the values of the nodes, their true gradients, the constants."""
    nodes = {name: each for name, each in example.names.items() if isinstance(each, Node)}
    with_gradient = {name: node for name, node in nodes.items() if node.requires_grad}
    found = gradients(example.output, list(with_gradient.values()))
    return {
        **example.names,
        **{name: node.numpy() for name, node in nodes.items()},
        **{f"d{name}": each for name, each in zip(with_gradient, found, strict=True)},
    }


def value(source: str, values: Mapping[str, Any]) -> np.ndarray | None:
    """What a formula gives; None if it fails."""
    made = formula(source)
    names = made.__code__.co_varnames[: made.__code__.co_argcount]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(made(*(values[name] for name in names)), dtype=float)
    except Exception:
        return None


def twice(example: Example) -> Iterator[Pair]:
    """Every two mistakes of different mutations in one formula."""
    for step, source in example.formulas.items():
        right = parse(source)
        seen: set[str] = set()
        for first in MUTATIONS:
            for text, kinds in first(right, example):
                for second in MUTATIONS:
                    if second is first:
                        continue
                    for twofold, others in second(parse(text), example):
                        if twofold not in seen:
                            seen.add(twofold)
                            yield Pair(step, twofold, kinds, others)


def sample(items: list[Any], most: int, seed: int) -> list[Any]:
    """Some of the items, the same every time."""
    if len(items) <= most:
        return items
    chosen = np.random.default_rng(seed).choice(len(items), most, replace=False)
    return [items[each] for each in sorted(chosen)]
