"""What is around a node: its name, device, control inputs, colocation and collections."""

__all__ = ["control_and_devices", "names"]


def names(tf):
    """Name scopes nested, re-entered, absolute and empty; names made unique, case included."""
    tf.constant(1)
    tf.constant(2)
    tf.constant(3, name="c")
    tf.constant(4, name="C")
    tf.constant(5, name="c_1")
    tf.constant(6, name="c")
    with tf.name_scope("outer") as outer:
        tf.constant(1, name="inside")
        with tf.name_scope("inner"):
            tf.constant(1, name="inside")
            tf.add(1, 2, name="sum")
        with tf.name_scope("inner"):
            tf.constant(1)
        with tf.name_scope(None):
            tf.constant(1, name="top")
        with tf.name_scope(outer):
            tf.constant(1, name="inside")
    with tf.name_scope(outer):
        tf.constant(1, name="again")
    with tf.name_scope("outer"):
        tf.constant(1, name="inside")
    with tf.name_scope("outer/inner/deep"):
        tf.constant(1)
    with tf.name_scope(None, "by_default", [tf.constant(0)]):
        tf.identity(tf.constant(1), name="kept")
    with tf.name_scope("given", "by_default"):
        tf.no_op()
    graph = tf.get_default_graph()
    with graph.name_scope("of.graph-x"):
        tf.no_op(name="done")
    made = [graph.unique_name("free"), graph.unique_name("free"), graph.unique_name("outer", False)]
    made += [graph.get_name_scope(), tf.add(1.0, 2.0, name="outer/direct").name]
    tf.multiply([1.0], [2.0], "weird.name-1")
    tf.identity(tf.constant(1, name="scoped/slash"), name="absolute/")
    with tf.variable_scope("layer"):
        tf.constant(1)
    with tf.variable_scope("layer"):
        tf.constant(1)
    return made


def control_and_devices(tf):
    """Control dependencies, groups, device stacks and functions, colocation."""
    graph = tf.get_default_graph()
    a = tf.constant(1.0, name="a")
    b = tf.constant(2.0, name="b")
    made = []
    with tf.control_dependencies([a]):
        c = tf.add(a, b, name="c")
        with tf.control_dependencies([b, c.op]):
            made += [tf.no_op(), tf.identity(c), tf.constant(3.0)]
            with tf.control_dependencies(None):
                made += [tf.constant(4.0, name="free")]
            tf.add(c, b, name="implied")
    with tf.control_dependencies([]):
        made += [tf.identity(a)]
    made += [tf.group(a, b), tf.group(a, b, name="both"), tf.group(), tf.tuple([a, b, None])]
    made += [tf.tuple([a], control_inputs=[b.op], name="held")]
    with tf.device("/cpu:0"):
        x = tf.constant(1.0, name="on_cpu")
        with tf.device("/job:ps/task:1"):
            tf.identity(x, name="on_ps")
            with tf.device(None):
                tf.identity(x, name="anywhere")
            with tf.device("/device:GPU:3"):
                tf.identity(x, name="on_gpu")
        with tf.device(lambda node: "/gpu:1" if node.type == "Add" else "/job:worker"):
            tf.raw_ops.Add(x=x, y=x)
            tf.negative(x)
    with tf.device(lambda node: "/device:CPU:7"), tf.device("/job:w"):
        tf.constant(0)
    with graph.device("gpu:2"):
        tf.constant(5)
    with tf.colocate_with(x):
        tf.constant(2.0, name="beside")
        with tf.device("/gpu:0"):
            tf.constant(2.0, name="beside_still")
        with tf.colocate_with(a):
            tf.constant(3.0, name="beside_both")
        with tf.colocate_with(a, ignore_existing=True):
            tf.constant(3.0, name="beside_a")
        with tf.colocate_with(None, ignore_existing=True):
            tf.constant(3.0, name="apart")
    with graph.colocate_with(graph.get_operation_by_name("on_ps")):
        tf.constant(1.0)
    tf.add_to_collection("kept", a)
    tf.add_to_collection("kept", b)
    graph.add_to_collections(["kept", "more"], c)
    made += [graph.get_collection("kept", "c"), graph.get_all_collection_keys()]
    return made
