"""NumPy's `fft`, importable below `autograd.numpy`; its functions take nodes where they can."""

from numpy.fft import *  # noqa: F403 - this is NumPy's namespace
from numpy.fft import __all__ as __all__
