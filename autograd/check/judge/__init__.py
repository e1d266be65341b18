"""Which steps are right, alone and as a chain. Knows no mistake and no report."""
