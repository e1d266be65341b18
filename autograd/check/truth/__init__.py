"""What is true of a graph: its values, gradients, contributions, as numbers and as formulas."""
