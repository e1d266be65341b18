"""`assert_gradients`: hand-derived gradients in a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import Node, toposort
from autograd.check.derivation import derivation


def assert_gradients(
    output: Any,
    gradients: Mapping[Any, Any],
    *,
    rtol: float | None = None,
    atol: float = 0.0,
    names: Mapping[str, Any] | None = None,
    **constants: Any,
) -> None:
    """Fail unless hand-derived gradients of `output` are right; passes silently.

    Keys are nodes, or names of nodes with or without a leading d; values are arrays, or formulas as
    in `derivation`. Raises AssertionError with the report, which says what is wrong in words.
    """
    __tracebackhide__ = True
    known = dict(names or {})
    order = toposort(output) if isinstance(output, Node) else []
    words = {*known, *(node.name for node in order if node.name)}
    steps: dict[str, Any] = {}
    if not isinstance(gradients, Mapping) or not gradients:
        raise TypeError("assert_gradients: give a dict of gradients, {W: hand_derived, …}")
    for key, given in gradients.items():
        name = _step_name(key, known, words)
        if name in steps:
            raise AssertionError(f"assert_gradients: {name} is given twice, by node and by name")
        steps[name] = given
    report = derivation(
        output, steps, names=known, convention="J", rtol=rtol, atol=atol, **constants
    )
    if not report.ok:
        raise AssertionError(f"hand-derived gradients are wrong\n\n{report}")


def _step_name(key: Any, known: dict[str, Any], words: set[str]) -> str:
    """The name of a step; a node without a name gets one."""
    if not isinstance(key, Node):
        name = str(key)
        return name if name.startswith("d") and name not in words else f"d{name}"
    for name, each in known.items():
        if each is key:
            return f"d{name}"
    name = key.name or f"node{len(known)}"
    while known.get(name, key) is not key:  # two nodes of one name
        name += "′"
    known[name] = key
    return f"d{name}"
