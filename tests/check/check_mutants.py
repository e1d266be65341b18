"""Mistakes injected into right formulas, by rewriting their syntax trees."""

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

from check_examples import Example


class Mutant(NamedTuple):
    """A formula with a mistake in it, and the cards that may name it."""

    step: str
    source: str
    accepted: tuple[str, ...]


FACTOR = ("factor",)
TURNED = ("argument transposed", "transposed", "wrong quantity")


def mutants(example: Example) -> Iterator[Mutant]:
    """Every formula of an example with every mistake that applies to it, one at a time."""
    for step, source in example.formulas.items():
        for mutate in MUTATIONS:
            for text, accepted in mutate(ast.parse(source, mode="eval").body, example):
                yield Mutant(step, text, accepted)


Mutation = Callable[[ast.expr, Example], Iterator[tuple[str, tuple[str, ...]]]]


def factors(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    text = ast.unparse(tree)
    of_m = ["m", "1 / m", "-1 / m", "2 / m"] if "m" in example.names else []
    for factor in ["-1", "2", "1 / 2", "3 / 2", *of_m]:
        yield f"({factor}) * ({text})", FACTOR


def transposed(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.MatMult):
        yield f"({ast.unparse(tree)}).T", TURNED


def swapped(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A @ B becomes B @ A."""
    for node, put in holes(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            swap = ast.BinOp(node.right, node.op, node.left)
            yield ast.unparse(put(swap)), ("operands swapped", *TURNED)


def untransposed(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A.T becomes A, and a factor A of a product becomes A.T."""
    for node, put in holes(tree):
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield ast.unparse(put(node.value)), ("operands swapped", *TURNED)


def sums(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A sum left out, turned into a mean, over the other axis, without keepdims."""
    for node, put in holes(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr != "sum" or tree is not node:
            continue
        is_method = not (isinstance(node.func.value, ast.Name) and node.func.value.id == "np")
        inner = node.func.value if is_method else node.args[0]
        yield ast.unparse(put(inner)), ("sum missing",)
        mean = copy.deepcopy(node)
        mean.func.attr = "mean"
        yield ast.unparse(put(mean)), FACTOR
        if any(keyword.arg == "keepdims" for keyword in node.keywords):
            bare = copy.deepcopy(node)
            bare.keywords = [each for each in bare.keywords if each.arg != "keepdims"]
            yield ast.unparse(put(bare)), ("shape lost",)
        every = copy.deepcopy(node)
        every.keywords, every.args = [], every.args[: 0 if is_method else 1]
        if ast.unparse(every) != ast.unparse(node):
            yield ast.unparse(put(every)), ("sum superfluous", "sum over the wrong axis")


def derivative_missing(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    """dA * g'(Z) becomes dA."""
    first = tree
    while isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult):
        first = first.left
    if first is not tree and isinstance(first, ast.Name) and first.id.startswith("d"):
        yield first.id, ("derivative missing", "wrong quantity", "quantity missing")


def wrong_place(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    pairs = {"A1": "Z1", "Z1": "A1", "H": "A", "a": "z", "A": "Z"}
    if not any(f"d{name}" in ast.unparse(tree) for name in ("A1", "A", "a")):
        return
    for old, new in pairs.items():
        if old in names_of(tree) and new in example.names and new in ("Z1", "A1", "z", "Z"):
            yield rename(tree, old, new), ("wrong place", "wrong derivative", "wrong quantity")


def wrong_layer(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    pairs = {"A1": ("A2", "X"), "X": ("A1",), "W2": ("W1",), "dZ1": ("dZ2",), "dZ2": ("dZ1",)}
    pairs |= {"dA1": ("dA2",), "Z1": ("Z2",)}
    for old, others in pairs.items():
        for new in others:
            if old in names_of(tree) and (new in example.names or new in example.formulas):
                yield rename(tree, old, new), ("wrong quantity", "wrong place", "wrong derivative")


def term_missing(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add) and "d" in ast.unparse(tree):
        accepted = ("contribution missing",)
        yield ast.unparse(tree.left), accepted
        yield ast.unparse(tree.right), accepted


def squeezed_softmax(tree: ast.expr, example: Example) -> Iterator[tuple[str, tuple[str, ...]]]:
    if ast.unparse(tree) == "A * (dA - (dA * A).sum(axis=0, keepdims=True))":
        yield "dA * A * (1 - A)", ("softmax diagonal",)


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
)


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
