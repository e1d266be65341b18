"""Mistakes injected into right formulas, by rewriting their syntax trees."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from autograd import Node, toposort
from tests.check.corpus.examples import Example

Kinds = tuple[str, ...]
Mutation = Callable[[ast.expr, Example], Iterator[tuple[str, Kinds]]]


class Mutant(NamedTuple):
    """A formula with a mistake in it, and the cards that name this mistake."""

    step: str
    source: str
    accepted: Kinds


# One mistake has several right names where they say the same: A is "the wrong way round", the
# product's "operands are swapped", "the result is transposed".
TURNED = (
    "argument transposed",
    "transposed",
    "operands swapped",
    "part transposed",
    "part swapped",
)
FACTOR = ("factor", "contribution scaled", "factor inside")
TAKEN = ("wrong quantity", "wrong place", "wrong derivative", "derivative inside", "wrong part")
TAKEN = (*TAKEN, "quantity inside")
LOCAL_DERIVATIVE = ("derivative missing", "derivative inside", "wrong part", "wrong quantity")
LOCAL_DERIVATIVE = (*LOCAL_DERIVATIVE, "quantity missing")  # of a * (1 - a), half


def mutants(example: Example) -> Iterator[Mutant]:
    """Every formula of an example with every mistake that applies to it, one at a time."""
    for step, source in example.formulas.items():
        found: dict[str, set[str]] = {}
        for mutate in MUTATIONS:
            for text, accepted in mutate(parse(source), example):
                if text != ast.unparse(parse(source)):
                    found.setdefault(text, set()).update(accepted)
        for text, kinds in found.items():
            yield Mutant(step, text, tuple(sorted(kinds)))


def parse(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


# ------------------------------------------------------------------------------- of the whole


def factors(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    text = ast.unparse(tree)
    of_m = ["m", "1 / m", "-1 / m", "2 / m"] if "m" in example.names else []
    for factor in ["-1", "2", "1 / 2", "3 / 2", *of_m]:
        yield f"({factor}) * ({text})", FACTOR


def transposed(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    if is_op(tree, ast.MatMult):
        yield f"({ast.unparse(tree)}).T", TURNED


def derivative_missing(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """dA * g'(Z) becomes dA, wherever an activation lies in between."""
    for node, put in holes(tree):
        first = node
        while is_op(first, ast.Mult):
            first = first.left
        through = isinstance(first, ast.Name) and first.id.removeprefix("d") in activations(example)
        if first is not node and through and first.id.startswith("d"):
            yield ast.unparse(put(first)), LOCAL_DERIVATIVE


