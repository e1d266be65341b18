"""Write the stubs that type checkers and editors read: `python -m docs.stubs`.

Names, methods and parameters come from the table, the functions and NumPy. What they give is
observed: each is called with samples of every kind of operand. How operations and transforms are
called is written by hand, once, in `autograd/signatures.pyi`. Over 300 lines, since four files of
different forms are written.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import autograd
import autograd.numpy as drop_in
from autograd import TABLE, Op, Tensor, Value
from autograd.card.dispatch import METHODS, NUMPY, PLAIN
from docs.observing import (
    ARRAYS,
    BY_HAND,
    CLASSES,
    MATRIX,
    OPERAND,
    PAIR,
    WORDS,
    Pattern,
    given,
    observed,
    parameters_of,
    type_of,
)

ROOT = Path(__file__).resolve().parents[1]

# The functions that are typed by hand.
TRANSFORMS = {each.name for each in BY_HAND if isinstance(each, ast.FunctionDef)}
TRANSFORMS |= {ast.unparse(each.targets[0]) for each in BY_HAND if isinstance(each, ast.Assign)}

HEAD = '''"""{docstring}"""

# Written by `python -m docs.stubs`{basis}.
# mypy: disable-error-code="overload-overlap, override, misc"

import builtins
from typing import Any, overload

import numpy as np

from autograd import signatures as s
from autograd.nodes.tensor import Tensor
from autograd.nodes.value import Value
'''

SAMPLES: dict[type, Any] = {Value: Value(0.5), Tensor: Tensor(MATRIX)}

BASIS = f" as of NumPy {'.'.join(np.__version__.split('.')[:2])}"

# The types of NumPy's parameters by their names; of any other parameter everything is accepted.
PARAMETERS = {
    "axis": "s.Axis",
    **dict.fromkeys(("keepdims", "endpoint"), "s.Flag"),
    **dict.fromkeys(("axis1", "axis2", "offset", "decimals"), "int"),
    **dict.fromkeys(("ddof", "slope", "alpha"), "float"),
}


def stubs() -> dict[Path, str]:
    """The text of every stub, by its path."""
    package = ROOT / "autograd"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {
            package / "nodes" / "methods.pyi": "\n".join(methods()),
            package / "__init__.pyi": "\n".join(face()),
            package / "numpy" / "__init__.pyi": "\n".join(namespace(np, drop_in)),
            package / "numpy" / "linalg.pyi": "\n".join(namespace(np.linalg, drop_in.linalg)),
        }


def stale() -> list[Path]:
    """The files that are to be written anew; NumPy's names only under the NumPy they are of."""
    return [
        path
        for path, text in stubs().items()
        if (written := path.read_text(encoding="utf-8") if path.exists() else "") != text
        and not (BASIS in text and "as of NumPy" in written and BASIS not in written)
    ]


# ---------------------------------------------------------------------------------- the files


def methods() -> Iterator[str]:
    """The methods that nodes have from the table, from the functions, and from their arrays."""
    title = "The methods that nodes have from the table and the functions."
    yield HEAD.format(docstring=title, basis="")
    yield "from autograd.nodes.operators import Operators"
    for kind in (Value, Tensor):
        yield f"\nclass {kind.__name__}Methods(Operators):"
        body = [line for name in bound(kind) for line in method(kind, name)]
        plain, answer = ("s.Number", "s.Flag") if kind is Value else ("s.Plain", "s.Bools")
        for name in ("__eq__", "__ne__"):  # numbers are compared as data, all else by identity
            outcomes = [(f"self, other: {plain}, /", answer), ("self, other: object, /", "s.Flag")]
            body += overloads(name, outcomes)
        body += ["def __hash__(self) -> int: ..."]
        yield textwrap.indent("\n".join(body), "    ")
    yield ""


