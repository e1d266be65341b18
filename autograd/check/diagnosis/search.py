"""The search for the mistake: one card, else two, the simplest first. Knows no mistake itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from autograd.check.diagnosis.examination import Attempt, ExaminedStep, Finding
from autograd.check.diagnosis.mistakes.table import (
    ARGUMENT,
    DERIVATIVE,
    INSIDE,
    MISTAKES,
    RESULT,
    Mistake,
)

_TIE = 0.25  # explanations whose costs are this close are all told
_MOST_TOLD = 3
_OBVIOUS = 1.45  # below this there is no need to take the formula apart
_MOST_PAIRS = 1000  # attempts a round; a graph with hundreds of names has no end of pairs


@dataclass(frozen=True)
class Explanation:
    """What explains a wrong result: one way or several, each of one or two mistakes."""

    ways: tuple[tuple[Finding, ...], ...] = ()

    @property
    def words(self) -> str:
        """The diagnosis in words."""
        told = [_join([each.words for each in way]) for way in self.ways]
        return told[0] if len(told) < 2 else "either " + ", or ".join(told)

    @property
    def correction(self) -> str:
        """How to put it right; where it is ambiguous, for each way."""
        told = ["; then ".join(each.correction for each in way) for way in self.ways]
        return ", or ".join(dict.fromkeys(told))

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of the cards of the first way."""
        return tuple(each.mistake for each in self.ways[0]) if self.ways else ()


def explain(step: ExaminedStep, yours: np.ndarray | None) -> Explanation:
    """The simplest explanations of a result; none if no card and no pair of cards explains it.

    `yours` is None for a formula that fails; then only its arguments can be to blame.
    """
    start = Attempt(step.values, yours, step.ours, formula=None if yours is None else step.formula)
    with np.errstate(all="ignore"):
        singles = list(_undone(step, start, _NOT_INSIDE[ARGUMENT]))
        hits = [each for each in singles if step.fits(each)]
        if not any(each.cost < _OBVIOUS for each in hits):
            inside = list(_undone(step, start, _INSIDE))
            hits += [each for each in inside if step.fits(each)]
            singles += inside
        if not hits and _can_tell_pairs(step):
            holes = yours is not None and not np.all(np.isfinite(yours))
            rounds = 1 if holes else 4  # a second look at infinities shows nothing
            hits = _pairs(step, sorted(singles, key=lambda each: each.cost), rounds)
    return Explanation(tuple(each.findings for each in _simplest(hits)))


def _undone(step: ExaminedStep, attempt: Attempt, cards: list[Mistake]) -> Iterator[Attempt]:
    for card, each in _tried(step, attempt, cards):
        yield _named(attempt, card, each)


def _tried(
    step: ExaminedStep, attempt: Attempt, cards: list[Mistake]
) -> Iterator[tuple[Mistake, Attempt]]:
    for card in cards:
        if attempt.yours is not None or card.where == ARGUMENT:
            for each in card.undo(step, attempt):
                yield card, each


def _named(before: Attempt, card: Mistake, after: Attempt) -> Attempt:
    """The attempt with the card's name and cost filled in."""
    last = after.findings[-1]
    named = replace(last, mistake=card.name, cost=card.cost + last.cost)
    return replace(after, findings=(*before.findings, named))


def _can_tell_pairs(step: ExaminedStep) -> bool:
    """Two mistakes explain almost anything if there are few digits in few entries."""
    return step.tolerance.rtol < 1e-6 or step.ours.size >= 8


def _pairs(step: ExaminedStep, singles: list[Attempt], rounds: int) -> list[Attempt]:
    """Two mistakes, the likeliest pairs first: the second one in the result, then elsewhere."""
    kinds = {card.name: card for card in MISTAKES}
    firsts = [(each, kinds[each.findings[0].mistake]) for each in singles]
    likely = [
        [(each, _RESULTS) for each, _ in firsts],
        [(each, _NOT_INSIDE[card.where]) for each, card in firsts],
        [(each, _LOCAL) for each, card in firsts if card in _LOCAL],
        [(_opened(step, each), _INSIDE) for each, card in firsts if card.where == ARGUMENT],
    ]
    return next((hits for each in likely[:rounds] if (hits := _search(step, each))), [])


def _opened(step: ExaminedStep, attempt: Attempt) -> Attempt:
    """The attempt with its formula taken apart, where only this attempt makes it run."""
    if attempt.formula is not None or attempt.yours is None:
        return attempt
    return replace(attempt, formula=step.apart(attempt.values))


_RESULTS = [card for card in MISTAKES if card.simple and card.where == RESULT]
_LOCAL = [card for card in MISTAKES if card.simple and card.where == INSIDE]
_INSIDE = [card for card in MISTAKES if card.where == INSIDE]
_NOT_INSIDE = {
    where: [card for card in MISTAKES if card.where >= where and card.where != INSIDE]
    for where in (ARGUMENT, INSIDE, DERIVATIVE, RESULT)
}


def _search(step: ExaminedStep, firsts: list[tuple[Attempt, list[Mistake]]]) -> list[Attempt]:
    hits: list[Attempt] = []
    tried = 0
    for first, cards in firsts:
        if hits and first.cost + 1.0 > min(each.cost for each in hits) + _TIE:
            break
        for card, second in _tried(step, first, cards):
            tried += 1
            if step.fits(second):
                hits.append(_named(first, card, second))
        if tried > _MOST_PAIRS:
            break
    return hits


def _simplest(hits: list[Attempt]) -> list[Attempt]:
    """The cheapest, and those that are nearly as cheap and say something else."""
    told: dict[frozenset[str], Attempt] = {}
    for each in sorted(hits, key=lambda hit: hit.cost):
        told.setdefault(frozenset(finding.words for finding in each.findings), each)
    best = list(told.values())
    alike = [
        each
        for each in best[1:]
        if each.cost <= best[0].cost + _TIE
        and not (_is_inside(each) or _is_inside(best[0]))  # one way of rewriting is enough
    ]
    return [*best[:1], *alike][:_MOST_TOLD]


def _is_inside(attempt: Attempt) -> bool:
    names = {finding.mistake for finding in attempt.findings}
    return any(card.name in names for card in MISTAKES if card.where == INSIDE)


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"two mistakes: {'; and '.join(words)}"