def squeezed_softmax(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    found = re.fullmatch(r"(\w+) \* \((d\1) - \(\2 \* \1\)\.sum\(.*\)\)", ast.unparse(tree))
    if found:
        yield f"{found[2]} * {found[1]} * (1 - {found[1]})", ("softmax diagonal",)


def term_missing(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    if is_op(tree, ast.Add) and re.search(r"\bd[A-Zvsm]", ast.unparse(tree)):
        accepted = ("contribution missing", "operation superfluous")
        yield ast.unparse(tree.left), accepted
        yield ast.unparse(tree.right), accepted


# ---------------------------------------------------------------------------------- anywhere


def swapped(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A @ B becomes B @ A."""
    for node, put in holes(tree):
        if is_op(node, ast.MatMult):
            yield ast.unparse(put(ast.BinOp(node.right, node.op, node.left))), TURNED


def untransposed(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A.T becomes A."""
    for node, put in holes(tree):
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield ast.unparse(put(node.value)), TURNED


def sums(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A sum left out, turned into a mean, over everything, without keepdims."""
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute)):
        return
    if tree.func.attr != "sum":
        return
    is_method = not (isinstance(tree.func.value, ast.Name) and tree.func.value.id == "np")
    yield ast.unparse(tree.func.value if is_method else tree.args[0]), ("sum missing",)
    mean = copy.deepcopy(tree)
    mean.func.attr = "mean"
    yield ast.unparse(mean), FACTOR
    bare, every = copy.deepcopy(tree), copy.deepcopy(tree)
    bare.keywords = [each for each in bare.keywords if each.arg != "keepdims"]
    yield ast.unparse(bare), ("shape lost",)
    every.keywords, every.args = [], every.args[: 0 if is_method else 1]
    yield ast.unparse(every), ("sum superfluous", "sum over the wrong axis")


def wrong_place(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """g'(a) for g'(z): one end of an activation for the other, behind its gradient."""
    for outer, inner in activations(example).items():
        if f"d{outer}" in names_of(tree):
            for old, new in ((outer, inner), (inner, outer)):
                if old in names_of(tree):
                    yield rename(tree, old, new), TAKEN


def wrong_layer(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A1 for A2, dZ2 for dZ1: the same letter with another number."""
    known = [*example.names, *example.formulas]
    for old in sorted(names_of(tree)):
        stem = re.match(r"\D*", old)[0]
        for new in known:
            if old != new and re.fullmatch(stem + r"\d+", new) and re.search(r"\d$", old):
                yield rename(tree, old, new), TAKEN


def operations(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A plus for a minus, a product for a quotient, a difference the wrong way round."""
    turns = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
    accepted = ("wrong operation", "contribution scaled", "wrong part", "factor", "factor inside")
    accepted = (*accepted, "quantity missing", "quantity superfluous", "derivative inside")
    for node, put in holes(tree):
        if isinstance(node, ast.BinOp) and type(node.op) in turns:
            other = ast.BinOp(node.left, turns[type(node.op)](), node.right)
            yield ast.unparse(put(other)), accepted
        if is_op(node, ast.Sub):
            other = ast.BinOp(node.right, node.op, node.left)
            yield ast.unparse(put(other)), ("difference reversed", "part swapped", *FACTOR)


def exponents(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A square left out, a cube for a square."""
    accepted = ("wrong exponent", "exponent missing", "wrong part", "derivative inside")
    accepted = (*accepted, "quantity missing", "quantity superfluous")
    for node, put in holes(tree):
        if is_op(node, ast.Pow):
            yield ast.unparse(put(node.left)), accepted
            yield ast.unparse(put(ast.BinOp(node.left, ast.Pow(), ast.Constant(3)))), accepted


def inner_factors(tree: ast.expr, example: Example) -> Iterator[tuple[str, Kinds]]:
    """A factor 2 too much in front of some part: 1 - 2 * A."""
    accepted = ("operation superfluous", "wrong part", *FACTOR)
    for node, put in holes(tree):
        if node is not tree and isinstance(node, ast.BinOp):
            two = ast.BinOp(ast.Constant(2), ast.Mult(), node)
            yield ast.unparse(put(two)), accepted


MUTATIONS: tuple[Mutation, ...] = (
    factors,
    transposed,
    swapped,
    untransposed,
    sums,
    derivative_missing,
    wrong_place,
    wrong_layer,
    term_missing,
    squeezed_softmax,
    operations,
    exponents,
    inner_factors,
)


# ----------------------------------------------------------------------------------- helpers


def activations(example: Example) -> dict[str, str]:
    """For each named result of an activation the name of what it was applied to."""
    cards = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu", "exp", "sin")
    names = {node: name for name, node in example.names.items() if isinstance(node, Node)}
    names |= {node: node.name for node in toposort(example.output) if node.name}
    return {
        name: names[node.args[0]]
        for node, name in names.items()
        if node.op is not None and node.op.name in cards and node.args[0] in names
    }


def is_op(node: ast.expr, kind: type) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, kind)


def holes(tree: ast.expr) -> Iterator[tuple[ast.expr, Callable[[ast.expr], ast.expr]]]:
    """Every expression inside a tree, with a function that puts another in its place."""
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.expr):
            yield node, lambda new, number=number: replaced(tree, number, new)


def replaced(tree: ast.expr, number: int, new: ast.expr) -> ast.expr:
    fresh = copy.deepcopy(tree)
    if number == 0:
        return new
    target = list(ast.walk(fresh))[number]
    for parent in ast.walk(fresh):
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, new)
            elif isinstance(value, list) and target in value:
                value[value.index(target)] = new
    return fresh


def names_of(tree: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def rename(tree: ast.expr, old: str, new: str) -> str:
    fresh = copy.deepcopy(tree)
    for node in ast.walk(fresh):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new
    return ast.unparse(fresh)
