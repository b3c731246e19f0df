"""`tf.saved_model.tag_constants`: the usual tags, which tell the graphs of a SavedModel apart."""

__all__ = ["GPU", "SERVING", "TPU", "TRAINING"]

GPU = "gpu"
SERVING = "serve"
TPU = "tpu"
TRAINING = "train"
