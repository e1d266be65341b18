"""Which operation is which, where the proof-reader has to know: the one place with their names."""

from __future__ import annotations

from autograd import TABLE, Op

ADD, SUBTRACT, MULTIPLY, DIVIDE = (TABLE[f] for f in ("add", "subtract", "multiply", "divide"))
MATMUL, TRANSPOSE, MEAN = (TABLE[f] for f in ("matmul", "transpose", "mean"))
POWER, SQUARE, ABSOLUTE = (TABLE[f] for f in ("power", "square", "absolute"))


def activation_cards() -> list[Op]:
    """The operations that networks use as activations."""
    return [card for card in TABLE.values() if card.activation]
