"""The tests, and the corpus of derivations that the benchmark of mistakes shares with them."""
