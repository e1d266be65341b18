"""What `help()` says of each public name of nn makes sense alone."""

import inspect
import pkgutil
from importlib import import_module

import pytest

import nn

MODULES = [
    import_module(found.name)
    for found in pkgutil.walk_packages(nn.__path__, "nn.")
    if not found.name.rpartition(".")[2].startswith("_")
]


def public(module):
    """Functions, classes and their methods that are written in a module."""
    for name, thing in vars(module).items():
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__:
            if inspect.isclass(thing):
                yield name, thing
                for each, method in vars(thing).items():
                    if not each.startswith("_") and inspect.isfunction(method):
                        yield f"{name}.{each}", getattr(thing, each)
            elif inspect.isfunction(thing):
                yield name, thing


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_each_public_name_is_explained_in_a_sentence(module) -> None:
    said = {name: inspect.getdoc(thing) or "" for name, thing in public(module)}
    assert not {name: text for name, text in said.items() if len(text) < 12}
