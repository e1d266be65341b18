"""Pictures of the chain rule: the graph with its gradients, the steps as formulas, and plots."""

from typing import TYPE_CHECKING

import autograd
from viz import plots
from viz.drawing import Drawing, draw
from viz.ledger import ChainRule, chain_rule
from viz.render import RenderError

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
