"""What pytest leaves alone here: the scripts that TensorFlow's Python runs."""

collect_ignore = ["run_graphs.py", "trains_on.py"]
