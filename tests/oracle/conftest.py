"""What pytest leaves alone here: the script that TensorFlow's Python runs."""

collect_ignore = ["run_graphs.py"]
