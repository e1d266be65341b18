"""Gradients against central differences, as HIPS autograd's users check them.

`autograd.check.gradcheck` compares entry by entry and says which is wrong; this module compares
along random directions, in both modes and to any order, for code that calls it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.transforms import make_jvp, make_vjp
from autograd.transforms.trees import flatten

TOLERANCE = 1e-6
STEP = 1e-6
MODES = ("fwd", "rev")

Function = Callable[..., Any]


def scalar_close(a: Any, b: Any) -> bool:
    """Whether two numbers differ by less than 1e-6, absolutely or relative to their sum."""
    gap = abs(a - b)
    return bool(gap < TOLERANCE or gap < TOLERANCE * abs(a + b))


def check_equivalent(x: Any, y: Any) -> None:
    """Raise AssertionError unless two trees have one form, equal shapes, and close entries."""
    assert _form(x) == _form(y), f"different forms: {_form(x)} and {_form(y)}"
    direction = _random_like(x, np.random.default_rng(0))
    a, b = _inner(x, direction), _inner(y, direction)
    assert scalar_close(a, b), f"different values:\n{x}\n{y}"


def check_jvp(fun: Function, x: Any, rng: np.random.Generator | None = None) -> None:
    """Compare the forward derivative of `fun` at the tree `x` along a random direction."""
    v = _random_like(x, _generator(rng))
    exact, numeric = make_jvp(fun)(x)(v)[1], _difference(fun, x, v)
    assert _form(exact) == _form(numeric), (
        f"(JVP) check of {_name(fun)}: the derivative has the form {_form(exact)}, the output "
        f"{_form(numeric)}"
    )
    w = _random_like(numeric, _generator(rng))
    _compare("JVP", fun, x, _inner(w, exact), _inner(w, numeric))


def check_vjp(fun: Function, x: Any, rng: np.random.Generator | None = None) -> None:
    """Compare the gradient of `fun` at the tree `x`, with random weights of the outputs."""
    vjp, out = make_vjp(fun)(x)
    v, w = _random_like(x, _generator(rng)), _random_like(out, _generator(rng))
    pulled = vjp(w)
    assert _form(pulled) == _form(x), (
        f"(VJP) check of {_name(fun)}: the gradient has the form {_form(pulled)}, the argument "
        f"{_form(x)}"
    )
    _compare("VJP", fun, x, _inner(v, pulled), _inner(w, _difference(fun, x, v)))


def check_grads(
    fun: Function,
    argnum: int | Sequence[int] = 0,
    modes: Sequence[str] = MODES,
    order: int = 2,
    *,
    rng: np.random.Generator | None = None,
) -> Function:
    """`check_grads(f)(x, …)` raises AssertionError where a derivative of `f` is wrong.

    Forward ("fwd") and reverse ("rev") derivatives by the arguments `argnum`, up to `order`,
    against central differences of step 1e-6 along random directions. Arguments and outputs are
    numbers, float64 arrays, or nested lists, tuples and dicts of them.
    """
    if unknown := set(modes) - set(MODES):
        raise ValueError(f"check_grads: modes are 'fwd' and 'rev', not {sorted(unknown)}")

    def check(*args: Any, **kwargs: Any) -> None:
        chosen = [argnum] if isinstance(argnum, int) else list(argnum)

        def of_chosen(*values: Any) -> Any:
            full = list(args)
            for place, value in zip(chosen, values, strict=True):
                full[place] = value
            return fun(*full, **kwargs)

        _named(of_chosen, _name(fun))
        _check(of_chosen, tuple(args[place] for place in chosen), modes, order, _generator(rng))

    return check


def combo_check(fun: Function, *options: Any, **named_options: Any) -> Function:
    """As `check_grads`, for every combination from a list of values of each argument."""
    check = check_grads(fun, *options, **named_options)

    def check_all(*args: Sequence[Any], **kwargs: Sequence[Any]) -> None:
        for values in itertools.product(*args, *kwargs.values()):
            named = dict(zip(kwargs, values[len(args) :], strict=True))
            check(*values[: len(args)], **named)

    return check_all


def _check(
    fun: Function, args: tuple[Any, ...], modes: Sequence[str], order: int, rng: np.random.Generator
) -> None:
    """Check a function of all its arguments, then its derivatives as functions of point and v."""

    def packed(x: Any) -> Any:
        return fun(*x)

    _named(packed, _name(fun))
    for mode in MODES:
        if mode not in modes:
            continue
        (check_jvp if mode == "fwd" else check_vjp)(packed, args, rng)
        if order > 1:
            derivative, direction = (_pushed, args) if mode == "fwd" else (_pulled, fun(*args))
            _check(derivative(packed), (args, _random_like(direction, rng)), modes, order - 1, rng)


def _pushed(fun: Function) -> Function:
    return _named(lambda x, v: make_jvp(fun)(x)(v)[1], f"jvp_{_name(fun)}")


def _pulled(fun: Function) -> Function:
    return _named(lambda x, w: make_vjp(fun)(x)[0](w), f"vjp_{_name(fun)}")


def _compare(mode: str, fun: Function, x: Any, exact: float, numeric: float) -> None:
    assert scalar_close(exact, numeric), (
        f"({mode}) check of {_name(fun)} failed at {x}:\n"
        f"the derivative is {exact}, the difference quotient {numeric}"
    )


def _difference(fun: Function, x: Any, v: Any) -> Any:
    """The central difference quotient of `fun` at `x` along `v`, in the form of the output."""
    ahead, rebuild = flatten(fun(_moved(x, v, STEP / 2)))
    behind, _ = flatten(fun(_moved(x, v, -STEP / 2)))
    return rebuild([(a - b) / STEP for a, b in zip(ahead, behind, strict=True)])


def _moved(x: Any, v: Any, step: float) -> Any:
    leaves, rebuild = flatten(x)
    return rebuild([leaf + step * way for leaf, way in zip(leaves, flatten(v)[0], strict=True)])


def _random_like(x: Any, rng: np.random.Generator) -> Any:
    leaves, rebuild = flatten(x)
    return rebuild([rng.normal(size=np.shape(leaf)) for leaf in leaves])


def _inner(x: Any, y: Any) -> float:
    pairs = zip(flatten(x)[0], flatten(y)[0], strict=True)
    return float(sum(np.sum(np.multiply(a, b)) for a, b in pairs))


def _form(x: Any) -> Any:
    """A tree of the shapes of the leaves: two of them are equal if the trees can be added."""
    leaves, rebuild = flatten(x)
    return rebuild([f"array{np.shape(leaf)}" for leaf in leaves])


def _generator(rng: np.random.Generator | None) -> np.random.Generator:
    return np.random.default_rng(0) if rng is None else rng


def _name(fun: Function) -> str:
    return getattr(fun, "__name__", "the function")


def _named(fun: Function, name: str) -> Function:
    fun.__name__ = name
    return fun
