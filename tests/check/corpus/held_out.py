"""Right derivations that no card and no cost was fitted to: other names, sizes, layouts."""

from collections.abc import Callable

import numpy as np

import autograd as ag
from autograd import Tensor, Value
from tests.check.corpus.examples import Example


def poisson() -> Example:
    """Poisson regression, samples as rows, weights one-dimensional."""
    rng = np.random.default_rng(20)
    n = 17
    data, counts = rng.normal(size=(n, 4)), rng.integers(0, 5, n) * 1.0
    theta, shift = Tensor(rng.normal(size=4) / 3), Tensor(0.2)
    eta = data @ theta + shift
    rate = ag.exp(eta)
    loss = (rate - counts * eta).mean()
    return Example(
        loss,
        {"data": data, "counts": counts, "theta": theta, "shift": shift, "eta": eta}
        | {"rate": rate, "n": n, "loss": loss},
        {
            "deta": "(rate - counts) / n",
            "dtheta": "data.T @ deta",
            "dshift": "deta.sum()",
        },
    )


def rows_fused() -> Example:
    """Two layers in rows with softplus, squared error; every step written out."""
    rng = np.random.default_rng(21)
    n = 13
    inp, target = rng.normal(size=(n, 5)), rng.normal(size=(n, 2))
    K, c = Tensor(rng.normal(size=(5, 3))), Tensor(rng.normal(size=(1, 3)))
    R, d = Tensor(rng.normal(size=(3, 2))), Tensor(rng.normal(size=(1, 2)))
    U = inp @ K + c
    H = ag.softplus(U)
    out = H @ R + d
    loss = ((out - target) ** 2).sum() / (2 * n)
    return Example(
        loss,
        {"inp": inp, "target": target, "K": K, "c": c, "R": R, "d": d, "U": U, "H": H}
        | {"out": out, "n": n},
        {
            "dR": "H.T @ (out - target) / n",
            "dd": "((out - target) / n).sum(axis=0, keepdims=True)",
            "dU": "((out - target) @ R.T) * sigmoid(U) / n",
            "dK": "inp.T @ ((dout @ R.T) * sigmoid(U))",
            "dc": "(dH * sigmoid(U)).sum(axis=0, keepdims=True)",
        },
    )


def recurrent() -> Example:
    """Two steps of a recurrent network that share their weights."""
    rng = np.random.default_rng(22)
    x1, x2, h0 = rng.normal(size=(3, 7)), rng.normal(size=(3, 7)), rng.normal(size=(5, 7))
    P, Q = Tensor(rng.normal(size=(5, 3))), Tensor(rng.normal(size=(5, 5)))
    u1 = P @ x1 + Q @ h0
    h1 = ag.tanh(u1)
    u2 = P @ x2 + Q @ h1
    h2 = ag.tanh(u2)
    loss = (h2 * h2).sum() / 2
    return Example(
        loss,
        {"x1": x1, "x2": x2, "h0": h0, "P": P, "Q": Q, "u1": u1, "h1": h1, "u2": u2, "h2": h2},
        {
            "du2": "h2 * (1 - h2**2)",
            "dh1": "Q.T @ du2",
            "du1": "dh1 * (1 - h1 * h1)",
            "dQ": "du2 @ h1.T + du1 @ h0.T",
            "dP": "du2 @ x2.T + du1 @ x1.T",
        },
    )


def attention() -> Example:
    """Queries, keys and values; the softmax over the keys."""
    rng = np.random.default_rng(23)
    q, k, v = (Tensor(rng.normal(size=s)) for s in ((3, 4), (5, 4), (5, 2)))
    C = rng.normal(size=(3, 2))
    S = q @ k.T
    w = ag.softmax(S, axis=1)
    o = w @ v
    loss = (C * o).sum()
    return Example(
        loss,
        {"q": q, "k": k, "v": v, "C": C, "S": S, "w": w, "o": o},
        {
            "dv": "w.T @ C",
            "dw": "do @ v.T",
            "dS": "w * (dw - (dw * w).sum(axis=1, keepdims=True))",
            "dq": "dS @ k",
            "dk": "dS.T @ q",
        },
    )


def residual() -> Example:
    """A connection around a ReLU, float32."""
    rng = np.random.default_rng(24)
    a = Tensor(rng.normal(size=(11, 3)), dtype=np.float32)
    M = Tensor(rng.normal(size=(3, 3)), dtype=np.float32)
    g = rng.normal(size=(11, 3)).astype(np.float32)
    pre = a @ M
    y = a + ag.relu(pre)
    loss = (y * g).sum()
    return Example(
        loss,
        {"a": a, "M": M, "g": g, "pre": pre, "y": y},
        {
            "dpre": "dy * (pre > 0)",
            "dM": "a.T @ dpre",
            "da": "dy + dpre @ M.T",
        },
    )


def ridge() -> Example:
    """Ridge regression with the mean of the squares, weights a column."""
    rng = np.random.default_rng(25)
    n, ridge = 19, 0.7
    D, t = rng.normal(size=(n, 6)), rng.normal(size=(n, 1))
    beta = Tensor(rng.normal(size=(6, 1)))
    fit = D @ beta
    res = fit - t
    cost = (res**2).mean() + ridge * (beta**2).sum()
    return Example(
        cost,
        {"D": D, "t": t, "beta": beta, "fit": fit, "res": res, "n": n, "ridge": ridge},
        {
            "dres": "2 * res / n",
            "dbeta": "2 / n * D.T @ (fit - t) + 2 * ridge * beta",
        },
    )


def neuron() -> Example:
    """One tanh neuron in Values with half the squared error."""
    p, q, goal = 0.8, -1.7, 0.35
    s, t, bias = Value(0.9), Value(0.4), Value(-0.3)
    act = s * p + t * q + bias
    y = ag.tanh(act)
    err = y - goal
    cost = err * err / 2
    return Example(
        cost,
        {"p": p, "q": q, "goal": goal, "s": s, "t": t, "bias": bias, "act": act, "y": y}
        | {"err": err, "cost": cost},
        {
            "dy": "y - goal",
            "dact": "(y - goal) * (1 - y**2)",
            "ds": "dact * p",
            "dt": "err * (1 - y**2) * q",
            "dbias": "dact",
        },
    )


HELD_OUT: dict[str, Callable[[], Example]] = {
    "Poisson regression": poisson,
    "rows, softplus, fused": rows_fused,
    "recurrent": recurrent,
    "attention": attention,
    "residual, float32": residual,
    "ridge": ridge,
    "a neuron in Values": neuron,
}
