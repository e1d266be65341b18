"""The set-up keeps its word: extras that messages name, typed packages, the help of make."""

import re
import tomllib
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
