"""Measurements of speed against peers, each ratio within one run."""
