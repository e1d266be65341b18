"""The mistakes that people make in derivations, a card each. Importing this fills the table.

A new kind of mistake is a new card in one of these files and nothing else.
"""

from autograd.check.diagnosis.mistakes import (
    arguments,
    contributions,
    derivative,
    inside,
    operands,
    result,
    stale,
)
from autograd.check.diagnosis.mistakes.table import (
    ARGUMENT,
    DERIVATIVE,
    INSIDE,
    MISTAKES,
    RESULT,
    Mistake,
    mistake,
)

__all__ = [
    "ARGUMENT",
    "DERIVATIVE",
    "INSIDE",
    "MISTAKES",
    "RESULT",
    "Mistake",
    "arguments",
    "contributions",
    "derivative",
    "inside",
    "mistake",
    "operands",
    "result",
    "stale",
]
