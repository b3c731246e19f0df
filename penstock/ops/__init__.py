"""The ops: one record each, grouped by subject; `library.py` is the only list of them."""
