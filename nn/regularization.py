"""Layers and terms that keep a model from learning its samples by heart."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Tensor
from nn.arguments import not_negative, share, whole_number
from nn.module import Module
from nn.nodes import Kind, Rng, float_dtype, make, numbers


class Dropout(Module):
    """In training each entry is 0 with the probability `p`, the others are divided by 1 − p.

    `rng` is the layer's own source of randomness; in `eval()` the input passes unchanged.
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        self.p = share("Dropout: p", p)
        self.rng = np.random.default_rng(rng)

    def forward(self, x: Any) -> Tensor:
        if not self.training or not self.p:
            return x
        kept = (self.rng.random(np.shape(x)) >= self.p) / max(1 - self.p, np.finfo(float).tiny)
        return x * kept.astype(float_dtype(x))

    def extra_repr(self) -> str:
        return f"p={self.p}"


class BatchNorm1d(Module):
    """`(x − mean) / √(var + eps) · weight + bias` for each feature, samples as rows (Ioffe 2015).

    In training with the mean and the (biased) variance of the batch, in `eval()` with running ones,
    `running := (1 − momentum) · running + momentum · batch` (unbiased variance there, as in
    PyTorch); `momentum=None` averages all batches alike.
    """

    buffer_names: ClassVar[tuple[str, ...]] = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        *,
        dtype: Any = None,
        node: Kind = Tensor,
    ) -> None:
        self.num_features = whole_number(
            f"BatchNorm1d({num_features!r}): num_features", num_features
        )
        self.eps, self.momentum = not_negative("eps", eps), momentum
        zeros, ones = np.zeros(num_features, dtype or float), np.ones(num_features, dtype or float)
        self.weight: Any = make(ones, node) if affine else None
        self.bias: Any = make(zeros, node) if affine else None
        self.running_mean, self.running_var = zeros.copy(), ones.copy()
        self.num_batches_tracked = np.array(0)

    def forward(self, x: Any) -> Tensor:
        """`(m, num_features)` to the same; raises ValueError for one sample in training."""
        given = np.shape(x)
        if len(given) != 2 or given[1] != self.num_features:
            raise ValueError(
                f"BatchNorm1d({self.extra_repr()}): the input has shape {given}, and should be "
                f"(m, {self.num_features})"
            )
        if self.training:
            if given[0] < 2:
                raise ValueError(
                    "BatchNorm1d: one sample has no variance; train with batches of 2 or more "
                    "(drop_last=True leaves a smaller last batch out), or call eval()"
                )
            mean = x.mean(axis=0)
            centred = x - mean
            var = (centred**2).mean(axis=0)
            self._track(numbers(mean), numbers(var) * given[0] / (given[0] - 1))
        else:
            dtype = float_dtype(x)
            centred, var = x - self.running_mean.astype(dtype), self.running_var.astype(dtype)
        normal = centred / autograd.sqrt(var + self.eps)
        return normal if self.weight is None else normal * self.weight + self.bias

    def _track(self, mean: np.ndarray, var: np.ndarray) -> None:
        self.num_batches_tracked = self.num_batches_tracked + 1
        share = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        dtype = self.running_mean.dtype
        self.running_mean = ((1 - share) * self.running_mean + share * mean).astype(dtype)
        self.running_var = ((1 - share) * self.running_var + share * var).astype(dtype)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class Penalty:
    """A term of the objective: `strength` times what `entry` gives, over the weights of a model.

    Weights are all parameters but those called `bias`, and all with `bias=True`. A subclass may say
    that it is `pure`, as a Module.
    """

    pure: ClassVar[bool] = False

    def __init__(self, strength: float, *, bias: bool = False) -> None:
        self.strength = not_negative(f"{type(self).__name__}({strength!r}): strength", strength)
        self.bias = bias

    def __call__(self, model: Module) -> Any:
        """The penalty on the weights of a model, a node."""
        total: Any = 0.0
        for name, node in model.named_parameters():
            if self.bias or name.partition("[")[0].rpartition(".")[2] != "bias":
                entries = self.entry(node)
                total = total + (entries.sum() if isinstance(node, Tensor) else entries)
        return self.strength * total

    def entry(self, w: Any) -> Any:
        """What each entry of the weight `w` adds to the term, before `strength`."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        """Both penalties: `L1(1e-4) + L2(1e-3)` is the elastic net."""
        return Sum(self, other)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.strength})"


class Sum:
    """Penalties, or other functions of a model, added up."""

    def __init__(self, *terms: Callable[[Module], Any]) -> None:
        self.terms = terms

    def __call__(self, model: Module) -> Any:
        """All penalties on a model added up, a node."""
        return functools.reduce(operator.add, (term(model) for term in self.terms))

    def __add__(self, other: Any) -> Sum:
        return Sum(*self.terms, other)

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms))


class L1(Penalty):
    """`strength · Σ |w|`, which makes weights zero."""

    def entry(self, w: Any) -> Any:
        return autograd.absolute(w)


class L2(Penalty):
    """`strength / 2 · Σ w²`: what `weight_decay=strength` is for SGD."""

    def entry(self, w: Any) -> Any:
        return 0.5 * w * w
