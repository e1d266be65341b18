"""Special functions on nodes, as scipy.special names them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as np
from autograd.card.op import Op, plain
from autograd.functions.activations import log_softmax as _log_softmax
from autograd.functions.activations import logsigmoid
from autograd.functions.activations import logsumexp as _logsumexp
from autograd.functions.activations import softmax as _softmax
from autograd.functions.select import where
from autograd.rules.activations import sigmoid
from autograd.rules.transcendental import erf as erf
from autograd.scipy.theirs import card, function, unknown

_ROOT_PI = math.sqrt(math.pi)
_ROOT_2PI = math.sqrt(2 * math.pi)

# ------------------------------------------------------------------------- exponentials, logarithms


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> Any:
    """log Σ b e^a over `axis` (None: over all), where e^a may overflow."""
    if b is None:
        return _logsumexp(a, axis, keepdims)
    top = np.max(plain(a), axis=axis, keepdims=True)
    total = np.log((b * np.exp(a - top)).sum(axis=axis, keepdims=keepdims))
    return total + (top if keepdims else np.squeeze(top, axis))


def softmax(x: Any, axis: Any = None) -> Any:
    """e^x / Σ e^x over `axis` (None: over all)."""
    return _softmax(x, axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """The logarithm of `softmax`."""
    return _log_softmax(x, axis)


expit, log_expit = sigmoid, logsigmoid


def logit(x: Any) -> Any:
    """log(x / (1 − x)), the inverse of `expit`."""
    return np.log(x) - np.log1p(-x)


def xlogy(x: Any, y: Any) -> Any:
    """x log y, zero where x is."""
    there = plain(x) != 0
    return where(there, x * np.log(where(there, y, 1.0)), 0.0)


# ---------------------------------------------------------------------- error function and normal

erfc: Op = card("erfc", lambda g, y, x: g * (-2 / _ROOT_PI) * np.exp(-x * x))
erfinv: Op = card("erfinv", lambda g, y, x: g * (_ROOT_PI / 2) * np.exp(y * y))
erfcinv: Op = card("erfcinv", lambda g, y, x: g * (-_ROOT_PI / 2) * np.exp(y * y))
ndtr: Op = card("ndtr", lambda g, y, x: g * np.exp(-x * x / 2) / _ROOT_2PI)
log_ndtr: Op = card("log_ndtr", lambda g, y, x: g * np.exp(-x * x / 2 - y) / _ROOT_2PI)

# ------------------------------------------------------------------------------- gamma and beta

_polygamma: Op = card("polygamma", lambda g, y, x, *, n: g * _polygamma(x, n=n + 1), ordered=True)
psi: Op = card("psi", lambda g, y, x: g * polygamma(1, x))
digamma = psi
gammaln: Op = card("gammaln", lambda g, y, x: g * psi(x))
gamma: Op = card("gamma", lambda g, y, x: g * y * psi(x))
rgamma: Op = card("rgamma", lambda g, y, x: -g * y * psi(x))


def _gamma_density(x: Any, a: Any) -> Any:
    return np.exp((a - 1) * np.log(x) - x - gammaln(a))


gammainc: Op = card(
    "gammainc", unknown("gammainc", "a"), lambda g, y, a, x: g * _gamma_density(x, a)
)
gammaincc: Op = card(
    "gammaincc", unknown("gammaincc", "a"), lambda g, y, a, x: -g * _gamma_density(x, a)
)
betainc: Op = card(
    "betainc",
    unknown("betainc", "a"),
    unknown("betainc", "b"),
    lambda g, y, a, b, x: g * np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - betaln(a, b)),
)
stdtr: Op = card(
    "stdtr",
    unknown("stdtr", "df"),
    lambda g, y, df, t: (
        g
        * np.exp(
            gammaln((df + 1) / 2)
            - gammaln(df / 2)
            - np.log(df * math.pi) / 2
            - (df + 1) / 2 * np.log1p(t * t / df)
        )
    ),
)


def polygamma(n: int, x: Any) -> Any:
    """The derivative of order n + 1 of `gammaln`."""
    return _polygamma(x, n=n)


def gammasgn(x: Any) -> Any:
    """The sign of `gamma`; no gradient flows."""
    return function("special", "gammasgn")(plain(x))


def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the gamma function of dimension `d`."""
    constant = d * (d - 1) / 4 * math.log(math.pi)
    return constant + sum(gammaln(a - j / 2) for j in range(d))


def betaln(a: Any, b: Any) -> Any:
    """The logarithm of `beta`."""
    return gammaln(a) + gammaln(b) - gammaln(a + b)


def beta(a: Any, b: Any) -> Any:
    """Γ(a) Γ(b) / Γ(a + b)."""
    return np.exp(betaln(a, b))


# --------------------------------------------------------------------------------------- Bessel

_jn: Op = card("jn", lambda g, y, x, *, n: g * (jn(n - 1, x) - jn(n + 1, x)) / 2, ordered=True)
_yn: Op = card("yn", lambda g, y, x, *, n: g * (yn(n - 1, x) - yn(n + 1, x)) / 2, ordered=True)
_iv: Op = card("iv", lambda g, y, x, *, n: g * (iv(n - 1, x) + iv(n + 1, x)) / 2, ordered=True)
_ive: Op = card(
    "ive",
    lambda g, y, x, *, n: g * ((ive(n - 1, x) + ive(n + 1, x)) / 2 - np.sign(x) * y),
    ordered=True,
)


Bessel = Callable[[Any, Any], Any]


def _of_order(card: Op, doc: str) -> Bessel:
    def bessel(n: Any, x: Any) -> Any:
        return card(x, n=n)

    bessel.__name__, bessel.__doc__ = card.name, doc
    return bessel


jn: Bessel = _of_order(_jn, "The Bessel function of the first kind, of order `n`.")
yn: Bessel = _of_order(_yn, "The Bessel function of the second kind, of order `n`.")
iv: Bessel = _of_order(_iv, "The modified Bessel function of the first kind, of order `n`.")
ive: Bessel = _of_order(_ive, "`iv` times e^(−|x|).")
j0: Op = card("j0", lambda g, y, x: -g * j1(x))
j1: Op = card("j1", lambda g, y, x: g * (j0(x) - jn(2, x)) / 2)
y0: Op = card("y0", lambda g, y, x: -g * y1(x))
y1: Op = card("y1", lambda g, y, x: g * (y0(x) - yn(2, x)) / 2)
i0: Op = card("i0", lambda g, y, x: g * i1(x))
i1: Op = card("i1", lambda g, y, x: g * (i0(x) + iv(2, x)) / 2)
