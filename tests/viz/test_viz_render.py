"""Laws of rendering: which program runs, what is said when none can, what the files are."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import viz
from autograd import Tensor, Value
from viz.rendering import program as render


@pytest.fixture
def drawing() -> viz.Drawing:
    x = Value(2.0, name="x")
    return viz.draw(x * x)


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A PATH without any renderer on it."""
    monkeypatch.setenv("PATH", str(tmp_path))


def install(folder: Path, name: str, script: str) -> None:
    """Put a program on the PATH that `no_dot` set."""
    code = folder / f"{name}.py"
    code.write_text(script)
    program = folder / name  # by way of the shell: a path in a `#!` line can have no spaces
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{code}" "$@"\n')
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".svg", b"<svg "),
        (".png", b"\x89PNG"),
        (".dot", b"digraph"),
        (".json", b"{"),
        (".SVG", b"<svg "),
    ],
)
def test_the_suffix_names_the_format(
    drawing: viz.Drawing, tmp_path: Path, suffix: str, start: bytes
) -> None:
    path = drawing.save(tmp_path / f"picture{suffix}")
    assert path.read_bytes().startswith(start)


def test_an_unknown_suffix_is_refused(drawing: viz.Drawing, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'a\.gif': a picture is saved as \.svg, \.png"):
        drawing.save(tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_dot")
def test_the_renderer_of_graphviz_pure_is_found_beside_python(drawing: viz.Drawing) -> None:
    assert Path(render.find_renderer()).name.startswith("graphviz-pure")
    assert drawing.svg().startswith("<svg ")


@pytest.mark.usefixtures("no_dot")
def test_pdf_without_the_systems_graphviz_says_what_to_do(
    drawing: viz.Drawing, tmp_path: Path
) -> None:
    with pytest.raises(render.RenderError, match=r"PDF needs the Graphviz of the system"):
        drawing.save(tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.usefixtures("no_dot")
def test_without_any_renderer_one_sentence_says_what_to_install(
    drawing: viz.Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(viz.RenderError, match="no renderer found: install Graphviz") as caught:
        drawing.save(tmp_path / "a.svg")
    assert "\n" not in str(caught.value)
    assert drawing.save(tmp_path / "a.dot").exists()


@pytest.mark.usefixtures("no_dot")
def test_dot_on_path_goes_before(drawing: viz.Drawing, tmp_path: Path) -> None:
    install(tmp_path, "dot", "import sys; print('from dot', sys.argv[2])")
    assert drawing.save(tmp_path / "a.pdf").read_text() == "from dot -Tpdf\n"


@pytest.mark.usefixtures("no_dot")
def test_a_failing_renderer_is_quoted(drawing: viz.Drawing, tmp_path: Path) -> None:
    install(tmp_path, "dot", "import sys; sys.exit('Error: out of paper')")
    with pytest.raises(viz.RenderError, match=r"dot failed \(1\): Error: out of paper"):
        drawing.png()


@pytest.mark.usefixtures("no_dot")
def test_there_is_a_time_limit(tmp_path: Path) -> None:
    install(tmp_path, "dot", "import time; time.sleep(60)")
    drawing = viz.draw(Value(1.0) * 2, time_limit=0.2)
    with pytest.raises(viz.RenderError, match=r"dot took longer than 0\.2 s .*depth=, focus="):
        drawing.png()


def test_notebooks_get_svg_and_text(drawing: viz.Drawing) -> None:
    bundle: dict[str, Any] = drawing._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg ")
    assert bundle["text/plain"] == str(drawing)


def test_importing_viz_runs_no_renderer() -> None:
    code = "import subprocess, viz; subprocess.run = None"
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[2]
    )


@pytest.mark.usefixtures("no_dot")
def test_a_png_whose_letters_would_be_boxes_says_so() -> None:
    x = Value(2.0, name="权重")
    with pytest.warns(RuntimeWarning, match="no glyphs for '权重'.*save .svg"):
        assert viz.draw(x * x).png().startswith(b"\x89PNG")
    assert "权重" in viz.draw(x * x).svg()


@pytest.mark.usefixtures("no_dot")
@pytest.mark.parametrize("name", ["∇f", "ℝ", "🎉", "x⊕y"])
def test_other_letters_without_a_glyph_are_told_too(name: str) -> None:
    with pytest.warns(RuntimeWarning, match="no glyphs for"):
        viz.draw(Value(2.0, name=name) * 2).png()


@pytest.mark.usefixtures("no_dot")
def test_what_the_pictures_say_by_themselves_has_glyphs() -> None:
    x = Tensor(np.ones((2, 3)), name="θ₁ é ж")
    y = (x * x @ x.T - np.sqrt(x).sum()).mean()
    y.backward()
    drawing = viz.draw(y, title="∂J/∂W = ½ · Σ² → ∞ ≤ √")
    assert drawing.png().startswith(b"\x89PNG")
    assert "◦" in drawing.source
    assert "⊙" not in drawing.source
