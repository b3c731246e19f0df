"""What pytest leaves alone here: the makers of the golden files want TensorFlow."""

collect_ignore = ["make_golden.py", "make_golden_tf2.py"]
