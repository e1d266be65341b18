"""The notes' derivation of the two-layer network (N3.3-N3.7), formula by formula, to be proof-read.

Samples are columns, as in the notes. `g1` is tanh and `g2` the sigmoid; `dZ2` is the notes'
`dJ/dz[2]`, with `1/m` in it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Steps = dict[str, Callable[..., Any]]


class Reading(NamedTuple):
    """One way to read the notes, and the question that it answers."""

    title: str
    question: str
    steps: Steps
    one_sample: bool = False


def g1_prime(z: Any) -> Any:
    """N2.2: tanh' z = 1 − tanh² z."""
    return 1 - np.tanh(z) ** 2


def g2_prime(z: Any) -> Any:
    """N2.1: σ'(z) = σ(z) (1 − σ(z))."""
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


FOR_MANY_SAMPLES: Steps = {
    "dA2": lambda Y, A2, m: -(1 / m) * (Y / A2 - (1 - Y) / (1 - A2)),  # N3.3
    "dZ2": lambda A2, Y, m: (1 / m) * (A2 - Y),  # N3.3
    "dW2": lambda dZ2, A1: dZ2 @ A1.T,  # N3.4
    "db2": lambda dZ2, m: (1 / m) * np.sum(dZ2, axis=1, keepdims=True),  # N3.5
    "dA1": lambda W2, dZ2: W2.T @ dZ2,  # N3.6
    "dZ1": lambda dA1, Z1: dA1 * g1_prime(Z1),  # N3.6
    "dW1": lambda dZ1, X: dZ1 @ X.T,  # N3.6
    "db1": lambda dZ1, m: (1 / m) * np.sum(dZ1, axis=1, keepdims=True),  # N3.6
}

FOR_ONE_SAMPLE: Steps = {
    "dA2": lambda Y, A2: -(Y / A2 - (1 - Y) / (1 - A2)),  # N3.3
    "dZ2": lambda A2, Y: A2 - Y,  # N3.3
    "dW2": lambda dZ2, A1: dZ2 @ A1.T,  # N3.4
    "db2": lambda dZ2: dZ2,  # N3.5
    "dA1": lambda W2, dZ2: W2.T @ dZ2,  # N3.6
    "dZ1": lambda dA1, Z1: dA1 * g1_prime(Z1),  # N3.6
    "dW1": lambda dZ1, X: dZ1 @ X.T,  # N3.6
    "db1": lambda dZ1: dZ1,  # N3.7
}

SUMMARY: Steps = {
    "dZ2": lambda dA2, A2: dA2 * g2_prime(A2),  # N3.7
    "dW2": lambda dZ2, A1: dZ2 @ A1.T,  # N3.7
    "db2": lambda dZ2: dZ2,  # N3.7
    "dA1": lambda W2, dZ2: W2.T @ dZ2,  # N3.7
    "dZ1": lambda dA1, A1: dA1 * g1_prime(A1),  # N3.7
    "dW1": lambda dZ1, X: dZ1 @ X.T,  # N3.7
    "db1": lambda dZ1: dZ1,  # N3.7
}

COURSE: Steps = {
    "dZ2": lambda A2, Y: A2 - Y,
    "dW2": lambda dZ2, A1, m: (1 / m) * dZ2 @ A1.T,
    "db2": lambda dZ2, m: (1 / m) * np.sum(dZ2, axis=1, keepdims=True),
    "dZ1": lambda W2, dZ2, Z1: (W2.T @ dZ2) * g1_prime(Z1),
    "dW1": lambda dZ1, X, m: (1 / m) * dZ1 @ X.T,
    "db1": lambda dZ1, m: (1 / m) * np.sum(dZ1, axis=1, keepdims=True),
}

CORRECTED: Steps = {
    **FOR_MANY_SAMPLES,
    "dZ2": lambda dA2, Z2: dA2 * g2_prime(Z2),  # N3.7
    "db2": lambda dZ2: np.sum(dZ2, axis=1, keepdims=True),  # N3.5
    "db1": lambda dZ1: np.sum(dZ1, axis=1, keepdims=True),  # N3.6
}

READINGS = (
    Reading(
        "N3.3-N3.6: the formulas for m samples",
        "1/m stands in dJ/dz[2]. Does it belong into dJ/db[2] and dJ/db[1] once more?",
        FOR_MANY_SAMPLES,
    ),
    Reading(
        "N3.3-N3.6: the formulas for one sample",
        "Is dJ/db[l] = dJ/dz[l] for one sample? (With y = 0.8, so that both terms of J count.)",
        FOR_ONE_SAMPLE,
        one_sample=True,
    ),
    Reading(
        "N3.7: the summary for any layer, read literally",
        "Is dJ/dz[i] = dJ/da[i] ⊙ g[i]'(a[i]), at a[i]? Is dJ/db[i] = dJ/dz[i] for m samples?",
        SUMMARY,
    ),
    Reading(
        "The course's formulas",
        "The course leaves 1/m out of dz and puts it into dW and db. Who is right?",
        COURSE,
    ),
    Reading(
        "The notes, corrected",
        "With g'(z) instead of g'(a), and db[l] the sum of dz[l] over the samples: all right now?",
        CORRECTED,
    ),
)


class Asked(NamedTuple):
    """A formula as it stands in this file."""

    name: str
    formula: str
    number: str
    """Its number in the notes, or nothing."""


def asked(steps: Steps) -> list[Asked]:
    """The formulas behind the functions, read from the source, so what is shown is what is run."""
    found = []
    for name, step in steps.items():
        line = inspect.getsource(step).strip()
        match = re.search(r"lambda [^:]*: (.*?),?(?:  # (N[\d.]+))?$", line)
        assert match is not None, line
        found.append(Asked(name, match[1], match[2] or ""))
    return found
