"""Floor 0: the nouns everything else is built from, on NumPy and ml_dtypes alone."""
