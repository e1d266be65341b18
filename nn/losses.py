"""Losses: modules called with the output of a model and the targets."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

import numpy as np

import autograd
from autograd import Tensor, Value
from nn.arguments import no_text, share
from nn.module import Module
from nn.nodes import float_dtype, log_softmax, numbers

Reduction = Literal["mean", "sum", "none"]


class Loss(Module):
    """A loss for each entry, reduced to their mean or sum, or left as it is.

    `threshold` is the output above which the prediction is class 1, for losses of two classes;
    `takes_logits` says that a sigmoid or softmax is part of the loss, and none of the model.
    What `forward` gives is `apply(input, *data(target, …))`.
    """

    threshold: ClassVar[float | None] = None
    takes_logits: ClassVar[bool] = False

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction={reduction!r}: give 'mean', 'sum' or 'none'")
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss; `target` is plain numbers of the shape of `input`."""
        return self.apply(input, *self.data(target, np.shape(input), float_dtype(input)))

    def data(self, target: Any, shape: tuple[int, ...], dtype: np.dtype) -> list[np.ndarray]:
        """What the loss computes with of the targets, for an output of this shape and dtype."""
        if shape != np.shape(target):
            raise ValueError(
                f"{type(self).__name__}: the output has shape {shape} and the target "
                f"{np.shape(target)}, which would be broadcast: reshape one of them"
            )
        return [numbers(no_text(target)).astype(dtype)]

    def apply(self, input: Any, *data: Any) -> Any:  # noqa: A002
        """The loss of an output and what `data` gave, which may be nodes too."""
        return self.reduce(self.entries(input, *data))

    def entries(self, input: Any, target: Any) -> Any:  # noqa: A002
        """The loss of each entry of an output, not yet reduced."""
        raise NotImplementedError

    def correct(self, output: np.ndarray, target: np.ndarray) -> np.ndarray | None:
        """Which predictions name the class in `target`; None where there are no classes."""
        if self.threshold is None:
            return None
        return np.equal(output > self.threshold, target > 0.5)

    def reduce(self, losses: Any) -> Any:
        """The mean or the sum of the losses of all entries, or these themselves."""
        if self.reduction == "none" or isinstance(losses, Value):
            return losses
        return losses.mean() if self.reduction == "mean" else losses.sum()

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class MSELoss(Loss):
    """The squared error, `(x − y)²`."""

    def entries(self, input: Any, target: Any) -> Any:  # noqa: A002
        return (input - target) ** 2


class L1Loss(Loss):
    """The absolute error, `|x − y|`, with the derivative 0 where they are equal."""

    def entries(self, input: Any, target: Any) -> Any:  # noqa: A002
        return autograd.absolute(input - target)


