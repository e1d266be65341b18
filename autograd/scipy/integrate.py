"""Initial value problems on nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as np
from autograd.extend import defvjp_argnums, primitive
from autograd.misc.flatten import flatten
from autograd.scipy.theirs import load
from autograd.transforms import make_vjp

__all__ = ["odeint"]


def odeint(
    func: Callable[..., Any], y0: Any, t: Any, args: Sequence[Any] = (), **options: Any
) -> Any:
    """The solution at the times `t` of dy/dt = func(y, t, *args) that starts as `y0` at t[0].

    Gradients flow to `y0`, `t` and `args`, not to what `func` closes over. `options` are SciPy's;
    backwards, the adjoint equation is solved with them too (Chen et al. 2018, appendix C).
    """
    return _odeint(func, y0, t, tuple(args), **options)


@primitive
def _odeint(func: Any, y0: Any, t: Any, args: Any, **options: Any) -> Any:
    return load("integrate", "odeint").odeint(func, y0, t, args, **options)


def _adjoint(argnums: Sequence[int], ans: Any, inputs: Any, options: Any) -> Callable[[Any], Any]:
    func, _, t, args = inputs
    parameters, unflatten = flatten(args)
    size = ans.shape[1]

    def slope(y: Any, time: Any, parameters: Any) -> Any:
        return np.array(func(y, time, *unflatten(parameters)))

    def backwards(state: Any, minus_time: Any, parameters: Any) -> Any:
        vjp, forwards = make_vjp(slope, (0, 2))(state[:size], -minus_time, parameters)
        by_y, by_parameters = vjp(state[size : 2 * size])
        return np.concatenate([-forwards, by_y, by_parameters])

    def pull(g: Any) -> list[Any]:
        by_y, by_parameters = g[-1], np.zeros(parameters.shape)
        by_t = []
        for i in range(len(t) - 1, 0, -1):
            by_t.append(np.dot(g[i], slope(ans[i], t[i], parameters)))
            state = np.concatenate([ans[i], by_y, by_parameters])
            end = odeint(backwards, state, np.array([-t[i], -t[i - 1]]), (parameters,), **options)
            by_y, by_parameters = end[1, size : 2 * size], end[1, 2 * size :]
            if i > 1:
                by_y = by_y + g[i - 1]
        if len(t) > 1:
            by_t.append(-np.dot(by_y, slope(ans[0], t[0], parameters)))
            by_y = by_y + g[0]
        else:
            by_t.append(0.0)
        found = {1: by_y, 2: np.array(by_t[::-1]), 3: unflatten(by_parameters)}
        return [found[argnum] for argnum in argnums]

    return pull


defvjp_argnums(_odeint, _adjoint)
