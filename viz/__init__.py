"""Pictures of the chain rule: the graph with its gradients, the steps as formulas, and plots."""

from viz import plots
from viz.drawing import Drawing, draw
from viz.ledger import ChainRule, chain_rule
from viz.render import RenderError

__all__ = ["ChainRule", "Drawing", "RenderError", "chain_rule", "draw", "plots"]
