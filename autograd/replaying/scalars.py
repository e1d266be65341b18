"""A graph of Values run on whole levels at once, for one sample or for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from autograd.card.op import quietly
from autograd.graph.modes import detecting
from autograd.graph.node import Node
from autograd.replaying.guard import Check
from autograd.replaying.layout import Layout, same
from autograd.replaying.passes import Passes
from autograd.replaying.program import Program
from autograd.replaying.recorded import Replay, again, floats

Reduction = Literal["mean", "sum"] | None

# How many numbers a block of samples holds: what stays in the cache of a core.
BLOCK = 2**18


class ScalarReplay(Replay):
    """A graph of Values, compiled; call it with a number or an array of m numbers per input.

    Several threads may call it at once.
    """

    def __init__(
        self,
        order: list[Node],
        own: list[Node],
        inputs: list[Node],
        wrt: list[Node],
        checks: list[Check],
    ) -> None:
        super().__init__(order, own, inputs, wrt)
        kept = [own[-1], *(arg for check in checks for arg in check.args)]
        self._layout = layout = Layout(order, own, inputs, wrt, kept)
        self.level = layout.level
        self._leaves = [order[i] for i in layout.starts[1] if i < len(order)]
        self._fixed = np.array([0.0] * len(layout.starts[1]))
        for place, i in enumerate(layout.starts[1].tolist()):
            if i >= len(order):
                self._fixed[place] = layout.numbers[i - len(order)]
        self._of_leaves = np.flatnonzero(layout.starts[1] < len(order))
        self._feed = [order[i] for i in layout.starts[0].tolist()]
        self._recorded = [np.array([node.raw for node in self._feed]), self._fixed_now()]
        self._checks = _of_a_kind(checks, layout)
        self._set_wrt()
        self._programs: dict[tuple[int | None, bool], Program] = {}

    def _set_wrt(self) -> None:
        """The ids of `wrt`, those of inputs and the others, and where each is among them."""
        layout = self._layout
        ids = np.array([layout.ids[node] for node in self.wrt], dtype=np.intp)
        is_fixed = np.array([layout.traits[i] & 1 for i in ids], dtype=bool)
        rows = [np.unique(ids[is_fixed == each]) for each in (False, True)]
        self._rows = [row[np.lexsort((layout.at[row], layout.uses[row]))] for row in rows]
        place = {int(i): n for n, i in enumerate(np.concatenate(self._rows))}
        self._of_wrt = np.array([place[int(i)] for i in ids], dtype=np.intp)

    def _program(self, samples: int | None, apart: bool) -> Program:
        """The program for so many samples; the last few are kept."""
        kept, key = self._programs, (samples, apart)
        program = kept.get(key)
        if program is None:
            passes = quietly(Passes, self._layout, self._recorded, samples, apart=apart)
            output = self._layout.ids[self.output]
            program = quietly(passes.program, output, self._rows, self._checks)
            for oldest in list(kept)[:-7]:
                kept.pop(oldest, None)  # another thread may have done so
            kept[key] = program
        return program

    @property
    def source(self) -> str:
        """The program for one sample, as the text of a Python function of NumPy calls."""
        return self._program(None, False).source

    def __repr__(self) -> str:
        return (
            f"<replay of {self._layout.size} numbers in {len(self.levels)} levels and "
            f"{len(self._layout.groups)} groups>"
        )

    def __call__(
        self, numbers: Mapping[Any, Any] | None = None, *, reduction: Reduction = "mean"
    ) -> tuple[Any, list[Any]]:
        """The output and its gradients, for one sample or for arrays of m.

        Of m samples, "mean" and "sum" reduce both over the samples; None gives arrays of length m.
        """
        if reduction not in ("mean", "sum", None):
            raise ValueError(f'replay: reduction={reduction!r}; give "mean", "sum" or None')
        called: tuple[Any, list[Any]] = quietly(self._called, numbers or {}, reduction=reduction)
        return called

    def _called(self, numbers: Mapping[Any, Any], *, reduction: Reduction) -> tuple[Any, list[Any]]:
        self._check(numbers)
        given, fixed = self._rows_of(numbers), self._fixed_now()
        if given.ndim == 2:
            return self._in_blocks(given, fixed, reduction)
        value, grads = self._block(given[:, None], fixed, None, apart=False)
        return float(value[0]), grads.tolist()

    def _fixed_now(self) -> np.ndarray:
        """Constants, and the leaves that are no inputs as they are now."""
        fixed = self._fixed.copy()
        fixed[self._of_leaves] = [leaf.raw for leaf in self._leaves]
        return fixed

    def _rows_of(self, numbers: Mapping[Node, Any]) -> np.ndarray:
        """The numbers of the inputs: one each, or a row of samples each."""
        given = [numbers[node] for node in self._feed]
        try:
            rows = np.array(given)
        except (TypeError, ValueError):  # said again, with the node
            rows = np.array(None)
        if rows.dtype == np.float64 and rows.ndim in (1, 2):
            return rows
        arrays = [floats(node, each) for node, each in zip(self._feed, given, strict=True)]
        lengths = {array.shape for array in arrays if array.ndim}
        if len(lengths) > 1 or any(len(shape) > 1 for shape in lengths):
            raise ValueError(
                "replay: inputs are numbers or arrays of one length, not of the shapes "
                f"{sorted(array.shape for array in arrays)}"
            )
        return np.array(np.broadcast_arrays(*arrays), dtype=np.float64)

    def _in_blocks(
        self, given: np.ndarray, fixed: np.ndarray, reduction: Reduction
    ) -> tuple[Any, list[Any]]:
        """Many samples, as many at a time as the cache holds."""
        count, width = given.shape[1], max(1, BLOCK // self._layout.size)
        apart = reduction is None
        blocks = [
            self._block(given[:, start : start + width], fixed, start, apart=apart)
            for start in range(0, count, width)
        ]
        output = np.concatenate([value for value, _ in blocks] or [np.zeros(0)])
        if apart:
            none = np.zeros((len(self.wrt), 0))
            return output, list(np.concatenate([grads for _, grads in blocks] or [none], axis=1))
        total = sum((grads for _, grads in blocks), np.zeros(len(self.wrt)))
        scale = 1.0 if reduction == "sum" else count
        return float(output.sum() / np.float64(scale)), (total / np.float64(scale)).tolist()

    def _block(
        self, given: np.ndarray, fixed: np.ndarray, first: int | None, *, apart: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """The output of each sample from the `first`; the gradients in sum over them, or apart.

        What only a sweep over nodes does is done by recording again, sample by sample.
        """
        value, grads = self._run(given, fixed, first, apart=apart)
        if not (detecting() or (self._selects and np.isnan(grads).any())):
            return value, grads
        parts = grads[:, None] if first is None else grads
        if first is not None and not apart:
            value, parts = self._run(given, fixed, first, apart=True)
        for i in range(len(value)):
            if detecting() or np.isnan(parts[:, i]).any():
                numbers = dict(zip(self._feed, given[:, i].tolist(), strict=True))
                root, parts[:, i] = again(self.output, numbers, self.wrt)
                value[i] = root.raw
        return value, parts if apart else parts.sum(axis=1)

    def _run(
        self, given: np.ndarray, fixed: np.ndarray, first: int | None, *, apart: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        samples = None if first is None else given.shape[1]
        program = self._program(samples, apart)
        rows = (given[:, 0] if first is None else given, fixed[:, None] if apart else fixed)
        value, one, other, *outcomes = program([rows[i] for i in program.takes])
        for checks, found in zip(self._checks, outcomes, strict=True):
            _refuse_others(checks, found, first)
        grads = np.concatenate([one, other])[self._of_wrt]
        return np.broadcast_to(value[0], samples or 1).copy(), grads


def _of_a_kind(checks: Sequence[Check], layout: Layout) -> list[list[Check]]:
    """Comparisons that are made together: of one operation, with arguments of one kind."""
    kinds: dict[Any, list[Check]] = {}
    for check in checks:
        fixed = tuple(layout.traits[layout.id_of(arg)] & 1 for arg in check.args)
        kinds.setdefault((check.op, same(check.params), fixed), []).append(check)
    return list(kinds.values())


def _refuse_others(checks: Sequence[Check], found: np.ndarray, first: int | None) -> None:
    """Raise BranchError for the first comparison that did not come out as recorded."""
    recorded = np.array([check.outcome for check in checks])
    recorded = recorded.reshape(-1, *(1,) * (np.ndim(found) - 1))
    differ = (found != recorded) & ((found == found) | (recorded == recorded))
    if differ.any():
        which, *sample = (int(i) for i in np.argwhere(differ)[0])
        outcome, shared = found[(which, *sample)], np.size(found) == len(checks)
        checks[which].refuse(outcome, None if shared or first is None else first + sample[0])
