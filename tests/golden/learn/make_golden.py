"""Make `vocabulary` with TensorFlow 1.15: ``python make_golden.py`` in this folder."""

import tensorflow as tf

TEXTS = ["the cat sat on the mat", "the Dog SAT-on it's NASAData", "ünï code 3.5"]

if __name__ == "__main__":
    processor = tf.contrib.learn.preprocessing.VocabularyProcessor(5)
    processor.fit(TEXTS)
    processor.save("vocabulary")
