"""NumPy's `random`, importable below `autograd.numpy`; its functions take nodes where they can."""

from numpy.random import *  # noqa: F403 - this is NumPy's namespace
from numpy.random import __all__ as __all__
