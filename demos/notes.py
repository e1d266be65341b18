"""The notes judged: every formula, for one sample and for many; and who is right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import Node, Tensor, check, sigmoid
from autograd.account import text
from autograd.check import Report, Step
from demos import logistic_regression, two_layer_network
from demos.console import Written, heading
from demos.derivation import ACTIVATIONS, LOGISTIC, READINGS, Reading, asked
from demos.descent import cost, log_loss

M = 7
"""The number of samples, a prime like all sizes here, so that 1/7 can only be 1/m."""
LEAK = 0.1


class Part(NamedTuple):
    """Formulas that are judged together: what is asked, a graph, and what is called what in it."""

    reading: Reading
    output: Node
    names: Mapping[str, Any]


# -------------------------------------------------------------------------------------- the graphs


def one_sample() -> tuple[Node, dict[str, Any]]:
    """N1.2: z = wᵀx + b, a = σ(z); y = 0.8, so that both terms of L count."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=3), np.array(0.8)
    w, b = Tensor(rng.normal(size=3)), Tensor(0.3)
    z = w @ x + b
    a = sigmoid(z)
    L = log_loss(a, y)
    return L, {"x": x, "y": y, "w": w, "b": b, "z": z, "a": a, "L": L}


def many_samples() -> tuple[Node, dict[str, Any]]:
    """N1.3: X has a sample a column, J = (1/m) Σ L."""
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(3, M)), rng.integers(0, 2, size=(1, M)).astype(float)
    w, b = Tensor(rng.normal(size=(3, 1))), Tensor([[0.3]])
    Z, A = logistic_regression.forward(X, w, b)
    J = cost(A, Y)
    return J, {"X": X, "Y": Y, "w": w, "b": b, "Z": Z, "A": A, "J": J, "m": M}


def activations() -> tuple[Node, dict[str, Any]]:
    """N2.1 to N2.4 forward, as the notes write them, each with some gradient arriving at its a."""
    rng = np.random.default_rng(3)
    z = {name: Tensor(rng.normal(size=(3, 5))) for name in ("sigmoid", "tanh", "relu", "leaky")}
    up, down = np.exp(z["tanh"]), np.exp(-z["tanh"])
    a = {
        "sigmoid": 1 / (1 + np.exp(-z["sigmoid"])),
        "tanh": (up - down) / (up + down),
        "relu": np.maximum(0, z["relu"]),
        "leaky": np.maximum(0, z["leaky"]) + LEAK * np.minimum(0, z["leaky"]),
    }
    J: Any = sum(np.sum(each * rng.normal(size=(3, 5))) for each in a.values())
    named = {f"z_{name}": node for name, node in z.items()}
    return J, {**named, **{f"a_{name}": node for name, node in a.items()}, "k": LEAK, "J": J}


