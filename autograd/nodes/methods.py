"""The methods that nodes have from the table, for checkers to read: `methods.pyi` lists them.

They are bound when the kinds of nodes are defined, so here is nothing but the names.
"""

from autograd.nodes.operators import Operators


class ValueMethods(Operators):
    """What a Value has from the table."""

    __slots__ = ()


class TensorMethods(Operators):
    """What a Tensor has from the table."""

    __slots__ = ()
