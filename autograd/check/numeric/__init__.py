"""Gradients of functions against central differences. Knows no derivation."""
