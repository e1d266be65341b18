"""What type checkers say of users' code is right: as expected, and as the code then runs."""

import json
import os
import re
import runpy
import subprocess
import sys
import typing
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import pytest

from autograd import op
from docs.stubs import operation

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(Path(__file__).with_name("pages").glob("*.py"))

Lines = set[tuple[str, int]]


def expected() -> Lines:
    """The lines on which a page says that it is wrong."""
    texts = {page.name: page.read_text(encoding="utf-8").splitlines() for page in PAGES}
    return {
        (name, number)
        for name, lines in texts.items()
        for number, line in enumerate(lines, 1)
        if line.endswith("# error")
    }


def output_of(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def test_mypy_finds_what_is_wrong_and_nothing_else() -> None:
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--no-error-summary"]
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'pages'}"
    text = output_of("mypy", *options, cache, *map(str, PAGES))
    found = re.findall(r"^(?:.*/)?(\w+\.py):(\d+): error:", text, re.MULTILINE)
    assert {(name, int(line)) for name, line in found} == expected(), text


def test_pyright_finds_what_is_wrong_and_nothing_else(tmp_path: Path) -> None:
    settings = {
        "include": list(map(str, PAGES)),
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": "standard",
        "reportUnusedExpression": "none",
    }
    config = tmp_path / "pyrightconfig.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    options = ["--project", str(config), "--pythonpath", sys.executable, "--outputjson"]
    text = output_of("basedpyright", *options)
    found = {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in json.loads(text)["generalDiagnostics"]
        if each["severity"] == "error"
    }
    assert found == expected(), text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_types_are_those_of_what_is_computed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(thing: Any, kind: Any) -> None:
        assert fits(thing, kind), f"{thing!r} is no {kind}"

    lines = page.read_text(encoding="utf-8").splitlines()
    right = tmp_path / page.name
    right.write_text("\n".join("" if line.endswith("# error") else line for line in lines))
    monkeypatch.setattr(typing, "assert_type", check)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(right))


def fits(thing: Any, kind: Any) -> bool:
    """Whether a thing is what the annotation says, as far as it can be told from outside."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin in (UnionType, typing.Union):
        return any(fits(thing, each) for each in inner)
    if origin is tuple and inner[-1] is not ...:
        return len(thing) == len(inner) and all(map(fits, thing, inner))
    if origin is list:
        return isinstance(thing, list) and all(fits(each, inner[0]) for each in thing)
    return isinstance(thing, int | float if kind is float else origin or kind)


def test_the_stubs_are_current() -> None:
    code = "from docs import stubs; print(*stubs.stale(), sep='\\n')"  # a table without our cards
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert not done.stdout.strip(), "run `make docs`"


def test_a_new_card_gets_the_types_of_what_it_does() -> None:
    softsign = op(
        "softsign",
        lambda x: x / (1 + abs(x)),
        lambda g, y, x: g / (1 + abs(x)) ** 2,
        scalar=lambda x: x / (1 + abs(x)),
        table=None,
    )
    assert operation("softsign", softsign, "Op") == ["softsign: s.UnaryOp"]
