"""Exponentials, logarithms, roots, trigonometric and hyperbolic functions."""

from __future__ import annotations

import math

import numpy as np

from autograd.op import ATOM, POSITIVE, POWER, SIGN, Op, op

exp: Op = op(
    "exp",
    np.exp,
    lambda g, y, x: g * y,
    scalar=math.exp,
    tex=("e^{%s}", POWER),
    text=("e^%s", POWER, (ATOM,)),
    method="exp",
)


log: Op = op(
    "log",
    np.log,
    lambda g, y, x: g / x,
    scalar=math.log,
    tex=(r"\log %s", SIGN, (ATOM,)),
    text=("log %s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
    method="log",
)


sqrt: Op = op(
    "sqrt",
    np.sqrt,
    lambda g, y, x: g / (2 * y),
    scalar=math.sqrt,
    symbol="√",
    tex=(r"\sqrt{%s}", ATOM),
    text=("√%s", SIGN, (ATOM,)),
    domain=(POSITIVE,),
    method="sqrt",
    kink="infinite at x = 0",
)


sin: Op = op(
    "sin",
    np.sin,
    lambda g, y, x: g * cos(x),
    scalar=math.sin,
    tex=(r"\sin %s", SIGN, (ATOM,)),
    method="sin",
)


cos: Op = op(
    "cos",
    np.cos,
    lambda g, y, x: -g * sin(x),
    scalar=math.cos,
    tex=(r"\cos %s", SIGN, (ATOM,)),
    method="cos",
)


tanh: Op = op(
    "tanh",
    np.tanh,
    lambda g, y, x: g * (1 - y * y),
    scalar=math.tanh,
    tex=(r"\tanh %s", SIGN, (ATOM,)),
    method="tanh",
    doc="N2.2",
)
