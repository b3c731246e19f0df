"""Wrong input to a session: feeds, fetches, and the session itself."""

import numpy as np

from tests.unit.errors.wrong import wrong

# Feeds


@wrong(must="must feed", came="float32 and shape (?, 2)", todo="feed_dict")
def feed_nothing(env):
    missing = env.tf.placeholder(env.tf.float32, [None, 2], name="missing")  # made here
    return missing * 2.0


@wrong(must="shape", came="(2, 4)", todo="Feed")
def feed_wrong_size(env):
    x = env.tf.placeholder(env.tf.float32, [None, 3])  # made here
    return x * 2.0, {x: np.ones((2, 4))}


@wrong(must="shape", came="(3,)", todo="Feed")
def feed_wrong_rank(env):
    x = env.tf.placeholder(env.tf.float32, [None, 3])  # made here
    return x * 2.0, {x: [1.0, 2.0, 3.0]}


@wrong(must="float32", came="'three'", todo="Feed numbers")
def feed_string_for_float(env):
    x = env.tf.placeholder(env.tf.float32, [])  # made here
    return x * 2.0, {x: "three"}


@wrong(must="float32", came="[[1.0, 2.0], [3.0]]", todo="Feed")
def feed_ragged(env):
    x = env.tf.placeholder(env.tf.float32, [None, None])  # made here
    return x * 2.0, {x: [[1.0, 2.0], [3.0]]}


@wrong(must="float32", came="object", todo="Feed numbers")
def feed_object(env):
    x = env.tf.placeholder(env.tf.float32, [])  # made here
    return x * 2.0, {x: object()}


@wrong(must="int32", came="1099511627776", todo="Feed")
def feed_integer_too_large(env):
    x = env.tf.placeholder(env.tf.int32, [])  # made here
    return x * 2, {x: 2**40}


@wrong(must="cannot be", came="tf.Tensor", todo="sess.run")
def feed_tensor(env):
    x = env.tf.placeholder(env.tf.float32, [])
    return x * 2.0, {x: env.tf.constant(1.0)}


@wrong(must="may not be fed", came="guarded", todo="placeholder")
def feed_unfeedable(env):
    guarded = env.tf.identity(env.x, name="guarded")  # made here
    env.graph.prevent_feeding(guarded)
    return guarded * 2.0, {guarded: [[1.0, 2.0, 3.0]]}


@wrong(must="Cannot interpret feed_dict key as Tensor", came="'nothing:0'", todo="name")
def feed_unknown_name(env):
    return env.x * 2.0, {"nothing:0": 1.0}


@wrong(must="Cannot interpret feed_dict key as Tensor", came="'x'", todo="'x:0'")
def feed_operation_name(env):
    return env.x * 2.0, {"x": 1.0}


@wrong(must="Cannot interpret feed_dict key as Tensor", came="another", todo="graph")
def feed_other_graph(env):
    with env.tf.Graph().as_default():
        other = env.tf.placeholder(env.tf.float32, [], name="other")  # made here
    return env.x * 2.0, {other: 1.0}


@wrong(must="Cannot interpret feed_dict key as Tensor", came="int", todo="name")
def feed_key_of_unknown_type(env):
    return env.x * 2.0, {7: 1.0}


@wrong(must="dict", came="list", todo="{")
def feed_list(env):
    env.session.run(env.x, feed_dict=[(env.x, 1.0)])


# Fetches


@wrong(must="invalid type", came="None", todo="tensor")
def fetch_none(env):
    env.session.run(None)


@wrong(must="invalid type", came="None", todo="tensor")
def fetch_none_in_nest(env):
    env.session.run({"a": [env.v, None]})


@wrong(must="string or Tensor", came="7", todo="tensor")
def fetch_number(env):
    env.session.run(7)


@wrong(must="string or Tensor", came="object", todo="tensor")
def fetch_object(env):
    env.session.run([object()])


