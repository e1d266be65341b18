"""What an operation is: its card, the table of all cards, and its place in NumPy's dispatch."""
