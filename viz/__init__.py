"""Pictures of the chain rule: the graph with its gradients, the steps as formulas, and plots.

drawing.py  `draw`; options.py what it was asked for
ledger.py   `chain_rule`: the steps as formulas
picture/    what is drawn, as plain data
rendering/  the picture as DOT, SVG, PNG
plots.py    loss curves, decision boundaries, activations
"""

from typing import TYPE_CHECKING

import autograd
from viz import plots
from viz.drawing import Drawing, draw
from viz.ledger import ChainRule, chain_rule
from viz.rendering.program import RenderError

__all__ = ["ChainRule", "Drawing", "RenderError", "chain_rule", "draw", "plots"]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        if name == "__version__":
            return autograd.__version__
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