def face() -> Iterator[str]:
    """The names of `autograd`: operations and functions here, the others imported."""
    yield HEAD.format(docstring=autograd.__doc__, basis="")
    names = ("dict", "isinstance", "list", "tuple", "type")  # existing code looks for them here
    yield f"from autograd.builtins import {', '.join(f'{name} as {name}' for name in names)}"
    yield "from autograd.extend import primitive as primitive"
    defined: list[str] = ["", "__version__: str"]
    for name in sorted(autograd.__all__):
        thing = getattr(autograd, name)
        if isinstance(thing, Op):
            defined += operation(name, thing, "Op")
        elif on_a_shelf(thing) and name not in TRANSFORMS:
            defined += function(name, thing, parameters_of(thing))
        elif name == "op":
            defined += made_of_fields()
        elif name not in ("Tensor", "Value"):
            yield f"from {home(name, thing)} import {name} as {name}"
    yield from defined
    yield from everything(sorted(autograd.__all__))


def namespace(theirs: ModuleType, ours: ModuleType) -> Iterator[str]:
    """A namespace of NumPy's: what takes nodes here, the others as NumPy types them."""
    yield HEAD.format(docstring=ours.__doc__, basis=BASIS)
    defined: list[str] = [""]
    names = sorted(name for name in set(ours.__all__) if not name.startswith("_"))
    for name in names:
        thing, original = getattr(ours, name), getattr(theirs, name, None)
        card = NUMPY.get(original) if callable(original) else None
        if isinstance(original, np.ufunc) and isinstance(card, Op):
            defined += operation(name, card, "Ufunc")
        elif inspect.isfunction(thing) and (card or thing is not original):
            defined += function(name, thing, parameters_of(original or thing))
        elif callable(original) and original in PLAIN and not isinstance(original, np.ufunc):
            defined += [f"def {name}(*args: Any, **options: Any) -> Any: ..."]
        elif thing is original or isinstance(thing, ModuleType):
            source = ours if thing is not original else theirs
            yield f"from {source.__name__} import {name} as {name}"
        else:
            defined += [f"{name}: Any"]
    yield from defined
    yield from everything(names)


# ------------------------------------------------------------------------------------ the lines


def bound(kind: type) -> list[str]:
    """The methods of a class of nodes that neither it nor its bases define themselves."""
    found: list[str] = []
    for each in kind.__mro__[:-1]:
        source = ast.parse(textwrap.dedent(inspect.getsource(each)))
        own = {node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef)}
        found += [
            n for n, method in vars(each).items() if n not in own and inspect.isfunction(method)
        ]
    return found


def method(kind: type, name: str) -> list[str]:
    """A method: that of a card, a function's with the node put first, or the array's."""
    cards = [card for card in TABLE.values() if name in (card.method, card.reflected)]
    if cards and cards[0].arity == 2:
        return operator(kind, name)
    if cards:
        extra = parameters_of(cards[0].forward)[1:]
        gives = given(getattr(kind, name), (OPERAND,), [SAMPLES[kind]], [{}])
        return [f"def {name}({listed('self', extra)}) -> {gives or kind.__name__}: ..."]
    if name not in METHODS:
        return [f"def {name}(self, *args: Any, **options: Any) -> Any: ..."]
    parameters = parameters_of(METHODS[name])
    use = observed(METHODS[name], parameters)
    assert use is not None, f"no sample fits {kind.__name__}.{name}"
    gives = use.of_value if kind is Value else use.of_tensor
    return [f"def {name}({listed('self', parameters[1:], use.pattern[1:])}) -> {gives}: ..."]


def operator(kind: type, name: str) -> list[str]:
    """An operator, by what its other operand is."""
    others = {"s.Number": 2.0, "np.ndarray": MATRIX, "list[Any]": [[1.0, 2.0, 3.0]]}
    if not name.startswith("__r"):
        others |= {each.__name__: node for each, node in SAMPLES.items()}
    gives: dict[str, str] = {}
    for other, sample in others.items():
        result = getattr(SAMPLES[kind], name)(sample)
        if result is not NotImplemented:
            gives.setdefault(type_of(result), "")
            gives[type_of(result)] += f" | {other}"
    return overloads(name, [(f"self, other: {each[3:]}, /", of) for of, each in gives.items()])


def made_of_fields() -> list[str]:
    """`op`, which takes the fields of a card by their names."""
    given = "".join(f", {each.name}: Any = ..." for each in fields(Op) if each.metadata)
    first = "name: str, forward: Any, *vjps: Any"
    return [f"def op({first}{given}, replace: bool = ..., table: Any = ...) -> Op: ..."]


