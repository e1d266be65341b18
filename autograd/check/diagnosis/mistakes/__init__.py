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

__all__ = ["arguments", "contributions", "derivative", "inside", "operands", "result", "stale"]
