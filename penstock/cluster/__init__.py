"""Many machines: a session's graph cut by task, and the tasks that run the parts and own the state.

names       which tasks a cluster has, and at which addresses
placement   a task for each node
parts       a program cut by task, with what goes from part to part
shipping    a part as bytes
task        a task: state that outlives sessions, and the parts that sessions have installed
transport   what carries calls to tasks: `in_process`, or `ray_transport` (the only home of Ray)
machine     what a session runs on if it has a target: plans once, then one call per part
"""