def operation(name: str, card: Op, base: str) -> list[str]:
    """A card: by what it takes and gives, a signature of `autograd/signatures.pyi`."""
    extra = [each for each in parameters_of(card.forward) if each.kind is each.KEYWORD_ONLY]
    if extra:
        return function(name, card, parameters_of(card.forward))
    kind = "Array" * (not (card.scalar and card.elementwise)) + "Flat" * (not card.differentiable)
    kind += ("Unary", "Binary", "Variadic")[card.arity - 1]
    signature = f"{kind}{base}"
    return [f"{name}: s.{signature}" if signature in CLASSES else f"{name}: Any"]


def function(
    name: str, called: Callable[..., Any], parameters: list[inspect.Parameter]
) -> list[str]:
    """A function, by what it gives for each kind of operand."""
    use = observed(called, parameters)
    if use is None:
        return [f"def {name}({listed('', parameters)}) -> Any: ..."]
    outcomes = [("s.Plain", use.of_array), ("s.Operand", use.of_tensor)]
    if use.of_value == "Value":  # it takes numbers one by one
        outcomes.insert(1, ("Value | s.Number", "Value"))
        outcomes.insert(0, ("s.Number", use.of_float or "Any"))
    written = [(listed("", parameters, use.pattern, kind), gives) for kind, gives in outcomes]
    least = sum(each.default is each.empty for each in parameters)
    short = (OPERAND,) * least  # np.where(condition) gives something else than with x and y
    if least < len(use.pattern) and (gives := given(called, short, ARRAYS, [{}])):
        written.append((listed("", parameters[:least], short), gives))
    return overloads(name, written)


def overloads(name: str, outcomes: list[tuple[str, str]]) -> list[str]:
    """A function of these parameters and results; of those that give the same the last stays."""
    kept: dict[str, str] = {}
    for parameters, gives in outcomes:
        kept.pop(gives, None)
        kept[gives] = parameters
    lines = [f"def {name}({parameters}) -> {gives}: ..." for gives, parameters in kept.items()]
    return lines if len(lines) == 1 else [each for line in lines for each in ("@overload", line)]


def listed(
    first: str,
    parameters: Sequence[inspect.Parameter],
    pattern: Pattern = (),
    operand: str = "s.Operand",
) -> str:
    """Parameters as a stub lists them; those that took an operand in `pattern` are operands."""
    shown = [first] if first else []
    star = False
    for place, each in enumerate(parameters):
        made = (
            () if star else pattern[place : None if each.kind is each.VAR_POSITIONAL else place + 1]
        )
        of = PARAMETERS.get(each.name, "Any")
        if OPERAND in made or (PAIR in made and operand in ("s.Plain", "s.Operand")):
            of = operand if WORDS not in made else f"{operand} | str"
        if each.kind is each.KEYWORD_ONLY and not star:
            shown.append("*")
        star = star or each.kind in (each.KEYWORD_ONLY, each.VAR_POSITIONAL)
        stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        default = "" if each.default is each.empty or made else " = ..."
        shown.append(f"{stars}{each.name}: {of}{default}")
        after = parameters[place + 1].kind if place + 1 < len(parameters) else None
        if each.kind is each.POSITIONAL_ONLY and after is not each.POSITIONAL_ONLY:
            shown.append("/")
    return ", ".join(shown)


def everything(names: Iterable[str]) -> list[str]:
    """`__all__`."""
    lines = textwrap.wrap(", ".join(f'"{name}"' for name in names), 92)
    return ["", "__all__ = [", textwrap.indent("\n".join(lines), "    "), "]", ""]


def on_a_shelf(thing: Any) -> bool:
    """Whether it is one of the functions of arrays."""
    return inspect.isfunction(thing) and thing.__module__.startswith("autograd.functions.")


def home(name: str, thing: Any) -> str:
    """The module from which a stub imports a name of the face."""
    if name in TRANSFORMS:
        return "autograd.signatures"
    if isinstance(thing, ModuleType):
        return "autograd"
    return "autograd.card.op" if name == "TABLE" else str(thing.__module__)


if __name__ == "__main__":
    for path, text in stubs().items():
        path.write_text(text, encoding="utf-8")
        print(f"written to {path}")
