"""The tier that interprets, step by step, in NumPy: the definition of what a program means."""
