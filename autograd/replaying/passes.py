"""The program of a scalar graph, written group by group: a pass forward, and one backward.

Throughout this file we have (`layout` tells of ids, groups, places, and what is fixed):
    row      numbers of a group, or of one of its arguments, one behind the other
    samples  each number of a row is a row of them itself, of shape `batch`
    apart    gradients are wanted for each sample, not in sum
    split    what is fixed is kept once, not for each sample: with many samples, unless `apart`
    arena    memory for numbers by their places; `values` and `grads` are two each, of what is not
             fixed (0) and what is (1)
    part     what one use of a number adds to its gradient: each has a place of its own in `grads`;
             those of the number `id` are in `_parts` from `_begin[id]` on, `_uses[id]` of them
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.card.op import Op
from autograd.replaying.arena import Arena, entries, together
from autograd.replaying.guard import Check
from autograd.replaying.layout import Group, Layout
from autograd.replaying.program import Program
from autograd.replaying.register import Register, like_of
from autograd.replaying.tracing import Trace, is_ours

# From this many numbers a row on, rows are added one by one where they lie; shorter ones are
# brought together, since a call costs more than copying them.
LONG = 512


def _takes_rows(
    function: Callable[..., Any],
    args: Sequence[Any],
    params: dict[str, Any],
    shape: tuple[int, ...],
) -> bool:
    """Whether a function gives a row of numbers for rows of them."""
    try:
        found = np.asarray(function(*args, **params))
    except Exception:  # said again by a call with numbers, if it is not for the rows
        return False
    return found.shape == shape and found.dtype.kind in "biuf"


def _by_entry(op: Op, slot: int | None, params: dict[str, Any]) -> Callable[..., Any]:
    """The forward map of an operation, or the rule of an argument, called with numbers."""

    def forward(*args: float) -> float:
        return float(op.on_floats(args, params))

    def rule(g: float, y: float, *args: float) -> float:
        assert slot is not None
        return float(op.pull(slot, g, y, args, params))

    apply = np.vectorize(forward if slot is None else rule, otypes=[float])
    return lambda *rows: apply(*rows)


class Passes:
    """Writes the program for one sample, for `samples` at once, or `apart` for each of them.

    `numbers` are those of the recording, with which it is tried out as it is written.
    """

    def __init__(
        self, layout: Layout, numbers: Sequence[np.ndarray], samples: int | None, *, apart: bool
    ) -> None:
        self.layout, self.trace = layout, Trace()
        batch = () if samples is None else (samples,)
        self.batch = batch
        self.split = bool(batch) and not apart  # what is the same for all samples is kept once
        batches = (batch, () if self.split else batch)
        self.given = [
            Register(
                self.trace, np.broadcast_to(row.reshape(-1, *(1,) * len(each)), (len(row), *each))
            )
            for row, each in zip(numbers, batches, strict=True)
        ]
        self.values = [
            Arena(self.trace, size, each) for size, each in zip(layout.sizes, batches, strict=True)
        ]
        uses = int(layout.uses.sum()) + layout.size + 1
        self.grads = [Arena(self.trace, uses, each) for each in batches]

    def program(
        self, output: int, wrt: Sequence[np.ndarray], checks: Sequence[Sequence[Check]]
    ) -> Program:
        """What gives the output, the gradients by two rows of ids, and what comparisons gave.

        The first row is not fixed, the second is; `checks` are in groups of a kind.
        """
        for arena, given in zip(self.values, self.given, strict=True):
            if given.shape[0]:
                arena.trace.store(given, arena.view(0, given.shape[0]))
        for group in self.layout.groups:
            self._forward(group)
        outcomes = [self._outcomes(each) for each in checks]
        self._start_backward(output)
        for group in reversed(self.layout.groups):
            if group.wanted:
                self._backward(group)
        value = self._operand(np.array([output]))
        grads = [self._total(ids, is_fixed) for is_fixed, ids in enumerate(wrt)]
        return Program(self.trace, self.given, [value, *grads, *outcomes])

    def _total(self, ids: np.ndarray, is_fixed: int) -> Any:
        """The gradients by leaves, over all samples unless they are kept apart."""
        if not len(ids):
            return np.zeros((0, *(() if self.split else self.batch)))
        found, _ = self._gradient(ids, is_fixed)
        if self.split and not is_fixed:
            return self.trace.call(np.add.reduce, [found], {"axis": 1}, "into")
        return found

    def _is_fixed(self, ids: np.ndarray) -> int:
        return self.layout.traits[int(ids.flat[0])] & 1

    def _operand(self, ids: np.ndarray) -> Any:
        """The numbers of a row of ids, all fixed or none; fixed ones as a column beside samples."""
        is_fixed = self._is_fixed(ids)
        found = self.values[is_fixed].take(self.layout.at[ids])
        return self._column(found) if is_fixed and self.split else found

    def _column(self, row: Any) -> Any:
        return self.trace.call(entries, [row], {"index": (slice(None), None)}, "view")

    def _forward(self, group: Group) -> None:
        arena = self.values[group.fixed]
        start, size = int(self.layout.at[group.members[0]]), len(group.members)
        if group.folds:
            rows = [self.layout.at[ids] for ids in group.args]
            sources = [self.values[trait & 1] for trait in group.traits]
            found = self._sum(sources, rows, arena, columns=not group.fixed)
        else:
            found = self._applied(group, None, self._operands(group))
        arena.put(start, found, size)

    def _applied(self, group: Group, slot: int | None, args: Sequence[Any]) -> Any:
        """The forward map or a rule; what others wrote for numbers alone, entry by entry."""
        op, params = group.op, group.params
        function = op.forward if slot is None else op.rule(slot)
        assert function is not None
        if isinstance(function, np.ufunc) or is_ours(function):
            return self.trace.read(function, args, params)
        shape = (len(group.members), *self.values[group.fixed].batch)
        if not _takes_rows(function, list(map(like_of, args)), params, shape):
            function, params = _by_entry(op, slot, params), {}
        return self.trace.read(function, args, params)

    def _operands(self, group: Group) -> list[Any]:
        if group.fixed and self.split:
            return [self.values[1].take(self.layout.at[ids]) for ids in group.args]
        return [self._operand(ids) for ids in group.args]

    def _sum(
        self, sources: Sequence[Arena], rows: Sequence[np.ndarray], arena: Arena, *, columns: bool
    ) -> Any:
        """Rows added up, the first first: in place, or copied into one block if they are short."""
        size = len(rows[0])
        width = size * int(np.prod(arena.batch))
        here = all(together(row) for row in rows)
        if len(rows) == 2 or (width >= LONG and (here or len(set(sources)) > 1)):
            total: Any = None
            for source, row in zip(sources, rows, strict=True):
                part = source.take(row)
                if columns and self.split and source is self.values[1]:
                    part = self._column(part)
                total = (
                    part if total is None else self.trace.call(np.add, [total, part], {}, "into")
                )
            return total
        block = self._block(sources, rows, arena)
        if width == 1:  # NumPy would add a single row in another order
            flat = self.trace.call(np.ndarray.reshape, [block, (len(rows),)], {}, "view")
            sums = self.trace.call(np.add.accumulate, [flat], {}, "into")
            last = self.trace.call(entries, [sums], {"index": slice(-1, None)}, "view")
            return self.trace.call(np.ndarray.reshape, [last, (size, *arena.batch)], {}, "view")
        return self.trace.call(np.add.reduce, [block], {"axis": 0}, "into")

    def _block(self, sources: Sequence[Arena], rows: Sequence[np.ndarray], arena: Arena) -> Any:
        """The rows in one array, gathered from each source in runs."""
        if len(set(sources)) == 1:
            return sources[0].take(np.array(rows))
        block = self.trace.memory((len(rows), len(rows[0]), *arena.batch))
        start = 0
        for end in range(1, len(rows) + 1):
            if end == len(rows) or sources[end] is not sources[start]:
                part = sources[start].take(np.array(rows[start:end]))
                if sources[start].batch != arena.batch:
                    part = self.trace.call(entries, [part], {"index": (..., None)}, "view")
                place = self.trace.call(entries, [block], {"index": slice(start, end)}, "view")
                self.trace.store(part, place)
                start = end
        return block

    def _outcomes(self, checks: Sequence[Check]) -> Any:
        """What comparisons of one kind give now."""
        columns = zip(*(check.args for check in checks), strict=True)
        args = [self._operand(np.array(list(map(self.layout.id_of, each)))) for each in columns]
        return self.trace.read(checks[0].op.forward, args, checks[0].params)

    # -------------------------------------------------------------------------------- backward

    def _start_backward(self, output: int) -> None:
        """Where the parts of each gradient lie is noted for each number, use by use."""
        uses = self.layout.uses.copy()
        uses[output] += 1
        self._uses = uses
        self._begin = np.concatenate([[0], np.cumsum(uses)])
        self._noted = np.zeros(len(uses), dtype=np.intp)
        self._parts = np.zeros(int(uses.sum()), dtype=np.intp)
        is_fixed = self.layout.traits[output] & 1
        arena = self.grads[is_fixed]
        start = arena.new(1)
        seed = (
            float(np.prod(self.batch)) if is_fixed and self.split else 1.0
        )  # once for each sample
        self.trace.store(np.full((1, *arena.batch), seed), arena.view(start, 1))
        self._note(np.array([output]), np.array([start]))

    def _note(self, ids: np.ndarray, places: np.ndarray) -> None:
        """At these places lie parts of the gradients of these numbers."""
        order = np.argsort(ids, kind="stable")
        ranked = ids[order]
        new = np.concatenate([[True], ranked[1:] != ranked[:-1]])
        rank = np.arange(len(ids)) - np.flatnonzero(new)[np.cumsum(new) - 1]
        self._parts[self._begin[ranked] + self._noted[ranked] + rank] = places[order]
        np.add.at(self._noted, ids, 1)

    def _backward(self, group: Group) -> None:
        pulls = group.pulls()
        if not pulls:
            return
        g, g_place = self._gradient(group.members, int(group.fixed))
        mine = self.grads[group.fixed]
        places: dict[tuple[int, bool], int] = {}  # where a result lies already
        if g_place is not None:
            places[g.number, bool(group.fixed)] = g_place
        operands: list[Any] = []
        if not group.folds:
            operands = self._operands(group)
            y = self.values[group.fixed].take(self.layout.at[group.members])
        for slot in pulls:
            to_fixed = bool(group.traits[slot] & 1)
            part = g if group.folds else self._applied(group, slot, [g, y, *operands])
            if np.shape(part) != (len(group.members), *mine.batch):  # a rule without g, as 0
                shape = (len(group.members), *mine.batch)
                part = self.trace.call(np.broadcast_to, [part, shape], {}, "view")
            self._pull(part, group.args[slot], to_fixed, places, mine.batch)

    def _pull(
        self,
        part: Any,
        ids: np.ndarray,
        to_fixed: bool,
        places: dict[Any, int],
        batch: tuple[int, ...],
    ) -> None:
        """Put a part where the gradients of these numbers find it."""
        arena = self.grads[to_fixed]
        if arena.batch != batch:
            part = self.trace.call(np.add.reduce, [part], {"axis": 1}, "into")
        key = (part.number if isinstance(part, Register) else id(part), to_fixed)
        if key not in places:
            places[key] = arena.new(len(ids))
            arena.put(places[key], part, len(ids))
        start = places[key]
        self._note(ids, np.arange(start, start + len(ids)))

    def _gradient(self, ids: np.ndarray, is_fixed: int) -> tuple[Any, int]:
        """The gradients of these numbers, in a row, and where that begins."""
        arena = self.grads[is_fixed]
        places = self._places(ids)
        if places is not None and len(places) == 1 and together(places[0]):
            return arena.take(places[0]), int(places[0][0])
        start, begin = arena.new(len(ids)), 0
        counts = self._uses[ids]
        for end in (*(np.flatnonzero(counts[1:] != counts[:-1]) + 1).tolist(), len(ids)):
            some, here = self._places(ids[begin:end]), arena.view(start + begin, end - begin)
            if some is None:
                self.trace.store(np.zeros((end - begin, *arena.batch)), here)
            elif len(some) == 1:
                self.trace.place(arena.take(some[0]), here)
            else:
                self.trace.place(self._sum([arena] * len(some), some, arena, columns=False), here)
            begin = end
        return arena.view(start, len(ids)), start

    def _places(self, ids: np.ndarray) -> Any:
        """A row of places for each part that these gradients have; None if there is none."""
        counts = self._uses[ids]
        if counts.min() != counts.max() or not counts[0]:
            return None
        return self._parts[self._begin[ids] + np.arange(counts[0])[:, None]]