def network(m: int) -> tuple[Node, dict[str, Any]]:
    """N3.1, N3.2: tanh, then the sigmoid, with n[0] = 5, n[1] = 3 and n[2] = 2 units."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(5, m))
    Y = np.full((2, 1), 0.8) if m == 1 else rng.integers(0, 2, size=(2, m)).astype(float)
    W1, b1 = Tensor(rng.normal(size=(3, 5))), Tensor(rng.normal(size=(3, 1)))
    W2, b2 = Tensor(rng.normal(size=(2, 3))), Tensor(rng.normal(size=(2, 1)))
    Z1, A1, Z2, A2 = two_layer_network.forward(X, W1, b1, W2, b2)
    J = cost(A2, Y)
    parameters = {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return J, {**parameters, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "J": J, "m": m}


# ------------------------------------------------------------------------------------- judging


def parts() -> Iterator[Part]:
    """All formulas of the notes."""
    for reading in LOGISTIC:
        yield Part(reading, *(one_sample() if reading.one_sample else many_samples()))
    yield Part(ACTIVATIONS, *activations())
    for reading in READINGS:
        yield Part(reading, *network(1 if reading.one_sample else M))


def judge(part: Part) -> Report:
    """The report on some formulas."""
    return check.derivation(part.output, part.reading.steps, names=part.names)


def shown(step: Step) -> str:
    """The number that shows it: yours and the true one; where they are right, one entry."""
    if step.shapes is not None:
        return f"shape {step.shapes[0]}, true {step.shapes[1]}"
    if step.worst is None:
        return ""
    index, yours, ours = step.worst
    at = str(list(index)) if index else ""
    return f"{at} {text.number(yours)}, true {text.number(ours)}".strip()


def table(part: Part, report: Report) -> str:
    """The verdicts in Markdown: formula, verdict, number, what is wrong, correction."""
    head = ["", "formula", "verdict", "yours, true", "what is wrong", "correction"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, formula, number in asked(part.reading.steps):
        step = report[name]
        wrong = [step.diagnosis, step.correction] if step.verdict != "right" else ["", ""]
        verdict = f"{step.mark} {step.verdict}"
        cells = [number, f"`{name} = {formula}`", verdict, shown(step), *wrong]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page() -> str:
    """All verdicts and the answer in Markdown."""
    text = ["# The notes judged", ""]
    for part in parts():
        report = judge(part)
        text += [f"## {part.reading.title}", "", part.reading.question, "", table(part, report), ""]
        text += [line for note in report.notes for line in (note, "")]
    text += ["## The answer", "", *(f"- {line}" for line in answer()), ""]
    return "\n".join(text)


def answer() -> list[str]:
    """Where 1/m belongs and who is right, out of the verdicts."""
    found = {part.reading.title: judge(part) for part in parts()}
    many, single, summary, course, corrected = (found[reading.title] for reading in READINGS)
    assert corrected.ok
    assert course.ok
    assert [step.name for step in many if not step.ok] == ["db2", "db1"]
    (_, yours, true), bias = many["db2"].worst, many["db2"]
    return [
        "Who is right about 1/m? Both. The notes put it into dZ, the course into dW and db, and "
        f"both come to the same dJ/dW2: {shown(many['dW2'])}; {shown(course['dW2'])}.",
        "But only once: N3.5 and N3.6 have 1/m in dZ and in db too. "
        f"{_sentence(bias.diagnosis)} ({text.number(yours)}, true {text.number(true)}). "
        f"So {bias.correction}: db = np.sum(dZ, axis=1, keepdims=True).",
        "How is it for several samples? Every column of dZ is a sample; the product in dW sums "
        "over them by itself, db needs the sum. db = dZ (N1.2, N3.7) holds for one sample: "
        f"{'all' if single.ok else 'not all'} formulas for one sample are right; for m samples "
        f"{summary['db2'].diagnosis}.",
        f"N3.7 writes g'(a[i]): {summary['dZ1'].diagnosis}. So {summary['dZ1'].correction}, and "
        "a[i] = g(z[i]) forward.",
        "All other formulas are right.",
    ]


def wrapped(text: str, *, indent: int = 0) -> str:
    """A paragraph of at most 100 columns."""
    return textwrap.fill(text, 100, initial_indent=" " * indent, subsequent_indent=" " * indent)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# -------------------------------------------------------------------------------------- the demo


def run(out: Path) -> list[Written]:
    """Print all verdicts and the answer; write them to `out` as a page."""
    for part in parts():
        heading(part.reading.title)
        report = judge(part)
        print(f"{part.reading.question}\n")
        formulas = asked(part.reading.steps)
        width = max(len(name) for name, *_ in formulas)
        for name, formula, number in formulas:
            step = report[name]
            print(f"{step.mark} {number:5} {name:{width}} = {formula}")
            for remark in step.remarks:
                print(wrapped(remark, indent=8))
        for note in report.notes:
            print(f"\n{wrapped(note)}")
    heading("The answer")
    print("\n\n".join(map(wrapped, answer())))
    path = out / "notes.md"
    path.write_text(page(), encoding="utf-8")
    return [Written(path, "every formula of the notes: verdict, number, correction")]
