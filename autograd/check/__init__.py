"""The proof-reader: is a hand-derived gradient right, and if not, what is wrong with it?

In reading order: what was `written`, the `truth` of the graph, the `judge` of the steps, the
`diagnosis` of those that are wrong, the `verdicts`, the `report` and its `formats`; `derivation`
runs through all of them. `numeric` needs no derivation: gradients against central differences.
"""

from autograd.check.asserts import assert_gradients
from autograd.check.derivation import derivation
from autograd.check.diagnosis.blindspots import generic_point
from autograd.check.numeric.gradcheck import GradcheckError, NotDifferentiableError, gradcheck
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
