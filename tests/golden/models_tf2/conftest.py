"""What pytest leaves alone here: the maker of the golden file wants TensorFlow."""

collect_ignore = ["make_golden.py"]
