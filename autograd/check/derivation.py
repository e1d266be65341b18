"""`derivation`: what was written, what is true, the judge, the diagnosis, the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import Node
from autograd.check.diagnosis.blindspots import ONE_SAMPLE
from autograd.check.judge.convention import Convention, judge_of
from autograd.check.judge.evaluation import Evaluation
from autograd.check.report import Report
from autograd.check.truth.graph import Truth
from autograd.check.truth.quantity import holds_values
from autograd.check.verdicts import verdict_on
from autograd.check.written.steps import numbers_in, read_step


def derivation(
    output: Any,
    steps: Mapping[str, Any],
    *,
    names: Mapping[str, Any] | None = None,
    convention: Convention = "auto",
    rtol: float | None = None,
    atol: float = 0.0,
    **constants: Any,
) -> Report:
    """Proof-read hand-derived gradients of `output`, a single number, against the true ones.

    `steps` maps names like `dZ2` (or `dJ/dZ2`) to formulas whose arguments are names: of nodes
    (`A1`), of gradients (`dZ2`) or of constants; or to arrays. Nodes have their `name=`, or the one
    in `names`, usually `locals()`, whose plain numbers, arrays and functions serve as constants.
    `constants` come before all else. Formulas get floats for Values and float64 arrays for Tensors,
    as the graph saw them. A step that is no gradient (`s`) is a helper for the others.

    Each step is judged on its own, with the true gradients put in, and as a chain, with the results
    of the other steps. In the course's convention the gradient of what has the samples along an
    axis belongs to the sum of the losses, and only those of the parameters to their mean: "auto"
    takes it where the steps follow it, "J" never, "course" always.

    `rtol` is relative to the largest entry of a gradient; without it, it fits the dtypes. Raises
    ValueError if `output` is not one number or needs no gradient; whatever is wrong with a step is
    said in the report.
    """
    _refuse(steps, names, rtol, atol)
    if convention not in ("auto", "J", "course"):
        raise ValueError(f"derivation: convention={convention!r}; write 'auto', 'J' or 'course'")
    written = {name: read_step(name, given) for name, given in steps.items()}
    truth = Truth(output, names or {})
    constants = {name: _plain(each) for name, each in constants.items()}
    truth.constants.update(constants)  # formulas and factors may be named after them
    judge = judge_of(Evaluation(truth, written, constants), convention, rtol, atol)
    alone = judge.evaluation.samples == 1 and not judge.evaluation.is_for_many
    return Report(
        truth.label(truth.output),
        [verdict_on(step, judge) for step in written.values()],
        [ONE_SAMPLE] if alone else [],
    )


def _refuse(steps: Any, names: Any, rtol: Any, atol: Any) -> None:
    """Raise an error, in words, for what is no derivation."""
    if not isinstance(steps, Mapping):
        raise TypeError("derivation: write the steps as a dict, {'dW': lambda dZ, A: dZ @ A.T, …}")
    for name in steps:
        if not isinstance(name, str):
            raise TypeError(
                f"derivation: a step is called {type(name).__name__}; write a name like 'dW' "
                "(assert_gradients takes nodes)"
            )
    if not isinstance(names, Mapping | None):
        raise TypeError("derivation: names is a dict of names, as locals() gives it")
    for word, given in (("rtol", rtol), ("atol", atol)):
        number = numbers_in(0.0 if given is None else given)
        if number is None or number.ndim or not number >= 0:
            raise ValueError(f"derivation: {word}={given!r}; write a number, 0 or more")


def _plain(constant: Any) -> Any:
    """A constant as formulas get it: the numbers of nodes."""
    if holds_values(constant):
        return np.array([each.item() for each in np.ravel(constant)]).reshape(np.shape(constant))
    return constant.numpy() if isinstance(constant, Node) else constant
