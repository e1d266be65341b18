"""The notes' derivations, formula by formula, to be proof-read: N1.2, N1.3, N2, N3.3-N3.7.

Samples are columns, as in the notes. `g1` is tanh and `g2` the sigmoid; `dZ2` is the notes'
`dJ/dz[2]`, with `1/m` in it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Node, check
from demos.console import heading

Steps = dict[str, Callable[..., Any]]


class Reading(NamedTuple):
    """One way to read the notes, and the question that it answers."""

    title: str
    question: str
    steps: Steps
    one_sample: bool = False


# --------------------------------------------------------- N1: logistic regression, N2: activations

N1_ONE_SAMPLE: Steps = {
    "da": lambda y, a: -y / a + (1 - y) / (1 - a),  # N1.2
    "dz": lambda a, y: a - y,  # N1.2
    "dw": lambda x, dz: x * dz,  # N1.2
    "db": lambda dz: dz,  # N1.2
}

N1_TAKEN_LITERALLY: Steps = {
    "dA": lambda Y, A: -Y / A + (1 - Y) / (1 - A),  # N1.2
    "dZ": lambda A, Y: A - Y,  # N1.2
    "dw": lambda X, dZ: X @ dZ.T,  # N1.2
    "db": lambda dZ: dZ,  # N1.2
}

N1_FOR_MANY: Steps = {
    "dA": lambda Y, A, m: (1 / m) * (-Y / A + (1 - Y) / (1 - A)),  # N1.3
    "dZ": lambda A, Y, m: (1 / m) * (A - Y),  # N1.3
    "dw": lambda X, dZ: X @ dZ.T,  # N1.3
    "db": lambda dZ: np.sum(dZ, axis=1, keepdims=True),  # N1.3
}

N1_COURSE: Steps = {
    "dZ": lambda A, Y: A - Y,
    "dw": lambda X, dZ, m: (1 / m) * X @ dZ.T,
    "db": lambda dZ, m: (1 / m) * np.sum(dZ, axis=1, keepdims=True),
}

N2_DERIVATIVES: Steps = {
    "dz_sigmoid": lambda da_sigmoid, a_sigmoid: da_sigmoid * a_sigmoid * (1 - a_sigmoid),  # N2.1
    "dz_tanh": lambda da_tanh, z_tanh: da_tanh * (1 - np.tanh(z_tanh) ** 2),  # N2.2
    "dz_relu": lambda da_relu, z_relu: da_relu * (z_relu > 0),  # N2.3
    "dz_leaky": lambda da_leaky, z_leaky, k: da_leaky * np.where(z_leaky > 0, 1, k),  # N2.4
}

LOGISTIC = (
    Reading(
        "N1.2: logistic regression, one sample",
        "Are dL/da, dL/dz, dL/dw and dL/db right?",
        N1_ONE_SAMPLE,
        one_sample=True,
    ),
    Reading(
        "N1.2 for the m samples of N1.3, taken literally",
        "Is it enough to put X, Y and A for x, y and a?",
        N1_TAKEN_LITERALLY,
    ),
    Reading(
        "N1.3: logistic regression, m samples",
        "With 1/m in dZ, as the notes do in N3, and the sum in db: right?",
        N1_FOR_MANY,
    ),
    Reading(
        "N1.3 as the course has it",
        "1/m in dw and db: right as well?",
        N1_COURSE,
    ),
)

ACTIVATIONS = Reading(
    "N2.1-N2.4: the activation functions",
    "Are the derivatives those of the functions? (k is the leak.)",
    N2_DERIVATIVES,
)

# ----------------------------------------------------------------------------- N3: the two layers


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
    **FOR_MANY_SAMPLES,
    "dA2": lambda Y, A2: -(Y / A2 - (1 - Y) / (1 - A2)),  # N3.3
    "dZ2": lambda A2, Y: A2 - Y,  # N3.3
    "db2": lambda dZ2: dZ2,  # N3.5
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


# ---------------------------------------------------------------------------------- proof-reading


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


def proofread(reading: Reading, output: Node, names: Mapping[str, Any]) -> check.Report:
    """Print the formulas as they stand here, and the verdicts on them."""
    heading(reading.title)
    print(f"{reading.question}\n")
    for step in asked(reading.steps):
        print(f"  {step.name} = {step.formula:62} {step.number}".rstrip())
    print()
    report = check.derivation(output, reading.steps, names=names)
    report.show()
    return report
