"""The documentation tells the truth: its examples run, its links and make targets exist."""

import doctest
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>```+) *(?P<language>\w*)[^`\n]*\n(?P<code>.*?)^ *(?P=ticks) *$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"""\]\(<?([^)\s>]+)>?[^)]*\)|(?:src|href)=["']([^"']+)["']""")
SHELL = ("console", "sh", "bash", "shell")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT) if page.is_relative_to(ROOT) else page)


class Block(NamedTuple):
    """A fenced block of code, and the line of the page on which the code starts."""

    language: str
    code: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("code")) + 1
        yield Block(match["language"], dedent(match["code"]), line)


def links(page: Path) -> Iterator[str]:
    """The targets of the links and images that point into the repository."""
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))
    for target in (markdown or html for markdown, html in LINK.findall(prose)):
        if not re.match(r"#|[a-z]+:", target):
            yield target.partition("#")[0]


def run(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    if re.search(r"^ *>>>", block.code, re.MULTILINE):
        run_session(block, page, namespace)
    else:  # the empty lines give tracebacks the line numbers of the page
        exec(compile("\n" * (block.line - 1) + block.code, str(page), "exec"), namespace)


def run_session(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    """Run a block of `>>>` lines and compare what it prints."""
    report: list[str] = []
    session = doctest.DocTestParser().get_doctest(
        block.code, {}, page.name, str(page), block.line - 1
    )
    session.globs = namespace  # what get_doctest is given it copies; names must outlive the block
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(session, out=report.append, clear_globs=False)
    if runner.failures:
        pytest.fail("".join(report), pytrace=False)


def run_page(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the Python blocks of a page in one namespace; a `text` block is what one printed."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed = ""
    for block in blocks(page):
        if block.language == "python":
            run(block, page, namespace)
            printed = capsys.readouterr().out
        elif block.language == "text" and printed:
            assert block.code.rstrip() == printed.rstrip(), f"{name_of(page)}:{block.line}"
            printed = ""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_examples_run(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page, capsys)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_commands_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for block in blocks(page):
        if block.language in SHELL:
            for words in re.findall(r"^(?:\$ )?make\b([^#\n]*)", block.code, re.MULTILINE):
                named = {word for word in words.split() if not re.search(r"^-|=", word)}
                assert named <= targets, f"{name_of(page)}:{block.line}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [target for target in links(page) if not (page.parent / target).exists()]
    assert not dead


def test_a_wrong_example_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("text\n\n```python\n>>> one = 1\n>>> one + 1\n3\n```\n", encoding="utf-8")
    block = next(blocks(page))
    assert block.line == 4
    with pytest.raises(pytest.fail.Exception, match=r"line 5(.|\n)*Expected:\n +3\nGot:\n +2"):
        run(block, page, {})


def test_a_wrong_output_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        run_page(page, capsys)


def test_an_error_names_the_line_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("text\n\n```python\none = 1\none / 0\n```\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError) as raised:
        run(next(blocks(page)), page, {})
    assert (raised.traceback[-1].path, raised.traceback[-1].lineno + 1) == (page, 5)


def test_dead_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "[a](a.md#part) ![b](<b.svg> 'title') <img src='c.png'> [d](#here) [e](https://e.org)\n"
        "`[f](f.md)`\n```text\n[g](g.md)\n```\n",
        encoding="utf-8",
    )
    assert list(links(page)) == ["a.md", "b.svg", "c.png"]


def test_the_page_of_operations_is_current() -> None:
    """The table always; the list of NumPy's functions under the NumPy it was written for."""
    code = "from docs import generate; print(generate.page(), end='')"  # a table without our cards
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    written = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    numpys = "## NumPy's functions"
    assert written.partition(numpys)[0] == done.stdout.partition(numpys)[0], "run `make docs`"
    version = f"as of NumPy {'.'.join(np.__version__.split('.')[:2])}."
    assert version not in written or written == done.stdout, "run `make docs`"
