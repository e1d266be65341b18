"""A scalar graph in levels and groups: which numbers lie where, and which are computed together.

Throughout the replay of a scalar graph we have:
    number   a node or a constant of the graph
    id       of a number: its index among all, the nodes in their order and then the constants
    level    of a node: the number of operations on the longest way to it; that of a leaf is 0
    group    nodes of one level with one operation: `members`, their ids; `args`, for each argument
             a row of ids
    sum      a chain of additions whose partial sums nobody else needs: one addition of many terms
    fixed    the same for all samples: constants, leaves that are no inputs, and what follows from
             these alone
    wanted   a gradient flows through the number to one of `wrt`
    traits   of a number: FIXED, WANTED, both or neither; those of a group are alike, so that its
             members can be treated as one
    use      of a number: being an argument that a gradient comes from
    place    of a number: its index in memory, among the fixed ones or among the others

docs/replay.md builds all this up step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from autograd.card.op import TABLE, Op
from autograd.graph.node import Node
from autograd.graph.order import leading_to
from autograd.replaying.recorded import reached

FIXED, WANTED = 1, 2  # the same for all samples; a gradient flows to one of `wrt`


def same(params: dict[str, Any] | None) -> Any:
    """What is equal for parameters that are the same: plain ones, or one and the same object."""
    if not params:
        return None
    return tuple(sorted((name, _identity(each)) for name, each in params.items()))


def _identity(thing: Any) -> str:
    """A text for numbers, which tells 0.0 from -0.0; the id of what may hide what it is."""
    if isinstance(thing, tuple):
        return f"({', '.join(map(_identity, thing))})"
    plain = thing is None or isinstance(thing, bool | int | float | str | np.generic)
    return f"{type(thing).__name__} {repr(thing) if plain else id(thing)}"


class Group:
    """Nodes of one level with one operation: one NumPy operation. A sum of many terms is one."""

    def __init__(
        self, node: Node, level: int, traits: tuple[int, ...], *, wanted: bool = False
    ) -> None:
        self.op: Op = node.op
        self.params: dict[str, Any] = node.params or {}
        self.level = level
        self.traits = traits  # of each argument
        self.fixed = all(trait & FIXED for trait in traits)
        self.wanted = wanted
        self.members: Any = []
        self.args: Any = []  # afterwards an array of a row for each argument

    @property
    def folds(self) -> bool:
        """Whether it adds up its arguments."""
        return self.op is TABLE["add"]

    def pulls(self) -> list[int]:
        """The arguments to which a gradient flows."""
        wanted = [s for s, trait in enumerate(self.traits) if self.wanted and trait & WANTED]
        return wanted if self.folds else [s for s in wanted if self.op.rule(s) is not None]


class Layout:
    """Every number of the graph by its id: nodes in their order, and then the constants.

    `at` is the place of a number, among those that are the same for all samples (`fixed`) or among
    the others. A chain of additions whose results nobody else sees is one sum.
    """

    def __init__(
        self,
        order: Sequence[Node],
        own: Sequence[Node],
        inputs: Sequence[Node],
        wrt: Sequence[Node],
        kept: Sequence[Any],
    ) -> None:
        self.ids: dict[Any, int] = {node: i for i, node in enumerate(order)}
        self._constants: dict[str, int] = {}  # by text, which tells 0.0 from -0.0
        self.numbers: list[float] = []
        self.given = {self.ids[node] for node in inputs}
        args = list(map(self._args_of, order))
        alone = self._used_once(args, kept)
        wanted = {*wrt, *leading_to(own, wrt)} & reached(own)
        self.traits = [WANTED if node in wanted else 0 for node in order]
        levels = self._levels(order, args, alone)
        self.traits += [FIXED] * len(self.numbers)
        self.level = dict(zip(order, levels, strict=True))
        self.groups = self._grouped(order, levels)
        self.size = len(self.traits)
        self._arrange(order)

    def id_of(self, arg: Any) -> int:
        """The id of a node or of a constant, which gets one."""
        if isinstance(arg, Node):
            return self.ids[arg]
        text = repr(float(arg))
        if text not in self._constants:
            self._constants[text] = len(self.ids) + len(self.numbers)
            self.numbers.append(float(arg))
        return self._constants[text]

    def _args_of(self, node: Node) -> tuple[int, ...]:
        left, right, op, ids = node.left, node.right, node.op, self.ids
        if op is None:
            return ()
        if op.arity == 1:
            return (ids[left],)
        if op.arity == 2:
            return (
                ids[left] if left is not None else self.id_of(node.a),
                ids[right] if right is not None else self.id_of(node.b),
            )
        return tuple(map(self.id_of, node.args))

    def _used_once(self, args: Sequence[tuple[int, ...]], kept: Sequence[Any]) -> list[bool]:
        """Whether a number is used by one operation alone, and nobody asks for it."""
        asked = [self.id_of(each) for each in kept]
        size = len(self.ids) + len(self.numbers)
        uses = np.bincount(np.fromiter(chain.from_iterable(args), np.intp), minlength=size)
        uses[asked] = 0
        return (uses == 1).tolist()

    def _levels(
        self, order: Sequence[Node], args: Sequence[tuple[int, ...]], alone: Sequence[bool]
    ) -> list[int]:
        """The level of every node; collects what each sum adds up."""
        level, traits, add = [0] * len(alone), self.traits, TABLE["add"]
        others: dict[int, Sequence[int]] = {}
        terms: dict[int, list[int]] = {}
        joined: dict[int, int] = {}  # to the sum that goes on
        is_fixed = [FIXED] * len(alone)
        for i, node in enumerate(order):
            if node.op is None:
                is_fixed[i] = 0 if i in self.given else FIXED
            elif node.op is add:
                a, b = args[i]
                if not (alone[a] and a in terms):
                    a, b = (b, a) if alone[b] and b in terms else (a, b)
                if alone[a] and a in terms:
                    terms[i] = terms.pop(a)
                    terms[i].append(b)
                    joined[a] = i
                    level[i] = max(level[a], 1 + level[b])
                else:
                    terms[i] = [a, b]
                    level[i] = 1 + max(level[a], level[b])
                is_fixed[i] = is_fixed[a] & is_fixed[b]
            else:
                others[i] = args[i]
                level[i] = 1 + max([level[arg] for arg in args[i]])
                is_fixed[i] = min([is_fixed[arg] for arg in args[i]])
            traits[i] |= is_fixed[i]
        self._terms = others | terms
        for i in reversed(joined):
            level[i] = level[joined[i]]
        return level[: len(order)]

    def _grouped(self, order: Sequence[Node], levels: Sequence[int]) -> list[Group]:
        groups: dict[Any, Group] = {}
        traits = self.traits
        for i, args in self._terms.items():
            node = order[i]
            kinds, wanted = tuple([traits[arg] for arg in args]), traits[i] & WANTED
            key = (levels[i], node.op, same(node.params), kinds, wanted)
            group = groups.get(key)
            if group is None:
                group = groups[key] = Group(node, levels[i], kinds, wanted=bool(wanted))
            group.members.append(i)
            group.args.append(args)
        del self._terms
        return sorted(groups.values(), key=lambda group: group.level)

    def _arrange(self, order: Sequence[Node]) -> None:
        """Places such that, where possible, what is needed together lies together."""
        self.uses = np.zeros(self.size, dtype=np.intp)  # by how many a gradient comes
        for group in self.groups:
            group.members = np.array(group.members, dtype=np.intp)
            group.args = np.array(group.args, dtype=np.intp).T
            for slot in group.pulls():
                np.add.at(self.uses, group.args[slot], 1)
        first = np.zeros(self.size, dtype=np.intp)  # by whom it is needed
        needed = 0
        for group in reversed(self.groups):
            by_need = self._by_need(group.members, first)
            group.members, group.args = group.members[by_need], group.args[:, by_need]
            first[group.args.ravel()] = np.arange(needed, needed + group.args.size)
            needed += group.args.size
        leaves = [i for i, node in enumerate(order) if node.op is None]
        fixed = [i for i in leaves if i not in self.given]
        fixed += range(len(order), self.size)
        starts = [np.array(each, dtype=np.intp) for each in (sorted(self.given), fixed)]
        self.starts = [ids[self._by_need(ids, first)] for ids in starts]
        self.at = np.zeros(self.size, dtype=np.intp)
        self.sizes = [0, 0]
        for is_fixed, ids in enumerate(self.starts):
            self._place(ids, is_fixed)
        for group in self.groups:
            self._place(group.members, group.fixed)

    def _by_need(self, ids: np.ndarray, first: np.ndarray) -> np.ndarray:
        return np.lexsort((first[ids], self.uses[ids]))

    def _place(self, ids: np.ndarray, is_fixed: int) -> None:
        start = self.sizes[is_fixed]
        self.at[ids] = np.arange(start, start + len(ids))
        self.sizes[is_fixed] += len(ids)
