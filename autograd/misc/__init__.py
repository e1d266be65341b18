"""Helpers around gradients that the package of the same name brings: `flatten`, `optimizers`."""

from autograd.misc.flatten import flatten

__all__ = ["flatten"]
