"""NumPy's `linalg`, importable below `autograd.numpy`; its functions take nodes where they can."""

from numpy.linalg import *  # noqa: F403 - this is NumPy's namespace
from numpy.linalg import __all__ as __all__
