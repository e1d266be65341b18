"""What the learner wrote: the steps of a derivation, and formulas taken apart. Knows no truth."""
