"""Make `vocabulary` with TensorFlow 1.15: ``python tests/golden/learn/make_golden.py``."""

import os

import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))
TEXTS = ["the cat sat on the mat", "the Dog SAT-on it's NASAData", "ünï code 3.5"]

if __name__ == "__main__":
    processor = tf.contrib.learn.preprocessing.VocabularyProcessor(5)
    processor.fit(TEXTS)
    processor.save(os.path.join(HERE, "vocabulary"))
