"""Who may import whom: the layers of the packages, read from their source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import autograd

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("autograd", "nn", "viz")

# Importable from outside `autograd`, besides the names in `autograd.__all__`.
PUBLIC = "autograd autograd.account* autograd.check autograd.numpy autograd.symbols*"
GRAPH, CARD = "autograd.graph*", "autograd.card*"
OPERATIONS = f"numpy* {GRAPH} {CARD} autograd.rules* autograd.functions*"
NODES = f"{OPERATIONS} autograd.nodes*"
# Modules for code that was written for the PyPI package named autograd.
DROP_IN = "autograd.numpy* autograd.extend autograd.misc* autograd.scipy*"

GRAPHS = "numpy* autograd autograd.account* autograd.symbols*"  # what a derivation is compared with
WRITTEN = "autograd.check.written*"
TRUTH = "autograd.check.truth* autograd.check.algebra autograd.nodes.rerun"
JUDGE = "autograd.check.judge*"

# module -> what it may import besides the standard library; the first row that fits counts
ALLOWED = {
    "autograd.version": "",
    # The engine, from what knows nothing to what knows the two kinds of nodes.
    "autograd.graph": "",
    "autograd.graph.modes": "",
    "autograd.graph.order": "",
    "autograd.graph.sweep": "autograd.graph.modes autograd.graph.order",
    "autograd.graph.node": "autograd.graph.sweep",
    "autograd.graph.derivatives": "autograd.graph.node autograd.graph.sweep",
    "autograd.graph.copies": "autograd.graph.node autograd.graph.order",
    "autograd.card.table": "",
    "autograd.card.domain": "numpy*",
    "autograd.card.described": "numpy*",
    "autograd.card.op": f"numpy* autograd.graph.node {CARD}",
    "autograd.card*": f"numpy* {CARD}",
    "autograd.rules*": f"numpy* {CARD} autograd.rules*",
    "autograd.functions*": f"numpy* {CARD} autograd.rules* autograd.functions*",
    "autograd.nodes.arrays": f"numpy* autograd.graph.node {CARD}",
    "autograd.nodes.completion": "autograd.graph.node",
    "autograd.nodes.operators": (
        f"numpy* {GRAPH} {CARD} autograd.nodes.arrays autograd.nodes.completion"
    ),
    "autograd.nodes.methods": "autograd.nodes.operators",
    "autograd.nodes.arraylike": f"{OPERATIONS} autograd.nodes.arrays",
    "autograd.nodes.value": f"{OPERATIONS} autograd.nodes.methods",
    "autograd.nodes*": NODES,
    # What reads the cards and the graphs in other ways.
    "autograd.symbols*": f"numpy* {GRAPH} {CARD} autograd.rules* autograd.symbols*",
    "autograd.transforms*": f"{NODES} autograd.transforms*",
    "autograd.replaying*": f"{NODES} autograd.replaying*",
    "autograd.numpy*": f"{NODES} autograd.numpy*",
    "autograd.test_util": f"{NODES} autograd.transforms*",
    "autograd.extend": f"{NODES} autograd.transforms.trees autograd.misc.flatten",
    "autograd.builtins": NODES,
    "autograd.misc*": f"{NODES} autograd.transforms* autograd.extend autograd.misc*",
    "autograd.scipy*": f"{NODES} autograd.transforms* {DROP_IN} scipy*",
    "autograd.account*": "numpy* autograd autograd.account* autograd.symbols*",
    # The proof-reader as its story goes, each knowing what was told before.
    "autograd.check.algebra": "autograd",
    "autograd.check.written*": f"{GRAPHS} {WRITTEN}",
    "autograd.check.truth*": f"{GRAPHS} {TRUTH}",
    "autograd.check.judge*": f"{GRAPHS} {WRITTEN} {TRUTH} {JUDGE}",
    "autograd.check.diagnosis*": f"{GRAPHS} {WRITTEN} {TRUTH} {JUDGE} autograd.check.diagnosis*",
    "autograd.check.formats": "autograd.account*",
    "autograd.check.report": "autograd.account* autograd.check.formats",
    "autograd.check.numeric*": "numpy* autograd autograd.account* autograd.check.numeric*",
    "autograd.check*": "numpy* autograd autograd.account* autograd.check*",
    "autograd": "autograd.*",
    "nn*": f"numpy* {PUBLIC} nn* tqdm* safetensors* sklearn* scipy* matplotlib* pandas*",
    "viz*": f"numpy* graphviz* {PUBLIC} viz* matplotlib*",
}
USERS = "autograd.account* autograd.check* nn* viz*"  # they see what everybody sees

EXTRAS = {"matplotlib", "tqdm", "safetensors", "sklearn", "scipy", "pandas"}

# What nothing else imports may need an extra outside functions: its classes are scikit-learn's.
ON_DEMAND = {"nn.estimators*": {"sklearn"}}


class Import(NamedTuple):
    """One imported name: `from module import name`, or `import module` with no name."""

    module: str
    name: str | None
    line: int

    @property
    def target(self) -> str:
        """The module that is loaded, be it named by `module` or by `name`."""
        inner = f"{self.module}.{self.name}"
        return inner if inner in MODULES else self.module


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(*folders: str) -> dict[str, Path]:
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return {module_name(path): path for path in paths}


MODULES = sources(*PACKAGES)
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imports(module: str, nodes: Iterator[ast.AST] | None = None) -> Iterator[Import]:
    """The imports of a module, those inside functions too."""
    for node in ast.walk(TREES[module]) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = absolute(module, node)
            yield from (Import(source, alias.name, node.lineno) for alias in node.names)


def absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    is_package = MODULES[module].name == "__init__.py"
    parts = module.split(".")
    parts = parts[: len(parts) + is_package - node.level]
    return ".".join([*parts, node.module] if node.module else parts)


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: no function bodies, nothing for types only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from run_on_import(child)


def fits(module: str, patterns: str) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in patterns.split())


def is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def allowed(module: str) -> str:
    rows = [may for pattern, may in ALLOWED.items() if fits(module, pattern)]
    assert rows, f"{module} has no row in ALLOWED"
    return rows[0]


def where(module: str, line: int) -> str:
    return f"{MODULES[module].relative_to(ROOT)}:{line}"


def names_of_autograd(module: str) -> Iterator[tuple[str, int]]:
    """The names that a module takes from `autograd`: imported, or read as `autograd.name`."""
    tree = TREES[module]
    renamed = (node for node in ast.walk(tree) if isinstance(node, ast.alias) and node.asname)
    aliases = {"autograd", *(node.asname for node in renamed if node.name == "autograd")}
    for found in imports(module):
        if found.module == "autograd" and found.name is not None:
            yield found.name, found.line
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in aliases:
            yield node.attr, node.lineno


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_from_its_layer(module: str) -> None:
    layer = allowed(module)
    wrong = {
        f"{where(module, found.line)} imports {found.target}"
        for found in imports(module)
        if not is_standard(found.module) and not fits(found.target, layer)
    }
    assert not wrong


@pytest.mark.parametrize("module", [name for name in MODULES if fits(name, USERS)])
def test_takes_only_public_names_of_autograd(module: str) -> None:
    public = {
        "__version__",
        *autograd.__all__,
        *(name.partition(".")[2] for name in PUBLIC.split()),
    }
    wrong = [
        f"{where(module, line)} takes autograd.{name}"
        for name, line in names_of_autograd(module)
        if name not in public
    ]
    assert not wrong


@pytest.mark.parametrize("module", MODULES)
def test_takes_no_private_name_of_another_module(module: str) -> None:
    wrong = [
        f"{where(module, found.line)} imports {found.module}.{found.name or ''}"
        for found in imports(module)
        if found.module.partition(".")[0] in PACKAGES
        and any(is_private(part) for part in f"{found.module}.{found.name}".split("."))
    ]
    assert not wrong


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_there_is_no_import_cycle() -> None:
    graph = {
        module: {found.target for found in imports(module) if found.target in MODULES}
        for module in MODULES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("import cycle: " + " <- ".join(error.args[1]))


@pytest.mark.parametrize("module", MODULES)
def test_module_level_needs_no_extra(module: str) -> None:
    wrong = [
        f"{where(module, found.line)} imports {found.module} outside a function"
        for found in imports(module, run_on_import(TREES[module]))
        if found.module.partition(".")[0] in EXTRAS - on_demand(module)
    ]
    assert not wrong


def on_demand(module: str) -> set[str]:
    """The extras that this module may need as soon as it is imported."""
    return set().union(*(needs for pattern, needs in ON_DEMAND.items() if fits(module, pattern)))


@pytest.mark.parametrize("module", [name for name in MODULES if not on_demand(name)])
def test_what_needs_an_extra_is_imported_by_nothing_else(module: str) -> None:
    assert not [found.target for found in imports(module) if on_demand(found.target)]


@pytest.mark.parametrize("package", PACKAGES)
def test_import_loads_no_extra(package: str) -> None:
    code = f"import sys, {package}; print(*sorted({EXTRAS} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


SOURCES = sources(*PACKAGES, "demos", "benchmarks", "tests")


@pytest.mark.parametrize("module", SOURCES)
def test_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(ast.parse(SOURCES[module].read_text(encoding="utf-8")))
