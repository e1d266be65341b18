"""The steps of a ledger as text, Markdown, LaTeX and HTML. Knows no graph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from viz import text
from viz.mathml import to_mathml
from viz.paths import Path, Paths
from viz.steps import Ledger, Step

_LONG = 12  # nodes of a path that are named
_GRAVE = "\N{MODIFIER LETTER GRAVE ACCENT}"  # does not end a code span
_WIDE = 160  # characters of LaTeX that are set in one line


def heading(rule: Ledger) -> str:
    """What the ledger is about."""
    by = f" by {', '.join(rule.wrt)}" if rule.wrt else ""
    sizes = "".join(f"; {letter} = {size:,}" for letter, size in rule.sizes.items())
    return f"The chain rule for {rule.root}{by}: {len(rule)} step{'s' * (len(rule) != 1)}{sizes}"


def as_text(rule: Ledger) -> str:
    """For terminals: formulas in one line of Unicode."""
    width = len(str(len(rule)))
    lines = [heading(rule)]
    for i, step in enumerate(rule, 1):
        lead = f"{i:>{width}}. {step.letter.text}"
        first, *others = (line.text for line in step.lines)
        lines += ["", f"{lead} = {first}{_because(step)}"]
        lines += [f"{' ' * len(lead)} = {other}" for other in others]
    lines += _path_lines(rule)
    return "\n".join(lines)


def _because(step: Step) -> str:
    reasons = list(dict.fromkeys(term.because.text for term in step.terms))
    return f"      since {' and '.join(reasons)}" if reasons else ""


def _path_lines(rule: Ledger) -> list[str]:
    lines = []
    for paths in rule.paths:
        lines += ["", f"{_count(paths)} from {paths.name} to {rule.root}{_which(paths)}"]
        lines += [f"  {_route(path)}{_product(path, rule.digits)}" for path in paths.listed]
    return lines


def _count(paths: Paths) -> str:
    return f"{paths.count:,} path{'s' * (paths.count != 1)}"


def _which(paths: Paths) -> str:
    return ":" if len(paths.listed) == paths.count else "; the largest of them:"


def _route(path: Path) -> str:
    names = path.names
    if len(names) > _LONG:
        names = (*names[: _LONG // 2], "…", *names[-_LONG // 2 :])
    return " → ".join(names)


def _product(path: Path, digits: int) -> str:
    if path.product is None:
        return ""
    factors = [text.number(factor, digits) for factor in path.factors]
    if len(factors) > _LONG:
        factors = [*factors[: _LONG // 2], "…", *factors[-_LONG // 2 :]]
    shown = (f"({factor})" if factor.startswith("−") else factor for factor in factors)
    return f":  {' · '.join(shown)} = {text.number(path.product, digits)}" if factors else ""


# ------------------------------------------------------------------------------------- LaTeX


def as_latex(rule: Ledger) -> str:
    """For a LaTeX document."""
    blocks = []
    for step in rule:
        lines = " \\\\\n".join(f"  &= {each.tex}" for each in step.lines)
        blocks.append(f"\\begin{{align*}}\n{step.letter.tex}\n{lines}\n\\end{{align*}}")
    return "\n\n".join(blocks) + "\n"


def as_markdown(rule: Ledger) -> str:
    """For GitHub and notebooks. Markdown eats a backslash before punctuation, so none stands so."""
    return "\n".join(_markdown_lines(rule)).rstrip("\n") + "\n"


def _markdown_lines(rule: Ledger) -> Iterator[str]:
    yield f"# {_inert(heading(rule))}\n"
    for i, step in enumerate(rule, 1):
        yield f"## {i}. {_code(step.letter.text)}\n"
        reasons = list(dict.fromkeys(term.because.text for term in step.terms))
        if reasons:
            yield f"since {' and '.join(map(_code, reasons))}\n"
        first, *others = (line.tex for line in step.lines)
        yield from _block(f"{step.letter.tex} = {first}")
        chain = f"= {' = '.join(others)}"
        short = len(chain) < _WIDE and not step.shape and r"\quad" not in chain
        for tex in [chain] * bool(others) if short else [f"= {other}" for other in others]:
            yield from _block(tex)
    for paths in rule.paths:
        yield f"## {_inert(_count(paths))} from {_code(paths.name)} to {_code(rule.root)}\n"
        if len(paths.listed) < paths.count:
            yield "The largest of them:\n"
        for path in paths.listed:
            yield f"- {_code(_route(path) + _product(path, rule.digits))}"
        yield ""


def _block(tex: str) -> Iterator[str]:
    yield f"$$\n{markdown_safe(tex)}\n$$\n"


def markdown_safe(tex: str) -> str:
    """LaTeX without backslashes before punctuation, and without < and >, which Markdown reads."""
    tex = tex.replace(r"\,", r"\thinspace ").replace(r"\ ", r"\enspace ")
    tex = tex.replace("<", r"\lt ").replace(">", r"\gt ")
    return re.sub(r" {2,}", " ", tex)


def _code(words: str) -> str:
    return f"`{words.replace('`', _GRAVE)}`"


def _inert(words: str) -> str:
    """Words with which Markdown and HTML do nothing."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~!&])", r"\\\1", words)


# -------------------------------------------------------------------------------------- HTML


def as_html(rule: Ledger) -> str:
    """For pages: a list with the formulas in MathML, each with its Unicode text beside it."""
    items = "\n".join(_item(step) for step in rule)
    paths = "\n".join(f"<p>{escape(line)}</p>" for line in _path_lines(rule) if line)
    tail = f"\n{paths}" if paths else ""
    return f"<p><b>{escape(heading(rule))}</b></p>\n<ol>\n{items}\n</ol>{tail}\n"


def _item(step: Step) -> str:
    because = f"<small>{escape(_because(step).strip())}</small>\n" if step.terms else ""
    first, *others = step.lines
    formulas = [
        to_mathml(f"{step.letter.tex} = {first.tex}", f"{step.letter.text} = {first.text}"),
        *(to_mathml(f"= {each.tex}", f"= {each.text}") for each in others),
    ]
    return f"<li>{because}{chr(10).join(formulas)}</li>"
