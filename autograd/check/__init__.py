"""Gradients against central differences, derivations against the graph: is it right?"""

from autograd.check.asserts import assert_gradients
from autograd.check.derivation import derivation
from autograd.check.numeric import GradcheckError, NotDifferentiableError, gradcheck
from autograd.check.points import generic_point
from autograd.check.report import Report, Step

__all__ = [
    "GradcheckError",
    "NotDifferentiableError",
    "Report",
    "Step",
    "assert_gradients",
    "derivation",
    "generic_point",
    "gradcheck",
]
