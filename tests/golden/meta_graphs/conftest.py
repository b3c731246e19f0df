"""What pytest leaves alone here: the maker of the golden files wants TensorFlow."""

collect_ignore = ["make_golden.py"]
