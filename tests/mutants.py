"""`python -m tests.mutants`: the rules changed in small ways, and which changes no test notices.

A *target* is a card, or one of NumPy's functions on nodes; its *code* are the functions that its
rules are made of, found through `inspect`, wherever they are. Each mutant runs in a process of its
own, forked when pytest has collected everything: first the tests generated for the card, then those
of the files that name it, until one fails.
"""

import argparse
import ast
import copy
import inspect
import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest

import autograd

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 120  # for the tests of one mutant; more is a failure, too


class Mutant(NamedTuple):
    """A changed function: what it is part of, what was changed, and the code to run instead."""

    target: str
    function: FunctionType
    line: int
    change: str
    code: CodeType

    def __str__(self) -> str:
        place = Path(self.function.__code__.co_filename).relative_to(ROOT)
        return f"{self.target:20} {place}:{self.line}  {self.change}"


# --------------------------------------------------------------------------------- what to change


def targets(names: list[str], functions: bool) -> dict[str, list[FunctionType]]:
    """The functions that the rules of each card, or each function on nodes, are made of."""
    found: dict[str, list[Any]] = {}
    for card in autograd.TABLE.values():
        found[card.name] = [rule for rule in card.vjps if inspect.isfunction(rule)]
    if functions:
        homes = {rule.__module__ for rules in found.values() for rule in rules}
        public = {name: getattr(autograd, name) for name in autograd.__all__}
        at_home = [(name, f) for name, f in public.items() if getattr(f, "__module__", "") in homes]
        for name, function in [*dispatched(), *at_home]:
            if inspect.isfunction(function):
                found.setdefault(name, []).append(function)
    chosen = {name: made for name, made in found.items() if not names or name in names}
    return {name: _with_helpers(made) for name, made in chosen.items()}


def dispatched() -> list[tuple[str, FunctionType]]:
    """NumPy's functions on nodes, and what runs for them."""
    table = getattr(sys.modules[autograd.op.__module__], "NUMPY", {})
    return [(f.__name__, g) for f, g in table.items() if inspect.isfunction(g)]


def _with_helpers(functions: list[FunctionType]) -> list[FunctionType]:
    """Themselves, and what they call of their own module."""
    found: list[FunctionType] = []
    while functions:
        function, *functions = functions
        if function in found or function.__code__.co_freevars:
            continue
        found.append(function)
        for name in _names(function.__code__):
            called = function.__globals__.get(name)
            if inspect.isfunction(called) and called.__module__ == function.__module__:
                functions.append(called)
    return found


