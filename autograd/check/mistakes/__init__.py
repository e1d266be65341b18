"""The mistakes that people make in derivations, a card each. Importing this fills the table.

A new kind of mistake is a new card in one of these files and nothing else.
"""

from autograd.check.mistakes import arguments, order, result, rule
from autograd.check.mistakes.table import ARGUMENT, MISTAKES, RESULT, RULE, Mistake, mistake

__all__ = [
    "ARGUMENT",
    "MISTAKES",
    "RESULT",
    "RULE",
    "Mistake",
    "arguments",
    "mistake",
    "order",
    "result",
    "rule",
]
