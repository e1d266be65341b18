"""Layers. Samples are rows: `(m, n_in)` goes in, `(m, n_out)` comes out."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator
from typing import Any, overload

import numpy as np

from autograd import Tensor
from nn import init as initializers
from nn.arguments import whole_number
from nn.init import Initializer
from nn.module import Module
from nn.nodes import Kind, Rng, make


class Linear(Module):
    """`x Wᵀ + b` with `weight` of shape `(n_out, n_in)`, as in the notes, and `bias` `(n_out,)`.

    Both start uniform on ±1/√n_in, as in PyTorch; with `init` the weight is `init(shape, rng)` and
    the bias zero. `node=Value` makes arrays of Values of them.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init: Initializer | None = None,
        rng: Rng = None,
        dtype: Any = None,
        node: Kind = Tensor,
    ) -> None:
        call = f"Linear({in_features!r}, {out_features!r}): "
        self.in_features = whole_number(f"{call}in_features", in_features)
        self.out_features = whole_number(f"{call}out_features", out_features)
        sizes = (self.out_features, self.in_features)
        rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(self.in_features)
        start = functools.partial(initializers.uniform, a=-bound, b=bound)
        weight = np.asarray((init or start)(sizes, rng))
        if weight.shape != sizes:
            raise ValueError(f"init gave shape {weight.shape} for a weight of shape {sizes}")
        self.weight = make(weight.astype(dtype or float), node)
        self.bias: Any = None
        if bias:
            b = np.zeros(sizes[:1]) if init else start(sizes[:1], rng)
            self.bias = make(b.astype(dtype or float), node)

    def forward(self, x: Any) -> Tensor:
        """`(m, n_in)` to `(m, n_out)`; a single sample `(n_in,)` to `(n_out,)`."""
        if isinstance(x, list | tuple):
            x = np.array(x)
        given = np.shape(x)
        if given[-1:] != (self.in_features,):
            hint = "; samples are rows: x.T?" if given[:1] == (self.in_features,) else ""
            raise ValueError(
                f"Linear({self.extra_repr()}): the input has shape {given}, and its last axis "
                f"should be the {self.in_features} features{hint}"
            )
        z = x @ self.weight.T
        return z if self.bias is None else z + self.bias

    def extra_repr(self) -> str:
        no_bias = ", bias=False" * (self.bias is None)
        return f"in_features={self.in_features}, out_features={self.out_features}{no_bias}"


class Sequential(Module):
    """Layers one after the other; its parameters are named by their places, `0.weight`."""

    def __init__(self, *layers: Module) -> None:
        for place, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(f"Sequential: layer {place} is {layer!r}, which is no Module")
        self.layers = list(layers)

    def parts(self) -> Iterable[tuple[str, Any]]:
        """The layers by their places, then what a subclass adds."""
        yield from ((str(place), layer) for place, layer in enumerate(self.layers))
        yield from ((name, part) for name, part in vars(self).items() if name != "layers")

    def forward(self, x: Any) -> Tensor:
        """The output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module:
        found = self.layers[index]
        return Sequential(*found) if isinstance(found, list) else found
