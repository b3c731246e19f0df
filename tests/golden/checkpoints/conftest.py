"""What pytest leaves alone here: the makers of the golden files want TensorFlow."""

collect_ignore = ["make_golden.py", "make_object_golden.py"]