@wrong(must="cannot be interpreted as a Tensor", came="'nothing:0'", todo="operations")
def fetch_unknown_name(env):
    env.session.run("nothing:0")


@wrong(must="cannot be interpreted as a Tensor", came="'produce'", todo="product")
def fetch_unknown_operation(env):
    env.session.run("produce")


@wrong(must="cannot be interpreted as a Tensor", came="'x:zero'", todo="'node:0'")
def fetch_misspelt_name(env):
    env.session.run("x:zero")


@wrong(must="cannot be interpreted as a Tensor", came="other", todo="session")
def fetch_other_graph(env):
    with env.tf.Graph().as_default():
        other = env.tf.constant(1.0, name="other")  # made here
    env.session.run(other)


@wrong(must="not fetchable", came="hidden", todo="fetch another")
def fetch_unfetchable(env):
    hidden = env.tf.identity(env.x, name="hidden")  # made here
    env.graph.prevent_fetching(hidden.op)
    return hidden, {env.x: [[1.0, 2.0, 3.0]]}


# Sessions


@wrong(must="closed", came="Session", todo="tf.Session()")
def run_closed_session(env):
    session = env.tf.Session()
    session.close()
    session.run(env.x, {env.x: [[1.0, 2.0, 3.0]]})


@wrong(must="closed", came="Session", todo="tf.Session()")
def call_of_closed_session(env):
    session = env.tf.Session()
    session.run(env.v.initializer)
    call = session.make_callable(env.v + 1.0)
    session.close()
    call()


@wrong(must="tf.Graph", came="'graph'", todo="default graph")
def session_of_wrong_graph(env):
    env.tf.Session(graph="graph")


@wrong(must="tf.ConfigProto", came="dict", todo="tf.ConfigProto(")
def session_of_wrong_config(env):
    env.tf.Session(config={"allow_soft_placement": True})


@wrong(must="session", came="x:0", todo="with tf.Session()")
def eval_without_session(env):
    env.x.eval({env.x: [[1.0, 2.0, 3.0]]})


@wrong(must="session", came="bump", todo="with tf.Session()")
def run_operation_without_session(env):
    env.bump.op.run()


@wrong(must="list", came="Tensor", todo="[x]")
def callable_of_wrong_feed_list(env):
    env.session.make_callable(env.x * 2.0, feed_list=env.x)


@wrong(must="a value for each", came="2", todo="feed_list")
def callable_with_too_many_values(env):
    env.session.make_callable(env.x * 2.0, feed_list=[env.x])([[1.0, 2.0, 3.0]], 1.0)


@wrong(must="a value for each", came="0", todo="feed_list")
def callable_with_too_few_values(env):
    env.session.make_callable(env.x * 2.0, feed_list=[env.x])()


@wrong(must="shape", came="(2,)", todo="Feed")
def callable_with_wrong_shape(env):
    env.session.make_callable(env.x * 2.0, feed_list=[env.x])([1.0, 2.0])


@wrong(must="device", came="/device:GPU:7", todo="allow_soft_placement")
def run_on_absent_device(env):
    with env.graph.device("/device:GPU:7"):
        return env.tf.add(env.v, 1.0, name="far")  # made here


# Variables without value


@wrong(must="initialized", came="first, second", todo="global_variables_initializer()")
def read_uninitialized_variables(env):
    first = env.tf.Variable(1.0, name="first")
    second = env.tf.Variable(1.0, name="second")
    return first + second


@wrong(must="initialized", came="held", todo="global_variables_initializer()")
def read_uninitialized_resource(env):
    held = env.tf.get_variable("held", [2], use_resource=True)
    return held * 2.0


@wrong(must="initialized", came="count", todo="global_variables_initializer()")
def add_to_uninitialized_variable(env):
    count = env.tf.Variable(1.0, name="count")
    return env.tf.assign_add(count, 1.0)  # made here