def _names(code: CodeType) -> set[str]:
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return {*code.co_names, *(name for each in inner for name in _names(each))}


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def syntax(function: FunctionType) -> ast.Lambda | ast.FunctionDef | None:
    """The syntax tree of a function; of several lambdas in a line, the one in the right column."""
    code = function.__code__
    columns = [place[2] for place in code.co_positions() if place[2] is not None]
    for node in ast.walk(_tree(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
            inside = node.col_offset <= max(columns) <= (node.end_col_offset or 0)
            if node.lineno == code.co_firstlineno and inside:
                return node
    return None


def mutants(name: str, function: FunctionType) -> Iterator[Mutant]:
    """Every change to a function that can be compiled."""
    tree = syntax(function)
    if tree is None:
        return
    letters = [each.arg for each in tree.args.args if each.arg != "g"]
    body = [tree.body] if isinstance(tree, ast.Lambda) else tree.body
    count = sum(1 for part in body for _ in ast.walk(part))
    for place in range(count):
        for choice in range(10):
            changed = copy.deepcopy(tree)
            parts = [changed.body] if isinstance(changed, ast.Lambda) else changed.body
            node = [node for part in parts for node in ast.walk(part)][place]
            before = ast.unparse(node) if isinstance(node, ast.expr) else ""
            options = list(changes(node, letters))
            if choice >= len(options):
                break
            after = options[choice]()
            if after is not node:
                changed = _Put(node, after).visit(changed)
            change = f"{before} → {ast.unparse(after)}"
            yield Mutant(name, function, node.lineno, change, _compiled(changed, function))


class _Put(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def generic_visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().generic_visit(node)

    visit = generic_visit


def _compiled(tree: Any, function: FunctionType) -> CodeType:
    scope: dict[str, Any] = dict(function.__globals__)
    if isinstance(tree, ast.Lambda):
        expression = ast.fix_missing_locations(ast.Expression(tree))
        return eval(compile(expression, "<mutant>", "eval"), scope).__code__
    tree.decorator_list = []
    module = ast.fix_missing_locations(ast.Module([tree], []))
    exec(compile(module, "<mutant>", "exec"), scope)
    return scope[tree.name].__code__


OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
OPERATORS |= {ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
REVERSED = {ast.Gt: ast.LtE, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.LtE: ast.Gt}
REVERSED |= {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is}


def changes(node: ast.AST, letters: list[str]) -> Iterator[Callable[[], ast.AST]]:
    """What can be made of a node: another operator, constant, letter or condition, or a part."""
    match node:
        case ast.BinOp(left, operator, right):
            if type(operator) in OPERATORS:
                yield lambda: _set(node, op=OPERATORS[type(operator)]())
                yield lambda: left
                if not isinstance(operator, ast.Div | ast.Pow):
                    yield lambda: right
            if isinstance(operator, ast.MatMult | ast.Sub | ast.Div):
                yield lambda: _set(node, left=right, right=left)
        case ast.UnaryOp(ast.USub() | ast.Not() | ast.Invert(), operand):
            yield lambda: operand
        case ast.Constant(bool(value)):
            yield lambda: _set(node, value=not value)
        case ast.Constant(int(value) | float(value)):
            yield lambda: _set(node, value=value + 1)
        case ast.Compare(_, [operator], _) if type(operator) in REVERSED:
            yield lambda: _set(node, ops=[REVERSED[type(operator)]()])
        case ast.IfExp(_, body, orelse):
            yield lambda: _set(node, body=orelse, orelse=body)
        case ast.Name(name, ast.Load()) if name in letters and len(letters) > 1:
            other = letters[(letters.index(name) + 1) % len(letters)]
            yield lambda: _set(node, id=other)


def _set(node: ast.AST, **fields: Any) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


# ------------------------------------------------------------------------------------ the tests


class Judge:
    """A plugin of pytest that, instead of the tests, runs the mutants on them."""

    def __init__(self, everything: dict[str, list[FunctionType]], quiet: bool) -> None:
        self.everything, self.quiet = everything, quiet
        self.failed = False
        self.survivors: list[Mutant] = []
        self.count = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a failure."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge one target after another."""
        seen: set[FunctionType] = set()
        for name, functions in self.everything.items():
            items = self._items(name, session.items)
            for function in functions:
                if function in seen:
                    continue
                seen.add(function)
                for mutant in mutants(name, function):
                    self.count += 1
                    if self._survives(mutant, items):
                        self.survivors.append(mutant)
                        print(mutant, flush=True)
            if not self.quiet:
                print(f"{name}: {len(items)} tests, {self.count} mutants so far", file=sys.stderr)
        return True

    def _items(self, name: str, items: list[Any]) -> list[Any]:
        """Generated tests of the card first, then those of the files that call what it is for."""
        card = autograd.TABLE.get(name)
        own = [item for item in items if card is not None and _is_of(item, card)]
        homes = {function.__module__ for function in self.everything[name]}
        names = {name, *(other for other, each in dispatched() if each.__module__ in homes)}
        near = [item for item in items if names & _mentioned(item.path)]
        near = [item for item in near if item not in own and not _is_of_a_card(item)]
        near.sort(key=lambda item: not names & _names(item.function.__code__))
        return own + near

    def _survives(self, mutant: Mutant, items: list[Any]) -> bool:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                signal.alarm(SECONDS)
                silent = os.open(os.devnull, os.O_WRONLY)
                os.dup2(silent, 1)
                os.dup2(silent, 2)
                mutant.function.__code__ = mutant.code
                for item in items:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                    if self.failed:
                        break
                code = 1 if self.failed else 0
            finally:
                os._exit(code)
        return os.waitpid(child, 0)[1] == 0


def _values(item: Any) -> list[Any]:
    spec = getattr(item, "callspec", None)
    return [] if spec is None else list(spec.params.values())


def _is_of(item: Any, card: Any) -> bool:
    return any(value is card for value in _values(item))


def _is_of_a_card(item: Any) -> bool:
    return any(isinstance(value, autograd.Op) for value in _values(item))


@cache
def _mentioned(path: Path) -> frozenset[str]:
    """The names in a file: variables, attributes, and strings, as in TABLE["exp"]."""
    found = set()
    for node in ast.walk(_tree(str(path))):
        match node:
            case ast.Name(name) | ast.Attribute(_, name) | ast.Constant(str(name)):
                found.add(name)
    return frozenset(found)


def main() -> None:
    """Print the survivors."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="cards and functions, by default all cards")
    parser.add_argument("--functions", action="store_true", help="NumPy's functions on nodes, too")
    parser.add_argument("--tests", default="tests/engine", help="where the tests are")
    parser.add_argument("--quiet", action="store_true", help="survivors only")
    options = parser.parse_args()
    wanted = targets(options.names, options.functions or bool(options.names))
    judge = Judge(wanted, options.quiet)
    flags = ["-s", "-q", "--no-header", "-p", "no:cacheprovider", "-m", "not slow"]
    pytest.main([*flags, str(ROOT / options.tests)], plugins=[judge])
    print(f"{judge.count} mutants, {len(judge.survivors)} survive")


if __name__ == "__main__":
    main()
