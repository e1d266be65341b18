"""The rules read as formulas: the same card that computes a gradient also writes it down.

symbol.py     letters and what operations make of them; `pullback` reads a rule
trivial.py    1 · x, 0 + x and −−x dropped as a formula is built
notation.py   a formula as one line of Unicode, or as LaTeX
algebra.py    operations told apart, and the shapes of formulas
matrices.py   letters put in, factors drawn out of matrix products
fractions.py  `simplify`: rational formulas as one fraction in lowest terms
"""

from autograd.card.described import visible
from autograd.symbols.algebra import shape_of
from autograd.symbols.fractions import simplify
from autograd.symbols.notation import render
from autograd.symbols.symbol import Symbol, evaluate, pullback, pullback_of

__all__ = ["Symbol", "evaluate", "pullback", "pullback_of", "render", "shape_of", "simplify"]
__all__ += ["visible"]
