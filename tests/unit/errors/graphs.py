"""Wrong use of a graph: names, scopes, variables, and graphs that are finished or others."""

from tests.unit.errors.wrong import wrong

# Names


@wrong(must="valid", came="'a b'", todo="letters")
def node_of_invalid_name(env):
    env.tf.constant(1.0, name="a b")


@wrong(must="valid", came="'_hidden'", todo="begin")
def node_of_hidden_name(env):
    env.tf.constant(1.0, name="_hidden")


@wrong(must="valid", came="'a b'", todo="letters")
def scope_of_invalid_name(env):
    with env.graph.name_scope("a b"):
        pass


@wrong(must="valid", came="'@scope'", todo="letters")
def tf_scope_of_invalid_name(env):
    with env.tf.name_scope("@scope"):
        pass


@wrong(must="string", came="7", todo="name")
def scope_of_wrong_type(env):
    with env.tf.name_scope(7):
        pass


@wrong(must="'node:0'", came="'x'", todo="output")
def tensor_without_output_number(env):
    env.graph.get_tensor_by_name("x")


@wrong(must="exist", came="'product:3'", todo="1 output")
def tensor_of_output_too_large(env):
    env.graph.get_tensor_by_name("product:3")


@wrong(must="exist", came="'produkt:0'", todo="'product'")
def tensor_of_unknown_name(env):
    env.graph.get_tensor_by_name("produkt:0")


@wrong(must="string", came="Tensor", todo="name")
def tensor_by_tensor(env):
    env.graph.get_tensor_by_name(env.x)


@wrong(must="'node'", came="'x:0'", todo="colon")
def operation_with_output_number(env):
    env.graph.get_operation_by_name("x:0")


@wrong(must="not in the graph", came="'produkt'", todo="'product'")
def operation_of_unknown_name(env):
    env.graph.get_operation_by_name("produkt")


@wrong(must="Tensor or Operation", came="int", todo="name")
def element_of_wrong_type(env):
    env.graph.as_graph_element(7)


# Graphs


@wrong(must="finalized", came="node", todo="before")
def node_in_finalized_graph(env):
    graph = env.tf.Graph()
    graph.finalize()
    with graph.as_default():
        env.tf.constant(1.0)  # made here


@wrong(must="finalized", came="collection", todo="before")
def collection_of_finalized_graph(env):
    graph = env.tf.Graph()
    graph.finalize()
    graph.add_to_collection("losses", 1.0)  # made here


@wrong(must="finalized", came="a node", todo="before")
def variable_in_finalized_graph(env):
    graph = env.tf.Graph()
    graph.finalize()
    with graph.as_default():
        env.tf.Variable(1.0)  # made here


@wrong(must="one graph", came="other", todo="as_default()")
def inputs_of_two_graphs(env):
    with env.tf.Graph().as_default():
        other = env.tf.constant(1.0, name="other")
    env.tf.add(env.x, other)


@wrong(must="graph", came="other", todo="graph")
def control_input_of_other_graph(env):
    with env.tf.Graph().as_default():
        other = env.tf.constant(1.0, name="other")
    with env.tf.control_dependencies([other]):
        pass


@wrong(must="Tensor or Operation", came="7", todo="Give a tensor")
def control_input_of_wrong_type(env):
    with env.tf.control_dependencies([7]):
        pass


@wrong(must="cannot be iterated", came="x:0", todo="tf.unstack")
def control_inputs_not_in_list(env):
    with env.tf.control_dependencies(env.x):
        pass


@wrong(must="device", came="'/what:0'", todo="job:NAME")
def device_of_unknown_form(env):
    with env.tf.device("/what:0"):
        env.tf.constant(1.0)


# Variables


@wrong(must="already exists", came="w", todo="reuse")
def variable_twice(env):
    env.tf.get_variable("w", [2])  # made here
    env.tf.get_variable("w", [2])


@wrong(must="does not exist", came="absent", todo="reuse=tf.AUTO_REUSE")
def variable_missing_under_reuse(env):
    with env.tf.variable_scope("scope", reuse=True):
        env.tf.get_variable("absent", [2])


@wrong(must="(2,)", came="(3,)", todo="its own shape")
def variable_of_another_shape(env):
    env.tf.get_variable("w", [2])  # made here
    with env.tf.variable_scope("", reuse=True):
        env.tf.get_variable("w", [3])


@wrong(must="float32", came="float64", todo="its own dtype")
def variable_of_another_dtype(env):
    env.tf.get_variable("w", [2])  # made here
    with env.tf.variable_scope("", reuse=True):
        env.tf.get_variable("w", [2], env.tf.float64)


@wrong(must="shape", came="unknown", todo="Give a")
def variable_without_shape(env):
    env.tf.get_variable("w")


@wrong(must="shape", came="(?, 2)", todo="Give a")
def variable_of_unknown_shape(env):
    env.tf.get_variable("w", [None, 2])


@wrong(must="is a constant", came="'w'", todo="do not specify shape")
def variable_with_constant_and_shape(env):
    env.tf.get_variable("w", [2], initializer=env.tf.constant([1.0, 2.0]))


@wrong(must="must be specified", came="initial_value", todo="tf.Variable(tf.zeros")
def variable_without_initial_value(env):
    env.tf.Variable()


@wrong(must="shape", came="(?, 3)", todo="validate_shape")
def variable_of_unknown_initial_shape(env):
    env.tf.Variable(env.x)


@wrong(must="required", came="None", todo="default_name")
def scope_of_variables_without_name(env):
    with env.tf.variable_scope(None):
        pass


@wrong(must="a name or a VariableScope", came="7", todo="name")
def scope_of_variables_of_wrong_type(env):
    with env.tf.variable_scope(7):
        pass


@wrong(must="()", came="(2,)", todo="shape")
def assign_of_another_shape(env):
    env.tf.assign(env.v, [1.0, 2.0])


@wrong(must="float32", came="int32", todo="tf.cast")
def assign_of_another_dtype(env):
    env.tf.assign(env.v, env.tf.constant(1))


@wrong(must="Only a variable", came="x:0", todo="Pass the variable")
def assign_to_a_tensor(env):
    env.tf.assign_add(env.x, [[1.0, 2.0, 3.0]])


@wrong(must="gradient", came="v", todo="depend")
def optimizer_without_gradients(env):
    env.tf.train.GradientDescentOptimizer(0.1).minimize(env.tf.reduce_sum(env.x))


@wrong(must="No variables", came="none is trainable", todo="var_list")
def optimizer_without_variables(env):
    with env.tf.Graph().as_default():
        loss = env.tf.constant(1.0) * 2.0
        env.tf.train.GradientDescentOptimizer(0.1).minimize(loss)


# Gradients


@wrong(must="No gradient", came="RandomShuffle", todo="stop_gradient")
def gradient_of_op_without_one(env):
    y = env.tf.random_shuffle(env.x)  # made here
    env.tf.gradients(y * 2.0, env.x)


@wrong(must="grad_ys", came="complex64", todo="tf.real")
def gradient_of_complex_number(env):
    y = env.tf.complex(env.x, env.x, name="y")
    env.tf.gradients(y, env.x)


@wrong(must="each of the 1 ys", came="2", todo="None")
def gradient_with_too_many_weights(env):
    env.tf.gradients(env.x * 2.0, env.x, grad_ys=[env.x, env.x])


@wrong(must="one dtype", came="int32", todo="tf.cast")
def gradient_weight_of_another_kind(env):
    env.tf.gradients(env.x * 2.0, env.x, grad_ys=[env.tf.constant([[1, 2, 3]])])
