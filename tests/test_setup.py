"""The set-up keeps its word: extras that messages name, typed packages, the help of make."""

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = set(PROJECT["optional-dependencies"])
PACKAGES = ("autograd", "nn", "viz")


def named_extras(text: str) -> set[str]:
    """The extras in advice like `pip install 'chainrule[plots,train]'`."""
    lists = re.findall(r"chainrule\[([^]]*)\]", text)
    return {name.strip() for names in lists for name in names.split(",")}


def test_extras_that_are_named_exist() -> None:
    folders = [*PACKAGES, "demos", "benchmarks", "docs"]
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    for path in [ROOT / "README.md", *(path for path in paths if path.suffix in (".py", ".md"))]:
        unknown = named_extras(path.read_text(encoding="utf-8")) - EXTRAS
        assert not unknown, path.relative_to(ROOT)


def test_extras_are_read_from_a_message() -> None:
    assert named_extras("pip install 'chainrule[plots, train]'") == {"plots", "train"}


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_marked_as_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    described = re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)
    assert sorted(phony[1].split()) == sorted(described)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_shows_what_is_to_be_used(package: str) -> None:
    module = import_module(package)
    assert module.__version__ == PROJECT["version"]
    assert {*module.__all__, "__version__"} <= set(dir(module))
    assert not {"Any", "TYPE_CHECKING", "import_module", "painter", "training"} & set(dir(module))
    assert all(hasattr(module, name) for name in dir(module))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = module.nonsense


def test_a_tree_that_was_never_installed_has_no_version() -> None:
    code = "import autograd, viz; print(autograd.__version__, viz.__version__)"
    hidden = "import importlib.metadata as m; m.version = lambda name: m.distribution('no such')"
    done = subprocess.run(
        [sys.executable, "-c", f"{hidden}; {code}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.split() == ["0+unknown", "0+unknown"], done.stderr
