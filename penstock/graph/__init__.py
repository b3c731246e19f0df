"""The graph: structure only. It knows op signatures, nodes, tensors and scopes, and no numerics."""
