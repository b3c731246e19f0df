"""Run files with TensorFlow (1.15 or 2): its Python runs this, told by a JSON file what to run.

    python run_graphs.py TASKS RESULTS

A task has a kind ("graph", "meta" or "saved_model"), a path, feeds and fetches; the results are the
fetched values, or the error.
"""

import json
import sys

import tensorflow

tf = tensorflow.compat.v1
tf.disable_v2_behavior()


def _prepare(task, session):
    if task["kind"] == "graph":
        with open(task["path"], "rb") as source:
            tf.import_graph_def(tf.GraphDef.FromString(source.read()), name="")
    elif task["kind"] == "meta":
        saver = tf.train.import_meta_graph(task["path"] + ".meta")
        saver.restore(session, task["path"])
    else:
        tf.saved_model.load(session, ["serve"], task["path"])


def _run(task):
    with tf.Graph().as_default(), tf.Session() as session:
        _prepare(task, session)
        return [value.tolist() for value in session.run(task["fetches"], task["feeds"])]


def main(tasks_path, results_path):
    """Run the tasks."""
    with open(tasks_path) as source:
        tasks = json.load(source)
    results = {}
    for name, task in tasks.items():
        try:
            results[name] = _run(task)
        except Exception as error:
            results[name] = repr(error)
    with open(results_path, "w") as target:
        json.dump(results, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
