"""The tests of the proof-reader."""
