"""Running the renderer: `dot` on PATH, else the one that graphviz-pure brings along."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import warnings
from pathlib import Path

PURE = "graphviz-pure"
RENDERED = ("svg", "png", "pdf")
DPI = 144

# What the fonts inside graphviz-pure hold (Arimo): scripts, then signs.
_SCRIPTS = ((0x20, 0x52F), (0x591, 0x5F4), (0x1D00, 0x206F))
_SIGNS = frozenset(
    "⁴⁵⁶⁷⁸⁹ⁿ₀₁₂₃₄₅₆₇₈₉€™Ω←↑→↓↔↕∂∆∏∑−∙√∞∟∩∫≈≠≡≤≥⌐─│┌┐└┘├┤┬┴┼█■□▪▫▬▲►▼◄◊○●◘◙◦☺☻☼♀♂♠♣♥♦♪♫♯ﬁﬂ"
)


class RenderError(RuntimeError):
    """The picture could not be rendered; the message says in one sentence why and what to do."""


def find_renderer() -> str:
    """The path of the program that lays pictures out."""
    found = shutil.which("dot") or shutil.which(PURE)
    if found:
        return found
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        found = shutil.which(PURE, path=folder)
        if found:
            return found
    raise RenderError(
        "no renderer found: install Graphviz (https://graphviz.org/download) so that `dot` is on "
        "PATH, or run `pip install graphviz-pure`; .dot and .json can be saved without one"
    )


def render(source: str, kind: str, *, time_limit: float = 60.0) -> bytes:
    """DOT source as svg, png or pdf. Raises RenderError."""
    program = find_renderer()
    pure = PURE in Path(program).name
    if kind == "pdf" and pure:
        raise RenderError(
            "PDF needs the Graphviz of the system (`dot` on PATH, https://graphviz.org/download): "
            "graphviz-pure writes .svg and .png"
        )
    if pure and kind == "png":
        _warn_of_boxes(source)
    options = [f"-Gdpi={DPI}"] if kind == "png" else []
    try:
        done = subprocess.run(
            [program, "-Kdot", f"-T{kind}", *options],
            input=source.encode(),
            capture_output=True,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"{Path(program).name} took longer than {time_limit:g} s for this picture: draw a part "
            "of the graph (depth=, focus=), or allow more with time_limit="
        ) from None
    except OSError as error:
        raise RenderError(f"{program} could not be run: {error}") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise RenderError(f"{Path(program).name} failed ({done.returncode}): {said[-1]}")
    return done.stdout


def _warn_of_boxes(source: str) -> None:
    """Say which characters of a PNG come out as empty boxes: the fonts are part of the program."""
    missing = sorted({char for char in source if char > "~" and not _is_drawn(char)})
    if missing:
        warnings.warn(
            f"graphviz-pure has no glyphs for {''.join(missing[:10])!r}, which the PNG shows as "
            "empty boxes: save .svg, or install Graphviz (https://graphviz.org/download)",
            RuntimeWarning,
            stacklevel=2,
        )


def _is_drawn(char: str) -> bool:
    return char in _SIGNS or any(first <= ord(char) <= last for first, last in _SCRIPTS)
