"""One account of a backward pass, which pictures, derivations and the proof-reader read.

account.py        of each node its name, value, gradient, and the formulas of all that adds up to it
contributions.py  the pass taken apart: what each use of a node adds to its gradient
names.py          which name a node goes by
letters.py        the symbols for nodes, gradients and constants in formulas; sizes.py those for 1/m
formulas.py       a contribution in symbols and in numbers
closed.py         gradients with the later steps put in
steps.py          the gradient of each node written down, line by line
stored.py         what a node holds in `.grad`, and why it is zero or none
paths.py          the paths from a node to the root
text.py           numbers, shapes and names as people read them; values.py whole arrays
documents.py      words and formulas in Markdown, HTML, LaTeX; mathml.py LaTeX for browsers
"""

from autograd.account.account import Account, Operand
from autograd.account.contributions import BackwardPass
from autograd.account.formulas import Line
from autograd.account.names import Names
from autograd.account.steps import Step, Term

__all__ = ["Account", "BackwardPass", "Line", "Names", "Operand", "Step", "Term"]
