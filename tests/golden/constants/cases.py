"""Values that become constants, and the dtypes that are asked for."""

import numpy as np

# Without a dtype: what it becomes, or why it cannot.
PLAIN = (
    "[True, 1]; [1, True]; [True, 1.]; [True, 1j]; [1, 2.]; [1, 1j]; [1, 'a']; ['a', 1]; "
    "[True, 'a']; [b'a', 'b']; None; [None]; [1, None]; [1, [2]]; [[2], 1]; [[1], [2, 3]]; []; "
    "[[]]; (); {}; {1, 2}; object(); np.array([1, 'a']); np.array([None]); np.array(['a']); "
    "2**31 - 1; 2**31; [2**31, 1]; 2**63 - 1; 2**63; 2**64 - 1; 2**64; -2**63; 1e40; 1e400; "
    "[np.float32(1), 2.]; [np.int8(1), 2]; [np.int64(1), 2]; np.uint64(5); np.float16(1); "
    "bytearray(b'ab'); memoryview(b'a'); [np.array([1]), np.array([2, 3])]; 'é'; b'a'; True; "
    "tf.TensorShape([1, 2]); tf.TensorShape([None]); tf.TensorShape(None); tf.TensorShape([]); "
    "[tf.constant(1), 2]; [tf.constant(1), 2.]; [tf.constant(1.), 2]; [tf.constant(1), 'a']; "
    "[tf.constant(1), tf.constant(2.)]; [tf.Variable(1), tf.constant(2.)]"
)
# With each of these dtypes: the value that it gets, or why it does not.
DTYPES = "int8 uint8 int16 uint16 int32 int64 uint32 uint64 float16 float32 bool string complex64"
WITH_DTYPE = (
    "300; -1; 256; -129; 2**31; 2**32; 2**63; 2**64; -2**63; 1.5; 1.0; True; 'a'; 1j; 1e5; None; "
    "[True, 1]; [1, 1.5]; ['a', 1]; [1, [2]]; [np.int64(300)]; np.array([1.5]); np.array(True); "
    "[]; [tf.constant(1), 2]; [[tf.Variable(1.), 2.]]"
)

CASES = [(text, None) for text in PLAIN.split("; ")] + [
    (text, dtype) for text in WITH_DTYPE.split("; ") for dtype in DTYPES.split()
]


def run(tf, text, dtype):
    """Make the constant of one case, in the TensorFlow that is given.

    Returns:
      The dtype's name, the static shape, the node's type and the value as nested lists of text; or
      the name of the error's class.
    """
    with tf.Graph().as_default():
        try:
            value = eval(text, {"tf": tf, "np": np})
            tensor = tf.convert_to_tensor(value, None if dtype is None else tf.as_dtype(dtype))
        except Exception as error:
            return type(error).__name__
        number = ""
        if tensor.op.type == "Const":
            with tf.Session() as sess:
                number = str(np.asarray(sess.run(tensor)).tolist())
        kinds = [node.type for node in tensor.graph.get_operations()]
        return [tensor.dtype.name, tensor.shape.as_list(), kinds, number]
