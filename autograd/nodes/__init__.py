"""The two kinds of nodes: a Value of one float, a Tensor of an array."""
