"""Right derivations, mistakes to put into them, and the score of the proof-reader on these."""
