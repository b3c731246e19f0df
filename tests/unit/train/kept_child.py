"""Trains and saves until it is killed, beginning where the last one ended; says when it saves."""

import sys

import penstock as tf


def main(folder):
    """Count in two variables at once; every save has the same number in both."""
    first = tf.Variable(tf.zeros([1000]))
    second = tf.Variable(0.0, use_resource=True)
    step = tf.train.get_or_create_global_step()
    count = tf.group(first.assign_add(tf.ones([1000])), second.assign_add(1.0), step.assign_add(1))
    saver = tf.train.Saver(max_to_keep=2)
    with tf.Session() as session:
        newest = tf.train.latest_checkpoint(folder)
        if newest is None:
            session.run(tf.global_variables_initializer())
        else:
            saver.restore(session, newest)
            saver.recover_last_checkpoints(
                tf.train.get_checkpoint_state(folder).all_model_checkpoint_paths
            )
        while True:
            session.run(count)
            path = saver.save(session, f"{folder}/model", step)
            print(path.rpartition("-")[2], flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
