"""The smooth maximum and its kin over axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.card.dispatch import implements
from autograd.functions.arguments import Axis, axes_of, operand
from autograd.rules import softmax as cards


@implements(folds=[(np.logaddexp, "reduce")])
def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """log Σ e^x over `axis` (None: over all), where e^x may overflow."""
    x = operand("logsumexp", x)
    return cards.logsumexp(x, axis=axes_of("logsumexp", x, axis), keepdims=bool(keepdims))


def softmax(x: Any, axis: Axis = -1) -> Any:
    """e^x / Σ e^x: positive, and 1 in sum over `axis`."""
    x = operand("softmax", x)
    return cards.softmax(x, axis=axes_of("softmax", x, axis))


def log_softmax(x: Any, axis: Axis = -1) -> Any:
    """The logarithm of `softmax`, also where that is too small for a float."""
    x = operand("log_softmax", x)
    return cards.log_softmax(x, axis=axes_of("log_softmax", x, axis))