class TwoClasses(Loss):
    """A loss of targets that are 0, 1, or probabilities of class 1; `weight` is broadcast."""

    def __init__(self, weight: Any = None, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.weight = None if weight is None else numbers(weight)

    def data(self, target: Any, shape: tuple[int, ...], dtype: np.dtype) -> list[np.ndarray]:
        """The targets; raises ValueError for labels other than 0 and 1, saying what to write."""
        return [_probabilities(self, each) for each in super().data(target, shape, dtype)]


class BCELoss(TwoClasses):
    """`L(a, y) = −(y log a + (1 − y) log(1 − a))` of probabilities `a` (N1.2, N3.2).

    The logarithms are cut at −100, as in PyTorch, so the loss is finite at 0 and 1; the gradient
    beyond the cut is zero. `weight` multiplies the loss of each entry. Raises ValueError for what
    is no probability. For models that end in a sigmoid, BCEWithLogitsLoss of what goes into it is
    exact at any size.
    """

    threshold = 0.5

    def entries(self, input: Any, target: Any) -> Any:  # noqa: A002
        if np.any((input < 0) | (input > 1)):
            a = numbers(input)
            raise ValueError(
                f"BCELoss takes probabilities, and the output goes from {a.min():g} to "
                f"{a.max():g}: end the model in a Sigmoid, or take BCEWithLogitsLoss"
            )
        hit = target * _log(input)
        miss = (1 - target) * _log(1 - input)
        return _weighted(self.weight, -(hit + miss))


class BCEWithLogitsLoss(TwoClasses):
    """`−(y log σ(z) + (1 − y) log(1 − σ(z)))` of logits `z`, without computing `σ(z)`.

    Finite and exact at any `z`, since `−log σ(z) = softplus(−z)`. `weight` multiplies the loss of
    each entry, `pos_weight` that of the entries with `y = 1`; both are broadcast.
    """

    threshold = 0.0
    takes_logits = True

    def __init__(
        self, weight: Any = None, *, reduction: Reduction = "mean", pos_weight: Any = None
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.pos_weight = None if pos_weight is None else numbers(pos_weight)

    def entries(self, input: Any, target: Any) -> Any:  # noqa: A002
        hit = _weighted(self.pos_weight, target * autograd.softplus(-input))
        miss = (1 - target) * autograd.softplus(input)
        return _weighted(self.weight, hit + miss)


class CrossEntropyLoss(Loss):
    """`−Σ_k w_k y_k log softmax(z)_k` of logits `z`, `(m, K)`, without computing the softmax.

    `target` holds class indices, `(m,)`, or probabilities, `(m, K)`. `weight` has a number for
    each class; with indices the mean is the weighted one, as in PyTorch. Samples whose index is
    `ignore_index` count for nothing. `label_smoothing` ε replaces the target `y` by
    `(1 − ε) y + ε / K`.
    """

    takes_logits = True

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction=reduction)
        self.weight = None if weight is None else numbers(weight)
        self.label_smoothing = share("label_smoothing", label_smoothing)
        self.ignore_index = ignore_index

    def data(self, target: Any, shape: tuple[int, ...], dtype: np.dtype) -> list[np.ndarray]:
        """The factors `w_k y_k`, and what a mean divides by.

        For outputs `(m, K)`, or `(K,)` and a single index or `(K,)` for one sample.
        """
        classes = numbers(no_text(target))
        if not shape or classes.shape not in (shape, shape[:-1]):
            raise ValueError(
                f"CrossEntropyLoss: the output has shape {shape} and the target {classes.shape}; "
                f"it should be {shape[:-1]} class indices, or {shape} probabilities"
            )
        if shape[-1] == 1:
            raise ValueError(
                f"CrossEntropyLoss: an output of shape {shape} has one class, whose probability is "
                "always 1: give the model an output for each class, or take BCEWithLogitsLoss"
            )
        counts = np.ones(shape[:-1])
        y = classes
        if classes.shape == shape:
            _probabilities(self, classes)
        else:
            counts = (classes != self.ignore_index).astype(float)
            y = _one_hot(np.where(counts, classes, 0), shape[-1]) * counts[..., np.newaxis]
        w = np.ones(shape[-1]) if self.weight is None else self.weight
        if w.shape != shape[-1:]:
            raise ValueError(f"CrossEntropyLoss: {w.shape} weights for {shape[-1]} classes")
        total = (y @ w).sum() if classes.shape != shape else max(math.prod(shape[:-1]), 1)
        even = counts[..., np.newaxis] / shape[-1]
        y = (1 - self.label_smoothing) * y + self.label_smoothing * even
        return [(w * y).astype(dtype), np.array([total], dtype)]

    def apply(self, input: Any, *data: Any) -> Any:  # noqa: A002
        """The loss of logits and what `data` gave: summed over classes, reduced over samples."""
        factors, total = data
        losses = -(factors * log_softmax(input)).sum(axis=-1)
        if self.reduction == "none":
            return losses
        summed = losses.sum() if np.ndim(losses) else losses
        return summed / total[0] if self.reduction == "mean" else summed

    def correct(self, output: np.ndarray, target: np.ndarray) -> np.ndarray:
        """For which samples the largest logit is that of the target's class."""
        if target.ndim == output.ndim:
            target = target.argmax(axis=-1)
        counts = target != self.ignore_index
        return np.equal(output.argmax(axis=-1), target)[counts]


def _probabilities(loss: Loss, target: np.ndarray) -> np.ndarray:
    if target.size and (target.min() < 0 or target.max() > 1):
        raise ValueError(
            f"{type(loss).__name__}: targets are 0, 1 or probabilities, and these go from "
            f"{target.min():g} to {target.max():g}: write y == {target.max():g} for two classes, "
            "take CrossEntropyLoss with class indices for more, or nn.estimators for any labels"
        )
    return target


def _one_hot(classes: np.ndarray, count: int) -> np.ndarray:
    """A row of probabilities for each class index."""
    wrong = np.argwhere((classes < 0) | (classes >= count) | (classes % 1 != 0))
    if len(wrong):
        index = tuple(wrong[0].tolist())
        raise ValueError(
            f"CrossEntropyLoss: target[{', '.join(map(str, index))}] is {classes[index]}; class "
            f"indices go from 0 to {count - 1}"
        )
    return np.asarray(np.eye(count)[classes.astype(int)])


def class_weights(y: Any) -> np.ndarray:
    """The weight of each class that makes all count alike, `m / (K · m_k)`: "balanced".

    `y` holds class indices. For CrossEntropyLoss as `weight`; `w[1] / w[0]` is a `pos_weight`.
    """
    counts = np.bincount(np.asarray(y).ravel().astype(int))
    if not counts.all():
        raise ValueError(f"class_weights: class {int(np.argmin(counts))} has no sample")
    return np.asarray(counts.sum() / (len(counts) * counts))


def _log(x: Any) -> Any:
    """The logarithm, not below −100."""
    return autograd.log(autograd.maximum(x, math.exp(-100)))


def _weighted(weight: np.ndarray | None, losses: Any) -> Any:
    if weight is None:
        return losses
    return weight.astype(float_dtype(losses)) * losses
