"""The mistakes that people make in derivations, a card each. Importing this fills the table.

A new kind of mistake is a new card in one of these files and nothing else.
"""

from autograd.check.mistakes import arguments, inside, order, result, rule
from autograd.check.mistakes.table import ARGUMENT, INSIDE, MISTAKES, RESULT, RULE, Mistake, mistake

__all__ = [
    "ARGUMENT",
    "INSIDE",
    "MISTAKES",
    "RESULT",
    "RULE",
    "Mistake",
    "arguments",
    "inside",
    "mistake",
    "order",
    "result",
    "rule",
]
