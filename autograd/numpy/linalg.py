"""NumPy's `linalg`, importable below `autograd.numpy`; its functions take nodes where they can."""

import numpy.linalg as _linalg
from numpy.linalg import *  # noqa: F403 - this is NumPy's namespace

from autograd.numpy.lists import functions_of_lists as _functions_of_lists

__all__ = list(_linalg.__all__)

globals().update(_functions_of_lists(_linalg))
