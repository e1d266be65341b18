"""The engine: nodes, their order, the sweep. Knows neither NumPy nor any operation."""
